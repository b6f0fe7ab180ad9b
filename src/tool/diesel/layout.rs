//! How Diesel's migrations lie: a folder for each, with `up.sql`, `down.sql` and `metadata.toml`.

use crate::error::Result;
use crate::project::layout::{Evidence, FileNaming, Layout, Order, migration_folders, row};
use crate::project::names::folder_version;
use crate::project::read::{DraftSet, TreeReader};
use crate::project::tree::join;
use crate::project::{Migration, MigrationPart, NoTransaction};
use crate::tool::Tool;

pub(super) static LAYOUTS: [Layout; 1] = [row(
    Tool::Diesel,
    FileNaming::UpSql,
    |reader| Ok(vec![reader.up_sql()?]),
    Order::Bytes,
    "a folder for each migration, with up.sql and down.sql",
    &[Evidence::Numbered(1)],
)];

impl TreeReader<'_> {
    /// Folders with `up.sql` and `down.sql`.
    pub(in crate::tool) fn up_sql(&self) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let mut folders = migration_folders(self.listing, self.folder, "up.sql");
        folders.sort_by_key(|name| folder_version(name));
        for name in folders {
            let folder = join(self.folder, name);
            let Some(up) = self.take(&mut sketch, &join(&folder, "up.sql"))? else {
                continue;
            };
            let down_path = join(&folder, "down.sql");
            let down = if self.listing.has(&down_path) {
                self.take(&mut sketch, &down_path)?
            } else {
                None
            };
            let metadata = join(&folder, "metadata.toml");
            let mut no_transaction = false;
            if self.listing.has(&metadata)
                && let Some(bytes) = self.tree.read(&metadata)?
            {
                let table: Option<toml::Table> = String::from_utf8_lossy(&bytes).parse().ok();
                let run = table
                    .as_ref()
                    .and_then(|table| table.get("run_in_transaction"));
                no_transaction = run.and_then(toml::Value::as_bool) == Some(false);
            }
            sketch.migrations.push(Migration {
                id: name.to_owned(),
                up: vec![MigrationPart::whole(up)],
                down: down.map(|source| vec![MigrationPart::whole(source)]),
                no_transaction: NoTransaction {
                    up: no_transaction,
                    down: no_transaction,
                },
                after_switch: false,
                after_unread: Vec::new(),
            });
        }
        self.skip_scripts(&mut sketch, "up.sql");
        self.join_files(&mut sketch)?;
        Ok(sketch)
    }
}
