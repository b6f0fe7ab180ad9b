//! Methods of what Drizzle's functions build: `.notNull()`, `.references(…)`, `.on(…)`.

use std::rc::Rc;

use oxc_ast::ast::CallExpression;

use super::builder::{
    ColumnBuilder, ColumnReference, ColumnType, GeneratedBuilder, KeyBuilder, Uniqueness,
    ViewBuilder,
};
use super::eval::{EvalScope, Evaluator, to_span};
use super::naming::Casing;
use super::sql::Sql;
use super::value::{JsValue, SequenceType, Unknown};
use crate::sql::Dialect;
use crate::sql::change::Identity;

impl<'a> Evaluator<'a, '_> {
    /// A method of something of Drizzle's.
    pub(super) fn drizzle_method(
        &self,
        object: &JsValue<'a>,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or(JsValue::Undefined);
        match object {
            JsValue::Column(column) => {
                let mut column = (**column).clone();
                Self::chain_column(&mut column, name, arguments, call, scope);
                JsValue::Column(Rc::new(column))
            }
            JsValue::ColumnRef(column) => {
                let mut column = (**column).clone();
                match name {
                    "asc" => column.descending = false,
                    "desc" => column.descending = true,
                    "nullsFirst" => column.nulls_first = Some(true),
                    "nullsLast" => column.nulls_first = Some(false),
                    "op" => column.opclass = argument(0).as_str().cloned(),
                    _ => return self.not_evaluated(name, call, scope),
                }
                JsValue::ColumnRef(Rc::new(column))
            }
            JsValue::Index(index) => {
                let mut index = (**index).clone();
                match name {
                    "on" | "onOnly" => index.columns = arguments.to_vec(),
                    "using" => {
                        index.method = argument(0);
                        if arguments.len() > 1 {
                            index.columns = arguments[1..].to_vec();
                        }
                    }
                    "where" => index.condition = argument(0),
                    "with" | "concurrently" | "algorithm" | "lock" | "asc" | "desc"
                    | "nullsFirst" | "nullsLast" => {}
                    _ => return self.not_evaluated(name, call, scope),
                }
                JsValue::Index(Rc::new(index))
            }
            JsValue::Unique(key) => {
                let mut key: KeyBuilder<'a> = (**key).clone();
                match name {
                    "on" => key.columns = JsValue::array(arguments.to_vec()),
                    "nullsNotDistinct" => key.nulls_not_distinct = true,
                    _ => return self.not_evaluated(name, call, scope),
                }
                JsValue::Unique(Rc::new(key))
            }
            JsValue::ForeignKey(key) => {
                let mut key = (**key).clone();
                match name {
                    "onDelete" => key.on_delete = argument(0),
                    "onUpdate" => key.on_update = argument(0),
                    _ => return self.not_evaluated(name, call, scope),
                }
                JsValue::ForeignKey(Rc::new(key))
            }
            JsValue::Schema(dialect, schema) => match name {
                "table" => self.table(*dialect, Some(schema.clone()), arguments, call, scope),
                "enum" => self.enum_type(Some(schema.clone()), arguments, call, scope),
                "view" => Self::view(Some(schema.clone()), false, &argument(0), call, scope),
                "materializedView" => {
                    Self::view(Some(schema.clone()), true, &argument(0), call, scope)
                }
                "sequence" => match argument(0) {
                    JsValue::String(name) => JsValue::Sequence(Rc::new(SequenceType {
                        schema: Some(schema.clone()),
                        name,
                    })),
                    _ => JsValue::Inert,
                },
                _ => self.not_evaluated(name, call, scope),
            },
            JsValue::Table(_) if name == "enableRLS" => with_row_security(object.clone()),
            JsValue::View(view) => {
                let mut copy = ViewBuilder {
                    schema: view.schema.clone(),
                    name: view.name.clone(),
                    source: view.source.clone(),
                    query: view.query.clone(),
                    ..**view
                };
                match name {
                    "as" => {
                        if let JsValue::Sql(query) = argument(0) {
                            copy.query = Some(query);
                        }
                    }
                    "existing" => copy.existing = true,
                    _ => {}
                }
                JsValue::View(Rc::new(copy))
            }
            JsValue::Sql(sql) => match name {
                "inlineParams" => JsValue::Sql(Rc::new(Sql {
                    inline: true,
                    ..(**sql).clone()
                })),
                "as" | "mapWith" | "getSQL" => object.clone(),
                _ => self.not_evaluated(name, call, scope),
            },
            // Since 1.0: `snakeCase.table(…)`.
            JsValue::Export(super::value::KnownPackage::Core(dialect), base)
                if name == "table" && matches!(&**base, "snakeCase" | "camelCase") =>
            {
                let casing = if &**base == "snakeCase" {
                    Casing::Snake
                } else {
                    Casing::Camel
                };
                match self.table(*dialect, None, arguments, call, scope) {
                    JsValue::Table(table) => JsValue::Table(Rc::new(table.cased(casing))),
                    other => other,
                }
            }
            // `pgPolicy(…).link(table)` is of a table that others make.
            JsValue::Inert | JsValue::Policy(_) => JsValue::Inert,
            _ => self.not_evaluated(name, call, scope),
        }
    }

    fn chain_column(
        column: &mut ColumnBuilder<'a>,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) {
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or(JsValue::Undefined);
        let span = to_span(call.span);
        match name {
            "notNull" => column.not_null = true,
            "primaryKey" => {
                column.primary = true;
                column.not_null = true;
                column.auto_increment |=
                    argument(0).property("autoIncrement").truthy() == Some(true);
            }
            "autoincrement" => column.auto_increment = true,
            "default" => column.default = Some(argument(0)),
            "defaultNow" => {
                column.default = Some(JsValue::Sql(Rc::new(Sql::text(match column.dialect {
                    Dialect::Postgres => "now()",
                    Dialect::MySql => "(now())",
                    Dialect::Sqlite => "(cast((julianday('now') - 2440587.5)*86400000 as integer))",
                }))));
            }
            "defaultRandom" => {
                column.default = Some(JsValue::Sql(Rc::new(Sql::text("gen_random_uuid()"))));
            }
            "onUpdateNow" => column.on_update_now = true,
            "$default" | "$defaultFn" | "$onUpdate" | "$onUpdateFn" => column.client_default = true,
            "$type" => {}
            "unique" => {
                let unknown = arguments.iter().find_map(|value| match value {
                    JsValue::Unknown(unknown) => Some(unknown.clone()),
                    _ => None,
                });
                column.open = unknown.or_else(|| column.open.take());
                let nulls = argument(1).property("nulls");
                column.unique = Some(Uniqueness {
                    name: argument(0).as_str().cloned(),
                    nulls_not_distinct: nulls
                        .as_str()
                        .is_some_and(|nulls| &**nulls == "not distinct"),
                });
            }
            "references" => column.references.push(ColumnReference {
                target: argument(0),
                actions: argument(1),
                source: scope.source().clone(),
                span,
            }),
            "generatedAlwaysAs" => {
                let stored = match column.dialect {
                    Dialect::Postgres => true,
                    _ => argument(1)
                        .property("mode")
                        .as_str()
                        .is_some_and(|mode| &**mode == "stored"),
                };
                column.generated = Some(GeneratedBuilder {
                    expression: argument(0),
                    stored,
                });
            }
            "generatedAlwaysAsIdentity" | "generatedByDefaultAsIdentity" => {
                let always = name == "generatedAlwaysAsIdentity";
                column.identity = Some(if always {
                    Identity::Always
                } else {
                    Identity::ByDefault
                });
                column.not_null = true;
            }
            "array" => {
                // A new builder wraps the old one: of what was chained before, only name and type
                // stay.
                let dimensions = match argument(0) {
                    JsValue::Number(size) => format!("[{}]", super::value::number_text(size)),
                    // Since 1.0: all dimensions at once.
                    JsValue::String(dimensions) if dimensions.starts_with('[') => {
                        dimensions.to_string()
                    }
                    _ => "[]".to_owned(),
                };
                let mut array = ColumnBuilder::new(column.dialect, &column.source, column.span);
                array.name.clone_from(&column.name);
                array.labels = column.labels.clone();
                array.data_type = column.data_type.clone().map(|data_type| ColumnType {
                    dimensions: format!("{}{dimensions}", data_type.dimensions),
                    ..data_type
                });
                *column = array;
            }
            _ => {
                let reason = format!("`.{name}()` is not known");
                column.open = Some(Unknown::new(scope.source(), span, reason));
            }
        }
    }
}

/// A table whose policies count; any other value stays what it is.
pub(super) fn with_row_security(value: JsValue<'_>) -> JsValue<'_> {
    match value {
        JsValue::Table(table) => {
            let mut table = Rc::unwrap_or_clone(table);
            table.row_security = true;
            JsValue::Table(Rc::new(table))
        }
        other => other,
    }
}
