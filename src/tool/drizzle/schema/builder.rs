//! What Drizzle's functions build: columns, tables, keys, indexes. Each is a plain record;
//! [`super::assemble`] reads them.

use std::rc::Rc;

use super::naming::Casing;
use super::sql::Sql;
use super::value::{ColumnHandle, EnumType, JsValue, Unknown};
use crate::source::{Source, Span};
use crate::sql::Dialect;
use crate::sql::change::Identity;

/// What `.generatedAlwaysAs(…)` was given.
#[derive(Clone)]
pub(super) struct GeneratedBuilder<'a> {
    pub(super) expression: JsValue<'a>,
    pub(super) stored: bool,
}

/// A column and everything chained to it.
#[derive(Clone)]
pub(super) struct ColumnBuilder<'a> {
    pub(super) dialect: Dialect,
    /// Empty when the key in the table names it.
    pub(super) name: Result<Rc<str>, Unknown>,
    pub(super) data_type: Result<ColumnType, Unknown>,
    /// `enumValues`, which other code may read.
    pub(super) labels: JsValue<'a>,
    pub(super) not_null: bool,
    pub(super) primary: bool,
    pub(super) auto_increment: bool,
    pub(super) unique: Option<Uniqueness>,
    pub(super) default: Option<JsValue<'a>>,
    pub(super) generated: Option<GeneratedBuilder<'a>>,
    pub(super) identity: Option<Identity>,
    pub(super) on_update_now: bool,
    /// What each `references` was given.
    pub(super) references: Vec<ColumnReference<'a>>,
    /// Whether the client fills it, by `$defaultFn` or `$onUpdate`.
    pub(super) client_default: bool,
    /// A method that is not known was chained: anything may have changed.
    pub(super) open: Option<Unknown>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// A call of `references`, which may stand in another file than the column's builder was made in.
#[derive(Clone)]
pub(super) struct ColumnReference<'a> {
    /// A function that returns a column.
    pub(super) target: JsValue<'a>,
    pub(super) actions: JsValue<'a>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// A column's type as Drizzle writes it into DDL.
#[derive(Clone)]
pub(super) struct ColumnType {
    pub(super) sql: String,
    /// The enum it is, without array brackets.
    pub(super) enumeration: Option<Rc<EnumType>>,
    /// Its dimensions, if it is an array: `[]`, `[3][]`.
    pub(super) dimensions: String,
}

/// `.unique(name, { nulls })`.
#[derive(Clone)]
pub(super) struct Uniqueness {
    pub(super) name: Option<Rc<str>>,
    pub(super) nulls_not_distinct: bool,
}

/// A table as a call of `pgTable` and the like has built it.
#[derive(Clone)]
pub(super) struct TableBuilder<'a> {
    pub(super) dialect: Dialect,
    pub(super) schema: Option<Rc<str>>,
    pub(super) name: Result<Rc<str>, Unknown>,
    pub(super) columns: Vec<(Rc<str>, Rc<ColumnBuilder<'a>>)>,
    /// There may be more columns than these.
    pub(super) open: Option<Unknown>,
    /// The third argument: a function of the table's columns.
    pub(super) extra: Option<JsValue<'a>>,
    /// `.enableRLS()`: its policies count (PostgreSQL).
    pub(super) row_security: bool,
    pub(super) source: Source,
    pub(super) span: Span,
}

pub(super) struct ViewBuilder<'a> {
    pub(super) schema: Option<Rc<str>>,
    pub(super) name: Rc<str>,
    pub(super) materialized: bool,
    /// `.existing()`: somebody else makes it.
    pub(super) existing: bool,
    /// The query, where it is written in SQL.
    pub(super) query: Option<Rc<Sql<'a>>>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// `index(name)` with what is chained to it.
#[derive(Clone)]
pub(super) struct IndexBuilder<'a> {
    pub(super) name: JsValue<'a>,
    pub(super) unique: bool,
    pub(super) method: JsValue<'a>,
    pub(super) columns: Vec<JsValue<'a>>,
    pub(super) condition: JsValue<'a>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// `unique(name)` or `primaryKey({ columns })`.
#[derive(Clone)]
pub(super) struct KeyBuilder<'a> {
    pub(super) name: JsValue<'a>,
    pub(super) columns: JsValue<'a>,
    pub(super) nulls_not_distinct: bool,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// `foreignKey({ columns, foreignColumns })`.
#[derive(Clone)]
pub(super) struct ForeignKeyBuilder<'a> {
    pub(super) config: JsValue<'a>,
    pub(super) on_delete: JsValue<'a>,
    pub(super) on_update: JsValue<'a>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// A check as a call of `check(name, condition)` has built it.
#[derive(Clone)]
pub(super) struct CheckBuilder<'a> {
    pub(super) name: JsValue<'a>,
    pub(super) condition: JsValue<'a>,
    pub(super) source: Source,
    pub(super) span: Span,
}

/// A policy as a call of `pgPolicy(name, …)` has built it.
pub(super) struct PolicyBuilder {
    pub(super) name: Rc<str>,
    pub(super) source: Source,
    pub(super) span: Span,
}

impl TableBuilder<'_> {
    /// The table with the names that a casing makes of its keys.
    pub(super) fn cased(&self, casing: Casing) -> Self {
        let columns = self.columns.iter().map(|(key, column)| {
            let mut column = column.clone();
            if column.name.as_ref().is_ok_and(|name| name.is_empty()) {
                Rc::make_mut(&mut column).name = Ok(casing.convert(key).into());
            }
            (key.clone(), column)
        });
        Self {
            columns: columns.collect(),
            ..self.clone()
        }
    }
}

impl<'a> ColumnHandle<'a> {
    pub(super) fn new(table: &Rc<TableBuilder<'a>>, column: usize) -> Self {
        Self {
            table: table.clone(),
            column,
            descending: false,
            nulls_first: None,
            opclass: None,
        }
    }

    pub(super) fn key(&self) -> &Rc<str> {
        &self.table.columns[self.column].0
    }

    pub(super) fn builder(&self) -> &Rc<ColumnBuilder<'a>> {
        &self.table.columns[self.column].1
    }
}

impl ColumnBuilder<'_> {
    pub(super) fn new(dialect: Dialect, source: &Source, span: Span) -> Self {
        Self {
            dialect,
            name: Ok("".into()),
            data_type: Err(Unknown::new(source, span, "the type is not known")),
            labels: JsValue::Undefined,
            not_null: false,
            primary: false,
            auto_increment: false,
            unique: None,
            default: None,
            generated: None,
            identity: None,
            on_update_now: false,
            references: Vec::new(),
            client_default: false,
            open: None,
            source: source.clone(),
            span,
        }
    }
}

impl ColumnType {
    pub(super) fn plain(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            enumeration: None,
            dimensions: String::new(),
        }
    }
}
