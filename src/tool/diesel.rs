//! Diesel: its migrations, and the `schema.rs` that it prints.

pub(crate) mod advice;
mod bookkeeping;
mod capabilities;
pub(crate) mod config;
pub(crate) mod layout;
pub mod schema;

use super::{ApplyWords, Facts};
use crate::project::names::folder_version;
use crate::project::relevance::Relevance;
use crate::project::runner::Wrap;
use crate::project::sections::new_file;
use crate::project::tree::{ending, file_name, join, parent};
use crate::sql::Unit;

pub(super) static TOOL: Facts = Facts {
    name: "diesel",
    unit: Unit::File,
    wrap: Wrap::Migration,
    bookkeeping: &["__diesel_schema_migrations"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    bookkeeping_definitions: &[
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT \
         CURRENT_TIMESTAMP)",
    ],
    no_transaction: Some("`run_in_transaction = false` in a metadata.toml beside up.sql"),
    take_out: |part| {
        let path = join(parent(part.source.path()), "metadata.toml");
        Some(new_file(path, "run_in_transaction = false\n"))
    },
    layouts: &layout::LAYOUTS,
    find_schema: |search, _| search.diesel(),
    is_schema: |path| ending(path) == "rs",
    is_telling: |path| {
        let (name, ending) = (file_name(path), ending(path));
        name == "metadata.toml"
            || (ending == "rs" && name.contains("schema"))
            || (ending == "toml" && name.contains("diesel"))
    },
    schema_lies_anywhere: true,
    schema_setting: "file",
    traces: Some((Relevance::Rust, &[":(top,glob)**/diesel.toml"])),
    read_schema: Some(schema::beside),
    advice: |_| advice::print(),
    drop_advice: |_| advice::drop(),
    is_printed: true,
    capabilities: |_| capabilities::CAPABILITIES,
    schema_name: "Diesel schema",
    crates: &["diesel", "diesel-async"],
    apply_command: Some(|_| "diesel migration run".to_owned()),
    version: |migration| Some(folder_version(&migration.id)),
    applies: &[
        ApplyWords::new("diesel", &["migration"]),
        ApplyWords::new("diesel", &["setup"]),
    ],
    ..Facts::PLAIN
};
