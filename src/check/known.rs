//! Findings that a project has decided to live with, by their fingerprints.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// The file that keeps them, at the root of the repository.
pub const FILE: &str = "driftlint-baseline.json";

/// A baseline of findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    version: u32,
    /// In the order of their files.
    pub findings: Vec<KnownFinding>,
}

/// One finding. Only the fingerprint decides; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFinding {
    /// See [`crate::diagnostic::fingerprint`].
    pub fingerprint: String,
    /// The name of the rule that reported it.
    pub rule: String,
    /// Its path from the root of the repository.
    pub file: String,
    /// What was said when the baseline was written.
    pub message: String,
}

impl Known {
    /// The baseline of what is reported now.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        Self {
            version: 1,
            findings: diagnostics
                .iter()
                .map(|diagnostic| KnownFinding {
                    fingerprint: diagnostic.fingerprint.clone(),
                    rule: diagnostic.rule.to_owned(),
                    file: diagnostic.source.path().to_owned(),
                    message: diagnostic.message.clone(),
                })
                .collect(),
        }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match known.version {
            1 => Ok(known),
            other => Err(format!(
                "its version is {other}, and this driftlint knows 1"
            )),
        }
    }

    pub(super) fn fingerprints(&self) -> BTreeSet<&str> {
        let all = self.findings.iter();
        all.map(|finding| finding.fingerprint.as_str()).collect()
    }
}
