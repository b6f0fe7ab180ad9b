//! Engines other than InnoDB, which change no table while others go on.

use super::MysqlAlter;
use crate::catalog::Table;
use crate::lock::{Algorithm, Blocks, Cause, Effect, Mode};
use crate::sql::change::TableAction;

/// The engine of tables that name none.
pub(super) const INNODB: &str = "innodb";

pub(super) fn engine_of(table: &Table) -> Option<&str> {
    table.option("engine")
}

/// The engine of a table that is not InnoDB's.
pub(super) fn other_engine(table: &Table) -> Option<&str> {
    engine_of(table).filter(|engine| !engine.eq_ignore_ascii_case(INNODB))
}

/// What another engine makes of a change that InnoDB does online.
pub(super) fn copies(effect: &mut Effect, engine: &str) {
    let target = effect.target.clone();
    for lock in &mut effect.locks {
        if let Mode::Online(algorithm, blocks) = &mut lock.mode {
            (*algorithm, *blocks) = (Algorithm::Copy, (*blocks).max(Blocks::Writes));
        }
    }
    if effect.rewrites.is_empty() {
        effect.rewrite(&target);
        effect
            .causes
            .insert(0, Cause::OtherEngine(engine.to_owned()));
    }
}

impl MysqlAlter<'_> {
    /// Only InnoDB does anything to columns and indexes while others go on.
    pub(super) fn copy_unless_innodb(&self, action: &TableAction, effect: &mut Effect) {
        let touches_rows = match action {
            TableAction::AddColumn { .. }
            | TableAction::DropColumn { .. }
            | TableAction::AddIndex(_)
            | TableAction::AddConstraint(_)
            | TableAction::DropPrimaryKey => true,
            TableAction::Modify { .. } => effect
                .locks
                .iter()
                .any(|lock| !matches!(lock.mode, Mode::Online(Algorithm::Instant, _))),
            _ => false,
        };
        if let Some(engine) = self.table.and_then(other_engine).filter(|_| touches_rows) {
            copies(effect, engine);
        }
    }
}
