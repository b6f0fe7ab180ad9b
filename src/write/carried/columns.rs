//! Who may use a column, said again for one that takes its place.

use super::{Carried, Named, NamedKind, StatementAbout, in_quotes, joined, qualified, unquoted};
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

    /// Takes in `COMMENT ON COLUMN` of a view; those of tables the catalog has.
    pub(super) fn column_comment(&mut self, words: &[&str], catalog: &Catalog) {
        let is = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case("IS"));
        let Some((path, is)) = is.and_then(|is| Some((words.get(3..is)?, is))) else {
            return;
        };
        let [relation @ .., dot, column] = path else {
            return;
        };
        let places: Vec<usize> = (0..relation.len()).collect();
        let name = qualified(relation, &places, catalog).filter(|_| *dot == ".");
        let Some(name) = name.filter(|name| catalog.views.contains_key(name)) else {
            return;
        };
        let kind = NamedKind::Relation;
        let said = StatementAbout {
            before: "COMMENT ON COLUMN".to_owned(),
            after: format!(".{column} {}", joined(&words[is..])),
        };
        self.said
            .entry(Named { kind, name })
            .or_default()
            .push(said);
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
