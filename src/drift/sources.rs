//! Reads every source of truth that a set has.

use crate::catalog::Catalog;
use crate::error::Result;
use crate::project::MigrationSet;
use crate::project::tree::Tree;
use crate::schema::{Declared, load};
use crate::sql::Versions;

/// The stories that are to agree.
#[derive(Clone, Debug)]
pub struct Sources {
    /// What the migrations make.
    pub migrated: Catalog,
    /// What people declare.
    pub declared: Option<Declared>,
    /// What the generator remembers.
    pub snapshot: Option<Declared>,
}

/// Reads them all. Call it where the stack is deep: see [`crate::sql::on_big_stack`].
pub fn sources(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Sources> {
    let ours = |declared: &Declared| declared.catalog.dialect == set.dialect;
    let declared = load::of_set(tree, set, versions)?.filter(ours);
    let snapshot = load::snapshot_of_set(tree, set)?.filter(ours);
    Ok(Sources { migrated: Catalog::of_set(set, versions, set.migrations.len()), declared, snapshot })
}
