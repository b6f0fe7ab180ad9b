//! A report in each of its formats: a [`Report`] in, text out. Nothing here reads files or looks at
//! the environment.

mod checkstyle;
mod concise;
mod diagram;
mod effects;
mod fold;
mod github;
mod gitlab;
mod json;
mod junit;
mod locks;
mod look;
mod markdown;
mod page;
mod reader;
mod sarif;
mod snippet;
mod text;
mod xml;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::check::{Impact, Report, Summary};
use crate::diagnostic::Severity;
use crate::project::Unjudged;
use crate::project::tree::parent;
use crate::rules;
pub use locks::{LockRow, lock_rows, locks_json, locks_markdown, locks_text};
pub use look::{Look, harmless, linked};
pub use page::{PageContent, PageReport, page};
pub use reader::{ReaderFolder, seen_from};

/// What `--format json` prints, as JSON Schema; published in the repository too.
pub const JSON_SCHEMA: &str = include_str!("../schemas/check-output.json");

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Findings with their lines, for people.
    Text,
    /// One line for each finding.
    Concise,
    /// Version 1 of the JSON format.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML, for CI servers.
    Junit,
    /// Checkstyle's XML, for what reads nothing newer.
    Checkstyle,
    /// A page for a pull request; [`markdown()`] says also what the change does.
    Markdown,
}

/// The diagnostics of a report and, unless `quiet`, one line that sums it up.
pub fn render(report: &Report, format: Format, look: Look, quiet: bool) -> String {
    // A line of one tool for another stands at each place, and so does what is followed from run to
    // run by its fingerprint.
    let folded = match format {
        Format::Text | Format::Json | Format::Github | Format::Markdown => {
            Some(fold::folded(report))
        }
        Format::Concise | Format::Sarif | Format::Gitlab | Format::Junit | Format::Checkstyle => {
            None
        }
    };
    let report = folded.as_ref().unwrap_or(report);
    let text = match format {
        Format::Json => return json::render(report),
        Format::Sarif => return sarif::render(report),
        Format::Gitlab => return gitlab::render(report),
        Format::Junit => return junit::render(report),
        Format::Checkstyle => return checkstyle::render(report),
        Format::Markdown => return markdown::render(report, &Impact::default()),
        Format::Text => text::render(&report.diagnostics, look),
        Format::Concise => concise::render(&report.diagnostics, look),
        Format::Github => github::render(&report.diagnostics),
    };
    let about = if quiet {
        String::new()
    } else {
        about(report, format, look)
    };
    match format {
        Format::Github => text + &look::defuse(about),
        _ => look::defuse(text + &about),
    }
}

/// The page for a pull request, with what the change does.
pub fn markdown(report: &Report, impact: &Impact) -> String {
    markdown::render(&fold::folded(report), impact)
}

/// What is said after the diagnostics.
fn about(report: &Report, format: Format, look: Look) -> String {
    let mut text = not_judged(report, look);
    if format == Format::Github {
        text.push_str(&github::left_out(&report.diagnostics));
    }
    if format == Format::Text {
        text.push_str(&remarks(report));
    }
    text.push_str(&before(report));
    text.push_str(&merged(report));
    text.push_str(&baseline(report));
    if format == Format::Text {
        text.push_str(&guessed(report, look));
    }
    text.push_str(&summary(report));
    text
}

/// As [`render`], with a last line that counts comparisons instead of statements.
pub fn render_drift(report: &Report, format: Format, look: Look, quiet: bool) -> String {
    let mut text = render(report, format, look, true);
    if !quiet && format != Format::Json {
        text.push_str(&drift_summary(report, look));
    }
    text
}

/// As [`render_drift`] in text, where migrations were tried too: what was compared is only said where
/// something was.
pub fn render_verified(report: &Report, look: Look, quiet: bool) -> String {
    if report.summary.compared.is_empty() {
        let text = render(report, Format::Text, look, true);
        let rest = if quiet {
            String::new()
        } else {
            not_judged(report, look) + &before(report)
        };
        return text + &rest;
    }
    render_drift(report, Format::Text, look, quiet)
}

/// The differences of [`crate::check::compare`] as a diagram of Mermaid's.
pub fn drift_diagram(report: &Report) -> String {
    diagram::render(report)
}

/// What a change does to the schema, as a diagram of Mermaid's.
pub fn change_diagram(impact: &Impact) -> String {
    diagram::of_change(impact)
}

/// What was compared, what was not, and what came of it, without the diagnostics.
pub fn drift_summary(report: &Report, look: Look) -> String {
    not_judged(report, look) + &before(report) + &compared(report, look)
}

