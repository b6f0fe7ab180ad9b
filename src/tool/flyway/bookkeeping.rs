//! What Flyway writes into `flyway_schema_history`, as its releases since 5 do
//! (`SchemaHistory.java`, `ChecksumCalculator.java`).
//!
//! The newest row of a version counts: `repair` adds one of type `DELETE`, `undo` one of type
//! `UNDO_…`. A baseline stands for every version up to its own.

use std::collections::BTreeMap;

use super::{dotted, kind_of, version};
use crate::project::bookkeeping::digest::crc32_of_lines;
use crate::project::bookkeeping::{
    AppliedRow, Bookkeeping, BookkeepingRow, Checksums, KnownChecksums, RowExtent,
};
use crate::project::discover::migration_stem;
use crate::project::names::{PrefixKind, prefixed};
use crate::project::tree::file_name;
use crate::project::{Migration, MigrationSet};

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &[
        "installed_rank",
        "version",
        "description",
        "type",
        "script",
        "checksum",
        "success",
    ],
    order: Some("installed_rank"),
    read,
    keys: |_, migration| key(migration).into_iter().collect(),
    checksums: Some(Checksums {
        of: checksums,
        chained: false,
    }),
    ..Bookkeeping::VERSIONS
};

fn read(rows: &[BookkeepingRow]) -> Vec<AppliedRow> {
    let mut newest: BTreeMap<String, &BookkeepingRow> = BTreeMap::new();
    for row in rows {
        let key = match (row.filled("version"), row.text("description")) {
            (Some(version), _) => dotted(version),
            (None, Some(description)) => repeatable(description),
            (None, None) => continue,
        };
        newest.insert(key, row);
    }
    newest
        .into_iter()
        .filter_map(|(key, row)| one(key, row))
        .collect()
}

fn one(key: String, row: &BookkeepingRow) -> Option<AppliedRow> {
    let kind = row.text("type").unwrap_or_default();
    if kind == "SCHEMA" || kind == "DELETE" || kind.starts_with("UNDO") {
        return None;
    }
    Some(AppliedRow {
        name: row.text("script").unwrap_or_default().to_owned(),
        checksum: row.text("checksum").map(str::to_owned),
        failure: (!row.is_true("success")).then(|| {
            "it failed, and nothing is applied until `flyway repair` takes its row away".to_owned()
        }),
        extent: if kind.ends_with("BASELINE") {
            RowExtent::Baseline
        } else {
            RowExtent::One
        },
        ..AppliedRow::new(key)
    })
}

fn key(migration: &Migration) -> Option<String> {
    version(migration).or_else(|| {
        let path = migration.up.first()?.source.path();
        let name = prefixed(migration_stem(file_name(path))?)?;
        let repeats = name.kind == PrefixKind::Repeatable;
        repeats.then(|| repeatable(name.description))
    })
}

/// The key of a migration that is applied whenever it changed; no version looks like it.
fn repeatable(description: &str) -> String {
    format!("R {}", description.replace('_', " "))
}

/// The sum of each file's lines. Not known where placeholders are put in before the sum is made,
/// and where a configuration of the file's own counts.
fn checksums(set: &MigrationSet) -> Vec<KnownChecksums> {
    let migrations = set.migrations.iter();
    migrations
        .map(|one| checksum(one).unwrap_or_default())
        .collect()
}

/// The checksum of a migration; `None` where Flyway computes it of another text.
fn checksum(migration: &Migration) -> Option<KnownChecksums> {
    let source = &migration.up.first()?.source;
    let replaced =
        kind_of(source.path()) == Some(PrefixKind::Repeatable) && source.text().contains("${");
    let unknown = source.damaged() || replaced || migration.no_transaction.up;
    (!unknown).then(|| KnownChecksums {
        same: vec![crc32_of_lines(source.text()).to_string()],
        other_line_ends: Vec::new(),
    })
}
