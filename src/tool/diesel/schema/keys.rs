//! The keys that a `schema.rs` knows: `table! { posts (id) { … } }` and `joinable!`. They are not
//! compared, for the file says less of keys than a database has; `diesel migration generate
//! --diff-schema` makes them for a new table, and so does driftlint.

use std::sync::Arc;

use super::macros::{Joinable, TableMacro};
use crate::catalog::{Catalog, ForeignKey, Key, Origin, QName, Table};
use crate::sql::Dialect;
use crate::sql::change::{DataType, Deferral, ReferentialAction};

/// The key in brackets; without brackets it is `id`.
pub(super) fn primary(found: &TableMacro) -> Option<Key> {
    let columns: Vec<String> = if found.key.is_empty() {
        column(found, "id").into_iter().collect()
    } else {
        found
            .key
            .iter()
            .filter_map(|it| column(found, it))
            .collect()
    };
    (!columns.is_empty()).then(|| Key {
        columns,
        ..Key::default()
    })
}

/// The server's name of a column.
fn column(found: &TableMacro, ident: &str) -> Option<String> {
    let line = found.columns.iter().find(|line| line.ident == ident)?;
    Some(line.name.clone())
}

/// SQLite numbers the rows by a key whose type is written `INTEGER`, of whatever width Rust sees it.
pub(super) fn number_rows(table: &mut Table, dialect: Dialect) {
    let Some(Key { columns, .. }) = &table.primary_key else {
        return;
    };
    let [key] = &columns[..] else { return };
    let numbers = dialect.integer_key_is_row_number();
    let mut keys = table
        .columns
        .iter_mut()
        .filter(|it| numbers && it.name == *key);
    if let Some(column) = keys.next()
        && ["integer", "bigint", "int4", "int8"]
            .contains(&column.data_type.name.to_ascii_lowercase().as_str())
    {
        column.data_type = DataType::named("INTEGER");
    }
}

/// Under which name `diesel print-schema` shows SQLite's own number of the row where a table has no
/// key; a column that is called so looks the same.
const ROW_NUMBER: &str = "rowid";

fn shows_row_number(table: &Table) -> bool {
    let key = table.primary_key.as_ref();
    key.is_some_and(|key| key.columns == [ROW_NUMBER])
}

/// Whether a table has a key that may be the server's own number of the row.
pub(super) fn shows_row_numbers(catalog: &Catalog) -> bool {
    catalog.dialect.integer_key_is_row_number()
        && catalog.tables.values().any(|table| shows_row_number(table))
}

/// Takes the number of the row out again where the migrations make no column of that name.
pub(super) fn forget_row_numbers(declared: &mut Catalog, migrated: &Catalog) {
    if !declared.dialect.integer_key_is_row_number() {
        return;
    }
    declared.tables.change_any(
        |table| {
            let made = migrated.tables.get(&table.name);
            shows_row_number(table) && made.is_some_and(|made| made.column(ROW_NUMBER).is_none())
        },
        |table| {
            table.columns.retain(|column| column.name != ROW_NUMBER);
            table.primary_key = None;
        },
    );
}

/// Foreign keys of `joinable!`.
pub(super) fn refer(
    catalog: &mut Catalog,
    found: &[TableMacro],
    joinables: &[Joinable],
    name_of: impl Fn(&TableMacro) -> QName,
) {
    let named = |ident: &str| found.iter().find(|table| table.ident == ident);
    for joinable in joinables {
        let (Some(child), Some(parent)) = (named(&joinable.child), named(&joinable.parent)) else {
            continue;
        };
        let (Some(own), Some(key)) = (column(child, &joinable.column), primary(parent)) else {
            continue;
        };
        let Some(table) = catalog.tables.get_mut(&name_of(child)) else {
            continue;
        };
        if key.columns.len() == 1 {
            Arc::make_mut(table).foreign_keys.push(ForeignKey {
                name: String::new(),
                columns: vec![own],
                table: name_of(parent),
                referenced: key.columns,
                on_delete: ReferentialAction::NoAction,
                on_update: ReferentialAction::NoAction,
                valid: true,
                deferral: Deferral::Never,
                origin: Origin::default(),
            });
        }
    }
}