/// What could not be judged, and why: the first of it, for people.
fn not_judged(report: &Report, look: Look) -> String {
    const SHOWN: usize = 3;
    let ledger = &report.summary.ledger;
    let (first, rest): (Vec<&Unjudged>, Vec<&Unjudged>) = ledger
        .entries()
        .iter()
        .partition(|entry| ledger.unanswered().contains(entry));
    let all: Vec<String> = together(&first)
        .into_iter()
        .chain(together(&rest))
        .collect();
    let mut text = String::new();
    for line in all.iter().take(SHOWN) {
        text.push_str(&look.fill(&format!("not judged: {line}"), "", "  "));
    }
    if all.len() > SHOWN {
        let _ = writeln!(
            text,
            "not judged: {} more, which `--format json` lists",
            all.len() - SHOWN
        );
    }
    text
}

/// What is not judged, the files of one folder that have the same reason in one line.
fn together(entries: &[&Unjudged]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| (parent(&entry.path), &entry.reason, &entry.path));
    let groups = sorted.chunk_by(|one, other| {
        one.reason == other.reason && parent(&one.path) == parent(&other.path)
    });
    for group in groups {
        let Unjudged { path, reason, .. } = group[0];
        lines.push(match group.len() - 1 {
            0 => format!("{path}: {reason}"),
            more => format!("{path} and {} beside it: {reason}", plural(more, "file")),
        });
    }
    lines
}

/// How often a rule was reported.
struct RuleCount {
    rule: &'static str,
    severity: Severity,
    count: usize,
}

/// How often each rule was reported, most often first, and the summary.
pub fn statistics(report: &Report, format: Format, look: Look, quiet: bool) -> String {
    let report = &fold::folded(report);
    let rows = rule_counts(report);
    if format == Format::Json {
        return json::statistics(report, &rows);
    }
    let mut text = String::new();
    for RuleCount {
        rule,
        severity,
        count,
    } in rows
    {
        let _ = writeln!(
            text,
            "{count:>6}  {}  {rule}",
            look.severity(&format!("{:7}", severity.name()), severity)
        );
    }
    if !quiet {
        text.push_str(&summary(report));
    }
    text
}

fn rule_counts(report: &Report) -> Vec<RuleCount> {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *counts
            .entry((diagnostic.rule, diagnostic.severity))
            .or_default() += 1;
    }
    let mut rows: Vec<RuleCount> = counts
        .into_iter()
        .map(|((rule, severity), count)| RuleCount {
            rule,
            severity,
            count,
        })
        .collect();
    rows.sort_by_key(|row| (std::cmp::Reverse((row.count, row.severity)), row.rule));
    rows
}

/// The document of a run that ended with status 2: a program that reads the output must not take an
/// empty one for a clean report. `None` in formats for people, who read standard error.
pub fn failure(format: Format, message: &str, help: Option<&str>) -> Option<String> {
    let all = match help {
        Some(help) => format!("{message} (help: {help})"),
        None => message.to_owned(),
    };
    match format {
        Format::Text | Format::Concise => None,
        Format::Json => Some(json::failure(message, help)),
        Format::Github => Some(github::failure(&all)),
        Format::Sarif => Some(sarif::failure(&all)),
        Format::Gitlab => Some(gitlab::failure(&all)),
        Format::Junit => Some(junit::failure(&all)),
        Format::Checkstyle => Some(checkstyle::failure(&all)),
        Format::Markdown => Some(markdown::failure(&all)),
    }
}

/// That not all of the schemas was understood, which `drift` reports in full.
fn remarks(report: &Report) -> String {
    let sum = |count: fn(&crate::check::Compared) -> usize| {
        report.summary.compared.iter().map(count).sum::<usize>()
    };
    let (columns, known) = (sum(|one| one.columns), sum(|one| one.known));
    let remarks = report.summary.remarks.len();
    if remarks == 0 && known == columns {
        return String::new();
    }
    let count = plural(remarks, "remark");
    format!(
        "schemas: {known} of {columns} declared columns evaluated, {count}: see `driftlint drift`\n"
    )
}

/// Drift that is not shown.
fn before(report: &Report) -> String {
    match report.summary.drift_before {
        0 => String::new(),
        1 => "1 problem was there before; `--all-drift` shows it\n".to_owned(),
        many => format!("{many} problems were there before; `--all-drift` shows them\n"),
    }
}

/// That nothing tells the dialect of some migrations.
fn guessed(report: &Report, look: Look) -> String {
    let mut text = String::new();
    for folder in &report.summary.guessed {
        let folder = if folder.is_empty() { "." } else { folder };
        let line = format!(
            "{folder}: read as PostgreSQL, for nothing tells the server: `dialect` in driftlint.toml does"
        );
        text.push_str(&look.fill(&line, "", "  "));
    }
    text
}

