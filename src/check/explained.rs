//! One cause, one diagnostic: leaves out what another diagnostic says better.

use std::collections::{BTreeSet, HashMap};

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::{Group, name};
use crate::source::Span;

/// Whether a rule's errors are about what the server refuses: rows that are lost, readers that wait
/// and schemas that disagree are another matter.
fn says_why(rule: &str) -> bool {
    crate::rules::find(rule).is_some_and(|rule| {
        matches!(
            rule.meta.group,
            Group::Correctness | Group::Transaction | Group::Compatibility
        )
    })
}

/// Leaves out what the server would say where a rule says why: one cause, one diagnostic.
pub(super) fn drop_explained(diagnostics: &mut Vec<Diagnostic>) {
    let refusal = |diagnostic: &Diagnostic| {
        matches!(
            diagnostic.rule,
            name::migration_will_fail | name::down_will_fail
        )
    };
    let reasons: Vec<(String, Span)> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && !refusal(diagnostic))
        .filter(|diagnostic| says_why(diagnostic.rule))
        .map(|diagnostic| (diagnostic.source.path().to_owned(), diagnostic.span))
        .collect();
    let explained = |diagnostic: &Diagnostic| {
        reasons
            .iter()
            .any(|(path, span)| path == diagnostic.source.path() && span.contains(diagnostic.span))
    };
    // One cause gives two findings here: without a snapshot of its own, a migration leaves the last
    // one stale.
    // What a migration without a snapshot made is not in the last one.
    let without_snapshot: BTreeSet<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule == name::migration_without_snapshot)
        .map(|diagnostic| diagnostic.source.path().to_owned())
        .collect();
    let missed = |diagnostic: &Diagnostic| {
        diagnostic.rule == name::stale_snapshot
            && diagnostic
                .related
                .iter()
                .any(|label| without_snapshot.contains(label.source.path()))
    };
    // By file and rule, since a long history has thousands of findings.
    let mut said: HashMap<(&str, String), Vec<Span>> = HashMap::new();
    for diagnostic in diagnostics.iter() {
        let place = (diagnostic.rule, diagnostic.source.path().to_owned());
        said.entry(place).or_default().push(diagnostic.span);
    }
    let said_already = |diagnostic: &Diagnostic| {
        said_better_by(diagnostic.rule).iter().any(|better| {
            let spans = said.get(&(*better, diagnostic.source.path().to_owned()));
            spans.is_some_and(|spans| spans.iter().any(|span| diagnostic.span.contains(*span)))
        })
    };
    diagnostics.retain(|diagnostic| {
        !(missed(diagnostic)
            || refusal(diagnostic) && explained(diagnostic)
            || said_already(diagnostic))
    });
}

/// The rules that, of the same statement, give the cause of what this one would say.
fn said_better_by(rule: &str) -> &'static [&'static str] {
    match rule {
        name::column_type_changed => &[name::lossy_type_change],
        // Rows that hold a null stop the statement before anybody waits for it.
        name::blocking_validation => &[name::set_not_null_without_backfill],
        name::work_under_lock | name::repeated_scan => &[
            name::blocking_constraint,
            name::blocking_index,
            name::blocking_validation,
            name::table_rewrite,
            name::validate_in_same_transaction,
        ],
        _ => &[],
    }
}
