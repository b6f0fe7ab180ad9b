//! A whole migration set, replayed.

use super::{Lowered, ReadOptions, Replay, Step};
use crate::catalog::{Catalog, Texts};
use crate::project::{Direction, MigrationSet};
use crate::sql::{Statement, Versions};

/// What a new database holds after the first `count` migrations of a set. Call it inside
/// [`on_big_stack`](crate::sql::on_big_stack).
pub fn catalog_of(set: &MigrationSet, versions: Versions, count: usize) -> Catalog {
    let mut replay = Replay::of(set, versions);
    let reading = ReadOptions::of(set, versions);
    for (number, migration) in set.migrations.iter().take(count).enumerate() {
        for file in &migration.after_unread {
            replay.skip(file, number);
        }
        let lowered = Lowered::of(migration, Direction::Up, reading);
        replay.run(&Step::of(set, number, Direction::Up, &lowered));
    }
    replay.end();
    let last = set.unread_last.iter();
    for file in last.filter(|_| count >= set.migrations.len()) {
        replay.skip(file, set.migrations.len());
    }
    replay.into_catalog()
}

/// The files that a set's migrations run on the way up.
pub fn texts_of(set: &MigrationSet) -> Texts {
    let files = set.migrations.iter().map(|migration| {
        let parts = migration.up.iter();
        parts.map(|part| part.source.clone()).collect()
    });
    Texts::new(files.collect())
}

/// The statements of a set's migrations on the way up, in order.
pub fn statements_of(set: &MigrationSet, versions: Versions) -> Vec<Statement> {
    statements_before(set, set.migrations.len(), versions)
}

/// Those of the migrations before one, by its number.
pub(crate) fn statements_before(
    set: &MigrationSet,
    until: usize,
    versions: Versions,
) -> Vec<Statement> {
    let reading = ReadOptions::of(set, versions);
    let migrations = set.migrations.iter().take(until);
    migrations
        .flat_map(|migration| Lowered::of(migration, Direction::Up, reading).statements)
        .collect()
}
