//! [`check`]: the pipeline. Pure: no files, no clock, no environment.

use crate::diagnostic::{Diagnostic, Severity};

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// By file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// How much was looked at.
    pub summary: Summary,
}

impl Report {
    /// How many diagnostics are exactly this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// The worst severity.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.severity).max()
    }
}

/// How much was looked at, and how much of it could not be judged.
#[derive(Debug, Default)]
pub struct Summary {
    /// Files that were judged.
    pub files: usize,
    /// Statements in them.
    pub statements: usize,
    /// Statements that nobody understood.
    pub opaque: usize,
    /// Diagnostics that comments allowed.
    pub suppressed: usize,
    /// Files that could not be judged, and why.
    pub unjudged: Vec<(String, String)>,
}
