//! goose: numbered files with sections for up and down.

use std::collections::BTreeMap;

use super::{ApplyWords, Facts};
use crate::drift::cut_at_semicolons;
use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::layout::{Evidence, FileNaming, Order, SECTIONS, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark, at_top};
use crate::project::version::{self, LateVersion};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "goose",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    bookkeeping: &["goose_db_version"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    no_transaction: Some("`-- +goose NO TRANSACTION` as the first line"),
    take_out: |part| at_top(part, "-- +goose NO TRANSACTION\n"),
    sections: Some(["-- +goose Up", "-- +goose Down"]),
    layouts: &[row(
        Tool::Goose,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Numeric,
        SECTIONS,
        &[Evidence::Marks],
    )],
    script: |steps| {
        cut_at_semicolons(
            steps,
            ["-- +goose StatementBegin", "-- +goose StatementEnd"],
        )
    },
    mark,
    server_variable: Some("GOOSE_DRIVER"),
    apply_command: Some(|set| {
        let (folder, dialect) = (&set.folder, set.dialect.name());
        format!("goose -dir {folder} {dialect} \"$DATABASE_URL\" up")
    }),
    late: Some(LateVersion::Refuses),
    version: version::number,
    refuses_double_versions: true,
    applies: &[ApplyWords::new("goose", &["up"])],
    ..Facts::PLAIN
};

/// `goose_db_version` as goose 3 writes it. The newest row of a version counts: older releases
/// wrote one that is not applied when they took it back. The first row is of no migration.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["id", "version_id", "is_applied"],
    order: Some("id"),
    read: |rows| {
        let mut newest = BTreeMap::new();
        for row in rows {
            if let Some(version) = row.number("version_id").filter(|version| *version != 0) {
                newest.insert(version, row.is_true("is_applied"));
            }
        }
        let applied = newest.into_iter().filter(|(_, applied)| *applied);
        applied
            .map(|(version, _)| AppliedRow::new(version.to_string()))
            .collect()
    },
    keys: |_, migration| version::number(migration).into_iter().collect(),
    ..Bookkeeping::VERSIONS
};

fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    let no_transaction = false;
    let mut words = at.comment.split_whitespace();
    match (words.next()?, words.next()?, words.next()) {
        ("+goose" | "+micrate", "up", _) => Some(SectionMark::Up { no_transaction }),
        ("+goose" | "+micrate", "down", _) => Some(SectionMark::Down { no_transaction }),
        ("+goose", "no", Some("transaction")) => Some(SectionMark::NoTransaction),
        _ => None,
    }
}
