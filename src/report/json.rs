//! Version 1 of the JSON format. These structs are a contract: fields may be added, never renamed,
//! retyped or removed.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::check::Report;
use crate::diagnostic::{Applicability, Diagnostic, Object, Severity};
use crate::rules;
use crate::source::{Source, Span};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
    summary: Totals<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    group: &'static str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    url: Option<String>,
    fingerprint: &'a str,
    /// About how many rows it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    file: &'a str,
    span: Range,
    related: Vec<Related<'a>>,
    fixes: Vec<FixJson<'a>>,
    /// The lock that others wait for.
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<HeldJson<'a>>,
    /// What the schema and the migrations disagree about.
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Map<String, Value>>,
    /// The same where one of the two `sides` is the generator's snapshot: whoever counts `object`s
    /// counts what a migration can close.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_object: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct HeldJson<'a> {
    mode: &'a str,
    blocks: &'static str,
    held: &'static str,
}

#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

/// Line and column from 1, columns in characters and in bytes; the offset in bytes from 0.
#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    byte_column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    span: Range,
    message: &'a str,
    /// That of the finding which this place is, where it is one more of the same kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
}

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    applicability: &'static str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    file: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Totals<'a> {
    files: usize,
    migrations: usize,
    statements: usize,
    opaque: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
    not_judged: Vec<NotJudged>,
    compared: Vec<ComparedJson<'a>>,
    remarks: Vec<Remark<'a>>,
    drift_before: usize,
    /// Findings in merged migrations, which are not listed without `--all`.
    merged: usize,
    /// Findings that the baseline knows, and what it knows and nothing reports any more.
    baseline: usize,
    stale: Vec<Stale<'a>>,
}

/// An entry of the baseline that nothing reports any more.
#[derive(Serialize)]
struct Stale<'a> {
    fingerprint: &'a str,
    rule: &'a str,
    file: &'a str,
    message: &'a str,
}

/// A set whose migrations were compared with schemas.
#[derive(Serialize)]
struct ComparedJson<'a> {
    folder: &'a str,
    with: Vec<&'static str>,
    migrations: usize,
    columns: usize,
    evaluated: usize,
}

/// What could not be evaluated in a declared schema, or is worth knowing about it.
#[derive(Serialize)]
struct Remark<'a> {
    file: &'a str,
    span: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct NotJudged {
    file: String,
    reason: String,
    /// Whether it was asked about, so that the exit status is 2.
    asked: bool,
}

/// What stands on standard output where driftlint could not judge: a program that reads it must
/// not take it for a clean report, nor fail for want of `diagnostics`.
#[derive(Serialize)]
struct Failure<'a> {
    version: u32,
    error: Reason<'a>,
    diagnostics: [(); 0],
}

#[derive(Serialize)]
struct Reason<'a> {
    message: &'a str,
    help: Option<&'a str>,
}

/// How often each rule was reported.
#[derive(Serialize)]
struct Statistics<'a> {
    version: u32,
    statistics: Vec<Count<'a>>,
    summary: Totals<'a>,
}

#[derive(Serialize)]
struct Count<'a> {
    rule: &'a str,
    severity: &'static str,
    count: usize,
}

/// The document of a run that ends with status 2.
pub(super) fn failure(message: &str, help: Option<&str>) -> String {
    super::to_json(&Failure {
        version: 1,
        error: Reason { message, help },
        diagnostics: [],
    })
}

/// Rules and how often each was reported, in the order of the text output.
pub(super) fn statistics(report: &Report, rows: &[super::RuleCount]) -> String {
    super::to_json(&Statistics {
        version: 1,
        statistics: rows
            .iter()
            .map(|row| Count {
                rule: row.rule,
                severity: row.severity.name(),
                count: row.count,
            })
            .collect(),
        summary: totals(report),
    })
}

pub(super) fn render(report: &Report) -> String {
    super::to_json(&Document {
        version: 1,
        diagnostics: report.diagnostics.iter().map(entry).collect(),
        summary: totals(report),
    })
}

