//! Hasura: a folder for each migration, beside the metadata of its server.

use super::{ApplyWords, Facts};
use crate::error::Result;
use crate::project::dialect::Decision;
use crate::project::layout::{Evidence, FileNaming, LayoutEvidence, Order, row};
use crate::project::names::folder_version;
use crate::project::runner::Wrap;
use crate::project::tree::{join, parent};
use crate::sql::{Dialect, Unit};
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "hasura",
    // A file is one string to the server. Its console writes `BEGIN` and `COMMIT` into some.
    unit: Unit::File,
    wrap: Wrap::Nothing,
    layouts: &[row(
        Tool::Hasura,
        FileNaming::UpSql,
        |reader| Ok(vec![reader.up_sql()?]),
        Order::Bytes,
        "a folder for each migration, with up.sql and down.sql",
        &[Evidence::Numbered(1), Evidence::Configured(is_configured)],
    )],
    dialect: |_, _| {
        Ok(Some(Decision::Known(
            Dialect::Postgres,
            "Hasura".to_owned(),
        )))
    },
    version: |migration| Some(folder_version(&migration.id)),
    applies: &[
        ApplyWords::new("hasura", &["migrate", "apply"]),
        ApplyWords::new("hasura", &["deploy"]),
    ],
    ..Facts::PLAIN
};

/// Whether a folder belongs to a project of Hasura's: `migrations`, or the folder of a database in
/// it, beside a `config.yaml`. Of other servers than PostgreSQL nothing is known.
fn is_configured(site: &LayoutEvidence<'_>) -> Result<bool> {
    let says = |path: &str, words: &[&str]| -> Result<bool> {
        if !site.listing.has(path) {
            return Ok(false);
        }
        let bytes = site.tree.read(path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        Ok(words.iter().any(|word| text.contains(word)))
    };
    let above = parent(site.folder);
    for project in [above, parent(above)] {
        if says(&join(project, "config.yaml"), &["metadata_directory:"])? {
            let databases = join(project, "metadata/databases/databases.yaml");
            return Ok(!says(&databases, &["kind: mssql", "kind: bigquery"])?);
        }
    }
    Ok(false)
}
