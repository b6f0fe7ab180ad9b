//! Checkstyle's XML, which Jenkins and many reviewers of pull requests read.

use std::fmt::Write as _;

use super::xml::escape;
use crate::check::Report;
use crate::diagnostic::Severity;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<checkstyle version=\"8.0\">\n";

pub(super) fn render(report: &Report) -> String {
    let mut text = HEAD.to_owned();
    let diagnostics = &report.diagnostics;
    for found in diagnostics.chunk_by(|one, other| one.source.path() == other.source.path()) {
        let _ = writeln!(text, "  <file name=\"{}\">", escape(found[0].source.path()));
        for diagnostic in found {
            let at = diagnostic.source.position(diagnostic.span.start);
            let severity = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "info",
            };
            let _ = writeln!(
                text,
                "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"driftlint.{}\"/>",
                at.line,
                at.column,
                escape(&diagnostic.message),
                escape(diagnostic.rule),
            );
        }
        text.push_str("  </file>\n");
    }
    for entry in report.summary.ledger.unanswered() {
        text.push_str(&not_judged(&entry.path, &entry.reason));
    }
    text + "</checkstyle>\n"
}

/// The report of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    format!("{HEAD}{}</checkstyle>\n", not_judged(".", message))
}

fn not_judged(path: &str, reason: &str) -> String {
    format!(
        "  <file name=\"{}\">\n    <error line=\"1\" severity=\"error\" message=\"not judged: {}\" source=\"driftlint.not-judged\"/>\n  </file>\n",
        escape(path),
        escape(reason)
    )
}
