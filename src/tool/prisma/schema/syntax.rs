//! The Prisma schema language as a tree.

use crate::source::{Source, Span};

/// Everything that one file says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) source: Source,
    pub(super) blocks: Vec<Block>,
    /// Text that is not part of any block, with what is wrong.
    pub(super) stray: Vec<Mistake>,
}

/// Text that does not follow the grammar.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) span: Span,
    pub(super) message: String,
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

/// What the first word of a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
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
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) name: Name,
    /// Fields of a model, view or type.
    pub(super) fields: Vec<Field>,
    /// Values of an enum.
    pub(super) values: Vec<EnumValue>,
    /// `key = value` of a datasource or generator.
    pub(super) properties: Vec<(Name, Expr)>,
    /// `@@…`.
    pub(super) attributes: Vec<Attribute>,
    /// Lines that could not be read: what they declare is not known.
    pub(super) mistakes: Vec<Mistake>,
}

impl Block {
    /// The first attribute of that name.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The value of a property.
    pub(super) fn property(&self, name: &str) -> Option<&Expr> {
        self.properties
            .iter()
            .find(|(key, _)| key.text == name)
            .map(|(_, value)| value)
    }

    /// Its name in the database.
    pub(super) fn database_name(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    Required,
    Optional,
    List,
}

/// A field's type as written.
#[derive(Clone, Debug)]
pub(super) enum FieldType {
    /// A scalar, enum or model.
    Named(String),
    /// `Unsupported("…")`.
    Unsupported(String),
}

/// A field of a model.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: Name,
    pub(super) kind: FieldType,
    pub(super) arity: Arity,
    pub(super) attributes: Vec<Attribute>,
    pub(super) span: Span,
}

impl Field {
    /// The first attribute of that name.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// The column's name in the database.
    pub(super) fn column(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// A value of an enum.
#[derive(Debug)]
pub(super) struct EnumValue {
    pub(super) name: Name,
    pub(super) attributes: Vec<Attribute>,
}

impl EnumValue {
    /// The label in the database.
    pub(super) fn label(&self) -> &str {
        mapped(&self.attributes, &self.name.text)
    }
}

/// `@name(…)` or `@@name(…)`; `name` keeps the dots of `db.VarChar`.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
    pub(super) span: Span,
}

impl Attribute {
    /// The argument of that name.
    pub(super) fn named(&self, name: &str) -> Option<&Expr> {
        find(&self.arguments, name)
    }

    /// The argument of that name, or the first one that has none.
    pub(super) fn named_or_first(&self, name: &str) -> Option<&Expr> {
        self.named(name).or_else(|| {
            self.arguments
                .iter()
                .find(|it| it.name.is_none())
                .map(|it| &it.value)
        })
    }

    /// A string argument by name.
    pub(super) fn string(&self, name: &str) -> Option<&str> {
        self.named(name).and_then(Expr::as_string)
    }
}

/// An argument, named or not.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Expr,
}

/// The value of a named argument.
pub(super) fn find<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Expr> {
    arguments
        .iter()
        .find(|it| it.name.as_deref() == Some(name))
        .map(|it| &it.value)
}

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) span: Span,
}

/// What kind of value.
#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    /// A string, escapes resolved.
    String(String),
    /// A number as written.
    Number(String),
    /// A bare word or path: `true`, `Cascade`, `address.city`.
    Word(String),
    /// `name(…)`.
    Call(String, Vec<Argument>),
    /// `[…]`.
    Array(Vec<Expr>),
    /// `{ key: value }`.
    Object(Vec<(String, Expr)>),
}

impl Expr {
    /// The value of a string.
    pub(super) fn as_string(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// A bare word.
    pub(super) fn as_word(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Word(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array; a single value counts as an array of one.
    pub(super) fn elements(&self) -> &[Expr] {
        match &self.kind {
            ExprKind::Array(elements) => elements,
            _ => std::slice::from_ref(self),
        }
    }
}

/// The argument of `@map` or `@@map`, or the name itself.
fn mapped<'a>(attributes: &'a [Attribute], name: &'a str) -> &'a str {
    let map = attributes.iter().find(|attribute| attribute.name == "map");
    map.and_then(|map| map.named_or_first("name"))
        .and_then(Expr::as_string)
        .unwrap_or(name)
}
