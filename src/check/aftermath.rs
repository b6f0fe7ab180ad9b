//! What a change does to migrations that it does not touch.
//!
//! A branch that is merged may sort its migrations between those that are already there, and one of
//! those may then fail. It is unchanged and thus out of scope, so the whole set is asked again, and
//! answers only with failures that the base does not have.

use std::collections::BTreeSet;

use super::settings::Settings;
use super::{Report, Scope, check};
use crate::config::{Config, Selector};
use crate::diagnostic::Diagnostic;
use crate::history::ChangeSet;
use crate::project::{Migration, MigrationSet};
use crate::rules::name;
use crate::schema::input::Input;

/// The rule that says what the server would refuse.
const FAILURE: &str = name::migration_will_fail;

/// Failures of unchanged migrations that the changes before them have brought about.
pub(super) fn failures(
    input: &Input,
    set: &MigrationSet,
    config: &Config,
    scope: &Scope,
    settings: &mut Settings,
) -> Vec<Diagnostic> {
    let Some(changes) = &scope.changes else {
        return Vec::new();
    };
    let mut paths = unchanged_after_changed(set, changes);
    paths.retain(|path| scope.names(path) && settings.of(path).get(FAILURE).is_some());
    if paths.is_empty() {
        return Vec::new();
    }
    let config = Config {
        select: vec![Selector::Rule(FAILURE)],
        ..config.clone()
    };
    let scope = Scope {
        paths,
        ..Scope::default()
    };
    let now = check(input, &config, &scope);
    if now.diagnostics.is_empty() {
        return Vec::new();
    }
    // Only now: most branches break nothing, and then the base is not replayed a second time.
    let known = check(&changes.base, &config, &scope);
    new(now, &known)
}

/// The failures that the base does not have.
fn new(now: Report, known: &Report) -> Vec<Diagnostic> {
    let known = known.diagnostics.iter();
    let known: BTreeSet<_> = known.map(Diagnostic::identity).collect();
    let mut found = now.diagnostics;
    found.retain(|diagnostic| !known.contains(&diagnostic.identity()));
    found
}

/// Files of migrations that are as they were, after the first that is not.
fn unchanged_after_changed(set: &MigrationSet, changes: &ChangeSet) -> Vec<String> {
    let changed = |migration: &Migration| migration.up.iter().any(|part| changes.touches(part));
    let after = set
        .migrations
        .iter()
        .skip_while(|migration| !changed(migration));
    after
        .filter(|migration| !changed(migration))
        .flat_map(paths)
        .map(str::to_owned)
        .collect()
}

fn paths(migration: &Migration) -> impl Iterator<Item = &str> {
    migration.up.iter().map(|part| part.source.path())
}
