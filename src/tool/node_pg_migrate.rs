//! node-pg-migrate: numbered files with sections for up and down.

use super::{ApplyWords, Facts};
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
