//! SARIF 2.1.0, which GitHub's code scanning, Azure DevOps and many viewers read.
//!
//! The structs hold what GitHub asks for, and are a contract like those of JSON. Columns count
//! characters, which `columnKind` says. Each place is a result of its own, so that its fingerprint
//! can be followed from run to run.

use serde::Serialize;

use crate::check::Report;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::rules;
use crate::source::{Source, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct SarifLog<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: SarifTool<'a>,
    column_kind: &'static str,
    automation_details: SarifAutomation,
    invocations: [SarifInvocation; 1],
    results: Vec<SarifResultRow<'a>>,
}

#[derive(Serialize)]
struct SarifAutomation {
    id: &'static str,
}

#[derive(Serialize)]
struct SarifTool<'a> {
    driver: SarifDriver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifDriver<'a> {
    name: &'static str,
    information_uri: &'static str,
    semantic_version: &'static str,
    rules: Vec<SarifDescriptor<'a>>,
}

/// A rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifDescriptor<'a> {
    id: &'a str,
    short_description: SarifText,
    full_description: SarifText,
    help: SarifHelp<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: SarifConfiguration,
    properties: SarifRuleProperties<'a>,
}

#[derive(Serialize)]
struct SarifHelp<'a> {
    text: String,
    /// The page, for rules that were reported: those of all rules would be half a megabyte.
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'a str>,
}

#[derive(Serialize)]
struct SarifConfiguration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct SarifRuleProperties<'a> {
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    severity: &'static str,
    tags: [&'a str; 2],
}

#[derive(Serialize)]
struct SarifText {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifInvocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<SarifNotification>,
}

