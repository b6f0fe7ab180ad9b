//! JUnit's XML: a suite for each file, a failed case for each finding. What is not an error passes,
//! as it passes a run, and stands in the case's output. A run without findings is one case that
//! passes, for some readers take an empty report for a broken one.

use std::fmt::Write as _;

use super::xml::escape;
use crate::check::Report;
use crate::diagnostic::{Diagnostic, Severity};

/// One `<testcase>`.
enum JUnitOutcome {
    Passed,
    /// It passed, and there is something to say.
    Remark(String),
    Failed(String),
    /// It could not be judged.
    Errored(String),
}

struct JUnitCase {
    name: String,
    class: String,
    line: usize,
    outcome: JUnitOutcome,
}

struct JUnitSuite {
    name: String,
    cases: Vec<JUnitCase>,
}

pub(super) fn render(report: &Report) -> String {
    let mut suites: Vec<JUnitSuite> = report
        .diagnostics
        .chunk_by(|one, other| one.source.path() == other.source.path())
        .map(|found| JUnitSuite {
            name: found[0].source.path().to_owned(),
            cases: found.iter().map(case).collect(),
        })
        .collect();
    for entry in report.summary.ledger.unanswered() {
        suites.push(not_judged(&entry.path, &entry.reason));
    }
    if suites.is_empty() {
        suites.push(JUnitSuite {
            name: "driftlint".to_owned(),
            cases: vec![JUnitCase {
                name: format!("{} files", report.summary.ledger.files()),
                class: "driftlint".to_owned(),
                line: 0,
                outcome: JUnitOutcome::Passed,
            }],
        });
    }
    write(&suites)
}

/// The report of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    write(&[not_judged("driftlint", message)])
}

fn not_judged(path: &str, reason: &str) -> JUnitSuite {
    JUnitSuite {
        name: path.to_owned(),
        cases: vec![JUnitCase {
            name: "not judged".to_owned(),
            class: path.to_owned(),
            line: 0,
            outcome: JUnitOutcome::Errored(reason.to_owned()),
        }],
    }
}

fn case(diagnostic: &Diagnostic) -> JUnitCase {
    let at = diagnostic.source.position(diagnostic.span.start);
    let path = diagnostic.source.path();
    let mut said = format!("{path}:{}:{}: {}", at.line, at.column, diagnostic.message);
    if let Some(help) = &diagnostic.help {
        let _ = write!(said, "\nhelp: {help}");
    }
    JUnitCase {
        name: format!("{} ({}:{})", diagnostic.rule, at.line, at.column),
        class: path.to_owned(),
        line: at.line,
        outcome: match diagnostic.severity {
            Severity::Error => JUnitOutcome::Failed(said),
            Severity::Warning | Severity::Note => JUnitOutcome::Remark(said),
        },
    }
}

fn write(suites: &[JUnitSuite]) -> String {
    let count = |cases: &[JUnitCase], wanted: fn(&JUnitOutcome) -> bool| {
        cases.iter().filter(|case| wanted(&case.outcome)).count()
    };
    let failed: fn(&JUnitOutcome) -> bool = |outcome| matches!(outcome, JUnitOutcome::Failed(_));
    let errored: fn(&JUnitOutcome) -> bool = |outcome| matches!(outcome, JUnitOutcome::Errored(_));
    let sum = |wanted| -> usize { suites.iter().map(|it| count(&it.cases, wanted)).sum() };
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites name=\"driftlint\" tests=\"{tests}\" failures=\"{}\" errors=\"{}\">\n",
        sum(failed),
        sum(errored),
    );
    for suite in suites {
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">",
            escape(&suite.name),
            suite.cases.len(),
            count(&suite.cases, failed),
            count(&suite.cases, errored),
        );
        for case in &suite.cases {
            text.push_str(&element(case));
        }
        text.push_str("  </testsuite>\n");
    }
    text + "</testsuites>\n"
}

fn element(case: &JUnitCase) -> String {
    let line = match case.line {
        0 => String::new(),
        line => format!(" line=\"{line}\""),
    };
    let open = format!(
        "    <testcase name=\"{}\" classname=\"{}\"{line}",
        escape(&case.name),
        escape(&case.class)
    );
    let inside = match &case.outcome {
        JUnitOutcome::Passed => return format!("{open}/>\n"),
        JUnitOutcome::Remark(said) => format!("<system-out>{}</system-out>", escape(said)),
        JUnitOutcome::Failed(said) => {
            let message = escape(said.lines().next().unwrap_or_default());
            format!("<failure message=\"{message}\">{}</failure>", escape(said))
        }
        JUnitOutcome::Errored(said) => format!("<error message=\"{}\"/>", escape(said)),
    };
    format!("{open}>\n      {inside}\n    </testcase>\n")
}
