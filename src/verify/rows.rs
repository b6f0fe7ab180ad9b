//! Rows in the tables before new migrations run, so that NOT NULL, UNIQUE, CHECK and casts meet
//! data.

use std::collections::BTreeSet;

use super::send::Trial;
use crate::catalog::{Catalog, Column, QName, Table};
use crate::project::Unjudged;
use crate::server::on_server;
use crate::source::{Source, Span};
use crate::sql::change::Persistence;
use crate::sql::render::Quotes;
use crate::sql::{self, Dialect, Unit};

/// What is put into the tables.
#[derive(Clone, Copy, Debug)]
pub struct SampleRows<'a> {
    /// Before the migration of this index.
    pub before: usize,
    /// How many rows each table gets; nothing is made up for none.
    pub rows: u32,
    /// Statements that are run after that.
    pub script: Option<&'a Source>,
}

/// Fills the tables. What a table does not take is no fault of the migrations, and is said.
pub(super) fn fill(trial: &mut Trial, seed: &SampleRows) -> Vec<Unjudged> {
    let mut refused = Vec::new();
    let catalog = trial.replay.catalog().clone();
    if seed.rows > 0 {
        let mut waiting: Vec<&Table> = catalog.tables.values().map(|table| &**table).collect();
        waiting.retain(|table| is_filled(table));
        // Those that others refer to come first; what refers to each other is tried as it stands.
        let mut filled = BTreeSet::new();
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|table| {
                let refers = table.foreign_keys.iter().map(|key| &key.table);
                let mut others = refers.filter(|name| **name != table.name);
                others.all(|name| filled.contains(name))
            });
            let at = ready.unwrap_or_default();
            let table = waiting.remove(at);
            filled.insert(table.name.clone());
            if let Err(why) = fill_table(trial, table, &catalog, seed.rows) {
                let reason = format!("no rows were put into it: {why}");
                refused.push(Unjudged::partly(table.name.to_string(), reason));
            }
        }
    }
    if let Some(script) = seed.script {
        for span in spans(script, &catalog) {
            if let Err(error) = trial.session.execute(script.slice(span)) {
                let line = script.position(span.start).line;
                let reason = format!("line {line} is not taken: {error}");
                refused.push(Unjudged::broken(script.path(), reason));
            }
        }
    }
    refused
}

/// The statements of a script.
fn spans(script: &Source, catalog: &Catalog) -> Vec<Span> {
    let whole = Span::new(0, script.text().len());
    let Catalog {
        dialect, versions, ..
    } = *catalog;
    let read = sql::script(script, whole, dialect, versions, Unit::Statement);
    read.statements
        .iter()
        .map(|statement| statement.span)
        .collect()
}

/// Whether rows can be put into a table itself.
fn is_filled(table: &Table) -> bool {
    !table.bookkeeping
        && table.partition_of.is_none()
        && table.partition_by.is_none()
        && table.persistence != Persistence::Temporary
        && table.origin.made.is_some()
}

fn fill_table(
    trial: &mut Trial,
    table: &Table,
    catalog: &Catalog,
    rows: u32,
) -> Result<(), String> {
    let dialect = catalog.dialect;
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        if column.generated.is_some() || column.identity.is_some() {
            continue;
        }
        match value(table, column, catalog) {
            Some(value) => {
                columns.push(Quotes::All.put(&column.name, dialect));
                values.push(value);
            }
            None if column.not_null && column.default.is_none() => {
                return Err(format!(
                    "driftlint makes no value for column `{}`",
                    column.name
                ));
            }
            None => {}
        }
    }
    if columns.is_empty() {
        return Err("it has no column to fill".to_owned());
    }
    let name = qualified(&table.name, dialect);
    let sql = format!(
        "INSERT INTO {name} ({}) WITH RECURSIVE numbered(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbered WHERE i < {rows}) SELECT {} FROM numbered",
        columns.join(", "),
        values.join(", ")
    );
    for setting in on_server!(dialect => sample::settings()) {
        // An older server has not this one, and then no such limit.
        let _ = trial.session.execute(setting);
    }
    trial
        .session
        .execute(&sql)
        .map_err(|error| error.to_string())
}

fn qualified(name: &QName, dialect: Dialect) -> String {
    let own = Quotes::All.put(&name.name, dialect);
    if name.schema.is_empty() {
        own
    } else {
        format!("{}.{own}", Quotes::All.put(&name.schema, dialect))
    }
}

/// A value for the row of number `i`. Keys are the number in the column's type, so that foreign keys
/// find theirs; of what need not be unique, two rows have the same; what may be null is so in every
/// third.
fn value(table: &Table, column: &Column, catalog: &Catalog) -> Option<String> {
    let is_key = |columns: &Vec<String>| columns.contains(&column.name);
    let unique = table
        .primary_key
        .as_ref()
        .is_some_and(|key| is_key(&key.columns))
        || table.uniques.iter().any(|key| is_key(&key.columns))
        || table.indexes.iter().any(|index| {
            index.unique
                && index
                    .keys
                    .iter()
                    .any(|key| key.column.as_ref() == Some(&column.name))
        });
    let refers = table.foreign_keys.iter().any(|key| is_key(&key.columns));
    // A default may draw from a sequence, which would give the same numbers later.
    if column.default.is_some() && !refers || column.auto_increment {
        return None;
    }
    let number = if unique || refers {
        "i"
    } else {
        "((i + 1) / 2)"
    };
    let number = on_server!(catalog.dialect => sample::whole(number));
    let value = made(column, catalog, &number)?;
    if column.not_null || unique || refers {
        return Some(value);
    }
    Some(format!("CASE WHEN i % 3 = 0 THEN NULL ELSE {value} END"))
}

fn made(column: &Column, catalog: &Catalog, number: &str) -> Option<String> {
    let data_type = &column.data_type;
    let name = QName::new(
        data_type
            .schema
            .clone()
            .unwrap_or_else(|| catalog.dialect.home_schema().to_owned()),
        data_type.name.clone(),
    );
    if let Some(kind) = catalog.enums.get(&name)
        && !data_type.array
    {
        let label = kind.label_texts().next()?;
        return Some(format!("'{}'", label.replace('\'', "''")));
    }
    on_server!(catalog.dialect => sample::value(data_type, number))
}
