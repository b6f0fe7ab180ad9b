//! How Prisma's migrations lie: a folder for each, beside a lock file that names the provider.

use super::config::{LOCK, lock_provider};
use crate::error::Result;
use crate::project::discover::ancestors;
use crate::project::layout::{Evidence, FileNaming, Layout, LayoutEvidence, Order, row};
use crate::project::read::{DraftSet, TreeReader};
use crate::project::tree::{ending, join, parent};
use crate::tool::Tool;

const fn folders(evidence: &'static [Evidence]) -> Layout {
    row(
        Tool::Prisma,
        FileNaming::MigrationSql,
        |reader| Ok(vec![reader.prisma_folders()?]),
        Order::Bytes,
        "a folder for each migration, with migration.sql",
        evidence,
    )
}

pub(super) static LAYOUTS: [Layout; 4] = [
    folders(&[Evidence::File(LOCK)]),
    folders(&[Evidence::Numbered(1)]),
    folders(&[Evidence::Named, Evidence::SomeNumbered]),
    folders(&[Evidence::Named, Evidence::Nearby(has_schema)]),
];

/// A crate or a package that is called `migration` holds folders with a `migration.sql` too, such
/// as `src`; Prisma's have a schema near them.
fn has_schema(site: &LayoutEvidence<'_>) -> bool {
    let is_schema = |path: &str| ending(path) == "prisma";
    ancestors(parent(site.folder)).any(|above| {
        let beside = ["prisma", "schema", "prisma/schema"].map(|name| join(above, name));
        let mut folders = std::iter::once(above.to_owned()).chain(beside);
        folders.any(|folder| site.listing.children(&folder).any(is_schema))
    })
}

impl TreeReader<'_> {
    fn prisma_folders(&self) -> Result<DraftSet> {
        let mut sketch = self.folders()?;
        let lock = join(self.folder, LOCK);
        if let Some(bytes) = self.tree.read(&lock)?.filter(|_| self.listing.has(&lock)) {
            let provider = lock_provider(&String::from_utf8_lossy(&bytes));
            sketch.dialect =
                provider.map(|name| (name, "`provider` in migration_lock.toml".to_owned()));
            sketch.related.push(lock);
        }
        Ok(sketch)
    }
}
