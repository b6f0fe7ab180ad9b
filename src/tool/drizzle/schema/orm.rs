//! Calls of Drizzle's own functions: tables, columns, enums, keys and indexes come from here.

use std::rc::Rc;

use oxc_ast::ast::CallExpression;

use super::builder::{
    CheckBuilder, ColumnBuilder, ColumnType, ForeignKeyBuilder, IndexBuilder, KeyBuilder,
    PolicyBuilder, TableBuilder, ViewBuilder,
};
use super::columns::{column_type, is_column, mysql_enum};
use super::eval::{EvalScope, Evaluator, to_span};
use super::paths;
use super::value::{EnumType, JsValue, KnownPackage, ObjectValue, SequenceType, Unknown};
use crate::sql::Dialect;

impl<'a> Evaluator<'a, '_> {
    /// Calls something that one of Drizzle's packages exports.
    pub(super) fn call_export(
        &self,
        package: KnownPackage,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let first = || arguments.first().cloned().unwrap_or(JsValue::Undefined);
        match (package, name) {
            (KnownPackage::Kit, _) => first(),
            (KnownPackage::Zod, "enum" | "nativeEnum") => {
                let enumeration = match first() {
                    JsValue::Array(labels) => {
                        let keyed = labels
                            .iter()
                            .filter_map(|label| Some((label.as_str()?.clone(), label.clone())));
                        JsValue::Object(Rc::new(ObjectValue {
                            entries: keyed.collect(),
                            open: None,
                        }))
                    }
                    other => other,
                };
                let options = match &enumeration {
                    JsValue::Object(object) if object.open.is_none() => JsValue::array(
                        object
                            .entries
                            .iter()
                            .map(|(_, label)| label.clone())
                            .collect(),
                    ),
                    JsValue::Unknown(unknown) => return JsValue::Unknown(unknown.clone()),
                    _ => return self.not_evaluated(name, call, scope),
                };
                let mut entries: Vec<(Rc<str>, JsValue<'a>)> = vec![("options".into(), options)];
                entries.extend(
                    ["enum", "Enum", "Values"].map(|key| (key.into(), enumeration.clone())),
                );
                let open = Unknown::new(
                    scope.source(),
                    to_span(call.span),
                    "this of `zod` is not evaluated",
                );
                JsValue::Object(Rc::new(ObjectValue {
                    entries,
                    open: Some(open),
                }))
            }
            (KnownPackage::Zod, _) => {
                let reason = "it comes from the package `zod`, of which only enums are read";
                Self::unknown(scope, call.span, reason)
            }
            (KnownPackage::Path, _) => paths::function(name, arguments)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            (KnownPackage::Orm, "relations" | "defineRelations" | "defineRelationsPart") => {
                JsValue::Inert
            }
            (KnownPackage::Orm, "getTableColumns" | "getColumns") => match first() {
                JsValue::Table(table) => {
                    let columns = table.columns.iter().enumerate().map(|(index, (key, _))| {
                        (
                            key.clone(),
                            JsValue::ColumnRef(Rc::new(super::value::ColumnHandle::new(
                                &table, index,
                            ))),
                        )
                    });
                    let object = ObjectValue {
                        entries: columns.collect(),
                        open: table.open.clone(),
                    };
                    JsValue::Object(Rc::new(object))
                }
                JsValue::Unknown(unknown) => JsValue::Unknown(unknown),
                _ => self.not_evaluated(name, call, scope),
            },
            (KnownPackage::Orm, "getTableName") => match first() {
                JsValue::Table(table) => table
                    .name
                    .clone()
                    .map_or_else(JsValue::Unknown, JsValue::String),
                _ => self.not_evaluated(name, call, scope),
            },
            (KnownPackage::Orm, _) => Self::sql_function(name, arguments, call.span, scope)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            (KnownPackage::Core(dialect), _) => {
                self.call_core(dialect, name, arguments, call, scope)
            }
        }
    }

    fn call_core(
        &self,
        dialect: Dialect,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (source, span) = (scope.source().clone(), to_span(call.span));
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or(JsValue::Undefined);
        match name {
            "pgTable" | "mysqlTable" | "sqliteTable" => {
                self.table(dialect, None, arguments, call, scope)
            }
            "pgTableCreator" | "mysqlTableCreator" | "sqliteTableCreator" => {
                JsValue::TableCreator(dialect, Rc::new(argument(0)))
            }
            "pgSchema" | "mysqlSchema" | "mysqlDatabase" => match argument(0) {
                JsValue::String(schema) => JsValue::Schema(dialect, schema),
                JsValue::Unknown(unknown) => JsValue::Unknown(unknown),
                _ => self.not_evaluated(name, call, scope),
            },
            "pgEnum" => self.enum_type(None, arguments, call, scope),
            "mysqlEnum" => {
                let (name, labels) = match argument(0) {
                    JsValue::String(name) => (JsValue::String(name), argument(1)),
                    JsValue::Unknown(unknown) if arguments.len() > 1 => {
                        (JsValue::Unknown(unknown), argument(1))
                    }
                    labels => (JsValue::Undefined, labels),
                };
                let mut column = ColumnBuilder::new(dialect, &source, span);
                column.name = column_name(&name);
                column.data_type = enum_labels(&labels)
                    .map(|labels| ColumnType::plain(mysql_enum(&labels)))
                    .map_err(|unknown| {
                        unknown.unwrap_or_else(|| {
                            Unknown::new(&source, span, "the labels are not constant")
                        })
                    });
                column.labels = labels;
                JsValue::Column(Rc::new(column))
            }
            "pgSequence" => match argument(0) {
                JsValue::String(name) => {
                    JsValue::Sequence(Rc::new(SequenceType { schema: None, name }))
                }
                _ => JsValue::Inert,
            },
            "pgView" | "mysqlView" | "sqliteView" | "view" => {
                Self::view(None, false, &argument(0), call, scope)
            }
            "pgMaterializedView" => Self::view(None, true, &argument(0), call, scope),
            "customType" => JsValue::CustomType(dialect, Rc::new(argument(0))),
            "index" | "uniqueIndex" => JsValue::Index(Rc::new(IndexBuilder {
                name: argument(0),
                unique: name == "uniqueIndex",
                method: JsValue::Undefined,
                columns: Vec::new(),
                condition: JsValue::Undefined,
                source,
                span,
            })),
            "unique" => JsValue::Unique(Rc::new(KeyBuilder {
                name: argument(0),
                columns: JsValue::Undefined,
                nulls_not_distinct: false,
                source,
                span,
            })),
            "primaryKey" => {
                let config = argument(0);
                let columns = match &config {
                    JsValue::Object(_) => config.property("columns"),
                    JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
                    _ => JsValue::array(arguments.to_vec()),
                };
                JsValue::PrimaryKey(Rc::new(KeyBuilder {
                    name: config.property("name"),
                    columns,
                    nulls_not_distinct: false,
                    source,
                    span,
                }))
            }
            "foreignKey" => {
                // Older versions take a function.
                let config = match argument(0) {
                    JsValue::Function(closure) => self.invoke(&closure, &[]),
                    config => config,
                };
                JsValue::ForeignKey(Rc::new(ForeignKeyBuilder {
                    config,
                    on_delete: JsValue::Undefined,
                    on_update: JsValue::Undefined,
                    source,
                    span,
                }))
            }
            "check" => JsValue::Check(Rc::new(CheckBuilder {
                name: argument(0),
                condition: argument(1),
                source,
                span,
            })),
            "pgPolicy" => match argument(0) {
                JsValue::String(name) => {
                    JsValue::Policy(Rc::new(PolicyBuilder { name, source, span }))
                }
                _ => JsValue::Inert,
            },
            "pgRole" | "crudPolicy" => JsValue::Inert,
            _ if is_column(dialect, name) => Self::column(dialect, name, arguments, call, scope),
            _ => self.not_evaluated(name, call, scope),
        }
    }

    /// Calls of values that stand for Drizzle's own things: an enum makes a column, a table creator
    /// a table.
    pub(super) fn call_drizzle(
        &self,
        callee: &JsValue<'a>,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        match callee {
            JsValue::Enum(kind) => {
                let mut column = ColumnBuilder::new(Dialect::Postgres, source, span);
                column.name =
                    column_name(&arguments.first().cloned().unwrap_or(JsValue::Undefined));
                column.data_type = Ok(ColumnType {
                    sql: kind.name.to_string(),
                    enumeration: Some(kind.clone()),
                    dimensions: String::new(),
                });
                if let Ok(labels) = &kind.labels {
                    column.labels =
                        JsValue::array(labels.iter().cloned().map(JsValue::String).collect());
                }
                JsValue::Column(Rc::new(column))
            }
            JsValue::TableCreator(dialect, customize) => {
                let mut arguments = arguments.to_vec();
                if let Some(name) = arguments.first_mut() {
                    *name = self.apply(customize, std::slice::from_ref(name), call, scope);
                }
                self.table(*dialect, None, &arguments, call, scope)
            }
            JsValue::CustomType(dialect, definition) => {
                let (name, config) = name_and_config(arguments);
                let mut column = ColumnBuilder::new(*dialect, source, span);
                column.name = column_name(&name);
                let data_type = definition.property("dataType");
                column.data_type = match self.apply(&data_type, &[config], call, scope) {
                    JsValue::String(sql) => Ok(ColumnType::plain(&*sql)),
                    JsValue::Unknown(unknown) => Err(unknown),
                    _ => Err(Unknown::new(
                        source,
                        span,
                        "the custom type does not yield a constant string",
                    )),
                };
                JsValue::Column(Rc::new(column))
            }
            _ => Self::unknown(scope, call.span, "what is called here is not known"),
        }
    }

    /// A column function.
    fn column(
        dialect: Dialect,
        function: &str,
        arguments: &[JsValue<'a>],
        call: &CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (name, config) = name_and_config(arguments);
        let mut column = ColumnBuilder::new(dialect, scope.source(), to_span(call.span));
        column.name = column_name(&name);
        column.labels = match &config {
            JsValue::Object(_) => config.property("enum"),
            _ => JsValue::Undefined,
        };
        column.data_type = column_type(dialect, function, &config)
            .map(|sql| ColumnType::plain(sql.unwrap_or_default()));
        match (dialect, function) {
            (Dialect::Postgres, "serial" | "bigserial" | "smallserial") => column.not_null = true,
            (Dialect::MySql, "serial") => column.auto_increment = true,
            _ => {}
        }
        JsValue::Column(Rc::new(column))
    }

    /// `pgTable(name, columns, extra)` and its relatives.
    pub(super) fn table(
        &self,
        dialect: Dialect,
        schema: Option<Rc<str>>,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        let name = match arguments.first() {
            Some(JsValue::String(name)) => Ok(name.clone()),
            Some(JsValue::Unknown(unknown)) => Err(unknown.clone()),
            _ => Err(Unknown::new(
                source,
                span,
                "the table's name is not a constant",
            )),
        };
        let columns = match arguments.get(1) {
            Some(JsValue::Function(closure)) => {
                self.invoke(closure, &[JsValue::Package(KnownPackage::Core(dialect))])
            }
            Some(other) => other.clone(),
            None => JsValue::Undefined,
        };
        let mut open = None;
        let mut built = Vec::new();
        match columns {
            JsValue::Object(object) => {
                open.clone_from(&object.open);
                for (key, value) in &object.entries {
                    match value {
                        JsValue::Column(column) => built.push((key.clone(), column.clone())),
                        JsValue::Unknown(unknown) => open = Some(unknown.clone()),
                        JsValue::Undefined => {}
                        _ => {
                            let reason = format!("`{key}` is not a column that can be evaluated");
                            open = Some(Unknown::new(source, span, reason));
                        }
                    }
                }
            }
            JsValue::Unknown(unknown) => open = Some(unknown),
            _ => {
                open = Some(Unknown::new(
                    source,
                    span,
                    "the columns are not an object literal",
                ));
            }
        }
        let extra = arguments
            .get(2)
            .filter(|extra| !extra.is_nullish())
            .cloned();
        JsValue::Table(Rc::new(TableBuilder {
            row_security: false,
            dialect,
            schema,
            name,
            columns: built,
            open,
            extra,
            source: source.clone(),
            span,
        }))
    }

    pub(super) fn enum_type(
        &self,
        schema: Option<Rc<str>>,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        let name = match arguments.first() {
            Some(JsValue::String(name)) => name.clone(),
            Some(JsValue::Unknown(unknown)) => return JsValue::Unknown(unknown.clone()),
            _ => return self.not_evaluated("pgEnum", call, scope),
        };
        let labels =
            enum_labels(arguments.get(1).unwrap_or(&JsValue::Undefined)).map_err(|unknown| {
                unknown.unwrap_or_else(|| Unknown::new(source, span, "the labels are not constant"))
            });
        JsValue::Enum(Rc::new(EnumType {
            schema,
            name,
            labels,
            source: source.clone(),
            span,
        }))
    }

    pub(super) fn view(
        schema: Option<Rc<str>>,
        materialized: bool,
        name: &JsValue<'a>,
        call: &CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match name {
            JsValue::String(name) => JsValue::View(Rc::new(ViewBuilder {
                schema,
                name: name.clone(),
                materialized,
                existing: false,
                query: None,
                source: scope.source().clone(),
                span: to_span(call.span),
            })),
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
            _ => Self::unknown(scope, call.span, "the view's name is not a constant"),
        }
    }
}

