//! The ledger: everything in scope is judged, judged but for a part, or not judged with a reason,
//! and that decides whether the question was answered at all.

use std::collections::BTreeSet;

use super::Scope;
use crate::project::relevance::{Relevance, relevance};
use crate::project::tree::is_under;
use crate::project::{Consequence, Project, Unjudged};

/// What was judged, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The files that were judged, in whole or but for a part.
    judged: BTreeSet<String>,
    entries: Vec<Unjudged>,
    unanswered: Vec<Unjudged>,
}

impl Ledger {
    /// Everything that is not judged, or not wholly, by path.
    pub fn entries(&self) -> &[Unjudged] {
        &self.entries
    }

    /// What was asked about and not judged: with any of it, no answer is a clean one.
    pub fn unanswered(&self) -> &[Unjudged] {
        &self.unanswered
    }

    /// How many files were judged.
    pub fn files(&self) -> usize {
        self.judged.len()
    }

    /// Keeps what a change touches, and is not judged at all.
    pub fn keep_changed(&mut self, scope: &Scope) {
        self.entries
            .retain(|entry| entry.cause != Consequence::Partly && is_in_change(entry, scope));
    }

    /// Says that a question has no answer, for this reason.
    pub fn leave_open(&mut self, entry: Unjudged) {
        if !self.unanswered.contains(&entry) {
            self.unanswered.push(entry.clone());
        }
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// The same, each path in other words.
    pub(crate) fn with_paths(&self, shown: impl Fn(&str) -> String) -> Self {
        let renamed = |entries: &[Unjudged]| {
            let entries = entries.iter();
            entries
                .map(|entry| Unjudged {
                    path: shown(&entry.path),
                    ..entry.clone()
                })
                .collect()
        };
        Self {
            judged: self.judged.iter().map(|path| shown(path)).collect(),
            entries: renamed(&self.entries),
            unanswered: renamed(&self.unanswered),
        }
    }

    pub(super) fn push(&mut self, entry: Unjudged) {
        self.entries.push(entry);
    }

    pub(super) fn extend(&mut self, entries: impl IntoIterator<Item = Unjudged>) {
        self.entries.extend(entries);
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Closes the ledger: what was judged is known, and the rest is weighed.
    pub(super) fn settle(
        &mut self,
        judged: impl Iterator<Item = String>,
        project: &Project,
        scope: &Scope,
    ) {
        // A template is read, and nothing that a server would be given is known of it.
        let unread: BTreeSet<&str> = self
            .entries
            .iter()
            .filter(|entry| entry.cause == Consequence::Foreign)
            .map(|entry| entry.path.as_str())
            .collect();
        self.judged = judged
            .filter(|path| !unread.contains(path.as_str()))
            .collect();
        self.entries.sort();
        self.entries.dedup();
        let open: Vec<Unjudged> = self
            .entries
            .iter()
            .filter(|entry| is_asked_for(entry, scope))
            .cloned()
            .collect();
        for entry in open {
            self.leave_open(entry);
        }
        for path in scope.paths.iter().filter(|path| !path.is_empty()) {
            if !self.answers(path, project) && touches(path, scope) {
                self.leave_named_open(path);
            }
        }
    }

    /// Whether anything at a path that was named is judged, or says something about what is.
    fn answers(&self, path: &str, project: &Project) -> bool {
        let entry = self.entries.iter().any(|entry| entry.path == path);
        self.judged.iter().any(|file| is_under(file, path))
            || project
                .pushed
                .iter()
                .any(|file| is_under(file, path) || is_under(path, file))
            || project.sets.iter().any(|set| {
                set.related.iter().any(|related| is_under(related, path))
                    || set.declares(path)
                    || set.declared.iter().any(|file| is_under(&file.path, path))
                    || (!entry && is_under(path, &set.folder) && relevance(path) == Relevance::Full)
            })
    }

    fn leave_named_open(&mut self, path: &str) {
        let unanswered = self.entries.iter();
        let unanswered = unanswered.filter(|entry| entry.cause != Consequence::Partly);
        let there =
            unanswered.filter(|entry| is_under(&entry.path, path) || is_under(path, &entry.path));
        let mut open: Vec<Unjudged> = there.cloned().collect();
        if open.is_empty() {
            let reason = "no migration, schema or configuration that driftlint reads";
            open.push(Unjudged::foreign(path, reason));
        }
        for entry in open {
            self.leave_open(entry);
        }
    }
}

/// Whether an answer was asked for about an entry, and there is none.
fn is_asked_for(entry: &Unjudged, scope: &Scope) -> bool {
    let counts = match entry.cause {
        Consequence::Broken => true,
        Consequence::Foreign => scope.strict,
        // What is judged but for a part was answered: the part is said, and the answer
        // stands.
        Consequence::Idle | Consequence::Partly => false,
    };
    counts && is_in_change(entry, scope) && scope.reaches_or_names(&entry.path)
}

/// Whether the changes touch what an entry is about; without changes, everything is asked about.
fn is_in_change(entry: &Unjudged, scope: &Scope) -> bool {
    touches(&entry.path, scope)
}

fn touches(path: &str, scope: &Scope) -> bool {
    scope
        .changes
        .as_ref()
        .is_none_or(|changes| changes.files.iter().any(|file| is_under(&file.path, path)))
}
