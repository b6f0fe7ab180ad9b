//! node-pg-migrate: numbered files with sections for up and down.

use super::{ApplyWords, Facts};
use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::layout::{Evidence, FileNaming, Order, SECTIONS, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark};
use crate::project::version::LateVersion;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "node-pg-migrate",
    unit: Unit::File,
    wrap: Wrap::Pending,
    bookkeeping: &["pgmigrations"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    sections: Some(["-- Up Migration", "-- Down Migration"]),
    layouts: &[row(
        Tool::NodePgMigrate,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Numeric,
        SECTIONS,
        &[Evidence::Marks],
    )],
    mark,
    late: Some(LateVersion::Refuses),
    applies: &[ApplyWords::new("node-pg-migrate", &["up"])],
    ..Facts::PLAIN
};

/// `pgmigrations` as node-pg-migrate 9 writes it: names of files, without their ending.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["id", "name", "run_on"],
    order: Some("id"),
    read: |rows| {
        let names = rows.iter().filter_map(|row| row.text("name"));
        names.map(AppliedRow::new).collect()
    },
    keys: |_, migration| vec![migration.id.clone()],
    ..Bookkeeping::VERSIONS
};

fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    let no_transaction = false;
    let comment = at.comment.trim_start_matches(['-', ' ', '\t']);
    let mut words = comment.split_whitespace();
    match (words.next()?, words.next()?) {
        ("up", "migration") => Some(SectionMark::Up { no_transaction }),
        ("down", "migration") => Some(SectionMark::Down { no_transaction }),
        _ => None,
    }
}
