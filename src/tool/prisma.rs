//! Prisma: `prisma migrate`, and schemas in its own language.

pub(crate) mod advice;
mod bookkeeping;
mod capabilities;
mod command;
pub mod config;
pub(crate) mod layout;
pub mod schema;
pub(crate) mod script;
pub(crate) mod syntax;

use super::Facts;
use crate::project::runner::Wrap;
use crate::project::tree::{ending, file_name};
use crate::sql::Unit;

pub(super) static TOOL: Facts = Facts {
    name: "prisma",
    unit: Unit::File,
    wrap: Wrap::Nothing,
    bookkeeping: &["_prisma_migrations"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    keeps_checksums: true,
    layouts: &layout::LAYOUTS,
    dialect: config::dialect,
    names_its_dialect: true,
    first: layout::first,
    find_schema: |search, _| config::find(search),
    unmigrated: Some(config::unmigrated),
    near: Some(config::near),
    language: Some("prisma"),
    is_schema: |path| ending(path) == "prisma",
    is_telling: |path| {
        ending(path) == "prisma" || file_name(path) == config::LOCK || config::is_config(path)
    },
    always_has_schema: true,
    shares_its_folder: true,
    read_schema: Some(schema::beside),
    schema_at: Some(schema::at),
    script: script::script,
    advice: |_| advice::GENERATE.to_owned(),
    drop_advice: |_| advice::DROP.to_owned(),
    capabilities: capabilities::capabilities,
    schema_name: "Prisma schema",
    understands_every_word: true,
    folders: &["prisma"],
    drops_knowingly: true,
    command_line: Some(&command::COMMAND_LINE),
    unique_name: |_, table, columns| Some(format!("{table}_{}_key", columns.join("_"))),
    foreign_key_name: |_, [table, column], _| Some(format!("{table}_{column}_fkey")),
    ..Facts::PLAIN
};
