//! What a rule about a whole migration set is given.

use std::collections::BTreeSet;

use super::reported::{Reported, Reporter};
use crate::catalog::Catalog;
use crate::history::ChangeSet;
use crate::project::{MigrationSet, Project};
use crate::source::{Source, Span};

/// A migration set after its replay.
pub struct SetContext<'a> {
    /// The project it belongs to.
    pub project: &'a Project,
    /// The set that is judged, with its files and its history.
    pub set: &'a MigrationSet,
    /// What its replay left.
    pub catalog: &'a Catalog,
    /// What is being committed or merged; `None` for a check of everything.
    pub changes: Option<&'a ChangeSet>,
    /// The files that the default branch has; `None` where that is not known.
    pub merged: Option<&'a BTreeSet<String>>,
    /// How many migrations of a set lie before the baseline.
    pub(crate) applied: &'a dyn Fn(&MigrationSet) -> usize,
    pub(crate) reporter: Reporter<'a>,
}

impl SetContext<'_> {
    /// How many migrations of this set, here or at the base, lie before the baseline: they are
    /// replayed and not judged.
    pub fn applied(&self, set: &MigrationSet) -> usize {
        (self.applied)(set)
    }

    /// Reports a problem.
    pub fn report(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Reported<'_> {
        self.reporter.report(source.clone(), span, message.into())
    }
}
