//! Numbered files that no known tool claims, and schemas in SQL.

use super::Facts;
use crate::project::layout::{Evidence, FileNaming, Order, SINGLE, row};
use crate::project::runner::Wrap;
use crate::project::tree::{ending, file_name};
use crate::schema::dump;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "plain",
    unit: Unit::File,
    wrap: Wrap::Nothing,
    bookkeeping: &[],
    layouts: &[
        row(
            Tool::Plain,
            FileNaming::Underscored,
            |reader| reader.all_pairs(),
            Order::Numeric,
            "N_name_up.sql and N_name_down.sql",
            &[],
        ),
        row(
            Tool::Plain,
            FileNaming::Halves,
            |reader| reader.all_halves(),
            Order::Numeric,
            "ups in one folder, downs in another",
            &[],
        ),
        row(
            Tool::Plain,
            FileNaming::Releases,
            |reader| reader.all_releases(),
            Order::Listed,
            "a folder for each release",
            &[],
        ),
        row(
            Tool::Plain,
            FileNaming::Single,
            |reader| reader.all_single(),
            Order::Numeric,
            SINGLE,
            &[Evidence::Numbered(1), Evidence::Named],
        ),
        row(
            Tool::Plain,
            FileNaming::Single,
            |reader| reader.all_single(),
            Order::Numeric,
            SINGLE,
            &[Evidence::Numbered(2), Evidence::NotElse],
        ),
        row(
            Tool::Plain,
            FileNaming::Single,
            |reader| reader.by_name(),
            Order::Bytes,
            "files by name",
            &[Evidence::MigrationsFolder],
        ),
        row(
            Tool::Plain,
            FileNaming::Single,
            |reader| reader.numbered_single(),
            Order::Numeric,
            SINGLE,
            &[Evidence::MostlyNumbered, Evidence::NotElse],
        ),
    ],
    is_schema: |path| ending(path) == "sql",
    is_telling: |path| {
        matches!(
            file_name(path),
            "schema.sql" | "structure.sql" | "schema.rb"
        )
    },
    read_schema: Some(dump::beside),
    schema_name: "SQL schema",
    declares_sql: true,
    leaves_downs_beside: true,
    understands_every_word: true,
    ..Facts::PLAIN
};
