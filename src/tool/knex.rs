//! knex: migrations in JavaScript or TypeScript, which are not read. Configuration names their
//! folder; `status` then knows which of them a database has.

use super::{ApplyWords, Facts};
use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::layout::{Evidence, FileNaming, Order, row};
use crate::project::runner::Wrap;
use crate::project::tree::file_name;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationSet};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "knex",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    no_transaction: Some("`exports.config = { transaction: false }` in the migration"),
    bookkeeping: &["knex_migrations", "knex_migrations_lock"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    layouts: &[row(
        Tool::Knex,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Bytes,
        "N_name.js",
        // Its folders hold no SQL, so that nothing but configuration speaks for one.
        &[Evidence::Configured(|_| Ok(false))],
    )],
    late: Some(LateVersion::Runs),
    applies: &[
        ApplyWords::new("knex", &["migrate:latest"]),
        ApplyWords::new("knex", &["migrate:up"]),
    ],
    ..Facts::PLAIN
};

/// `knex_migrations` as knex 3 writes it: names of files, with their ending.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["id", "name", "batch", "migration_time"],
    order: Some("id"),
    read: |rows| {
        let names = rows.iter().filter_map(|row| row.text("name"));
        names.map(AppliedRow::new).collect()
    },
    keys,
    ..Bookkeeping::VERSIONS
};

/// The name of the file, then that which the compiled file has, or had before it was compiled.
fn keys(_: &MigrationSet, migration: &Migration) -> Vec<String> {
    let Some(part) = migration.up.first() else {
        return Vec::new();
    };
    let name = file_name(part.source.path());
    let mut names = vec![name.to_owned()];
    if let Some((stem, "js" | "ts" | "cjs" | "mjs")) = name.rsplit_once('.') {
        names.extend(["js", "ts", "cjs", "mjs"].map(|ending| format!("{stem}.{ending}")));
    }
    names
}
