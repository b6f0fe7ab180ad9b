//! What is not said about migrations that are merged.

use std::collections::BTreeSet;

use super::{CheckState, Scope};
use crate::history::{ChangeSet, Merged};
use crate::project::{FileStatus, Project};
use crate::sql::code;

impl CheckState<'_> {
    /// A merged migration was run, and cannot be edited: that it was dangerous to run helps nobody
    /// any more. What a new database does with it still counts, but is no reason to edit it either.
    pub(super) fn leave_merged_out(&mut self, project: &Project, scope: &Scope) {
        let remarked = scope
            .changes
            .as_ref()
            .map(|changes| only_remarked(project, changes));
        let Some(merged) = scope.merged.as_ref().or(remarked.as_ref()) else {
            return;
        };
        let migrations: BTreeSet<&str> = project.parts().map(|part| part.source.path()).collect();
        let hidden = &mut self.summary.merged;
        self.diagnostics.retain_mut(|diagnostic| {
            let path = diagnostic.source.path();
            let rule = crate::rules::find(diagnostic.rule);
            if !merged.contains(path) {
                return true;
            }
            // The project's own rules, which have no page, are about what new migrations do.
            let Some(rule) = rule.filter(|rule| !rule.meta.asks_while_new()) else {
                hidden.findings += 1;
                hidden.files.insert(path.to_owned());
                return false;
            };
            // A schema may be edited; only a migration stays as it was run.
            if rule.check.is_about_a_migration() && migrations.contains(path) {
                diagnostic.help = None;
                diagnostic.fixes.clear();
            }
            true
        });
    }
}

/// The merged migrations of which a change set changes comments and white space alone: what they
/// do was decided when they were merged.
fn only_remarked(project: &Project, changes: &ChangeSet) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for set in &project.sets {
        for source in set.parts().map(|part| &part.source) {
            let path = source.path();
            let found = changes
                .files
                .binary_search_by(|file| file.path.as_str().cmp(path));
            let Some(file) = found.ok().map(|at| &changes.files[at]) else {
                continue;
            };
            // A comment may be added to a migration that was run, to allow what it does, say. That
            // does not make its statements new, so it is held against the text that was merged.
            let merged = match &file.merged {
                Merged::AsAtBase => file.before.as_ref(),
                Merged::Not => None,
                Merged::As(merged) => Some(merged),
            };
            let same = merged.is_some_and(|merged| {
                code(merged.text(), set.dialect).eq(code(source.text(), set.dialect))
            });
            if file.status == FileStatus::Modified && same {
                files.insert(path.to_owned());
            }
        }
    }
    files
}
