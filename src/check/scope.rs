//! [`Scope`]: what may report.

use std::collections::BTreeSet;

use super::known::Known;
use super::workflow::Workflows;
use crate::history::ChangeSet;
use crate::project::{FileStatus, MigrationSet};
use crate::schema::input::Input;

/// What may report. Everything is read and replayed all the same.
#[derive(Debug, Default)]
pub struct Scope {
    /// Only these files and what lies in these folders; everything if empty.
    pub paths: Vec<String>,
    /// Only what these changes touch.
    pub changes: Option<ChangeSet>,
    /// Also drift that was there before the changes.
    pub all_drift: bool,
    /// The files that the default branch has; `None` where that is not known, so that everything is
    /// new.
    pub merged: Option<BTreeSet<String>>,
    /// Findings that the project has decided to live with.
    pub known: Option<Known>,
    /// Whether what driftlint does not read leaves the question open, too.
    pub strict: bool,
    /// The project as the default branch has it, where no change set holds it and a migration
    /// that is not merged may drop what that branch still declares.
    pub default_branch: Option<Input>,
    /// The workflow around migrations, where it is to be judged.
    pub workflows: Option<Workflows>,
}

impl Scope {
    /// Whether a file may report.
    pub fn covers(&self, path: &str) -> bool {
        let is_changed = self.changes.as_ref().is_none_or(|changes| {
            let status = changes.status(path);
            status.is_some_and(|status| *status != FileStatus::Deleted)
        });
        is_changed && self.names(path)
    }

    /// Whether a file was named, or lies in a folder that was; all are if none was.
    pub(super) fn names(&self, path: &str) -> bool {
        self.paths.is_empty()
            || self
                .paths
                .iter()
                .any(|folder| crate::project::tree::is_under(path, folder))
    }

    /// Whether a file or folder was named, or anything in it.
    pub(super) fn reaches_or_names(&self, path: &str) -> bool {
        let is_under = crate::project::tree::is_under;
        self.names(path) || self.paths.iter().any(|named| is_under(named, path))
    }

    /// Whether anything that may report lies in a folder.
    pub(super) fn reaches(&self, folder: &str) -> bool {
        let is_under = crate::project::tree::is_under;
        match &self.changes {
            Some(changes) => changes
                .files
                .iter()
                .any(|file| is_under(&file.path, folder) && self.names(&file.path)),
            None => self.names(folder) || self.paths.iter().any(|path| is_under(path, folder)),
        }
    }

    /// Whether a whole set was named: its folder or one above it, or one of its schema files.
    pub(super) fn names_set(&self, set: &MigrationSet) -> bool {
        self.names(&set.folder)
            || set
                .declared
                .iter()
                .any(|declared| self.names(&declared.path))
    }

    /// Whether anything of a set, or of what belongs to it, may report.
    pub(crate) fn touches(&self, set: &MigrationSet) -> bool {
        let Some(changes) = &self.changes else {
            return self.paths.is_empty() || self.paths.iter().any(|path| set.belongs(path));
        };
        changes.files.iter().any(|file| {
            set.belongs(&file.path)
                || matches!(&file.status, FileStatus::Renamed { from } if set.belongs(from))
        })
    }
}
