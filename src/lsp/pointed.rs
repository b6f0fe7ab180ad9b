//! What the cursor stands on: a table, a column, a type, by its name in SQL or its declaration in a
//! schema.

use super::documents::{Buffer, Documents};
use super::judge::{Judgement, Judgements};
use super::protocol::AtPosition;
use super::text::LineStarts;
use crate::catalog::{Catalog, Origin, Part, QName, Slot};
use crate::check::{Standpoint, standpoint};
use crate::project::MigrationSet;
use crate::replay::catalog_of;
use crate::source::Span;
use crate::sql::lex::{Lexer, TokenKind};
use crate::sql::{Dialect, Versions};

/// A place of a buffer that was judged.
pub(super) struct PointedPlace<'a> {
    pub(super) buffer: &'a Buffer,
    pub(super) judgement: &'a Judgement,
    /// Relative to the root.
    pub(super) path: &'a str,
    pub(super) offset: usize,
}

impl<'a> PointedPlace<'a> {
    pub(super) fn at(
        documents: &'a Documents,
        judgements: &'a Judgements,
        asked: &AtPosition,
    ) -> Option<Self> {
        let uri = &asked.text_document.uri;
        let buffer = documents.get(uri)?;
        let judgement = judgements.of(uri)?;
        Some(Self {
            buffer,
            judgement,
            path: judgement.documents.get(uri)?,
            offset: LineStarts::of(&buffer.text).offset(asked.position),
        })
    }

    /// The statement around it, if it stands in a migration.
    pub(super) fn standpoint(&self) -> Option<Standpoint<'a>> {
        let config = &self.judgement.workspace.config;
        standpoint(
            &self.judgement.input.project,
            config,
            self.path,
            self.offset,
        )
    }

    /// What is declared at it, if it stands in a schema, and the schema that the migrations make.
    pub(super) fn declared(&self) -> Option<DeclaredObject<'a>> {
        let mut best: Option<(Span, DeclaredObject)> = None;
        for beside in self.judgement.input.sets() {
            let declared = beside.schemas.iter().flat_map(|schemas| &schemas.declared);
            for (slot, place) in declared.flat_map(|one| &one.places) {
                let source = &place.source;
                let span = with_key(source.text(), place.span, slot);
                let inside = (span.start..=span.end).contains(&self.offset);
                let shorter = best
                    .as_ref()
                    .is_none_or(|(known, _)| span.end - span.start < known.end - known.start);
                if source.path() == self.path && inside && shorter {
                    let object = DeclaredObject {
                        set: beside.set,
                        slot,
                        span,
                    };
                    best = Some((span, object));
                }
            }
        }
        best.map(|(_, object)| object)
    }

    /// What a set's migrations make.
    pub(super) fn migrated(&self, set: &MigrationSet) -> Catalog {
        let versions = self.judgement.workspace.config.versions();
        catalog_of(set, versions, set.migrations.len())
    }
}

/// A column's declaration with the key before it in the line: `email: ` of `email: text()`, which is
/// what somebody points at.
fn with_key(text: &str, span: Span, slot: &Slot) -> Span {
    if !matches!(slot.part, Part::Column(_)) {
        return span;
    }
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let key = before[line..].trim_start();
    let mut signs = key.chars();
    if signs.all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '"' | '\'' | ':' | ' ')) {
        Span::new(span.start - key.len(), span.end)
    } else {
        span
    }
}

/// An object of a declared schema.
pub(super) struct DeclaredObject<'a> {
    pub(super) set: &'a MigrationSet,
    pub(super) slot: &'a Slot,
    pub(super) span: Span,
}

