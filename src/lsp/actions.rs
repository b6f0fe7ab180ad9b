//! Code actions: the fixes of a finding, and comments that allow it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Abilities;
use super::diagnostics::{is_past, location};
use super::documents::{Buffer, Documents};
use super::judge::{Judgement, Judgements};
use super::protocol::AtRange;
use super::text::LineStarts;
use super::uri;
use crate::check::standpoint;
use crate::diagnostic::{Applicability, Diagnostic, Edit};
use crate::source::{Source, Span};

/// What a comment says where the person who writes it has to say something.
const REASON: &str = "say why this is meant";

/// What can be done about the findings at a range.
pub(super) fn actions(
    documents: &Documents,
    judgements: &Judgements,
    asked: &AtRange,
    abilities: Abilities,
) -> Value {
    let uri = &asked.text_document.uri;
    let (Some(buffer), Some(judgement)) = (documents.get(uri), judgements.of(uri)) else {
        return json!([]);
    };
    let Some(path) = judgement.documents.get(uri) else {
        return json!([]);
    };
    let lines = LineStarts::of(&buffer.text);
    let in_file = judgement.report.diagnostics.iter();
    let in_file = in_file.filter(|found| found.source.path() == path);
    let mut all: Vec<Value> = Vec::new();
    for found in in_file.filter(|found| lines.range(found.span).touches(asked.range)) {
        if !is_past(judgement, found) {
            let fixes = found.fixes.iter();
            all.extend(fixes.filter_map(|fix| {
                let preferred = fix.applicability == Applicability::Safe;
                let edits = edit(documents, judgement, &fix.edits, abilities)?;
                Some(action(&fix.title, preferred, found, &edits))
            }));
        }
        for suppression in suppressions(judgement, found, buffer) {
            if let Some(edits) = edit(documents, judgement, &[suppression.edit], abilities) {
                all.push(action(&suppression.title, false, found, &edits));
            }
        }
    }
    all.into()
}

fn action(title: &str, preferred: bool, found: &Diagnostic, edit: &Value) -> Value {
    let mut action = json!({
        "title": format!("{title} ({})", found.rule),
        "kind": "quickfix",
        "edit": edit,
    });
    if preferred {
        action["isPreferred"] = true.into();
    }
    action
}

/// Edits as the client takes them; `None` where it cannot make a file that they make.
fn edit(
    documents: &Documents,
    judgement: &Judgement,
    edits: &[Edit],
    abilities: Abilities,
) -> Option<Value> {
    let root = &judgement.workspace.root;
    let mut made: Vec<Value> = Vec::new();
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut paths: BTreeMap<String, &str> = BTreeMap::new();
    for edit in edits {
        let path = edit.source.path();
        let place = location(judgement, &edit.source, edit.span);
        let known = judgement.documents.contains_key(&place.uri) || root.join(path).exists();
        if !known && !files.contains_key(&place.uri) {
            if !abilities.creates_files || !abilities.document_changes {
                return None;
            }
            made.push(json!({"kind": "create", "uri": place.uri}));
        }
        paths.insert(place.uri.clone(), path);
        files
            .entry(place.uri)
            .or_default()
            .push(json!({"range": place.range, "newText": edit.text}));
    }
    if !abilities.document_changes {
        return Some(json!({"changes": files}));
    }
    for (uri, edits) in files {
        let path = uri::path(&uri);
        let version = path.and_then(|path| documents.version_of(&path));
        made.push(json!({
            "textDocument": {"uri": uri, "version": version},
            "edits": edits,
        }));
    }
    Some(json!({"documentChanges": made}))
}

/// A comment that allows a finding.
struct Suppression {
    title: String,
    edit: Edit,
}

fn suppressions(judgement: &Judgement, found: &Diagnostic, buffer: &Buffer) -> Vec<Suppression> {
    // What is wrong with a suppression is put right, not suppressed.
    if found.rule == crate::suppress::RULE {
        return Vec::new();
    }
    let mark = if buffer.is_script() { "//" } else { "--" };
    let comment = |word: &str| format!("{mark} driftlint: {word}({}) -- {REASON}\n", found.rule);
    let text = found.source.text();
    let project = &judgement.input.project;
    let config = &judgement.workspace.config;
    let here = standpoint(project, config, found.source.path(), found.span.start);
    let start = here.map_or(found.span.start, |here| here.span.start);
    let line = text
        .get(..start)
        .map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
    let before = text.get(line..start).unwrap_or_default();
    let own = if before.trim().is_empty() {
        insert(&found.source, start, comment("allow") + before)
    } else {
        // Another statement stands before it in the line, and a comment between them would speak of
        // that one.
        let block = comment("allow");
        let inner = block.trim_end().trim_start_matches(['-', '/', ' ']);
        let rest = text.get(start..).unwrap_or_default();
        let word = rest.find(|sign: char| !sign.is_alphanumeric());
        let at = start + word.unwrap_or_default();
        insert(&found.source, at, format!(" /* {inner} */"))
    };
    vec![
        Suppression {
            title: "Allow this here".to_owned(),
            edit: own,
        },
        Suppression {
            title: "Allow this in the whole file".to_owned(),
            edit: insert(&found.source, 0, comment("allow-file")),
        },
    ]
}

fn insert(source: &Source, at: usize, text: String) -> Edit {
    Edit {
        source: source.clone(),
        span: Span::new(at, at),
        text,
    }
}
