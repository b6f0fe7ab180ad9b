//! Findings of one kind in one file, as one: for people. Formats for programs have each place,
//! since an editor marks every one of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Label};
use crate::rules;

/// The findings, where those that one file has for one reason are places of the first: ten indexes
/// that are built in the same wrong way are one thing to put right.
pub(super) fn fold(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let kind = |it: &Diagnostic| {
        let of_migration =
            rules::find(it.rule).is_some_and(|rule| rule.check.is_about_a_migration());
        let path = it.source.path().to_owned();
        of_migration.then(|| (path, it.rule, it.severity, it.help.clone()))
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
                });
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
