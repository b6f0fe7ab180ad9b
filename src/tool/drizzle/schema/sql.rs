//! `` sql`…` `` and the operators that make SQL: text with columns in it.

use std::rc::Rc;

use oxc_ast::ast::TemplateLiteral;
use oxc_span::GetSpan as _;

use super::builder::TableBuilder;
use super::eval::{EvalScope, Evaluator, to_span};
use super::naming::SchemaNaming;
use super::value::{ColumnHandle, EnumType, JsValue, Unknown};
use crate::sql::Dialect;

/// SQL as a template literal has it: texts, with values between them.
#[derive(Clone, Default)]
pub(super) struct Sql<'a> {
    pub(super) chunks: Vec<Chunk<'a>>,
    /// `.inlineParams()`: values become literals instead of parameters.
    pub(super) inline: bool,
}

/// A piece of SQL.
#[derive(Clone)]
pub(super) enum Chunk<'a> {
    Text(Rc<str>),
    Identifier(Rc<str>),
    Column(Rc<ColumnHandle<'a>>),
    Table(Rc<TableBuilder<'a>>),
    Enum(Rc<EnumType>),
    Nested(Rc<Sql<'a>>),
    /// A value, which Drizzle would send as a parameter: DDL has none.
    Parameter(JsValue<'a>, Unknown),
    Unknown(Unknown),
}

impl Sql<'_> {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self {
            chunks: vec![Chunk::Text(text.into())],
            inline: false,
        }
    }

    /// The SQL text, columns without their table: as drizzle-kit writes the elements of an index.
    pub(super) fn render(
        &self,
        dialect: Dialect,
        naming: &SchemaNaming,
    ) -> Result<String, Unknown> {
        self.styled(Style {
            dialect,
            naming,
            qualified: false,
        })
    }

    /// The SQL text in such a place, columns with their table where drizzle-kit writes it.
    pub(super) fn render_in(
        &self,
        place: SqlPlace,
        dialect: Dialect,
        naming: &SchemaNaming,
    ) -> Result<String, Unknown> {
        self.styled(Style {
            dialect,
            naming,
            qualified: place.names_tables(dialect, naming.since_v1),
        })
    }

    fn styled(&self, style: Style<'_>) -> Result<String, Unknown> {
        let mut out = String::new();
        self.write(style, self.inline, &mut out)?;
        Ok(out)
    }

    fn write(&self, style: Style<'_>, inline: bool, out: &mut String) -> Result<(), Unknown> {
        let quote = |name: &str| quoted_in_template(style.dialect, name);
        for chunk in &self.chunks {
            match chunk {
                Chunk::Text(text) => out.push_str(text),
                Chunk::Identifier(name) => out.push_str(&quote(name)),
                Chunk::Column(column) => {
                    if style.qualified {
                        Self::write_table(&column.table, style, out)?;
                        out.push('.');
                    }
                    out.push_str(&quote(
                        &style.naming.column(column.key(), column.builder())?,
                    ));
                }
                Chunk::Table(table) => Self::write_table(table, style, out)?,
                Chunk::Enum(kind) => {
                    if let Some(schema) = &kind.schema {
                        out.push_str(&quote(schema));
                        out.push('.');
                    }
                    out.push_str(&quote(&kind.name));
                }
                Chunk::Nested(sql) => sql.write(style, inline || sql.inline, out)?,
                Chunk::Parameter(value, _) if inline => match value {
                    JsValue::String(text) => out.push_str(&super::defaults::literal(text)),
                    value => out.push_str(&value.to_text().unwrap_or_default()),
                },
                Chunk::Parameter(_, unknown) | Chunk::Unknown(unknown) => {
                    return Err(unknown.clone());
                }
            }
        }
        Ok(())
    }

    fn write_table(
        table: &TableBuilder<'_>,
        style: Style<'_>,
        out: &mut String,
    ) -> Result<(), Unknown> {
        if let Some(schema) = &table.schema {
            out.push_str(&quoted_in_template(style.dialect, schema));
            out.push('.');
        }
        out.push_str(&quoted_in_template(
            style.dialect,
            table.name.as_ref().map_err(Clone::clone)?,
        ));
        Ok(())
    }
}

/// Where SQL stands that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlPlace {
    /// What a column is generated from.
    Generated,
    /// A check.
    Check,
    /// The condition of an index.
    IndexCondition,
}

impl SqlPlace {
    /// Whether columns stand there after their table: what drizzle-kit 0.31 and 1.0.0-rc.5 write.
    fn names_tables(self, dialect: Dialect, since_v1: bool) -> bool {
        match (self, dialect) {
            (Self::Generated, Dialect::Sqlite) => false,
            (Self::Generated, _)
            | (Self::Check, Dialect::MySql)
            | (Self::IndexCondition, Dialect::Sqlite) => true,
            (Self::Check | Self::IndexCondition, _) => !since_v1,
        }
    }
}

