//! sqlx: numbered files, alone or in pairs.

use super::{ApplyWords, Facts};
use crate::project::bookkeeping::digest::{LineEnds, of_files, sha384};
use crate::project::bookkeeping::{
    AppliedRow, Bookkeeping, BookkeepingRow, Checksums, plain_number,
};
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
    bookkeeping_rows: Some(&BOOKKEEPING),
    // A migration may delete the row of an earlier one. The checksum's type is the server's own,
    // and nobody compares it.
    bookkeeping_definitions: &[
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description VARCHAR(255) NOT NULL, installed_on TIMESTAMP \
         NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum VARCHAR(96) NOT NULL, execution_time BIGINT NOT NULL)",
    ],
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

/// `_sqlx_migrations` as sqlx-cli 0.9 writes it. On MySQL, whose DDL takes no transaction, the row
/// is there before the migration runs, and `success` says whether it ended.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["version", "description", "success", "checksum"],
    bytes: &["checksum"],
    order: Some("version"),
    read: |rows| rows.iter().filter_map(applied).collect(),
    keys: |_, migration| version::number(migration).into_iter().collect(),
    checksums: Some(Checksums {
        of: |set| of_files(set, sha384, LineEnds::Count),
        chained: false,
    }),
    ..Bookkeeping::VERSIONS
};

fn applied(row: &BookkeepingRow) -> Option<AppliedRow> {
    let version = row.text("version")?;
    let description = row.text("description").unwrap_or_default();
    Some(AppliedRow {
        name: format!("{version}_{}", description.replace(' ', "_")),
        checksum: row.text("checksum").map(str::to_ascii_lowercase),
        failure: (!row.is_true("success"))
            .then(|| "it was begun and is not finished, and sqlx runs nothing after it".to_owned()),
        ..AppliedRow::new(plain_number(version))
    })
}

/// sqlx compares the start of the file with exactly these bytes.
fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    (at.first && at.line.starts_with("-- no-transaction")).then_some(SectionMark::NoTransaction)
}