/// Findings in merged migrations, which are not shown.
fn merged(report: &Report) -> String {
    let hidden = &report.summary.merged;
    match (hidden.findings, hidden.files.len()) {
        (0, _) => String::new(),
        (1, _) => {
            "1 finding in a merged migration: `--all` shows it; it cannot be edited\n".to_owned()
        }
        (findings, files) => format!(
            "{findings} findings in {}: `--all` shows them; they cannot be edited\n",
            plural(files, "merged migration")
        ),
    }
}

/// What the baseline of findings hides, and what in it is stale.
fn baseline(report: &Report) -> String {
    const SHOWN: usize = 3;
    let mut text = String::new();
    if report.summary.known > 0 {
        let _ = writeln!(
            text,
            "{} in the baseline",
            plural(report.summary.known, "finding")
        );
    }
    let stale = &report.summary.stale;
    for finding in stale.iter().take(SHOWN) {
        let _ = writeln!(
            text,
            "stale in the baseline: {}: {}",
            finding.file, finding.rule
        );
    }
    if stale.len() > SHOWN {
        let _ = writeln!(text, "stale in the baseline: {} more", stale.len() - SHOWN);
    }
    if !stale.is_empty() {
        text.push_str("`driftlint baseline --findings` writes it again\n");
    }
    text
}

/// A line for each set that was compared, and one that sums it up.
fn compared(report: &Report, look: Look) -> String {
    let Summary {
        ref compared,
        suppressed,
        ..
    } = report.summary;
    let mut text = String::new();
    for one in compared {
        let with: Vec<&str> = one.with.iter().map(|language| language.name()).collect();
        let mut line = format!(
            "{}: {} against {}",
            one.folder,
            plural(one.migrations, "migration"),
            with.join(" and ")
        );
        if one.columns > 0 {
            let _ = write!(
                line,
                ", {} of {} declared columns evaluated",
                one.known, one.columns
            );
        }
        text.push_str(&look.fill(&line, "", "  "));
    }
    let found = found(
        report,
        if report.summary.drift_before > 0 {
            "no new differences"
        } else {
            "no differences"
        },
    );
    let _ = match compared.len() {
        0 => writeln!(text, "compared nothing"),
        sets if suppressed > 0 => writeln!(
            text,
            "compared {}: {found}, {suppressed} allowed",
            plural(sets, "set")
        ),
        sets => writeln!(text, "compared {}: {found}", plural(sets, "set")),
    };
    text
}

/// One line in words: how much was checked, and what was found. What could not be judged is said
/// in lines of its own, so that this one fits 80 columns.
fn summary(report: &Report) -> String {
    let Summary {
        migrations,
        opaque,
        suppressed,
        ..
    } = report.summary;
    let nothing = migrations == 0
        && report.summary.ledger.files() == 0
        && report.summary.ledger.entries().is_empty()
        && report.diagnostics.is_empty();
    if nothing {
        return "nothing new to check\n".to_owned();
    }
    let checked = if migrations > 0 {
        plural(migrations, "migration")
    } else {
        plural(report.summary.ledger.files(), "file")
    };
    let mut line = format!("checked {checked}: {}", found(report, "no problems"));
    if opaque > 0 {
        let _ = write!(line, ", {} not understood", plural(opaque, "statement"));
    }
    if suppressed > 0 {
        let _ = write!(line, ", {suppressed} allowed");
    }
    line.push('\n');
    line
}

/// How many of each severity, or that there is nothing; and how much of it is not known.
fn found(report: &Report, nothing: &str) -> String {
    let mut found: Vec<String> = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ]
    .into_iter()
    .map(|(severity, name)| (report.count(severity), name))
    .filter(|&(count, _)| count > 0)
    .map(|(count, name)| plural(count, name))
    .collect();
    if found.is_empty() {
        found.push(nothing.to_owned());
    }
    match report.summary.ledger.entries().len() {
        0 => {}
        count => found.push(format!("{count} not judged")),
    }
    found.join(", ")
}

fn plural(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// The published page of a rule, when the package says where it is published.
pub fn url(rule: &str) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let version = env!("CARGO_PKG_VERSION");
    let has_page = rules::find(rule).is_some();
    (has_page && !repository.is_empty())
        .then(|| format!("{repository}/blob/v{version}/rules/{rule}.md"))
}

/// JSON as every command prints it: indented, with a line break at the end.
pub fn to_json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value)
        .expect("the output structs have string keys and no maps that can fail");
    text.push('\n');
    text
}
