//! One cause, one finding: what one file does wrong in one way at many places is one thing to put
//! right, and its other places are places of the first. Each keeps its own fingerprint and fixes,
//! so that editors and scripts lose none. What stops a run is not folded, since each such place
//! stops it by itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check::Report;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::rules;

/// The report with the findings that one file has for one reason put together: ten indexes that are
/// built in the same wrong way are one.
pub(super) fn folded(report: &Report) -> Report {
    Report {
        diagnostics: fold(&report.diagnostics),
        summary: report.summary.clone(),
        gaps: Vec::new(),
    }
}

fn fold(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let kind = |it: &Diagnostic| {
        let of_migration =
            rules::find(it.rule).is_some_and(|rule| rule.check.is_about_a_migration());
        let path = it.source.path().to_owned();
        (of_migration && it.severity < Severity::Error)
            // The help is part of the reason: where it differs, so does what has to be done.
            .then(|| (path, it.rule, it.severity, it.help.clone()))
    };
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    let mut folded: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut more: BTreeMap<usize, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let known = kind(diagnostic).map(|kind| first.entry(kind).or_insert(folded.len()));
        match known {
            Some(&mut at) if at < folded.len() => {
                *more.entry(at).or_default() += 1;
                folded[at].related.push(Label {
                    source: diagnostic.source.clone(),
                    span: diagnostic.span,
                    message: diagnostic.message.clone(),
                    fingerprint: Some(diagnostic.fingerprint.clone()),
                });
                folded[at].fixes.extend(diagnostic.fixes.iter().cloned());
            }
            _ => folded.push(diagnostic.clone()),
        }
    }
    for (at, count) in more {
        let places = if count == 1 { "place" } else { "places" };
        let _ = write!(
            folded[at].message,
            "; so in {count} more {places} of this file"
        );
    }
    folded
}
