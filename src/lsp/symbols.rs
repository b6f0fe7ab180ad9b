//! Document symbols: the statements of a migration, the tables and columns of a schema.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::documents::Documents;
use super::judge::{Judgement, Judgements};
use super::protocol::{LspRange, OfDocument};
use super::text::LineStarts;
use crate::catalog::{Part, QName, Slot};
use crate::project::Direction;
use crate::replay::{Lowered, ReadOptions};
use crate::schema::Place;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::ChangeKind;

/// The protocol's numbers for kinds of symbols.
mod kind {
    pub(super) const FIELD: u8 = 8;
    pub(super) const ENUM: u8 = 10;
    pub(super) const FUNCTION: u8 = 12;
    pub(super) const KEY: u8 = 20;
    pub(super) const STRUCT: u8 = 23;
    pub(super) const EVENT: u8 = 24;
}

struct DocumentSymbol {
    name: String,
    kind: u8,
    span: Span,
    children: Vec<DocumentSymbol>,
}

/// The symbols of a buffer.
pub(super) fn symbols(
    documents: &Documents,
    judgements: &Judgements,
    asked: &OfDocument,
    nested: bool,
) -> Option<Value> {
    let uri = &asked.text_document.uri;
    let (buffer, judgement) = (documents.get(uri)?, judgements.of(uri)?);
    let path = judgement.documents.get(uri)?;
    let mut found = statements(judgement, path);
    if found.is_empty() {
        found = declarations(judgement, path);
    }
    let lines = LineStarts::of(&buffer.text);
    let rows: Vec<Value> = if nested {
        found.iter().map(|symbol| tree(symbol, &lines)).collect()
    } else {
        let all = found
            .iter()
            .flat_map(|symbol| std::iter::once(symbol).chain(&symbol.children));
        all.map(|symbol| flat(symbol, uri, &lines)).collect()
    };
    Some(rows.into())
}

fn tree(symbol: &DocumentSymbol, lines: &LineStarts) -> Value {
    let range: LspRange = lines.range(symbol.span);
    let children: Vec<Value> = symbol.children.iter().map(|one| tree(one, lines)).collect();
    json!({
        "name": symbol.name, "kind": symbol.kind, "range": range, "selectionRange": range,
        "children": children,
    })
}

fn flat(symbol: &DocumentSymbol, uri: &str, lines: &LineStarts) -> Value {
    let range: LspRange = lines.range(symbol.span);
    json!({
        "name": symbol.name, "kind": symbol.kind,
        "location": {"uri": uri, "range": range},
    })
}

fn statements(judgement: &Judgement, path: &str) -> Vec<DocumentSymbol> {
    let versions = judgement.workspace.config.versions();
    let mut found = Vec::new();
    for set in &judgement.input.project.sets {
        let reading = ReadOptions::of(set, versions);
        for migration in &set.migrations {
            let mut parts = migration.all_parts();
            if !parts.any(|part| part.source.path() == path) {
                continue;
            }
            for direction in [Direction::Up, Direction::Down] {
                let lowered = Lowered::of(migration, direction, reading);
                let own = lowered.statements.iter();
                found.extend(
                    own.filter(|one| one.source.path() == path)
                        .map(of_statement),
                );
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    found.sort_by_key(|symbol| symbol.span);
    found
}

fn of_statement(statement: &Statement) -> DocumentSymbol {
    const LONGEST: usize = 60;
    let words = statement.text().split_whitespace();
    let line = words.take(12).collect::<Vec<_>>().join(" ");
    let name = match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    };
    let kind = match statement.changes.first().map(|change| &change.kind) {
        Some(ChangeKind::CreateTable(_) | ChangeKind::CreateView { .. }) => kind::STRUCT,
        Some(ChangeKind::CreateIndex { .. }) => kind::KEY,
        Some(ChangeKind::CreateEnum { .. }) => kind::ENUM,
        Some(ChangeKind::CreateFunction { .. } | ChangeKind::CreateTrigger { .. }) => {
            kind::FUNCTION
        }
        _ => kind::EVENT,
    };
    DocumentSymbol {
        name,
        kind,
        span: statement.span,
        children: Vec::new(),
    }
}

/// The tables and types that a file declares, with their columns.
fn declarations(judgement: &Judgement, path: &str) -> Vec<DocumentSymbol> {
    let mut owners: BTreeMap<QName, DocumentSymbol> = BTreeMap::new();
    let sets = judgement.input.sets();
    let declared = sets
        .filter_map(|beside| beside.schemas)
        .flat_map(|schemas| &schemas.declared);
    let places: Vec<(&Slot, &Place)> = declared
        .flat_map(|one| &one.places)
        .filter(|(_, place)| place.source.path() == path)
        .collect();
    for (slot, place) in &places {
        let kind = match slot.part {
            Part::Table | Part::View => kind::STRUCT,
            Part::Enum => kind::ENUM,
            _ => continue,
        };
        owners.insert(
            slot.owner.clone(),
            DocumentSymbol {
                name: slot.owner.name.clone(),
                kind,
                span: place.span,
                children: Vec::new(),
            },
        );
    }
    for (slot, place) in &places {
        let Part::Column(name) = &slot.part else {
            continue;
        };
        if let Some(owner) = owners.get_mut(&slot.owner) {
            // An editor takes a symbol only if it lies in the one around it.
            owner.span = owner.span.to(place.span);
            owner.children.push(DocumentSymbol {
                name: name.clone(),
                kind: kind::FIELD,
                span: place.span,
                children: Vec::new(),
            });
        }
    }
    let mut found: Vec<DocumentSymbol> = owners.into_values().collect();
    found.sort_by_key(|symbol| symbol.span);
    for symbol in &mut found {
        symbol.children.sort_by_key(|child| child.span);
    }
    found
}
