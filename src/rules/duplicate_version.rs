//! Two migrations that the runner takes for one version.

use std::collections::HashMap;

use super::{Check, SetContext};
use crate::project::FileStatus;
use crate::project::Migration;
use crate::source::Span;

pub(super) const CHECK: Check = Check::Set(check);

/// With so many versions after it, a version that is there twice has been lived with.
const LATER: usize = 3;

fn check(context: &mut SetContext) {
    let set = context.set;
    let mut seen: HashMap<String, &Migration> = HashMap::new();
    for (number, migration) in set.migrations.iter().enumerate() {
        let (Some(version), Some(part)) = (migration.version(set.runner), migration.up.first())
        else {
            continue;
        };
        let Some(first) = seen.get(&version).copied() else {
            seen.insert(version, migration);
            continue;
        };
        if is_lived_with(&[first, migration], number, context) {
            continue;
        }
        let consequence = if set.runner.refuses_double_versions() {
            "runs nothing then"
        } else {
            "runs one of them at most"
        };
        let message = format!(
            "`{}` and `{}` are both version {version} to {}, which {consequence}",
            first.id,
            migration.id,
            set.runner.name()
        );
        let reported = context
            .report(&part.source.clone(), Span::default(), message)
            .help("give the one that nobody has run yet the next free number");
        if let Some(other) = first.up.first() {
            reported.label(&other.source.clone(), Span::default(), "the other one");
        }
    }
}

/// Whether a pair is so old that the project runs its files otherwise than their names say: the
/// tool would not have run any migration since. Programs with a list of files of their own name them
/// as a tool does.
fn is_lived_with(pair: &[&Migration; 2], number: usize, context: &SetContext) -> bool {
    let set = context.set;
    set.runner.refuses_double_versions()
        && set.migrations.len() > number + LATER
        && !pair.iter().any(|migration| is_new(migration, context))
}

/// Whether a change set adds a file of the migration, or others cannot have it yet.
fn is_new(migration: &Migration, context: &SetContext) -> bool {
    let mut parts = migration.up.iter();
    parts.any(|part| {
        let path = part.source.path();
        let added = context
            .changes
            .and_then(|changes| changes.status(path))
            .is_some_and(|status| !matches!(status, FileStatus::Modified));
        added || context.merged.is_some_and(|merged| !merged.contains(path))
    })
}
