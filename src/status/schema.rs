//! The schema of a database, held against what the migrations make that it has.

use std::collections::BTreeSet;

use super::{MigrationState, Standing};
use crate::catalog::{Catalog, Slot, Texts};
use crate::compare::{Difference, Presence, Side, diff};
use crate::drift::{Goal, Repair, reach};
use crate::project::MigrationSet;
use crate::replay::{catalog_of, texts_of};
use crate::sql::Versions;
use crate::write::reverse::as_goal;

/// What a database has besides what its migrations make, and what it lacks.
#[derive(Debug)]
pub struct LiveSchema {
    /// Left is what the applied migrations make, right the database.
    pub differences: Vec<Difference>,
    /// Those of them that are no longer there once every migration is applied: somebody pushed
    /// them, and a migration that waits makes them too.
    pub ahead: BTreeSet<Slot>,
    /// What makes the database what its applied migrations make.
    pub repair: Repair,
    /// What could not be compared, and why.
    pub uncompared: Vec<String>,
}

/// Compares a database with what its applied migrations make. `is_meant` are differences that
/// nobody wants to hear of: the bookkeeping table under a name of its own, what somebody else
/// manages. Call it inside [`on_big_stack`](crate::sql::on_big_stack).
pub fn compare(
    set: &MigrationSet,
    standing: &Standing,
    versions: Versions,
    live: &Catalog,
    is_meant: &dyn Fn(&Difference) -> bool,
) -> LiveSchema {
    let mut applied = set.clone();
    let mut states = standing.migrations.iter();
    applied
        .migrations
        .retain(|_| states.next().is_some_and(MigrationState::is_applied));
    let migrated = catalog_of(&applied, versions, applied.migrations.len());
    let texts = texts_of(&applied);
    let goal = as_goal(&migrated);
    let mut differences = diff(Side::declared(&goal), Side::migrated(live));
    // A schema that no migration speaks of is the provider's, or another application's.
    let is_whole = applied.migrations.len() == set.migrations.len();
    let later = (!is_whole).then(|| catalog_of(set, versions, set.migrations.len()));
    let schemas: BTreeSet<&str> = later.iter().chain([&migrated]).flat_map(schemas).collect();
    differences.retain(|difference| {
        let owner = &difference.slot.owner;
        let is_ours = owner.is_at_home() || schemas.contains(owner.schema.as_str());
        is_ours && !is_meant(difference)
    });
    let ahead = later.as_ref().map(|later| ahead(&differences, later, live));
    let reached = Goal {
        declared: &goal,
        texts: &texts,
        recreated: &[],
    };
    let repair = reach(reached, live, &Texts::default(), &differences);
    LiveSchema {
        differences,
        ahead: ahead.unwrap_or_default(),
        repair,
        uncompared: uncompared(&migrated),
    }
}

/// The differences that are none once every migration is applied.
fn ahead(differences: &[Difference], later: &Catalog, live: &Catalog) -> BTreeSet<Slot> {
    let later = as_goal(later);
    let still = diff(Side::declared(&later), Side::migrated(live));
    let still: BTreeSet<&Slot> = still.iter().map(|difference| &difference.slot).collect();
    let made = differences
        .iter()
        .filter(|one| one.direction != Presence::LeftOnly && !still.contains(&one.slot));
    made.map(|one| one.slot.clone()).collect()
}

/// The schemas that hold something.
fn schemas(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let tables = catalog.tables.values().filter(|table| !table.bookkeeping);
    tables
        .map(|table| table.name.schema.as_str())
        .chain(catalog.enums.keys().map(|name| name.schema.as_str()))
        .chain(catalog.views.keys().map(|name| name.schema.as_str()))
}

/// What of the migrations' own schema is not known, so that nothing was said of it.
fn uncompared(migrated: &Catalog) -> Vec<String> {
    let whole = migrated.knowledge.why();
    let whole = whole.map(|why| format!("which tables there should be: {why}"));
    let tables = migrated.tables.values().filter(|table| !table.bookkeeping);
    whole
        .into_iter()
        .chain(tables.filter_map(|table| {
            let why = table.knowledge.why()?;
            Some(format!("table `{}`: {why}", table.name))
        }))
        .collect()
}
