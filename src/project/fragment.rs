//! Folders that hold a part of a history.

use super::names::is_digits;
use super::tree::{file_name, join, parent};
use super::{ConfiguredSet, Project, apart};

/// Marks the sets whose tables may be made by migrations elsewhere, unless configuration describes
/// them.
pub(super) fn mark(project: &mut Project, configured: &[ConfiguredSet]) {
    let sharing: Vec<_> = project
        .sets
        .iter()
        .filter(|set| set.runner.shares_databases().is_some())
        .map(|set| (set.runner, set.dialect))
        .collect();
    let releases: Vec<String> = project
        .sets
        .iter()
        .filter(|set| {
            file_name(&set.folder)
                .bytes()
                .all(|byte| byte.is_ascii_digit())
        })
        .map(|set| parent(&set.folder).to_owned())
        .collect();
    for set in &mut project.sets {
        if configured.iter().any(|config| config.folder == set.folder) {
            continue;
        }
        let own = (set.runner, set.dialect);
        let has_others = sharing.iter().filter(|&&other| other == own).count() > 1;
        let above = parent(&set.folder);
        let is_numbered = file_name(&set.folder)
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            && releases.iter().filter(|release| *release == above).count() > 1;
        let first = set
            .migrations
            .first()
            .and_then(|one| one.id.split_once('/'));
        let release = first.map(|(folder, _)| join(&set.folder, folder));
        let release = release.as_deref().and_then(apart::release);
        // Its first statements may ask for what earlier releases made: without this, they are
        // refused for tables that are only elsewhere.
        set.fragment = if is_numbered || is_release(&set.folder) {
            Some("its folder holds the migrations of one release only")
        } else if release.is_some_and(|version| !apart::is_first(version)) {
            Some("the first of its releases is not the first of the project")
        } else {
            let shared = set.runner.shares_databases().filter(|_| has_others);
            set.fragment.or(shared)
        };
    }
}

/// Whether a folder is named for a release, as `migration/0.17` is: the history is the sum of such
/// folders.
fn is_release(folder: &str) -> bool {
    let name = file_name(folder);
    let mut numbers = name.strip_prefix('v').unwrap_or(name).split('.');
    name.contains('.') && numbers.all(is_digits)
}
