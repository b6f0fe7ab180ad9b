//! Workflow commands of GitHub Actions, most severe first: a step shows ten of each level and no
//! more. So what one file does wrong in one way at many places is one annotation, and what is left
//! out of the page is said in the log.
//!
//! Escaping as `@actions/core` does it.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Severity};

/// How many annotations of each level GitHub shows for a step.
const SHOWN: usize = 10;

/// That some annotations stand in the log alone.
pub(super) fn left_out(diagnostics: &[Diagnostic]) -> String {
    let levels = [Severity::Error, Severity::Warning, Severity::Note];
    let beyond = levels.into_iter().map(|level| {
        let found = diagnostics.iter().filter(|it| it.severity == level).count();
        found.saturating_sub(SHOWN)
    });
    match beyond.sum() {
        0 => String::new(),
        more => format!(
            "GitHub shows {SHOWN} annotations of each level; {more} more stand in this log and in the summary of the job\n"
        ),
    }
}

/// The annotation of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    format!("::error title=driftlint::{}\n", data(message))
}

pub(super) fn render(diagnostics: &[Diagnostic]) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    let mut text = String::new();
    for diagnostic in sorted {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let path = diagnostic.source.path();
        let start = diagnostic.source.position(diagnostic.span.start);
        let end = diagnostic
            .source
            .position(diagnostic.span.end.max(diagnostic.span.start));
        let _ = write!(
            text,
            "::{command} file={},line={},endLine={}",
            property(path),
            start.line,
            end.line
        );
        // Columns are only understood within one line.
        if start.line == end.line {
            let _ = write!(text, ",col={},endColumn={}", start.column, end.column);
        }
        let mut message = format!(
            "{path}:{}:{}: {}",
            start.line, start.column, diagnostic.message
        );
        if let Some(help) = &diagnostic.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        let title = property(&format!("driftlint ({})", diagnostic.rule));
        let _ = writeln!(text, ",title={title}::{}", data(&message));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
