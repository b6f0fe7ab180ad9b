//! dbmate: files with sections for up and down, and a dump in `db`.

use super::{ApplyWords, Facts};
use crate::project::bookkeeping::{Bookkeeping, plain_number};
use crate::project::layout::{Evidence, FileNaming, Order, SECTIONS, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark, on_mark};
use crate::project::version;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "dbmate",
    unit: Unit::File,
    wrap: Wrap::Migration,
    bookkeeping: &["schema_migrations"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    no_transaction: Some("`-- migrate:up transaction:false`"),
    take_out: |part| on_mark(part, "transaction:false"),
    sections: Some(["-- migrate:up", "-- migrate:down"]),
    layouts: &[row(
        Tool::Dbmate,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Bytes,
        SECTIONS,
        &[Evidence::Marks],
    )],
    // It is given the folder of migrations, and keeps its dump in `db` all the same.
    find_schema: |search, _| search.dump(Some("db")),
    mark,
    version: version::digits,
    applies: &[
        ApplyWords::new("dbmate", &["up"]),
        ApplyWords::new("dbmate", &["migrate"]),
    ],
    ..Facts::PLAIN
};

/// `schema_migrations` as dbmate 2 writes it: the digits that a file's name starts with, as text.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    foreign: &["dirty", "statements"],
    keys: |_, migration| {
        let digits: String = migration
            .id
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        vec![plain_number(&digits).to_owned()]
    },
    ..Bookkeeping::VERSIONS
};

fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    let mut words = at.comment.split_whitespace();
    let direction = words.next()?.strip_prefix("migrate:")?;
    let no_transaction = words.any(|option| option == "transaction:false");
    match direction {
        "up" => Some(SectionMark::Up { no_transaction }),
        "down" => Some(SectionMark::Down { no_transaction }),
        _ => None,
    }
}