/// Drizzle's `(name?, config?)`: either may be left out.
fn name_and_config<'a>(arguments: &[JsValue<'a>]) -> (JsValue<'a>, JsValue<'a>) {
    let argument = |index: usize| arguments.get(index).cloned().unwrap_or(JsValue::Undefined);
    match argument(0) {
        config @ JsValue::Object(_) => (JsValue::Undefined, config),
        name => (name, argument(1)),
    }
}

/// The name given to a column; empty when there are none.
fn column_name(value: &JsValue<'_>) -> Result<Rc<str>, Unknown> {
    match value {
        JsValue::String(name) => Ok(name.clone()),
        JsValue::Unknown(unknown) => Err(unknown.clone()),
        _ => Ok("".into()),
    }
}

/// The labels of an array or of an object used as an enum.
fn enum_labels(value: &JsValue<'_>) -> Result<Vec<Rc<str>>, Option<Unknown>> {
    let strings = |values: &mut dyn Iterator<Item = &JsValue<'_>>| {
        values
            .map(|value| match value {
                JsValue::String(label) => Ok(label.clone()),
                JsValue::Unknown(unknown) => Err(Some(unknown.clone())),
                _ => Err(None),
            })
            .collect()
    };
    match value {
        JsValue::Array(items) => strings(&mut items.iter()),
        JsValue::Object(object) => match &object.open {
            Some(unknown) => Err(Some(unknown.clone())),
            None => strings(&mut object.entries.iter().map(|(_, value)| value)),
        },
        JsValue::Unknown(unknown) => Err(Some(unknown.clone())),
        _ => Err(None),
    }
}
