//! GitLab's code quality report: a list of issues, each with a fingerprint of its own, since only
//! the first of equal ones is shown.

use serde::Serialize;

use crate::check::Report;
use crate::diagnostic::Severity;
use crate::source::{Position, Source, Span};

#[derive(Serialize)]
struct GitlabIssue<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation<'a>,
}

#[derive(Serialize)]
struct GitlabLocation<'a> {
    path: &'a str,
    positions: GitlabPositions,
}

#[derive(Serialize)]
struct GitlabPositions {
    begin: GitlabPoint,
    end: GitlabPoint,
}

#[derive(Serialize)]
struct GitlabPoint {
    line: usize,
    column: usize,
}

/// What was not judged is an issue too: the format has no other place for it, and an empty list is
/// a clean report.
const NOT_JUDGED: &str = "not-judged";

pub(super) fn render(report: &Report) -> String {
    let found = report.diagnostics.iter().map(|diagnostic| GitlabIssue {
        kind: "issue",
        description: diagnostic.message.clone(),
        check_name: diagnostic.rule,
        fingerprint: diagnostic.fingerprint.clone(),
        severity: match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: GitlabLocation {
            path: diagnostic.source.path(),
            positions: positions(&diagnostic.source, diagnostic.span),
        },
    });
    let open = report.summary.ledger.unanswered().iter().map(|entry| {
        let description = format!("not judged: {}", entry.reason);
        not_judged(description, &entry.path)
    });
    super::to_json(&found.chain(open).collect::<Vec<_>>())
}

/// The report of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    super::to_json(&[not_judged(message.to_owned(), ".")])
}

fn not_judged(description: String, path: &str) -> GitlabIssue<'_> {
    let start = || GitlabPoint { line: 1, column: 1 };
    GitlabIssue {
        kind: "issue",
        fingerprint: format!("{NOT_JUDGED}:{path}:{description}"),
        description,
        check_name: NOT_JUDGED,
        severity: "blocker",
        location: GitlabLocation {
            path,
            positions: GitlabPositions {
                begin: start(),
                end: start(),
            },
        },
    }
}

fn positions(source: &Source, span: Span) -> GitlabPositions {
    let point = |at: Position| GitlabPoint {
        line: at.line,
        column: at.column,
    };
    GitlabPositions {
        begin: point(source.position(span.start)),
        end: point(source.position(span.end.max(span.start))),
    }
}
