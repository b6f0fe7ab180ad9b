//! A whole migration set, replayed.

use super::{Catalog, Replay, Step};
use crate::project::{Direction, MigrationSet};
use crate::sql::{Statement, Versions, script};

impl Catalog {
    /// What a new database holds after the first `count` migrations of a set. Call it inside
    /// [`on_big_stack`](crate::sql::on_big_stack).
    pub fn of_set(set: &MigrationSet, versions: Versions, count: usize) -> Self {
        let mut replay = Replay::of(set, versions);
        for (number, migration) in (0..).zip(set.migrations.iter().take(count)) {
            let mut statements: Vec<Statement> = Vec::new();
            let mut files = Vec::new();
            for (file, part) in (0..).zip(&migration.up) {
                let script = script(
                    &part.source,
                    part.span,
                    set.dialect,
                    versions,
                    set.runner.unit(),
                );
                files.extend(script.statements.iter().map(|_| file));
                statements.extend(script.statements);
            }
            let wrap = migration.wrap(set.runner, Direction::Up);
            if migration.after_switch {
                replay.switch(&statements);
            }
            replay.begin(&Step {
                number,
                wrap,
                statements: &statements,
                files: &files,
            });
            for (&file, statement) in files.iter().zip(&statements) {
                replay.statement(file, statement);
            }
        }
        replay.end();
        replay.into_catalog()
    }
}
