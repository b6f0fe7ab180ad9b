//! Two migrations that the runner takes for one version.

use std::collections::HashMap;

use super::{Check, SetContext};
use crate::project::Migration;
use crate::source::Span;

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let mut seen: HashMap<String, &Migration> = HashMap::new();
    for migration in &set.migrations {
        let (Some(version), Some(part)) = (migration.version(set.runner), migration.up.first())
        else {
            continue;
        };
        let Some(first) = seen.get(&version).copied() else {
            seen.insert(version, migration);
            continue;
        };
        let message = format!(
            "`{}` and `{}` are both version {version} to {}, which runs one of them at most",
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
