//! Which migrations are sure to be asked for, so that other threads may read them before.

use crate::config::Config;
use crate::project::Project;
use crate::replay::{AheadSet, AheadThreads, read_ahead};
use crate::rules::{self, Check};

/// Reads ahead what a check of a whole project will ask for, or of some paths of it.
pub(super) fn of(project: &Project, config: &Config, paths: &[String]) -> Option<AheadThreads> {
    let mut downs = rules::all()
        .iter()
        .filter(|rule| matches!(rule.check, Check::Down(_)));
    // Whoever only compares asks for no way back, nor does who names files, for most of them.
    let judges = paths.iter().all(String::is_empty) && downs.any(|rule| config.may_run(rule));
    let sets = project.sets.iter().map(|set| AheadSet {
        set,
        downs_from: judges.then(|| config.applied(set)),
    });
    read_ahead(sets, config.versions())
}
