//! How Drizzle's migrations lie in folders: files that `meta/_journal.json` lists, and since 1.0 a
//! folder for each migration.

use std::collections::HashSet;

use serde_json::Value;

use super::config::{DrizzleConfig, is_config};
use super::journal;
use crate::error::Result;
use crate::project::discover::ancestors;
use crate::project::layout::{
    Evidence, FileNaming, Layout, LayoutEvidence, Order, migration_folders, row,
};
use crate::project::read::{DraftSet, TreeReader, WrittenDialect};
use crate::project::script::readings;
use crate::project::tree::{file_name, join, parent};
use crate::source::Source;
use crate::tool::Tool;

pub(super) static LAYOUTS: [Layout; 3] = [
    row(
        Tool::Drizzle,
        FileNaming::Journal,
        |reader| Ok(vec![reader.drizzle_journal()?]),
        Order::Listed,
        "files named by meta/_journal.json",
        &[],
    ),
    row(
        Tool::Drizzle,
        FileNaming::MigrationSql,
        |reader| Ok(vec![reader.drizzle_folders()?]),
        Order::Bytes,
        "a folder for each migration, with migration.sql and snapshot.json",
        &[Evidence::Beside("snapshot.json")],
    ),
    row(
        Tool::Drizzle,
        FileNaming::MigrationSql,
        |reader| Ok(vec![reader.drizzle_folders()?]),
        Order::Bytes,
        "a folder for each migration, with migration.sql",
        &[Evidence::Configured(is_out)],
    ),
];

/// Whether a configuration of drizzle-kit above names this folder as its `out`.
fn is_out(site: &LayoutEvidence<'_>) -> Result<bool> {
    for above in ancestors(parent(site.folder)) {
        let configs = site.listing.children(above);
        for path in configs.filter(|path| is_config(file_name(path))) {
            let Some(bytes) = site.tree.read(path)? else {
                continue;
            };
            let read = readings(&String::from_utf8_lossy(&bytes));
            let mut configs = read
                .iter()
                .map(|values| DrizzleConfig::from_values(path, above, values));
            if configs.any(|config| config.out == site.folder) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

impl TreeReader<'_> {
    fn drizzle_journal(&self) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let path = join(self.folder, "meta/_journal.json");
        sketch.related.push(path.clone());
        let bytes = self.tree.read(&path)?.unwrap_or_default();
        let listed = match journal::read(Source::from_bytes(path.as_str(), bytes)) {
            Ok(listed) => listed,
            Err(broken) => {
                // The order is lost, but names still say most of it.
                let mut sketch = self.single(self.sql_files())?;
                sketch.related.push(path.clone());
                let why = broken.why;
                sketch.skip(
                    path,
                    format!("it {why}, so files are taken in the order of their names"),
                );
                return Ok(sketch);
            }
        };
        if let Some(dialect) = listed.dialect {
            sketch.dialect = Some(WrittenDialect {
                name: dialect,
                place: "`dialect` in meta/_journal.json",
            });
        }
        let mut known: HashSet<String> = HashSet::new();
        let folders = migration_folders(self.listing, self.folder, "migration.sql");
        let mut folders: Vec<&str> = folders
            .into_iter()
            .filter(|name| journal::is_folder(name))
            .collect();
        folders.sort_unstable();
        let downs = self.ways_back();
        for tag in listed.entries.iter().map(|entry| entry.tag.as_str()) {
            let file = join(self.folder, &format!("{tag}.sql"));
            if !self.listing.has(&file) {
                // `drizzle-kit up` may have made a folder of it.
                if folders.is_empty() {
                    let reason = "meta/_journal.json names it, but there is no such file";
                    sketch.skip(file, reason);
                }
            } else if let Some(source) = self.take(&mut sketch, &file)? {
                let migration = self.sectioned(tag, &source);
                let back = downs.get(tag).copied();
                let migration = self.with_down(&mut sketch, migration, back)?;
                sketch.migrations.push(migration);
                known.insert(file);
                known.extend(back.map(str::to_owned));
            }
        }
        for name in folders {
            let path = join(&join(self.folder, name), "migration.sql");
            if let Some(source) = self.take(&mut sketch, &path)? {
                sketch.migrations.push(self.sectioned(name, &source));
            }
        }
        known.extend(sketch.skipped.iter().map(|it| it.path.clone()));
        for file in self.sql_files().filter(|file| !known.contains(*file)) {
            sketch.skip(file, "not in meta/_journal.json: drizzle-kit never runs it");
        }
        Ok(sketch)
    }

    fn drizzle_folders(&self) -> Result<DraftSet> {
        let mut sketch = self.folders()?;
        sketch.dialect = self.snapshot_dialect()?;
        self.skip_loose(&mut sketch);
        Ok(sketch)
    }

    /// In the 1.0 layout a migration is the `migration.sql` of a folder; what lies there in another
    /// form is never run.
    fn skip_loose(&self, sketch: &mut DraftSet) {
        for file in self
            .sql_files()
            .filter(|file| file_name(file).starts_with(|first: char| first.is_ascii_digit()))
        {
            let reason = "not in a folder of its own: drizzle-kit 1.0 never runs it";
            sketch.skip(file, reason);
        }
        for folder in migration_folders(self.listing, self.folder, "snapshot.json") {
            let file = join(&join(self.folder, folder), "migration.sql");
            if !self.listing.has(&file) {
                sketch.skip(
                    file,
                    "there is a snapshot beside it, but there is no such file",
                );
            }
        }
    }

    /// The 1.0 layout has no journal; each snapshot names the dialect.
    fn snapshot_dialect(&self) -> Result<Option<WrittenDialect>> {
        let mut snapshots = self
            .listing
            .under(self.folder)
            .iter()
            .filter(|path| file_name(path) == "snapshot.json");
        let Some(bytes) = snapshots
            .next_back()
            .map(|path| self.tree.read(path))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        let snapshot: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let dialect = snapshot.get("dialect").and_then(Value::as_str);
        Ok(dialect.map(|name| WrittenDialect {
            name: name.to_owned(),
            place: "`dialect` in snapshot.json",
        }))
    }
}
