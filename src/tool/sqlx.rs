//! sqlx: numbered files, alone or in pairs.

use super::{ApplyWords, Facts};
use crate::project::layout::{Evidence, FileNaming, Order, PAIRS, SINGLE, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark, at_top};
use crate::project::version;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "sqlx",
    unit: Unit::File,
    wrap: Wrap::Migration,
    bookkeeping: &["_sqlx_migrations"],
    no_transaction: Some("`-- no-transaction` as the first line"),
    take_out: |part| at_top(part, "-- no-transaction\n"),
    layouts: &[
        row(
            Tool::Sqlx,
            FileNaming::Pairs,
            |reader| reader.all_pairs(),
            Order::Numeric,
            PAIRS,
            &[Evidence::Manifest("Cargo.toml")],
        ),
        row(
            Tool::Sqlx,
            FileNaming::Single,
            |reader| reader.all_single(),
            Order::Numeric,
            SINGLE,
            &[
                Evidence::Manifest("Cargo.toml"),
                Evidence::Crate("sqlx"),
                Evidence::Numbered(1),
                Evidence::Named,
            ],
        ),
    ],
    keeps_checksums: true,
    takes_bare_files: true,
    mark,
    crates: &["sqlx"],
    apply_command: Some(|set| format!("sqlx migrate run --source {}", set.folder)),
    version: version::number,
    applies: &[ApplyWords::new("sqlx", &["migrate"])],
    ..Facts::PLAIN
};

/// sqlx compares the start of the file with exactly these bytes.
fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    (at.first && at.line.starts_with("-- no-transaction")).then_some(SectionMark::NoTransaction)
}