impl DeclaredObject<'_> {
    /// Whether it is a column that the migrations do not make.
    pub(super) fn is_missing_column(&self, catalog: &Catalog) -> bool {
        let Part::Column(name) = &self.slot.part else {
            return false;
        };
        let table = catalog.tables.get(&self.slot.owner);
        table.is_none_or(|table| table.column(name).is_none())
    }

    /// The object that the slot is a part of.
    pub(super) fn object(&self, catalog: &Catalog) -> Option<SchemaObject> {
        let owner = &self.slot.owner;
        if let Some(table) = catalog.tables.get(owner) {
            let column = self.slot.part.column();
            let column = column.filter(|name| table.column(name).is_some());
            return Some(match column {
                Some(name) => SchemaObject::Column(owner.clone(), name.to_owned()),
                None => SchemaObject::Table(owner.clone()),
            });
        }
        let known = catalog.enums.contains_key(owner);
        known.then(|| SchemaObject::Enum(owner.clone()))
    }
}

/// Something that has a name in a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SchemaObject {
    Table(QName),
    Column(QName, String),
    Enum(QName),
}

impl SchemaObject {
    /// Who made it.
    pub(super) fn origin(&self, catalog: &Catalog) -> Option<Origin> {
        match self {
            Self::Table(name) => catalog.tables.get(name).map(|table| table.origin),
            Self::Column(table, name) => {
                let column = catalog.tables.get(table)?.column(name)?;
                Some(column.origin)
            }
            Self::Enum(name) => catalog.enums.get(name).map(|found| found.origin),
        }
    }

    /// Its place in a declared schema.
    pub(super) fn slot(&self) -> Slot {
        match self {
            Self::Table(name) => Slot::table(name),
            Self::Column(table, name) => Slot::column(table, name),
            Self::Enum(name) => Slot::enumeration(name),
        }
    }
}

/// A name of SQL.
struct NameToken {
    span: Span,
    text: String,
}

/// The object that a statement names at a byte.
pub(super) fn named(
    text: &str,
    statement: Span,
    offset: usize,
    catalog: &Catalog,
) -> Option<SchemaObject> {
    let names = names(text, statement, catalog.dialect);
    let at = names
        .iter()
        .position(|name| (name.span.start..=name.span.end).contains(&offset))?;
    // `a.b` is one name, and what stands before the dot says where to look.
    let qualifier = at
        .checked_sub(1)
        .map(|before| &names[before])
        .filter(|before| {
            text.get(before.span.end..names[at].span.start)
                .is_some_and(|between| between.trim() == ".")
        })
        .map(|before| before.text.as_str());
    let name = names[at].text.as_str();
    if let Some(table) = table(catalog, qualifier, name) {
        return Some(SchemaObject::Table(table));
    }
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let mut types = catalog.enums.keys();
    if let Some(found) = types.find(|known| same(&known.name, name)) {
        return Some(SchemaObject::Enum(found.clone()));
    }
    // A column belongs to the table before its dot, else to the first of the statement's tables that
    // has it.
    let tables = names
        .iter()
        .filter(|other| qualifier.is_none_or(|wanted| same(wanted, &other.text)));
    for other in tables {
        let found = table(catalog, None, &other.text).and_then(|owner| {
            let columns = &catalog.tables.get(&owner)?.columns;
            let column = columns.iter().find(|column| same(&column.name, name))?;
            Some(SchemaObject::Column(owner, column.name.clone()))
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

fn table(catalog: &Catalog, schema: Option<&str>, name: &str) -> Option<QName> {
    let mut found: Vec<&QName> = catalog
        .tables
        .keys()
        .filter(|known| {
            known.name.eq_ignore_ascii_case(name)
                && schema.is_none_or(|schema| known.schema.eq_ignore_ascii_case(schema))
        })
        .collect();
    found.sort_by_key(|known| !known.is_at_home());
    found.first().copied().cloned()
}

/// The names in a statement, without their quotes.
fn names(text: &str, statement: Span, dialect: Dialect) -> Vec<NameToken> {
    let tokens = Lexer::new(text, statement, dialect, Versions::default());
    tokens
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
        .map(|token| {
            let raw = text.get(token.span.range()).unwrap_or_default();
            let inner = raw.trim_matches(['"', '`', '[', ']']);
            NameToken {
                span: token.span,
                text: inner.replace("\"\"", "\""),
            }
        })
        .collect()
}