fn totals(report: &Report) -> Totals<'_> {
    Totals {
        files: report.summary.ledger.files(),
        migrations: report.summary.migrations,
        statements: report.summary.statements,
        opaque: report.summary.opaque,
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        notes: report.count(Severity::Note),
        suppressed: report.summary.suppressed,
        not_judged: report
            .summary
            .ledger
            .entries()
            .iter()
            .map(|unjudged| NotJudged {
                file: unjudged.path.clone(),
                reason: unjudged.reason.clone(),
                asked: report.summary.ledger.unanswered().contains(unjudged),
            })
            .collect(),
        compared: report.summary.compared.iter().map(compared).collect(),
        remarks: report.summary.remarks.iter().map(remark).collect(),
        drift_before: report.summary.drift_before,
        merged: report.summary.merged.findings,
        baseline: report.summary.known,
        stale: report.summary.stale.iter().map(stale).collect(),
    }
}

fn stale(finding: &crate::check::known::KnownFinding) -> Stale<'_> {
    Stale {
        fingerprint: &finding.fingerprint,
        rule: &finding.rule,
        file: &finding.file,
        message: &finding.message,
    }
}

fn compared(one: &crate::check::Compared) -> ComparedJson<'_> {
    ComparedJson {
        folder: &one.folder,
        with: one.with.iter().map(|language| language.name()).collect(),
        migrations: one.migrations,
        columns: one.columns,
        evaluated: one.known,
    }
}

fn remark(note: &crate::schema::Note) -> Remark<'_> {
    let source = &note.place.source;
    Remark {
        file: source.path(),
        span: range(source, note.place.span),
        message: &note.message,
    }
}

fn entry(diagnostic: &Diagnostic) -> Entry<'_> {
    Entry {
        rule: diagnostic.rule,
        group: rules::find(diagnostic.rule)
            .map_or(crate::config::CUSTOM, |rule| rule.meta.group.name()),
        severity: diagnostic.severity.name(),
        confidence: diagnostic.confidence.name(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        url: super::url(diagnostic.rule),
        fingerprint: &diagnostic.fingerprint,
        rows: diagnostic.rows,
        file: diagnostic.source.path(),
        span: range(&diagnostic.source, diagnostic.span),
        related: diagnostic
            .related
            .iter()
            .map(|label| Related {
                file: label.source.path(),
                span: range(&label.source, label.span),
                message: &label.message,
                fingerprint: label.fingerprint.as_deref(),
            })
            .collect(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| FixJson {
                title: &fix.title,
                applicability: match fix.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Unsafe => "unsafe",
                },
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| EditJson {
                        file: edit.source.path(),
                        start: edit.span.start,
                        end: edit.span.end,
                        text: &edit.text,
                    })
                    .collect(),
            })
            .collect(),
        lock: diagnostic.lock.as_ref().map(|lock| HeldJson {
            mode: &lock.mode,
            blocks: lock.blocks,
            held: lock.held,
        }),
        object: of_pair(diagnostic, false),
        snapshot_object: of_pair(diagnostic, true),
    }
}

fn range(source: &Source, span: Span) -> Range {
    let point = |offset| {
        let at = source.position(offset);
        Point {
            line: at.line,
            column: at.column,
            byte_column: source.byte_column(offset),
            offset,
        }
    };
    Range {
        start: point(span.start),
        end: point(span.end.max(span.start)),
    }
}

/// The object of a diagnostic, if the snapshot is one of its sides, or if it is none.
fn of_pair(diagnostic: &Diagnostic, snapshot: bool) -> Option<Map<String, Value>> {
    diagnostic
        .object
        .as_ref()
        .filter(|object| object.sides.contains(&"snapshot") == snapshot)
        .map(object)
}

/// The keys of the two values are the names of the sides.
fn object(object: &Object) -> Map<String, Value> {
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
    let mut map = Map::new();
    map.insert("kind".to_owned(), object.kind.into());
    map.insert("table".to_owned(), text(&object.table));
    map.insert("name".to_owned(), object.name.clone().into());
    map.insert("direction".to_owned(), object.direction.clone().into());
    map.insert("sides".to_owned(), object.sides.to_vec().into());
    for (side, value) in object.sides.iter().zip(&object.values) {
        map.insert((*side).to_owned(), text(value));
    }
    if let Some(snapshot) = &object.snapshot {
        map.insert("snapshot".to_owned(), text(snapshot));
    }
    map.insert(
        "introduced".to_owned(),
        object.introduced.map_or(Value::Null, Value::Bool),
    );
    map
}
