//! [`locks`]: what each statement locks, without judging it.

use std::collections::BTreeSet;

use super::Scope;
use crate::catalog::{Catalog, QName};
use crate::config::Config;
use crate::lock::{Effect, Measured, effects};
use crate::project::{Direction, MigrationSet, Project};
use crate::replay::{Lowered, ReadOptions, Replay, Step};
use crate::source::{Source, Span};
use crate::sql::change::{Change, ChangeKind};
use crate::sql::walk::changes;
use crate::sql::{Statement, Understood};

/// One statement of a migration, and what it does to relations that were there before.
#[derive(Debug)]
pub struct Locked {
    /// The file of the migration.
    pub source: Source,
    /// The bytes of the statement.
    pub span: Span,
    /// Whether it runs in a transaction, at whose end the locks go.
    pub in_transaction: bool,
    /// Whether driftlint knows what the statement does.
    pub understood: bool,
    /// Whether the lock table says all of what a server would be seen to do.
    pub comparable: bool,
    /// For each change and each action of an `ALTER TABLE`.
    pub effects: Vec<Effect>,
    /// Relations among these that the same migration made: nobody waits for them.
    pub new: BTreeSet<QName>,
    /// What a server was seen to do for it, where it ran on one.
    pub measured: Option<Measured>,
}

impl Locked {
    /// Where the lock table and the server disagree. A statement that reads and writes rows is no
    /// part of the comparison, for how a server finds them is its own affair; nor is a block, in
    /// which a condition may stand.
    pub fn mismatches(&self) -> Vec<String> {
        match &self.measured {
            Some(measured) if self.comparable => measured.mismatches(&self.effects),
            _ => Vec::new(),
        }
    }
}

/// Replays every set, and tells of each statement of the up migrations in scope what it locks.
pub fn locks(project: &Project, config: &Config, scope: &Scope) -> Vec<Locked> {
    let mut found = Vec::new();
    for set in project.sets.iter().filter(|set| scope.touches(set)) {
        of_set(set, config, scope, &mut found);
    }
    found
}

fn of_set(set: &MigrationSet, config: &Config, scope: &Scope, found: &mut Vec<Locked>) {
    let versions = config.versions();
    let reading = ReadOptions::of(set, versions);
    let mut replay = Replay::of(set, versions);
    for (number, migration) in set.migrations.iter().enumerate() {
        for file in &migration.after_unread {
            replay.skip(file, number);
        }
        let up = Lowered::of(migration, Direction::Up, reading);
        let step = Step::of(set, number, Direction::Up, &up);
        replay.begin(&step);
        for (file, statement) in step.statements() {
            replay.enter(file, statement);
            if scope.covers(statement.source.path()) {
                let open = replay.transaction().open;
                found.push(locked(statement, open, number, replay.catalog()));
            }
            replay.statement(file, statement);
        }
        replay.end();
    }
}

/// What a statement of a migration locks on the schema before it.
pub(crate) fn locked(
    statement: &Statement,
    in_transaction: bool,
    number: usize,
    catalog: &Catalog,
) -> Locked {
    let effects: Vec<Effect> = changes(&statement.changes)
        .iter()
        .flat_map(|reached| effects(reached.change, catalog))
        .collect();
    let relations = effects.iter().flat_map(|effect| &effect.locks);
    let relations = relations.map(|lock| &lock.relation);
    let new = relations.filter(|name| {
        let made = catalog
            .tables
            .get(*name)
            .and_then(|table| table.origin.made);
        made.is_some_and(|site| site.migration as usize == number)
    });
    let understood = !matches!(statement.understood, Understood::Opaque { .. });
    Locked {
        source: statement.source.clone(),
        span: statement.span,
        in_transaction,
        understood,
        comparable: understood && statement.changes.iter().all(changes_the_schema_alone),
        measured: None,
        new: new.cloned().collect(),
        effects,
    }
}

/// Whether a change neither finds rows nor runs others under a condition.
fn changes_the_schema_alone(change: &Change) -> bool {
    !matches!(
        change.kind,
        ChangeKind::Block(_)
            | ChangeKind::Insert { .. }
            | ChangeKind::Update { .. }
            | ChangeKind::Delete { .. }
            | ChangeKind::Select(_)
    )
}
