//! A new migration that sorts before one of the base.

use super::{Check, SetContext};
use crate::diagnostic::Severity;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationSet};
use crate::source::Span;
use crate::tool::Tool;

pub(super) const CHECK: Check = Check::History(check);

fn check(context: &mut SetContext) {
    let Some(changes) = context.changes else {
        return;
    };
    let set = context.set;
    let Some(late) = set.runner.late() else {
        return;
    };
    let Some(base) = changes
        .base
        .project
        .sets
        .iter()
        .find(|base| base.folder == set.folder && base.dialect == set.dialect)
    else {
        return;
    };
    let known = |migration: &Migration| {
        base.migrations.iter().any(|old| {
            Tool::follow(base, old, set).map_or_else(
                || is_same(old, migration),
                |now| std::ptr::eq(now, migration),
            )
        })
    };
    let ordered: Vec<&Migration> = set
        .migrations
        .iter()
        .filter(|migration| !migration.is_repeatable(set.runner))
        .collect();
    let Some(newest) = ordered.iter().rposition(|migration| known(migration)) else {
        return;
    };
    for migration in &ordered[..newest] {
        let Some(part) = migration.up.first() else {
            continue;
        };
        if known(migration) || was_renamed(migration, base, context) {
            continue;
        }
        let runner = set.runner.name();
        let (severity, consequence) = match late {
            LateVersion::Skips => (
                Severity::Error,
                format!("{runner} never runs it on a database that has that one"),
            ),
            LateVersion::Refuses => (
                Severity::Error,
                format!("{runner} refuses it on a database that has that one"),
            ),
            LateVersion::Runs => (
                Severity::Warning,
                "databases that have that one run it in another order than new ones".to_owned(),
            ),
        };
        let message = format!(
            "this migration sorts before `{}`, which exists at {}: {consequence}",
            ordered[newest].id, changes.base_name
        );
        context
            .report(&part.source.clone(), Span::default(), message)
            .severity(severity)
            .help(set.runner.late_help());
    }
}

/// Whether two are one migration: a file of one is a file of the other.
fn is_same(one: &Migration, other: &Migration) -> bool {
    one.id == other.id
        || one.up.iter().any(|part| {
            other
                .up
                .iter()
                .any(|now| now.source.path() == part.source.path())
        })
}

/// Whether a file of it had another name at the base, which `edited-migration` speaks of.
fn was_renamed(migration: &Migration, base: &MigrationSet, context: &SetContext) -> bool {
    let Some(changes) = context.changes else {
        return false;
    };
    migration.up.iter().any(|part| {
        changes
            .files
            .iter()
            .any(|file| file.path == part.source.path() && ran(base, file.old_path()))
    })
}

/// Whether a migration ran the file at the base.
fn ran(base: &MigrationSet, path: &str) -> bool {
    base.migrations
        .iter()
        .flat_map(|old| &old.up)
        .any(|part| part.source.path() == path)
}
