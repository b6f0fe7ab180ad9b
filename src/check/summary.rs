//! [`Report`]: what a check found, and how much it looked at.

use std::collections::BTreeSet;

use super::{Ledger, known};
use crate::compare::Difference;
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{Language, Note};

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// By file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// How much was looked at.
    pub summary: Summary,
    /// Of [`compare`](super::compare), what migrations can close.
    pub gaps: Vec<Gap>,
}

/// Differences between what a set's migrations make and what is declared, all of them reported.
#[derive(Debug)]
pub struct Gap {
    /// The set's index in the project.
    pub set: usize,
    /// The schema's index among those of the set.
    pub declared: usize,
    /// In the order of the objects' names.
    pub differences: Vec<Difference>,
}

impl Report {
    /// How many diagnostics are exactly this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// The worst severity; `None` if nothing was reported.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics
            .iter()
            .map(|diagnostic| diagnostic.severity)
            .max()
    }
}

/// How much was looked at, and how much of it could not be judged.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Migrations of which something was judged, up or down.
    pub migrations: usize,
    /// Statements in those migrations.
    pub statements: usize,
    /// Statements that nobody understood.
    pub opaque: usize,
    /// Diagnostics that comments allowed.
    pub suppressed: usize,
    /// What was judged, and what was not.
    pub ledger: Ledger,
    /// Sets whose migrations were compared with schemas.
    pub compared: Vec<Compared>,
    /// What could not be evaluated in these schemas, and other remarks about them.
    pub remarks: Vec<Note>,
    /// Differences that were there before the changes, and are not shown.
    pub drift_before: usize,
    /// Sets whose dialect nothing tells, so that they are read as the default.
    pub guessed: BTreeSet<String>,
    /// Findings in migrations that are merged, which nobody can edit any more.
    pub merged: MergedFindings,
    /// Findings that the baseline knows, which are not shown.
    pub known: usize,
    /// What the baseline knows and nothing reports any more.
    pub stale: Vec<known::KnownFinding>,
}

/// Findings that are not shown, for what they are about has been run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedFindings {
    /// How many findings are not shown.
    pub findings: usize,
    /// The files that they are in.
    pub files: BTreeSet<String>,
}

/// What was compared with the migrations of one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The folder of the set.
    pub folder: String,
    /// What its migrations were compared with.
    pub with: Vec<Language>,
    /// How many migrations it has.
    pub migrations: usize,
    /// Columns that are declared.
    pub columns: usize,
    /// Those of them that could be evaluated.
    pub known: usize,
}
