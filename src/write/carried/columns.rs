//! Who may use a column, said again for one that takes its place.

use super::{Carried, Named, NamedKind, StatementAbout, in_quotes, unquoted};
use crate::catalog::{Catalog, ColumnName};
use crate::sql::canonical::quote_name;
use crate::sql::code;
use crate::sql::render::Quotes;

impl Carried {
    /// The statements that grant for the column `to` what is granted for another of its table, and
    /// that revoke what is revoked.
    pub(super) fn granted(&self, of: &ColumnName, to: &str, catalog: &Catalog) -> Vec<String> {
        let table = Named {
            kind: NamedKind::Relation,
            name: of.table.clone(),
        };
        let said = self.said.get(&table).into_iter().flatten();
        said.filter_map(|said| for_column(said, of, to, catalog))
            .collect()
    }
}

/// A statement with the privileges that it has for one column, for another one.
fn for_column(
    said: &StatementAbout,
    of: &ColumnName,
    to: &str,
    catalog: &Catalog,
) -> Option<String> {
    let dialect = catalog.dialect;
    let words: Vec<&str> = code(&said.before, dialect).collect();
    let (verb, rest) = words.split_first()?;
    let on = rest
        .iter()
        .position(|word| word.eq_ignore_ascii_case("ON"))?;
    let to = quote_name(to, dialect);
    let mut privileges = Vec::new();
    let mut name = Vec::new();
    let mut columns = None;
    for word in &rest[..on] {
        match (*word, &mut columns) {
            ("(", None) => columns = Some(false),
            (")", Some(meant)) => {
                if *meant {
                    privileges.push(format!("{} ({to})", name.join(" ")));
                }
                columns = None;
            }
            (",", None) => name.clear(),
            (",", Some(_)) => {}
            (column, Some(meant)) => *meant |= unquoted(column) == of.name,
            (word, None) => name.push(word),
        }
    }
    if privileges.is_empty() {
        return None;
    }
    let table = in_quotes(&of.table, dialect, Quotes::All);
    let privileges = privileges.join(", ");
    Some(format!(
        "{verb} {privileges} ON {table} {}",
        said.after.trim()
    ))
}
