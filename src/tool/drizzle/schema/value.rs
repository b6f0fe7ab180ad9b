//! What a TypeScript expression of a schema can evaluate to.

use std::rc::Rc;

use oxc_ast::ast::{ArrowFunctionExpression, Function};

use super::builder::{
    CheckBuilder, ColumnBuilder, ForeignKeyBuilder, IndexBuilder, KeyBuilder, PolicyBuilder,
    TableBuilder, ViewBuilder,
};
use super::date;
use super::eval::{EvalScope, ModuleId};
use super::sql::Sql;
use super::strings::Pattern;
use crate::source::{Source, Span};
use crate::sql::Dialect;

/// A value, cheap to clone.
#[derive(Clone)]
pub(super) enum JsValue<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    BigInt(Rc<str>),
    String(Rc<str>),
    /// `/…/`.
    Pattern(Rc<Pattern>),
    /// Milliseconds since 1970.
    Date(i64),
    Array(Rc<Vec<JsValue<'a>>>),
    Object(Rc<ObjectValue<'a>>),
    Function(Rc<Closure<'a>>),
    /// A global of the language: `Object`, `process`, `undefined`'s neighbours.
    Global(&'static str),
    /// Everything that a module exports.
    Namespace(ModuleId),
    /// Everything that one of Drizzle's packages exports.
    Package(KnownPackage),
    /// One thing that one of Drizzle's packages exports.
    Export(KnownPackage, Rc<str>),
    Column(Rc<ColumnBuilder<'a>>),
    /// A column of a table, with what an index says of it.
    ColumnRef(Rc<ColumnHandle<'a>>),
    Table(Rc<TableBuilder<'a>>),
    View(Rc<ViewBuilder<'a>>),
    Enum(Rc<EnumType>),
    /// `pgSchema("name")`.
    Schema(Dialect, Rc<str>),
    /// `pgTableCreator(name => …)`.
    TableCreator(Dialect, Rc<JsValue<'a>>),
    /// `customType({ dataType })`.
    CustomType(Dialect, Rc<JsValue<'a>>),
    Sequence(Rc<SequenceType>),
    Sql(Rc<Sql<'a>>),
    Index(Rc<IndexBuilder<'a>>),
    Unique(Rc<KeyBuilder<'a>>),
    PrimaryKey(Rc<KeyBuilder<'a>>),
    ForeignKey(Rc<ForeignKeyBuilder<'a>>),
    Check(Rc<CheckBuilder<'a>>),
    Policy(Rc<PolicyBuilder>),
    /// Something of Drizzle's that makes no tables: a role, relations, a policy without a name.
    Inert,
    Unknown(Unknown),
}

/// Why something could not be evaluated, and where.
#[derive(Clone)]
pub(super) struct Unknown(Rc<(Source, Span, String)>);

impl Unknown {
    pub(super) fn new(source: &Source, span: Span, reason: impl Into<String>) -> Self {
        Self(Rc::new((source.clone(), span, reason.into())))
    }

    pub(super) fn source(&self) -> &Source {
        &self.0.0
    }

    pub(super) fn span(&self) -> Span {
        self.0.1
    }

    pub(super) fn reason(&self) -> &str {
        &self.0.2
    }
}

/// Texts longer than this, in bytes, and arrays and objects that need more memory are not
/// evaluated.
pub(super) const MAX_SIZE: usize = 1 << 20;
/// Arrays in arrays, at most, that become a text.
const MAX_NESTING: usize = 500;

/// An object literal: its properties in order.
#[derive(Clone, Default)]
pub(super) struct ObjectValue<'a> {
    pub(super) entries: Vec<(Rc<str>, JsValue<'a>)>,
    /// Set when something was spread into it or keyed by something that could not be evaluated:
    /// there may be more.
    pub(super) open: Option<Unknown>,
}

impl<'a> ObjectValue<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&JsValue<'a>> {
        self.entries
            .iter()
            .find(|(name, _)| &**name == key)
            .map(|(_, value)| value)
    }

    /// Sets a property; a new one goes to the end, as in JavaScript.
    pub(super) fn set(&mut self, key: Rc<str>, value: JsValue<'a>) {
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key, value)),
        }
    }
}

/// A function with the scope it was written in.
pub(super) struct Closure<'a> {
    pub(super) code: Code<'a>,
    pub(super) scope: Rc<EvalScope<'a>>,
}

/// The two ways to write a function.
#[derive(Clone, Copy)]
pub(super) enum Code<'a> {
    Arrow(&'a ArrowFunctionExpression<'a>),
    Function(&'a Function<'a>),
}

/// The packages that are known without being read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownPackage {
    /// `drizzle-orm`.
    Orm,
    /// `drizzle-orm/pg-core` and its relatives.
    Core(Dialect),
    /// `drizzle-kit`: `defineConfig` returns what it is given.
    Kit,
    /// `zod`, whose enums give columns their labels.
    Zod,
    /// `node:path` and `node:url`, which configurations make paths with.
    Path,
}

impl KnownPackage {
    /// The package that an import names.
    pub(super) fn from_import(specifier: &str) -> Option<Self> {
        Some(match specifier {
            "drizzle-orm" | "drizzle-orm/sql" | "drizzle-orm/relations" => Self::Orm,
            "drizzle-orm/pg-core" | "pgvector/drizzle-orm" => Self::Core(Dialect::Postgres),
            "drizzle-orm/mysql-core" => Self::Core(Dialect::MySql),
            "drizzle-orm/sqlite-core" => Self::Core(Dialect::Sqlite),
            "drizzle-kit" => Self::Kit,
            "zod" | "zod/v3" | "zod/v4" | "zod/mini" | "zod/v4-mini" => Self::Zod,
            "path" | "node:path" | "url" | "node:url" | "process" | "node:process" => Self::Path,
            _ => return None,
        })
    }
}

/// `table.column`.
#[derive(Clone)]
pub(super) struct ColumnHandle<'a> {
    pub(super) table: Rc<TableBuilder<'a>>,
    /// Index of the column.
    pub(super) column: usize,
    pub(super) descending: bool,
    pub(super) nulls_first: Option<bool>,
    pub(super) opclass: Option<Rc<str>>,
}

/// `pgEnum("name", […])`.
pub(super) struct EnumType {
    pub(super) schema: Option<Rc<str>>,
    pub(super) name: Rc<str>,
    pub(super) labels: Result<Vec<Rc<str>>, Unknown>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// `pgSequence("name")`.
pub(super) struct SequenceType {
    pub(super) schema: Option<Rc<str>>,
    pub(super) name: Rc<str>,
}

impl<'a> JsValue<'a> {
    pub(super) fn string(text: impl Into<Rc<str>>) -> Self {
        Self::String(text.into())
    }

    pub(super) fn array(items: Vec<JsValue<'a>>) -> Self {
        Self::Array(Rc::new(items))
    }

    /// JavaScript's truth; `None` when it is not known.
    pub(super) fn truthy(&self) -> Option<bool> {
        Some(match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::String(text) => !text.is_empty(),
            Self::BigInt(digits) => &**digits != "0",
            Self::Unknown(_) => return None,
            _ => true,
        })
    }

    pub(super) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    pub(super) fn as_str(&self) -> Option<&Rc<str>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Rc<ObjectValue<'a>>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// A property of an object literal; `Undefined` where there is none.
    pub(super) fn property(&self, key: &str) -> JsValue<'a> {
        match self {
            Self::Object(object) => match (object.get(key), &object.open) {
                (Some(value), _) => value.clone(),
                (None, Some(unknown)) => Self::Unknown(unknown.clone()),
                (None, None) => Self::Undefined,
            },
            Self::Unknown(unknown) => Self::Unknown(unknown.clone()),
            _ => Self::Undefined,
        }
    }

    /// What a template literal or `+` makes of a primitive; `None` also where that is longer than
    /// [`MAX_SIZE`].
    pub(super) fn to_text(&self) -> Option<Rc<str>> {
        if let Self::String(text) | Self::BigInt(text) = self {
            return Some(text.clone());
        }
        let mut text = String::new();
        self.write_text(&mut text, MAX_NESTING)?;
        Some(text.into())
    }

    /// What `join` makes of these, within the same limit.
    pub(super) fn join(items: &[Self], separator: &str) -> Option<String> {
        let mut text = String::new();
        Self::write_joined(items, separator, &mut text, MAX_NESTING)?;
        Some(text)
    }

    /// Parts are shared: what takes a line to write may be longer than any memory. So the limit is
    /// looked at while the text is written.
    fn write_text(&self, out: &mut String, nesting: usize) -> Option<()> {
        match self {
            Self::String(text) | Self::BigInt(text) => out.push_str(text),
            Self::Number(value) => out.push_str(&number_text(*value)),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Null => out.push_str("null"),
            Self::Undefined => out.push_str("undefined"),
            Self::Array(items) => Self::write_joined(items, ",", out, nesting.checked_sub(1)?)?,
            _ => return None,
        }
        (out.len() <= MAX_SIZE).then_some(())
    }

    fn write_joined(
        items: &[Self],
        separator: &str,
        out: &mut String,
        nesting: usize,
    ) -> Option<()> {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push_str(separator);
            }
            item.write_text(out, nesting)?;
        }
        Some(())
    }

    /// `===` on primitives; `None` when it is not known.
    pub(super) fn same(&self, other: &JsValue<'a>) -> Option<bool> {
        Some(match (self, other) {
            (Self::Unknown(_), _) | (_, Self::Unknown(_)) => return None,
            (Self::String(a), Self::String(b)) | (Self::BigInt(a), Self::BigInt(b)) => a == b,
            #[expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Table(a), Self::Table(b)) => Rc::ptr_eq(a, b),
            (Self::Array(a), Self::Array(b)) => Rc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            _ => false,
        })
    }

    /// `typeof`.
    pub(super) fn type_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Undefined => "undefined",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::BigInt(_) => "bigint",
            Self::String(_) => "string",
            Self::Function(_)
            | Self::Export(..)
            | Self::Enum(_)
            | Self::TableCreator(..)
            | Self::CustomType(..) => "function",
            Self::Unknown(_) | Self::Global(_) => return None,
            _ => "object",
        })
    }

    /// `JSON.stringify`; `None` where it would yield `undefined` or is not known.
    pub(super) fn to_json(&self) -> Option<String> {
        let mut text = String::new();
        self.write_json(&mut text, MAX_NESTING)?;
        Some(text)
    }

    /// As [`JsValue::write_text`].
    fn write_json(&self, out: &mut String, nesting: usize) -> Option<()> {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(_) | Self::Number(_) => self.write_text(out, nesting)?,
            Self::String(text) => out.push_str(&quoted(text)),
            Self::Date(time) => out.push_str(&format!("\"{}\"", date::iso(*time))),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    match item {
                        Self::Undefined => out.push_str("null"),
                        item => item.write_json(out, nesting.checked_sub(1)?)?,
                    }
                }
                out.push(']');
            }
            Self::Object(object) if object.open.is_none() => {
                out.push('{');
                let members = object.entries.iter();
                let members = members
                    .filter(|(_, value)| !matches!(value, Self::Undefined | Self::Function(_)));
                for (at, (key, value)) in members.enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(key));
                    out.push(':');
                    value.write_json(out, nesting.checked_sub(1)?)?;
                }
                out.push('}');
            }
            _ => return None,
        }
        (out.len() <= MAX_SIZE).then_some(())
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number as JavaScript prints it.
pub(super) fn number_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&value.abs()) || !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:e}");
    if value.abs() < 1.0 {
        text
    } else {
        text.replace('e', "e+")
    }
}
