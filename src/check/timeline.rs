//! [`timeline`]: the schema of a set before and after each of its migrations.

use super::impact::{SchemaEffect, effect};
use super::locks::{Locked, locked};
use crate::catalog::Catalog;
use crate::project::{Direction, MigrationSet};
use crate::replay::{Lowered, ReadOptions, Replay, Step, texts_of};
use crate::sql::Versions;

/// A set's history. States share what no statement touched, so that hundreds of them are small.
#[derive(Debug)]
pub struct Timeline {
    /// The folder of the set; for a schema without a history, where that is declared.
    pub folder: String,
    /// The schema before the first migration.
    pub start: Catalog,
    /// Each migration, in order of application.
    pub steps: Vec<TimelineStep>,
}

/// One migration of a history, and the schema that it leaves.
#[derive(Debug)]
pub struct TimelineStep {
    /// What the runner records.
    pub id: String,
    /// The files that it runs on the way up.
    pub files: Vec<String>,
    /// What it does to the schema.
    pub effect: SchemaEffect,
    /// What its statements lock.
    pub locks: Vec<Locked>,
    /// The schema after it.
    pub after: Catalog,
}

/// The first `count` migrations of a set. Call it where the stack is deep: see
/// [`crate::sql::on_big_stack`].
pub fn timeline(set: &MigrationSet, versions: Versions, count: usize) -> Timeline {
    let reading = ReadOptions::of(set, versions);
    let texts = texts_of(set);
    let mut replay = Replay::of(set, versions);
    let start = replay.catalog().clone();
    let mut steps: Vec<TimelineStep> = Vec::new();
    for (number, migration) in set.migrations.iter().take(count).enumerate() {
        for file in &migration.after_unread {
            replay.skip(file, number);
        }
        let lowered = Lowered::of(migration, Direction::Up, reading);
        let step = Step::of(set, number, Direction::Up, &lowered);
        let mut locks = Vec::new();
        replay.begin(&step);
        for (file, statement) in step.statements() {
            replay.enter(file, statement);
            let open = replay.transaction().open;
            locks.push(locked(statement, open, number, replay.catalog()));
            replay.statement(file, statement);
        }
        replay.end();
        let before = steps.last().map_or(&start, |step| &step.after);
        let after = replay.catalog().clone();
        let mut files: Vec<String> = migration
            .up
            .iter()
            .map(|part| part.source.path().to_owned())
            .collect();
        files.dedup();
        steps.push(TimelineStep {
            id: migration.id.clone(),
            files,
            effect: effect(before, &after, &texts, &lowered.statements),
            locks,
            after,
        });
    }
    Timeline {
        folder: set.folder.clone(),
        start,
        steps,
    }
}
