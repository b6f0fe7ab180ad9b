//! Who may use a column, said again for one that takes its place.

use super::{Carried, Named, NamedKind, StatementAbout};
use crate::catalog::{Catalog, ColumnName};
use crate::project::MigrationSet;
use crate::replay::statements_before;
use crate::sql::canonical::quote_name;
use crate::sql::code;

/// The statements that grant for the column `to` what the history of a set grants for another of its
/// table, and that revoke what it revokes.
pub(crate) fn granted(
    set: &MigrationSet,
    of: &ColumnName,
    to: &str,
    catalog: &Catalog,
) -> Vec<String> {
    let history = statements_before(set, set.migrations.len(), catalog.versions);
    let table = Named {
        kind: NamedKind::Relation,
        name: of.table.clone(),
    };
    let mut carried = Carried::read(&history, catalog);
    let said = carried.said.remove(&table).unwrap_or_default();
    said.iter()
        .filter_map(|said| for_column(said, of, to, catalog))
        .collect()
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
            (column, Some(meant)) => *meant |= is_column(column, &of.name),
            (word, None) => name.push(word),
        }
    }
    if privileges.is_empty() {
        return None;
    }
    let shown = quote_name(&of.table.name, dialect);
    let table = match of.table.other_schema().filter(|schema| !schema.is_empty()) {
        Some(schema) => format!("{}.{shown}", quote_name(schema, dialect)),
        None => shown,
    };
    let privileges = privileges.join(", ");
    Some(format!(
        "{verb} {privileges} ON {table} {}",
        said.after.trim()
    ))
}

/// Whether a word of a statement names a column.
fn is_column(word: &str, name: &str) -> bool {
    match word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\"") == name,
        None => word.to_ascii_lowercase() == name,
    }
}
