//! What Prisma's schema engine writes into `_prisma_migrations`; measured with the engine of
//! Prisma 7 and 8 on PostgreSQL.
//!
//! A migration may have several rows: `migrate resolve --rolled-back` marks one that failed, and
//! the next run adds another. Only a row that is finished and not rolled back says that it ran.

use std::collections::BTreeMap;

use crate::project::bookkeeping::digest::{LineEnds, of_files, sha256};
use crate::project::bookkeeping::{AppliedRow, Bookkeeping, BookkeepingRow, Checksums, first_line};

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &[
        "migration_name",
        "checksum",
        "finished_at",
        "rolled_back_at",
        "started_at",
        "logs",
    ],
    order: Some("started_at"),
    read,
    keys: |_, migration| vec![migration.id.clone()],
    // A file whose line ends alone are others is the same to the engine (measured); one more
    // line break at the end is an edit.
    checksums: Some(Checksums {
        of: |set| of_files(set, sha256, LineEnds::Ignored),
        chained: false,
    }),
    ..Bookkeeping::VERSIONS
};

fn read(rows: &[BookkeepingRow]) -> Vec<AppliedRow> {
    let mut by_name: BTreeMap<&str, Vec<&BookkeepingRow>> = BTreeMap::new();
    for row in rows {
        if let Some(name) = row.text("migration_name") {
            by_name.entry(name).or_default().push(row);
        }
    }
    let applied = by_name.into_iter().filter_map(|(name, rows)| {
        let rows = rows.iter();
        let mut standing = rows.filter(|row| row.text("rolled_back_at").is_none());
        let open = standing
            .clone()
            .find(|row| row.text("finished_at").is_none());
        let row = open.or_else(|| standing.next_back())?;
        Some(AppliedRow {
            checksum: row.text("checksum").map(str::to_owned),
            failure: open.map(|row| failure(row)),
            ..AppliedRow::new(name)
        })
    });
    applied.collect()
}

/// What the engine wrote down: an explanation, and after `Database error:` what the server said.
fn failure(row: &BookkeepingRow) -> String {
    let logs = row.filled("logs").unwrap_or_default();
    // The engine compiled to WebAssembly has another word before it.
    let marks = ["Database error:", "external connector error"];
    let after = marks
        .into_iter()
        .find_map(|mark| logs.split_once(mark).map(|(_, said)| said));
    let said = after.unwrap_or(logs);
    match first_line(said).as_str() {
        "" => "it was begun and is not finished: it failed, or it runs at this moment".to_owned(),
        said => said.to_owned(),
    }
}
