//! Drizzle: drizzle-kit, its migrator, and schemas in TypeScript.

pub(crate) mod advice;
mod bookkeeping;
mod capabilities;
mod command;
pub mod config;
pub mod journal;
pub(crate) mod layout;
mod record;
pub mod schema;
pub(crate) mod script;
pub mod snapshot;
pub(crate) mod upgrade;

use super::Facts;
use crate::project::MigrationSet;
use crate::project::declared::is_script;
use crate::project::relevance::Relevance;
use crate::project::runner::Wrap;
use crate::project::tree::{ending, file_name};
use crate::sql::Unit;

pub(super) static TOOL: Facts = Facts {
    name: "drizzle",
    unit: Unit::Breakpoint,
    wrap: Wrap::Pending,
    bookkeeping: &["drizzle.__drizzle_migrations"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    configured_bookkeeping: config::bookkeeping,
    layouts: &layout::LAYOUTS,
    extras: Some(journal::put),
    register: journal::register,
    is_record: snapshot::is_snapshot,
    first: journal::first,
    begin_record: record::begin,
    record: record::record,
    unrecorded: record::unrecorded,
    names_its_dialect: true,
    find_schema: |search, dialect| search.drizzle(dialect, true),
    find_for_others: Some(|search, dialect| search.drizzle(dialect, false)),
    unmigrated: Some(config::unmigrated),
    is_schema: |path| is_script(path) && ending(path) != "json",
    is_telling: |path| {
        let name = file_name(path);
        name == "_journal.json" || snapshot::is_snapshot(path) || config::is_config(name)
    },
    always_has_schema: true,
    imports_scripts: true,
    drops_unexported_types: true,
    script_word: Some("drizzle"),
    traces: Some((
        Relevance::Script,
        &[
            ":(top,icase,glob)**/*drizzle*",
            ":(top,glob)**/meta/_journal.json",
            ":(top,glob)**/snapshot.json",
        ],
    )),
    makes_long_names: true,
    read_schema: Some(schema::beside),
    read_snapshot: Some(snapshot::load::of_set),
    schema_at: Some(|tree, path, dialect| Ok(schema::read_at(tree, path, dialect))),
    quotes: script::quotes,
    script: script::script,
    advice: advice::generate,
    drop_advice: advice::drop,
    naming: advice::naming,
    unique_name: |set, table, columns| {
        Some(schema::unique_name(is_v1(set), set.dialect, table, columns))
    },
    foreign_key_name: |set, from, to| {
        Some(schema::foreign_key_name(is_v1(set), set.dialect, from, to))
    },
    capabilities: capabilities::capabilities,
    schema_name: "Drizzle schema",
    snapshot_name: "Drizzle snapshot",
    snapshot_at: Some(snapshot::load::at),
    folders: &["drizzle"],
    drops_knowingly: true,
    leaves_downs_beside: true,
    command_line: Some(&command::COMMAND_LINE),
    late: None,
    follow: Some(upgrade::follow),
    ..Facts::PLAIN
};

/// Whether a set is kept as drizzle-kit 1.0 does: without a journal.
fn is_v1(set: &MigrationSet) -> bool {
    journal::Journal::of(set).is_some_and(|journal| journal.source.is_none())
}
