//! What a TypeScript expression of a schema can evaluate to.

use std::rc::Rc;

use oxc_ast::ast::{ArrowFunctionExpression, Function};

use super::builder::{
    CheckBuilder, ColumnBuilder, ForeignKeyBuilder, IndexBuilder, KeyBuilder, TableBuilder,
    ViewBuilder,
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
    /// Something of Drizzle's that makes no tables: a policy, a role, relations.
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

    /// What a template literal or `+` makes of a primitive.
    pub(super) fn to_text(&self) -> Option<Rc<str>> {
        Some(match self {
            Self::String(text) | Self::BigInt(text) => text.clone(),
            Self::Number(value) => number_text(*value).into(),
            Self::Bool(value) => if *value { "true" } else { "false" }.into(),
            Self::Null => "null".into(),
            Self::Undefined => "undefined".into(),
            Self::Array(items) => {
                let texts: Option<Vec<_>> = items.iter().map(JsValue::to_text).collect();
                texts?.join(",").into()
            }
            _ => return None,
        })
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
        Some(match self {
            Self::Null => "null".to_owned(),
            Self::Bool(_) | Self::Number(_) => self.to_text()?.to_string(),
            Self::String(text) => serde_json::Value::from(&**text).to_string(),
            Self::Date(time) => format!("\"{}\"", date::iso(*time)),
            Self::Array(items) => {
                let items: Option<Vec<_>> = items
                    .iter()
                    .map(|item| {
                        if matches!(item, Self::Undefined) {
                            Some("null".to_owned())
                        } else {
                            item.to_json()
                        }
                    })
                    .collect();
                format!("[{}]", items?.join(","))
            }
            Self::Object(object) if object.open.is_none() => {
                let mut members = Vec::new();
                for (key, value) in &object.entries {
                    if matches!(value, Self::Undefined | Self::Function(_)) {
                        continue;
                    }
                    members.push(format!(
                        "{}:{}",
                        serde_json::Value::from(&**key),
                        value.to_json()?
                    ));
                }
                format!("{{{}}}", members.join(","))
            }
            _ => return None,
        })
    }
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
