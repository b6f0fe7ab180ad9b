//! Diagnostics as an editor shows them.

use serde::Serialize;
use serde_json::{Value, json};

use super::documents::Buffer;
use super::judge::Judgement;
use super::protocol::LspRange;
use super::text::LineStarts;
use super::uri;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::project::Consequence;
use crate::report;
use crate::rules;
use crate::source::{Source, Span};

/// The rule whose findings are text that may go.
const UNUSED: &str = crate::suppress::RULE;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Published {
    pub(super) range: LspRange,
    severity: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_description: Option<CodeLink>,
    source: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_information: Vec<RelatedPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

#[derive(Clone, Debug, Serialize)]
struct CodeLink {
    href: String,
}

#[derive(Clone, Debug, Serialize)]
struct RelatedPlace {
    location: LspLocation,
    message: String,
}

/// A range of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct LspLocation {
    pub(super) uri: String,
    pub(super) range: LspRange,
}

impl Published {
    /// That a buffer was not judged, and why.
    pub(super) fn unjudged(why: &str) -> Self {
        Self {
            range: LspRange::default(),
            severity: 2,
            code: None,
            code_description: None,
            source: "driftlint",
            message: format!("not judged: {why}"),
            tags: Vec::new(),
            related_information: Vec::new(),
            data: None,
        }
    }
}

/// The message that has the editor show these diagnostics and no others.
pub(super) fn message(uri: &str, buffer: &Buffer, diagnostics: &[Published]) -> Value {
    let mut params = json!({"uri": uri, "diagnostics": diagnostics});
    if let Some(version) = buffer.version {
        params["version"] = version.into();
    }
    params
}

/// The findings of a buffer, with what an editor shows of each.
pub(super) fn of_buffer(judgement: &Judgement, uri: &str, buffer: &Buffer) -> Vec<Published> {
    let Some(path) = judgement.documents.get(uri) else {
        return Vec::new();
    };
    let lines = LineStarts::of(&buffer.text);
    let found = judgement.report.diagnostics.iter();
    let mut all: Vec<Published> = found
        .filter(|diagnostic| diagnostic.source.path() == path)
        .map(|diagnostic| published(judgement, diagnostic, &lines))
        .collect();
    // That a file is no migration is no news in an editor; that one cannot be read is.
    let open = judgement.report.summary.ledger.unanswered().iter();
    let broken = open.filter(|entry| entry.path == *path && entry.cause == Consequence::Broken);
    all.extend(broken.map(|entry| Published::unjudged(&entry.reason)));
    all
}

fn published(judgement: &Judgement, diagnostic: &Diagnostic, lines: &LineStarts) -> Published {
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message = format!("{message}\nhelp: {help}");
    }
    let mut severity = match diagnostic.severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    };
    if is_past(judgement, diagnostic) {
        severity = 4;
        message += "\nthe migration is merged: it cannot be edited";
    }
    let related = diagnostic.related.iter();
    Published {
        range: lines.range(diagnostic.span),
        severity,
        code: Some(diagnostic.rule),
        code_description: report::url(diagnostic.rule).map(|href| CodeLink { href }),
        source: "driftlint",
        message,
        tags: if diagnostic.rule == UNUSED {
            vec![1]
        } else {
            Vec::new()
        },
        related_information: related
            .map(|label| related_place(judgement, label))
            .collect(),
        data: Some(json!({"fingerprint": diagnostic.fingerprint})),
    }
}

fn related_place(judgement: &Judgement, label: &Label) -> RelatedPlace {
    RelatedPlace {
        location: location(judgement, &label.source, label.span),
        message: label.message.clone(),
    }
}

/// A place of a project as the editor finds it.
pub(super) fn location(judgement: &Judgement, source: &Source, span: Span) -> LspLocation {
    let path = source.path();
    // A buffer keeps the URI that the editor gave it.
    let open = judgement.documents.iter().find(|(_, own)| *own == path);
    LspLocation {
        uri: open.map_or_else(
            || uri::of(&judgement.workspace.root.join(path)),
            |(uri, _)| uri.clone(),
        ),
        range: LineStarts::of(source.text()).range(span),
    }
}

/// Whether a finding is about the danger of running what has been run: `check` hides those of merged
/// migrations. An editor that has one open shows them faintly.
pub(super) fn is_past(judgement: &Judgement, diagnostic: &Diagnostic) -> bool {
    let while_new = rules::find(diagnostic.rule).is_none_or(|rule| rule.meta.asks_while_new());
    while_new && judgement.merged.contains(diagnostic.source.path())
}
