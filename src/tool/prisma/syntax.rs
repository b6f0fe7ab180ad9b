//! The Prisma schema language as a tree. The project reads datasources with it, and the schema all
//! the rest: there is no second reader that could understand a file in another way.

mod parse;
mod token;

pub(crate) use parse::{parse, parse_settings};

use crate::source::{Source, Span};

/// Everything that one file says.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) blocks: Vec<PrismaBlock>,
    /// Text that is not part of any block, with what is wrong.
    pub(crate) stray: Vec<SyntaxMistake>,
}

/// Text that does not follow the grammar.
#[derive(Debug)]
pub(crate) struct SyntaxMistake {
    pub(crate) span: Span,
    pub(crate) message: String,
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct PrismaName {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// What the first word of a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    Model,
    View,
    /// A composite type, which no SQL database has.
    Type,
    Enum,
    Datasource,
    Generator,
}

/// A top-level block. Which of its lists are used depends on its kind.
#[derive(Debug)]
pub(crate) struct PrismaBlock {
    pub(crate) kind: BlockKind,
    pub(crate) name: PrismaName,
    /// Fields of a model, view or type.
    pub(crate) fields: Vec<Field>,
    /// Values of an enum.
    pub(crate) values: Vec<EnumValue>,
    /// `key = value` of a datasource or generator.
    pub(crate) properties: Vec<(PrismaName, PrismaExpr)>,
    /// The attributes of the block, which start with `@@`.
    pub(crate) attributes: Vec<Attribute>,
    /// Lines that could not be read: what they declare is not known.
    pub(crate) mistakes: Vec<SyntaxMistake>,
}

impl File {
    /// The datasource, if this file holds it.
    pub(crate) fn datasource(&self) -> Option<&PrismaBlock> {
        self.blocks
            .iter()
            .find(|block| block.kind == BlockKind::Datasource)
    }

    /// The `provider` of the datasource; `None` where it is not written out, or not here.
    pub(crate) fn provider(&self) -> Option<&str> {
        self.datasource()?.provider()
    }
}

impl PrismaBlock {
    /// The `provider` of a datasource. A list of them is from before Prisma 2; its first counts.
    pub(crate) fn provider(&self) -> Option<&str> {
        self.property("provider")?.elements().first()?.as_string()
    }

    /// The first attribute of that name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The value of a property.
    pub(crate) fn property(&self, name: &str) -> Option<&PrismaExpr> {
        self.properties
            .iter()
            .find(|(key, _)| key.text == name)
            .map(|(_, value)| value)
    }

    /// Its name in the database.
    pub(crate) fn database_name(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arity {
    Required,
    Optional,
    List,
}

/// A field's type as written.
#[derive(Clone, Debug)]
pub(crate) enum FieldType {
    /// A scalar, enum or model.
    Named(String),
    /// `Unsupported("…")`.
    Unsupported(String),
}

/// A field of a model.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: PrismaName,
    pub(crate) kind: FieldType,
    pub(crate) arity: Arity,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) span: Span,
}

impl Field {
    /// The first attribute of that name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The column's name in the database.
    pub(crate) fn column(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// A value of an enum.
#[derive(Debug)]
pub(crate) struct EnumValue {
    pub(crate) name: PrismaName,
    pub(crate) attributes: Vec<Attribute>,
}

impl EnumValue {
    /// The label in the database.
    pub(crate) fn label(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// `@name(…)` or `@@name(…)`; `name` keeps the dots of `db.VarChar`.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) span: Span,
}

impl Attribute {
    /// The argument of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&PrismaExpr> {
        find(&self.arguments, name)
    }

    /// The argument of that name, or the first one that has none.
    pub(crate) fn named_or_first(&self, name: &str) -> Option<&PrismaExpr> {
        self.named(name).or_else(|| {
            self.arguments
                .iter()
                .find(|it| it.name.is_none())
                .map(|it| &it.value)
        })
    }

    /// A string argument by name.
    pub(crate) fn string(&self, name: &str) -> Option<&str> {
        self.named(name).and_then(PrismaExpr::as_string)
    }
}

/// An argument, named or not.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: Option<String>,
    pub(crate) value: PrismaExpr,
}

/// The value of a named argument.
pub(crate) fn find<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a PrismaExpr> {
    arguments
        .iter()
        .find(|it| it.name.as_deref() == Some(name))
        .map(|it| &it.value)
}

/// A value in an attribute or a setting.
#[derive(Clone, Debug)]
pub(crate) struct PrismaExpr {
    pub(crate) kind: PrismaExprKind,
    pub(crate) span: Span,
}

/// What kind of value.
#[derive(Clone, Debug)]
pub(crate) enum PrismaExprKind {
    /// A string, escapes resolved.
    String(String),
    /// A number as written.
    Number(String),
    /// A bare word or path: `true`, `Cascade`, `address.city`.
    Word(String),
    /// `name(…)`.
    Call(String, Vec<Argument>),
    /// `[…]`.
    Array(Vec<PrismaExpr>),
    /// `{ key: value }`.
    Object(Vec<(String, PrismaExpr)>),
}

impl PrismaExpr {
    /// The value of a string.
    pub(crate) fn as_string(&self) -> Option<&str> {
        match &self.kind {
            PrismaExprKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The word, if it is one without quotes or brackets.
    pub(crate) fn as_word(&self) -> Option<&str> {
        match &self.kind {
            PrismaExprKind::Word(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array; a single value counts as an array of one.
    pub(crate) fn elements(&self) -> &[PrismaExpr] {
        match &self.kind {
            PrismaExprKind::Array(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }
}

/// The argument of `@map` or `@@map`, or the name itself.
fn mapped<'a>(attributes: &'a [Attribute], name: &'a str) -> &'a str {
    let map = attributes.iter().find(|attribute| attribute.name == "map");
    map.and_then(|map| map.named_or_first("name"))
        .and_then(PrismaExpr::as_string)
        .unwrap_or(name)
}
