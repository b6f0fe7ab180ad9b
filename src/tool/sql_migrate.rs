//! sql-migrate: numbered files with sections for up and down.

use super::Facts;
use crate::drift::cut_at_semicolons;
use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::layout::{Evidence, FileNaming, Order, SECTIONS, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark, on_mark};
use crate::project::tree::file_name;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "sql-migrate",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    bookkeeping: &["gorp_migrations"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    no_transaction: Some("`-- +migrate Up notransaction`"),
    take_out: |part| on_mark(part, "notransaction"),
    sections: Some(["-- +migrate Up", "-- +migrate Down"]),
    layouts: &[row(
        Tool::SqlMigrate,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Numeric,
        SECTIONS,
        &[Evidence::Marks],
    )],
    script: |steps| {
        cut_at_semicolons(
            steps,
            ["-- +migrate StatementBegin", "-- +migrate StatementEnd"],
        )
    },
    mark,
    ..Facts::PLAIN
};

/// `gorp_migrations` as sql-migrate writes it: names of files, with their ending.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["id", "applied_at"],
    read: |rows| {
        let names = rows.iter().filter_map(|row| row.text("id"));
        names.map(AppliedRow::new).collect()
    },
    keys: |_, migration| {
        let file = migration
            .up
            .first()
            .map(|part| file_name(part.source.path()));
        file.map(str::to_owned).into_iter().collect()
    },
    ..Bookkeeping::VERSIONS
};

fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    let mut words = at.comment.split_whitespace();
    let (tool, direction) = (words.next()?, words.next()?);
    let no_transaction = words.any(|option| option == "notransaction");
    match (tool, direction) {
        ("+migrate", "up") => Some(SectionMark::Up { no_transaction }),
        ("+migrate", "down") => Some(SectionMark::Down { no_transaction }),
        _ => None,
    }
}
