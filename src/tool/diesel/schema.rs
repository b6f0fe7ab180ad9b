//! Diesel's `schema.rs`: tables, columns and nullability.
//!
//! `diesel print-schema` writes it from a database, so it says nothing of defaults or exact types,
//! and less of keys than a database has. A table that is still to be made gets what it does say. `diesel.toml` may leave tables out and patch the file; what a patch touched was changed
//! on purpose and is not compared.

mod config;
mod keys;
mod macros;
mod types;

use crate::catalog::{Column, Knowledge, Part, QName, Slot, Table};
use crate::error::Result;
use crate::project::Unjudged;
use crate::project::tree::{file_name, join, parent};
use crate::schema::load::Beside;
use crate::schema::{Declared, Language, LateReading};
use crate::source::Source;
use crate::sql::Dialect;
use crate::tool::Tool;
pub use config::DieselConfig;
use macros::TableMacro;

/// Reads the file under what `diesel.toml` says.
pub fn read(source: &Source, dialect: Dialect, config: &DieselConfig) -> Declared {
    let mut declared = Declared::new(Language::of(Tool::Diesel), dialect);
    let found = macros::tables(source.text());
    for found in &found {
        let name = name_of(found, dialect, config);
        let mut table = Table {
            name: name.clone(),
            ..Table::default()
        };
        declared.place(Slot::table(&name), source, found.span);
        let patch = config.patched(source, found.span);
        if patch.removes_columns {
            table.knowledge = Knowledge::Unknown("the patch file takes columns away".to_owned());
        }
        for column in &found.columns {
            declared.coverage.columns += 1;
            declared.place(Slot::column(&name, &column.name), source, column.span);
            if patch.touches(source, column.span) {
                let nullable = Slot::new(&name, Part::Nullable(column.name.clone()));
                declared
                    .unknown
                    .insert(nullable, "the patch file sets it".to_owned());
            } else {
                declared.coverage.known += 1;
            }
            table.columns.push(Column {
                name: column.name.clone(),
                data_type: types::data_type(column, dialect),
                not_null: !column.nullable,
                ..Column::default()
            });
        }
        table.primary_key = keys::primary(found);
        keys::number_rows(&mut table, dialect);
        declared.catalog.tables.insert(name, table.into());
    }
    keys::refer(
        &mut declared.catalog,
        &found,
        &macros::joinables(source.text()),
        |found| name_of(found, dialect, config),
    );
    declared
}

/// Reads the schemas beside a set, with what `diesel.toml` leaves out of them.
pub(crate) fn beside(
    beside: &Beside,
    files: Vec<Source>,
    _: &mut Vec<Unjudged>,
) -> Result<Vec<Declared>> {
    let mut all = Vec::new();
    for source in files {
        let config = config_of(beside, &source)?;
        let mut declared = read(&source, beside.set.dialect, &config);
        if config.filters() || keys::shows_row_numbers(&declared.catalog) {
            declared.late = Some(LateReading::new(move |declared, migrated| {
                leave_out(declared, &config, migrated.tables.keys().cloned());
                keys::forget_row_numbers(&mut declared.catalog, migrated);
            }));
        }
        all.push(Declared {
            files: vec![source],
            ..declared
        });
    }
    Ok(all)
}

/// What `diesel.toml` says of a file.
fn config_of(beside: &Beside, source: &Source) -> Result<DieselConfig> {
    let path = beside
        .set
        .related
        .iter()
        .find(|path| file_name(path) == "diesel.toml");
    let Some(path) = path else {
        return Ok(DieselConfig::default());
    };
    let Some(text) = beside.tree.read(path)? else {
        return Ok(DieselConfig::default());
    };
    let folder = parent(path);
    let file = source
        .path()
        .strip_prefix(folder)
        .unwrap_or(source.path())
        .trim_start_matches('/');
    let mut config = DieselConfig::parse(&String::from_utf8_lossy(&text), file);
    if let Some(patch) = &config.patch_file
        && let Some(text) = beside
            .tree
            .read(&join(folder, patch.trim_start_matches("./")))?
    {
        config.patch(&String::from_utf8_lossy(&text));
    }
    Ok(config)
}

/// Leaves to others the tables of the other side that `diesel.toml` keeps out of the file.
fn leave_out(declared: &mut Declared, config: &DieselConfig, others: impl Iterator<Item = QName>) {
    declared
        .foreign
        .extend(others.filter(|name| !config.covers(name)));
}

fn name_of(found: &TableMacro, dialect: Dialect, config: &DieselConfig) -> QName {
    let schema = found.schema.clone();
    QName::new(
        schema.unwrap_or_else(|| home(dialect, config)),
        found.name.clone(),
    )
}

fn home(dialect: Dialect, config: &DieselConfig) -> String {
    match (&config.schema, dialect) {
        (Some(schema), _) => schema.clone(),
        (None, dialect) => dialect.home_schema().to_owned(),
    }
}

#[cfg(test)]
mod tests;