/// What could not be judged.
#[derive(Serialize)]
struct SarifNotification {
    level: &'static str,
    message: SarifText,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<SarifFileLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFileLocation {
    physical_location: SarifFilePlace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFilePlace {
    artifact_location: SarifArtifact,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResultRow<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: SarifText,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: SarifFingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFixRow>,
}

/// GitHub looks at the first of them, and would compute it from the line itself; the other one says
/// how driftlint made it.
#[derive(Serialize)]
struct SarifFingerprints<'a> {
    #[serde(rename = "primaryLocationLineHash")]
    line: String,
    #[serde(rename = "driftlint/v1")]
    own: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: SarifPlace,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<SarifText>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifPlace {
    artifact_location: SarifArtifact,
    region: SarifRegion,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifArtifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFixRow {
    description: SarifText,
    artifact_changes: Vec<SarifArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifArtifactChange {
    artifact_location: SarifArtifact,
    replacements: Vec<SarifReplacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifReplacement {
    deleted_region: SarifRegion,
    inserted_content: SarifText,
}

pub(super) fn render(report: &Report) -> String {
    let rules = descriptors(&report.diagnostics);
    let results = report
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let index = rules.iter().position(|rule| rule.id == diagnostic.rule);
            result(diagnostic, index.unwrap_or_default())
        })
        .collect();
    let ledger = &report.summary.ledger;
    let notifications = ledger.entries().iter().map(|entry| SarifNotification {
        level: if ledger.unanswered().contains(entry) {
            "error"
        } else {
            "note"
        },
        message: text(format!("not judged: {}", entry.reason)),
        locations: vec![SarifFileLocation {
            physical_location: SarifFilePlace {
                artifact_location: artifact(&entry.path),
            },
        }],
    });
    let invocation = SarifInvocation {
        execution_successful: ledger.unanswered().is_empty(),
        tool_execution_notifications: notifications.collect(),
    };
    log(rules, invocation, results)
}

/// The log of a run that could not judge.
pub(super) fn failure(message: &str) -> String {
    let invocation = SarifInvocation {
        execution_successful: false,
        tool_execution_notifications: vec![SarifNotification {
            level: "error",
            message: text(message),
            locations: Vec::new(),
        }],
    };
    log(descriptors(&[]), invocation, Vec::new())
}

fn log(
    rules: Vec<SarifDescriptor>,
    invocation: SarifInvocation,
    results: Vec<SarifResultRow>,
) -> String {
    super::to_json(&SarifLog {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [SarifRun {
            tool: SarifTool {
                driver: SarifDriver {
                    name: "driftlint",
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            automation_details: SarifAutomation { id: "driftlint/" },
            invocations: [invocation],
            results,
        }],
    })
}

/// Every rule that ships, and those of the project that were reported.
fn descriptors(diagnostics: &[Diagnostic]) -> Vec<SarifDescriptor<'_>> {
    let mut all: Vec<SarifDescriptor> = rules::all()
        .iter()
        .map(|rule| {
            let meta = &rule.meta;
            let reported = diagnostics.iter().any(|found| found.rule == meta.name);
            let page = rule.page.splitn(3, "---\n").nth(2).map(str::trim_start);
            SarifDescriptor {
                id: meta.name,
                short_description: text(meta.title),
                full_description: text(meta.title),
                help: SarifHelp {
                    text: format!("`driftlint explain {}` says more", meta.name),
                    markdown: page.filter(|_| reported),
                },
                help_uri: super::url(meta.name),
                default_configuration: SarifConfiguration {
                    enabled: meta.on,
                    level: level(meta.severity),
                },
                properties: properties(meta.severity, meta.confidence, meta.group.name()),
            }
        })
        .collect();
    for found in diagnostics {
        if all.iter().any(|rule| rule.id == found.rule) {
            continue;
        }
        let description = format!("{}, a rule of this project", found.rule);
        all.push(SarifDescriptor {
            id: found.rule,
            short_description: text(&*description),
            full_description: text(&*description),
            help: SarifHelp {
                text: found.help.clone().unwrap_or(description),
                markdown: None,
            },
            help_uri: None,
            default_configuration: SarifConfiguration {
                enabled: true,
                level: level(found.severity),
            },
            properties: properties(found.severity, found.confidence, crate::config::CUSTOM),
        });
    }
    all
}

fn properties(severity: Severity, confidence: Confidence, group: &str) -> SarifRuleProperties<'_> {
    SarifRuleProperties {
        precision: match confidence {
            Confidence::Low => "medium",
            Confidence::High => "very-high",
        },
        severity: match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "recommendation",
        },
        tags: ["sql", group],
    }
}

fn result(diagnostic: &Diagnostic, rule_index: usize) -> SarifResultRow<'_> {
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\n\nhelp: {help}");
    }
    let related = diagnostic.related.iter().enumerate();
    SarifResultRow {
        rule_id: diagnostic.rule,
        rule_index,
        level: level(diagnostic.severity),
        message: text(message),
        locations: [SarifLocation {
            id: None,
            physical_location: place(&diagnostic.source, diagnostic.span),
            message: None,
        }],
        related_locations: related
            .map(|(index, label)| SarifLocation {
                id: Some(index + 1),
                physical_location: place(&label.source, label.span),
                message: Some(text(&*label.message)),
            })
            .collect(),
        partial_fingerprints: SarifFingerprints {
            // GitHub's own is a hash and a count that tells equal lines apart. Ours differ already.
            line: format!("{}:1", diagnostic.fingerprint),
            own: &diagnostic.fingerprint,
        },
        fixes: diagnostic.fixes.iter().map(fix).collect(),
    }
}

fn fix(fix: &Fix) -> SarifFixRow {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.source.path().to_owned(), edit.span));
    let changes = edits
        .chunk_by(|one, other| one.source.path() == other.source.path())
        .map(|edits| SarifArtifactChange {
            artifact_location: artifact(edits[0].source.path()),
            replacements: edits
                .iter()
                .map(|edit| SarifReplacement {
                    deleted_region: region(&edit.source, edit.span),
                    inserted_content: text(&*edit.text),
                })
                .collect(),
        });
    let careful = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => " (unsafe)",
    };
    SarifFixRow {
        description: text(format!("{}{careful}", fix.title)),
        artifact_changes: changes.collect(),
    }
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn place(source: &Source, span: Span) -> SarifPlace {
    SarifPlace {
        artifact_location: artifact(source.path()),
        region: region(source, span),
    }
}

fn region(source: &Source, span: Span) -> SarifRegion {
    let start = source.position(span.start);
    let end = source.position(span.end.max(span.start));
    SarifRegion {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// A path relative to the root, as a URI: what RFC 3986 has no place for is escaped.
fn artifact(path: &str) -> SarifArtifact {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    if uri.is_empty() {
        uri.push('.');
    }
    SarifArtifact {
        uri,
        uri_base_id: "%SRCROOT%",
    }
}

fn text(text: impl Into<String>) -> SarifText {
    SarifText { text: text.into() }
}
