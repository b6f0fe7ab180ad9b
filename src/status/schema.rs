//! The schema of a database, held against what the migrations make that it has.

use std::collections::BTreeSet;

use super::{MigrationState, Standing};
use crate::catalog::{Catalog, QName, Slot, Table, Texts};
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

/// Compares a database with what its applied migrations make. `is_foreign` are tables that are
/// somebody else's, such as the bookkeeping table under a name of its own. Call it inside
/// [`on_big_stack`](crate::sql::on_big_stack).
pub fn compare(
    set: &MigrationSet,
    standing: &Standing,
    versions: Versions,
    live: &Catalog,
    is_foreign: &dyn Fn(&QName) -> bool,
) -> LiveSchema {
    let mut applied = set.clone();
    let mut states = standing.migrations.iter();
    applied
        .migrations
        .retain(|_| states.next().is_some_and(MigrationState::is_applied));
    let migrated = catalog_of(&applied, versions, applied.migrations.len());
    let texts = texts_of(&applied);
    let mut goal = as_goal(&migrated);
    let there = live.tables.keys().chain(live.views.keys());
    let foreign = there.filter(|name| is_foreign(name));
    goal.foreign.extend(foreign.cloned());
    let mut differences = diff(Side::declared(&goal), Side::migrated(live));
    // A schema that no migration speaks of is the provider's, or another application's.
    differences.retain(|difference| speaks_of(set, versions, &migrated, &difference.slot.owner));
    let is_whole = applied.migrations.len() == set.migrations.len();
    let ahead = if is_whole || differences.is_empty() {
        BTreeSet::new()
    } else {
        let all = as_goal(&catalog_of(set, versions, set.migrations.len()));
        let still = diff(Side::declared(&all), Side::migrated(live));
        let still: BTreeSet<&Slot> = still.iter().map(|difference| &difference.slot).collect();
        differences
            .iter()
            .filter(|one| one.direction != Presence::LeftOnly && !still.contains(&one.slot))
            .map(|one| one.slot.clone())
            .collect()
    };
    let reached = Goal {
        declared: &goal,
        texts: &texts,
        recreated: &[],
    };
    let repair = reach(reached, live, &Texts::default(), &differences);
    LiveSchema {
        differences,
        ahead,
        repair,
        uncompared: uncompared(&migrated),
    }
}

/// Whether the applied migrations of a set, or those that wait, speak of the schema of a name.
fn speaks_of(set: &MigrationSet, versions: Versions, migrated: &Catalog, name: &QName) -> bool {
    let has = |catalog: &Catalog| {
        let tables = catalog.tables.values().filter(|table| !table.bookkeeping);
        let mut schemas = tables
            .map(|table| &table.name.schema)
            .chain(catalog.enums.keys().map(|name| &name.schema))
            .chain(catalog.views.keys().map(|name| &name.schema));
        schemas.any(|schema| *schema == name.schema)
    };
    name.is_at_home() || has(migrated) || has(&catalog_of(set, versions, set.migrations.len()))
}

/// What of the migrations' own schema is not known, so that nothing was said of it.
fn uncompared(migrated: &Catalog) -> Vec<String> {
    let whole = migrated.knowledge.why();
    let whole = whole.map(|why| format!("which tables there should be: {why}"));
    let of_table = |table: &Table| {
        let why = table.knowledge.why()?;
        Some(format!("table `{}`: {why}", table.name))
    };
    let tables = migrated.tables.values().filter(|table| !table.bookkeeping);
    whole
        .into_iter()
        .chain(tables.filter_map(|table| of_table(table)))
        .collect()
}
