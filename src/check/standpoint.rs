//! [`standpoint`]: one statement of a history, with the schemas before and after it.

use super::locks::{Locked, locked};
use crate::catalog::Catalog;
use crate::config::Config;
use crate::project::{Direction, MigrationSet, Project};
use crate::replay::{Lowered, ReadOptions, Replay, Step};
use crate::source::Span;

/// Where somebody stands in a migration.
#[derive(Debug)]
pub struct Standpoint<'a> {
    /// The set of the migration.
    pub set: &'a MigrationSet,
    /// The bytes of the statement.
    pub span: Span,
    /// What it locks, and for how long.
    pub locked: Locked,
    /// The schema that it finds.
    pub before: Catalog,
    /// The schema that it leaves.
    pub after: Catalog,
}

/// The statement at a byte of a file, up or down; `None` where no migration has one there. Call it
/// where the stack is deep: see [`crate::sql::on_big_stack`].
pub fn standpoint<'a>(
    project: &'a Project,
    config: &Config,
    path: &str,
    offset: usize,
) -> Option<Standpoint<'a>> {
    let mut sets = project.sets.iter();
    let set = sets.find(|set| set.parts().any(|part| part.source.path() == path))?;
    let versions = config.versions();
    let reading = ReadOptions::of(set, versions);
    let mut replay = Replay::of(set, versions);
    for (number, migration) in set.migrations.iter().enumerate() {
        for file in &migration.after_unread {
            replay.skip(file, number);
        }
        for direction in [Direction::Up, Direction::Down] {
            let mut parts = migration.parts(direction).iter();
            let here = parts.any(|part| part.source.path() == path);
            // A way back matters to those alone who stand in it.
            if direction == Direction::Down && !here {
                continue;
            }
            let lowered = Lowered::of(migration, direction, reading);
            let step = Step::of(set, number, direction, &lowered);
            replay.begin(&step);
            for (file, statement) in step.statements() {
                replay.enter(file, statement);
                let span = statement.span;
                let stands =
                    statement.source.path() == path && (span.start..=span.end).contains(&offset);
                if !stands {
                    replay.statement(file, statement);
                    continue;
                }
                // A copy shares its maps with the replay, so that one is cheap however large the
                // schema is.
                let before = replay.catalog().clone();
                let open = replay.transaction().open;
                let locked = locked(statement, open, number, &before);
                replay.statement(file, statement);
                return Some(Standpoint {
                    set,
                    span,
                    locked,
                    before,
                    after: replay.catalog().clone(),
                });
            }
            replay.end();
        }
    }
    None
}
