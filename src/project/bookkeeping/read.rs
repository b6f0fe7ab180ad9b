//! The bookkeeping table of a tool among the tables of a database, and the query that reads it.

use super::{AppliedRow, Bookkeeping, BookkeepingRow};
use crate::catalog::{Catalog, QName, Table};
use crate::project::MigrationSet;
use crate::sql::Dialect;
use crate::sql::canonical::quote_name;
use crate::tool::Tool;

/// A tool's bookkeeping table in a database.
#[derive(Clone, Debug)]
pub struct BookkeepingTable {
    /// Schema and name of the table.
    pub name: QName,
    /// The columns that are read.
    pub columns: Vec<&'static str>,
    rows: &'static Bookkeeping,
}

/// What was found in a database.
#[derive(Clone, Debug)]
pub enum FoundTable {
    /// The table of the set's tool.
    One(BookkeepingTable),
    /// Several that could be it, in different schemas.
    Several(Vec<QName>),
    /// None; and the tools that have theirs there, with its name.
    None(Vec<(Tool, QName)>),
}

/// Finds the bookkeeping table of a set's tool, which has one of these names, the likeliest first.
/// A name without a schema may lie in any.
pub fn find(set: &MigrationSet, catalog: &Catalog, names: &[String]) -> FoundTable {
    let Some(bookkeeping) = set.runner.bookkeeping_rows() else {
        return FoundTable::None(others(set.runner, catalog));
    };
    for name in names {
        let name = named(name, catalog.dialect);
        let alike: Vec<&Table> = tables_of(catalog, bookkeeping, &name.name).collect();
        let exact = alike.iter().find(|table| table.name == name);
        match (exact, alike.as_slice()) {
            (Some(table), _) | (None, [table]) => {
                return FoundTable::One(BookkeepingTable::new(table, bookkeeping));
            }
            (None, []) => {}
            (None, several) => {
                return FoundTable::Several(
                    several.iter().map(|table| table.name.clone()).collect(),
                );
            }
        }
    }
    FoundTable::None(others(set.runner, catalog))
}

/// A name as tools spell it, `schema.name`; a server without schemas has the second half alone.
fn named(text: &str, dialect: Dialect) -> QName {
    let plain = text.rsplit('.').next().unwrap_or(text);
    QName::of_text(if dialect.has_schemas() { text } else { plain }, dialect)
}

/// The tables of that name, in whatever schema, that have a tool's columns.
fn tables_of<'c>(
    catalog: &'c Catalog,
    bookkeeping: &'static Bookkeeping,
    name: &str,
) -> impl Iterator<Item = &'c Table> {
    let tables = catalog.tables.values().map(|table| &**table);
    tables.filter(move |table| {
        let has = |column: &str| table.columns.iter().any(|one| one.name == *column);
        table.name.name == name
            && bookkeeping.columns.iter().all(|column| has(column))
            && !bookkeeping.foreign.iter().any(|column| has(column))
    })
}

/// The other tools whose tables are there.
fn others(own: Tool, catalog: &Catalog) -> Vec<(Tool, QName)> {
    let others = Tool::all().filter(|tool| *tool != own);
    let found = others.filter_map(|tool| {
        let bookkeeping = tool.bookkeeping_rows()?;
        let usual = named(tool.bookkeeping().first()?, catalog.dialect);
        let table = tables_of(catalog, bookkeeping, &usual.name).next()?;
        Some((tool, table.name.clone()))
    });
    found.collect()
}

impl BookkeepingTable {
    fn new(table: &Table, bookkeeping: &'static Bookkeeping) -> Self {
        let optional = bookkeeping.optional.iter().copied();
        let optional = optional.filter(|name| table.columns.iter().any(|one| one.name == *name));
        Self {
            name: table.name.clone(),
            columns: bookkeeping
                .columns
                .iter()
                .copied()
                .chain(optional)
                .collect(),
            rows: bookkeeping,
        }
    }

    /// The query that reads it; it changes nothing.
    pub fn query(&self, dialect: Dialect) -> String {
        let quote = |name: &str| quote_name(name, dialect);
        let [before, after] = dialect.bytes_as_digits();
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                if self.rows.bytes.contains(column) {
                    format!("{before}{}{after}", quote(column))
                } else {
                    quote(column)
                }
            })
            .collect();
        let schema = Some(self.name.schema.as_str()).filter(|schema| !schema.is_empty());
        let table: Vec<String> = schema
            .into_iter()
            .chain([self.name.name.as_str()])
            .map(quote)
            .collect();
        let mut query = format!("SELECT {} FROM {}", columns.join(", "), table.join("."));
        if let Some(order) = self.rows.order {
            query += &format!(" ORDER BY {}", quote(order));
        }
        query
    }

    /// What the answer to the query says, each row's values in the order of the columns.
    pub fn applied(&self, rows: Vec<Vec<Option<String>>>) -> Vec<AppliedRow> {
        let rows: Vec<BookkeepingRow> = rows
            .into_iter()
            .map(|values| {
                let names = self.columns.iter().map(|&column| column.to_owned());
                BookkeepingRow(names.zip(values).collect())
            })
            .collect();
        (self.rows.read)(&rows)
    }
}
