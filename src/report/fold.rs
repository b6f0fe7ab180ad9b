//! Findings of one kind in one file, as one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Label};
use crate::rules;

/// Leaves one of the findings that one file has for one reason, with the others as places of it: ten
/// indexes that are built in the same wrong way are one thing to put right.
pub fn fold(diagnostics: &mut Vec<Diagnostic>) {
    let kind = |it: &Diagnostic| {
        let of_migration =
            rules::find(it.rule).is_some_and(|rule| rule.check.is_about_a_migration());
        let path = it.source.path().to_owned();
        of_migration.then(|| (path, it.rule, it.severity, it.help.clone()))
    };
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    let mut folded: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut more: BTreeMap<usize, usize> = BTreeMap::new();
    for diagnostic in diagnostics.drain(..) {
        let known = kind(&diagnostic).map(|kind| first.entry(kind).or_insert(folded.len()));
        match known {
            Some(&mut at) if at < folded.len() => {
                *more.entry(at).or_default() += 1;
                folded[at].related.push(Label {
                    source: diagnostic.source,
                    span: diagnostic.span,
                    message: diagnostic.message,
                });
                folded[at].fixes.extend(diagnostic.fixes);
            }
            _ => folded.push(diagnostic),
        }
    }
    for (at, count) in more {
        let places = if count == 1 { "place" } else { "places" };
        let _ = write!(
            folded[at].message,
            "; so in {count} more {places} of this file"
        );
    }
    *diagnostics = folded;
}
