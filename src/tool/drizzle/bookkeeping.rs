//! What Drizzle's migrators write into `__drizzle_migrations`; measured with drizzle-orm 0.45 and
//! 1.0-rc on PostgreSQL and SQLite.
//!
//! The migrator of 0.x looks at one number: it runs the entries of the journal whose `when` is later
//! than the newest `created_at`. An entry that is older and has no row never runs, and the migrator
//! reports success. Since 1.0 it goes by the names of folders, and the table has two columns more;
//! rows of before may have no name, and are those of the same second.

use super::journal::Journal;
use crate::project::bookkeeping::digest::{LineEnds, of_files, sha256};
use crate::project::bookkeeping::{AppliedRow, Bookkeeping, BookkeepingRow, Checksums};
use crate::project::moment::ClockTime;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationSet};

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["id", "hash", "created_at"],
    optional: &["name"],
    // On SQLite `id` is no rowid and is NULL in every row.
    order: Some("created_at"),
    read,
    keys,
    // Written and never compared, so that line ends do nothing.
    checksums: Some(Checksums {
        of: |set| of_files(set, sha256, LineEnds::Ignored),
        chained: false,
    }),
    late: |set| {
        Some(if is_listed(set) {
            LateVersion::Skips
        } else {
            LateVersion::Runs
        })
    },
    ..Bookkeeping::VERSIONS
};

fn read(rows: &[BookkeepingRow]) -> Vec<AppliedRow> {
    let applied = rows.iter().filter_map(|row| {
        let millis = row.number("created_at")?;
        let folder = row.filled("name");
        let second = ClockTime { millis }.digits();
        let hash = row.text("hash").unwrap_or_default();
        Some(AppliedRow {
            name: folder.map_or_else(|| format!("created_at {millis}"), str::to_owned),
            keys: vec![millis.to_string(), folder.map_or(second, str::to_owned)],
            checksum: Some(hash.to_ascii_lowercase()).filter(|hash| !hash.is_empty()),
            ..AppliedRow::default()
        })
    });
    applied.collect()
}

fn keys(set: &MigrationSet, migration: &Migration) -> Vec<String> {
    let entry = Journal::of(set).and_then(|journal| {
        let mut entries = journal.entries.iter();
        entries.find(|entry| entry.tag == migration.id)
    });
    match entry {
        Some(entry) => vec![entry.when.to_string()],
        None => vec![
            migration.id.clone(),
            migration
                .id
                .chars()
                .take_while(char::is_ascii_digit)
                .collect(),
        ],
    }
}

/// Whether a journal lists the migrations, as before 1.0.
fn is_listed(set: &MigrationSet) -> bool {
    Journal::of(set).is_some_and(|journal| journal.source.is_some())
}
