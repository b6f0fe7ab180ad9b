//! What Atlas writes into `atlas_schema_revisions`, as 1.2 does (`sql/migrate/dir.go:
//! NewHashFile`, `cmd/atlas/internal/migrate/ent/schema/revision.go`).

use sha2::{Digest, Sha256};

use crate::project::MigrationSet;
use crate::project::bookkeeping::digest::base64;
use crate::project::bookkeeping::{
    AppliedRow, Bookkeeping, BookkeepingRow, Checksums, KnownChecksums, RowExtent, first_line,
};
use crate::project::tree::{ending, file_name};

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &[
        "version",
        "description",
        "type",
        "applied",
        "total",
        "error",
        "hash",
    ],
    order: Some("version"),
    read: |rows| rows.iter().filter_map(one).collect(),
    keys: |_, migration| {
        let version = migration.id.split('_').next().unwrap_or_default();
        vec![version.to_owned()]
    },
    checksums: Some(Checksums {
        of: checksums,
        chained: true,
    }),
    ..Bookkeeping::VERSIONS
};

/// The bit of `type` that says that the migration was taken for applied, with all before it.
const BASELINE: i64 = 1;

fn one(row: &BookkeepingRow) -> Option<AppliedRow> {
    let version = row.text("version")?;
    // `.atlas_cloud_identifier` and its like are no migrations.
    if version.starts_with('.') {
        return None;
    }
    let count = |column: &str| row.number(column).unwrap_or_default();
    let (applied, total) = (count("applied"), count("total"));
    let failure = match row.filled("error") {
        Some(error) => Some(format!(
            "after {applied} of {total} statements: {}",
            first_line(error)
        )),
        None if applied < total => Some(format!("it ended after {applied} of {total} statements")),
        None => None,
    };
    let name = match row.filled("description") {
        Some(description) => format!("{version}_{description}"),
        None => version.to_owned(),
    };
    Some(AppliedRow {
        name,
        checksum: row.filled("hash").map(str::to_owned),
        failure,
        extent: if count("type") & BASELINE == 0 {
            RowExtent::One
        } else {
            RowExtent::Baseline
        },
        ..AppliedRow::new(version)
    })
}

/// One hash over the names and texts of all files so far, in Base64; a file that says so adds its
/// name alone and has none of its own. Not known where the folder holds files that are not read.
fn checksums(set: &MigrationSet) -> Vec<KnownChecksums> {
    let unread = set.skipped.iter().any(|file| ending(&file.path) == "sql");
    let mut so_far = Sha256::new();
    let mut all = Vec::new();
    for migration in &set.migrations {
        let Some(source) = migration.up.first().map(|part| &part.source) else {
            continue;
        };
        so_far.update(file_name(source.path()).as_bytes());
        let ignored = (source.text().lines())
            .take_while(|line| line.starts_with("--"))
            .any(|line| line.trim_start_matches(['-', ' ']).trim() == "atlas:sum ignore");
        if !ignored {
            so_far.update(source.text().as_bytes());
        }
        let known = !unread && !ignored && !source.damaged();
        all.push(KnownChecksums {
            same: known
                .then(|| base64(&so_far.clone().finalize()))
                .into_iter()
                .collect(),
            other_line_ends: Vec::new(),
        });
    }
    all
}
