//! The replay as the pipeline drives it: the catalog with its transaction, and what happened to
//! rows.

use super::lowered::Lowered;
use crate::catalog::{self, Catalog, Rejection, Site};
use crate::context::{Rows, Transaction};
use crate::project::runner::Runner;
use crate::project::{Direction, Migration, MigrationSet};
use crate::sql::{Statement, Versions};

/// A migration that is about to run in one direction.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) number: usize,
    pub(super) migration: &'a Migration,
    pub(super) direction: Direction,
}

/// The state between two statements.
#[derive(Clone)]
pub(super) struct Replay {
    schema: catalog::Replay,
    rows: Rows,
    runner: Runner,
    number: u32,
}

impl Replay {
    /// An empty database, as the runner finds it.
    pub(super) fn new(set: &MigrationSet, versions: Versions) -> Self {
        let schema = catalog::Replay::of(set, versions);
        Self {
            schema,
            rows: Rows::default(),
            runner: set.runner,
            number: 0,
        }
    }

    /// The schema just before the statement that was approached, or after the last one.
    pub(super) fn catalog(&self) -> &Catalog {
        self.schema.catalog()
    }

    /// The transaction that the statement runs in.
    pub(super) fn transaction(&self) -> &Transaction {
        self.schema.transaction()
    }

    /// What happened to rows so far.
    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Before a migration's first statement.
    pub(super) fn begin(&mut self, step: Step, lowered: &Lowered) {
        self.number = u32::try_from(step.number).unwrap_or(u32::MAX);
        if step.migration.after_switch
            && step.direction == Direction::Up
            && self.schema.switch(&lowered.statements)
        {
            self.rows = Rows::default();
        }
        self.schema.begin(&catalog::Step {
            number: self.number,
            wrap: step.migration.wrap(self.runner, step.direction),
            statements: &lowered.statements,
            files: &lowered.parts,
        });
    }

    /// Before a statement: makes the transaction the one that it will run in.
    pub(super) fn approach(&mut self, statement: &Statement, part: u32) {
        self.schema.enter(part, statement);
    }

    /// Runs a statement; what the server would have refused of it.
    pub(super) fn step(&mut self, statement: &Statement, part: u32) -> Vec<Rejection> {
        for change in &statement.changes {
            let site = Site {
                migration: self.number,
                file: part,
                span: change.span,
            };
            self.rows.observe(self.schema.catalog(), change, site);
        }
        self.schema.statement(part, statement)
    }

    /// After a migration's last statement.
    pub(super) fn end(&mut self) {
        self.schema.end();
    }
}