/// How SQL is written.
#[derive(Clone, Copy)]
struct Style<'n> {
    dialect: Dialect,
    naming: &'n SchemaNaming,
    qualified: bool,
}

/// A name in a template, where drizzle-orm takes SQL's own quotes on SQLite, too.
fn quoted_in_template(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::MySql => quoted(dialect, name),
        Dialect::Postgres | Dialect::Sqlite => quoted(Dialect::Postgres, name),
    }
}

/// A name in a dialect's quotes.
pub(crate) fn quoted(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        Dialect::MySql | Dialect::Sqlite => format!("`{}`", name.replace('`', "``")),
    }
}

impl<'a> Evaluator<'a, '_> {
    /// A template tagged with `sql`.
    pub(super) fn sql_template(
        &self,
        template: &'a TemplateLiteral<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let mut sql = Sql::default();
        for (index, quasi) in template.quasis.iter().enumerate() {
            let text = quasi
                .value
                .cooked
                .as_ref()
                .unwrap_or(&quasi.value.raw)
                .as_str();
            if !text.is_empty() {
                sql.chunks.push(Chunk::Text(text.into()));
            }
            if let Some(expression) = template.expressions.get(index) {
                let value = self.expression(expression, scope);
                sql.chunks.push(chunk(value, scope, expression.span()));
            }
        }
        JsValue::Sql(Rc::new(sql))
    }

    /// `sql.raw`, `eq`, `isNull` and their relatives; `None` for another function.
    pub(super) fn sql_function(
        name: &str,
        arguments: &[JsValue<'a>],
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> Option<JsValue<'a>> {
        let piece = |index: usize| {
            chunk(
                arguments.get(index).cloned().unwrap_or(JsValue::Undefined),
                scope,
                span,
            )
        };
        let text = |text: &str| Chunk::Text(text.into());
        let infix = |operator: &str| {
            vec![
                piece(0),
                Chunk::Text(format!(" {operator} ").into()),
                piece(1),
            ]
        };
        let chunks = match name {
            "sql.raw" => match arguments.first() {
                Some(JsValue::String(raw)) => vec![Chunk::Text(raw.clone())],
                Some(JsValue::Unknown(unknown)) => vec![Chunk::Unknown(unknown.clone())],
                _ => return None,
            },
            "sql.identifier" => match arguments.first() {
                Some(JsValue::String(name)) => vec![Chunk::Identifier(name.clone())],
                _ => return None,
            },
            "sql.empty" => Vec::new(),
            "sql.join" => {
                let Some(JsValue::Array(items)) = arguments.first() else {
                    return None;
                };
                let mut chunks = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    if index > 0 && arguments.len() > 1 {
                        chunks.push(piece(1));
                    }
                    chunks.push(chunk(item.clone(), scope, span));
                }
                chunks
            }
            "eq" => infix("="),
            "ne" => infix("<>"),
            "gt" => infix(">"),
            "gte" => infix(">="),
            "lt" => infix("<"),
            "lte" => infix("<="),
            "like" => infix("like"),
            "isNull" => vec![piece(0), text(" is null")],
            "isNotNull" => vec![piece(0), text(" is not null")],
            "asc" => vec![piece(0), text(" asc")],
            "desc" => vec![piece(0), text(" desc")],
            "not" => vec![text("not "), piece(0)],
            "and" | "or" => {
                let mut chunks = vec![text("(")];
                for (index, argument) in arguments
                    .iter()
                    .filter(|value| !value.is_nullish())
                    .enumerate()
                {
                    if index > 0 {
                        chunks.push(Chunk::Text(format!(" {name} ").into()));
                    }
                    chunks.push(chunk(argument.clone(), scope, span));
                }
                chunks.push(text(")"));
                chunks
            }
            _ => return None,
        };
        Some(JsValue::Sql(Rc::new(Sql {
            chunks,
            inline: false,
        })))
    }
}

/// What a value becomes inside SQL.
fn chunk<'a>(value: JsValue<'a>, scope: &Rc<EvalScope<'a>>, span: oxc_span::Span) -> Chunk<'a> {
    match value {
        JsValue::Sql(sql) => Chunk::Nested(sql),
        JsValue::ColumnRef(column) => Chunk::Column(column),
        JsValue::Table(table) => Chunk::Table(table),
        JsValue::Enum(kind) => Chunk::Enum(kind),
        JsValue::Undefined => Chunk::Text("".into()),
        JsValue::Unknown(unknown) => Chunk::Unknown(unknown),
        value => {
            let reason = "a value is interpolated, which DDL cannot take as a parameter";
            Chunk::Parameter(value, Unknown::new(scope.source(), to_span(span), reason))
        }
    }
}
