//! Who may use a column, said again for one that takes its place.

use super::{Carried, Named, NamedKind, StatementAbout, in_quotes, joined, qualified, unquoted};
use crate::catalog::{Catalog, ColumnName, QName};
use crate::sql::canonical::quote_name;
use crate::sql::change::{ChangeKind, TableAction};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, code};

impl Carried {
    /// The statements that grant for the column `to` what is granted for another of its table, and
    /// that revoke what is revoked.
    pub(super) fn granted(&self, of: &ColumnName, to: &str, catalog: &Catalog) -> Vec<String> {
        let table = Named {
            kind: NamedKind::Relation,
            name: of.table.clone(),
        };
        let said = self.said.get(&table).into_iter().flatten();
        let unsaid = self.unsaid.get(of).copied().unwrap_or_default();
        let mut texts = Vec::new();
        for said in said.skip(unsaid) {
            // Nothing has to be revoked that was not granted.
            let is_first = texts.is_empty();
            texts.extend(for_column(said, of, to, catalog, is_first));
        }
        texts
    }

    /// What was granted for columns that a change makes and that were there under this name.
    pub(super) fn columns_again(&self, kind: &ChangeKind, to: &Catalog) -> Vec<String> {
        let ChangeKind::AlterTable(alter) = kind else {
            return Vec::new();
        };
        let table = to.qualify(&alter.table);
        let names = alter.actions.iter().filter_map(|(action, _)| match action {
            TableAction::AddColumn { column, .. } => Some(&column.name.value),
            _ => None,
        });
        let found = to.tables.get(&table);
        let names = names.filter(|name| found.is_some_and(|table| table.column(name).is_some()));
        names
            .flat_map(|name| {
                let of = ColumnName::new(table.clone(), name.clone());
                self.granted(&of, name, to)
            })
            .collect()
    }

    /// What is granted for a column is granted for it under its new name.
    pub(super) fn rename_column(&mut self, table: &QName, from: &str, to: &str, dialect: Dialect) {
        let kind = NamedKind::Relation;
        let name = table.clone();
        for said in self
            .said
            .get_mut(&Named { kind, name })
            .into_iter()
            .flatten()
        {
            let mut depth = 0_i32;
            let renamed = quote_name(to, dialect);
            let words: Vec<&str> = code(&said.before, dialect)
                .map(|word| {
                    depth += i32::from(word == "(") - i32::from(word == ")");
                    if depth > 0 && unquoted(word) == from {
                        renamed.as_str()
                    } else {
                        word
                    }
                })
                .collect();
            let before = joined(&words);
            said.before = before;
        }
    }

    /// A column of the same name that is made later has nothing of this one.
    pub(super) fn forget_column(&mut self, table: &QName, column: &str) {
        let kind = NamedKind::Relation;
        let name = table.clone();
        let said = self.said.get(&Named { kind, name }).map_or(0, Vec::len);
        let column = ColumnName::new(table.clone(), column);
        self.unsaid.insert(column, said);
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

/// What may be granted for a column alone.
const OF_COLUMNS: &[&str] = &[
    "SELECT",
    "INSERT",
    "UPDATE",
    "REFERENCES",
    "ALL",
    "ALL PRIVILEGES",
];

/// A statement with the privileges that it has for one column, for another one. What is revoked for
/// the table is revoked for its columns too, where it `is_first` not.
fn for_column(
    said: &StatementAbout,
    of: &ColumnName,
    to: &str,
    catalog: &Catalog,
    is_first: bool,
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
    let for_table = verb.eq_ignore_ascii_case("REVOKE") && !is_first;
    // The comma at the end closes the last one.
    for word in rest[..on].iter().chain([&","]) {
        match (*word, &mut columns) {
            ("(", None) => columns = Some(false),
            (")", Some(meant)) => {
                if *meant {
                    privileges.push(format!("{} ({to})", name.join(" ")));
                }
                columns = None;
                name.clear();
            }
            (",", None) => {
                let name: String = std::mem::take(&mut name).join(" ");
                if for_table && OF_COLUMNS.contains(&name.to_ascii_uppercase().as_str()) {
                    privileges.push(format!("{name} ({to})"));
                }
            }
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
