//! Calls of Drizzle's own functions: tables, columns, enums, keys and indexes come from here.

use std::rc::Rc;

use oxc_ast::ast::CallExpression;

use super::builder::{
    CheckBuilder, ColumnBuilder, ColumnType, ForeignKeyBuilder, IndexBuilder, KeyBuilder, Table,
    View,
};
use super::columns::{column_type, is_column, mysql_enum};
use super::eval::{Evaluator, Scope, to_span};
use super::paths;
use super::value::{EnumType, Object, Package, SequenceType, Unknown, Value};
use crate::sql::Dialect;

impl<'a> Evaluator<'a, '_> {
    /// Calls something that one of Drizzle's packages exports.
    pub(super) fn call_export(
        &self,
        package: Package,
        name: &str,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let first = || arguments.first().cloned().unwrap_or(Value::Undefined);
        match (package, name) {
            (Package::Kit, _) => first(),
            (Package::Zod, "enum" | "nativeEnum") => {
                let enumeration = match first() {
                    Value::Array(labels) => {
                        let keyed = labels
                            .iter()
                            .filter_map(|label| Some((label.as_str()?.clone(), label.clone())));
                        Value::Object(Rc::new(Object {
                            entries: keyed.collect(),
                            open: None,
                        }))
                    }
                    other => other,
                };
                let options = match &enumeration {
                    Value::Object(object) if object.open.is_none() => Value::array(
                        object
                            .entries
                            .iter()
                            .map(|(_, label)| label.clone())
                            .collect(),
                    ),
                    Value::Unknown(unknown) => return Value::Unknown(unknown.clone()),
                    _ => return self.not_evaluated(name, call, scope),
                };
                let mut entries: Vec<(Rc<str>, Value<'a>)> = vec![("options".into(), options)];
                entries.extend(
                    ["enum", "Enum", "Values"].map(|key| (key.into(), enumeration.clone())),
                );
                let open = Unknown::new(
                    scope.source(),
                    to_span(call.span),
                    "this of `zod` is not evaluated",
                );
                Value::Object(Rc::new(Object {
                    entries,
                    open: Some(open),
                }))
            }
            (Package::Zod, _) => {
                let reason = "it comes from the package `zod`, of which only enums are read";
                Self::unknown(scope, call.span, reason)
            }
            (Package::Path, _) => paths::function(name, arguments)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            (Package::Orm, "relations" | "defineRelations" | "defineRelationsPart") => Value::Inert,
            (Package::Orm, "getTableColumns" | "getColumns") => match first() {
                Value::Table(table) => {
                    let columns = table.columns.iter().enumerate().map(|(index, (key, _))| {
                        (
                            key.clone(),
                            Value::ColumnRef(Rc::new(super::value::ColumnRef::new(&table, index))),
                        )
                    });
                    let object = Object {
                        entries: columns.collect(),
                        open: table.open.clone(),
                    };
                    Value::Object(Rc::new(object))
                }
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => self.not_evaluated(name, call, scope),
            },
            (Package::Orm, "getTableName") => match first() {
                Value::Table(table) => table
                    .name
                    .clone()
                    .map_or_else(Value::Unknown, Value::String),
                _ => self.not_evaluated(name, call, scope),
            },
            (Package::Orm, _) => Self::sql_function(name, arguments, call.span, scope)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            (Package::Core(dialect), _) => self.call_core(dialect, name, arguments, call, scope),
        }
    }

    fn call_core(
        &self,
        dialect: Dialect,
        name: &str,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let (source, span) = (scope.source().clone(), to_span(call.span));
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or(Value::Undefined);
        match name {
            "pgTable" | "mysqlTable" | "sqliteTable" => {
                self.table(dialect, None, arguments, call, scope)
            }
            "pgTableCreator" | "mysqlTableCreator" | "sqliteTableCreator" => {
                Value::TableCreator(dialect, Rc::new(argument(0)))
            }
            "pgSchema" | "mysqlSchema" | "mysqlDatabase" => match argument(0) {
                Value::String(schema) => Value::Schema(dialect, schema),
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => self.not_evaluated(name, call, scope),
            },
            "pgEnum" => self.enum_type(None, arguments, call, scope),
            "mysqlEnum" => {
                let (name, labels) = match argument(0) {
                    Value::String(name) => (Value::String(name), argument(1)),
                    Value::Unknown(unknown) if arguments.len() > 1 => {
                        (Value::Unknown(unknown), argument(1))
                    }
                    labels => (Value::Undefined, labels),
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
                Value::Column(Rc::new(column))
            }
            "pgSequence" => match argument(0) {
                Value::String(name) => {
                    Value::Sequence(Rc::new(SequenceType { schema: None, name }))
                }
                _ => Value::Inert,
            },
            "pgView" | "mysqlView" | "sqliteView" | "view" => {
                Self::view(None, false, &argument(0), call, scope)
            }
            "pgMaterializedView" => Self::view(None, true, &argument(0), call, scope),
            "customType" => Value::CustomType(dialect, Rc::new(argument(0))),
            "index" | "uniqueIndex" => Value::Index(Rc::new(IndexBuilder {
                name: argument(0),
                unique: name == "uniqueIndex",
                method: Value::Undefined,
                columns: Vec::new(),
                condition: Value::Undefined,
                source,
                span,
            })),
            "unique" => Value::Unique(Rc::new(KeyBuilder {
                name: argument(0),
                columns: Value::Undefined,
                nulls_not_distinct: false,
                source,
                span,
            })),
            "primaryKey" => {
                let config = argument(0);
                let columns = match &config {
                    Value::Object(_) => config.property("columns"),
                    Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
                    _ => Value::array(arguments.to_vec()),
                };
                Value::PrimaryKey(Rc::new(KeyBuilder {
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
                    Value::Function(closure) => self.invoke(&closure, &[]),
                    config => config,
                };
                Value::ForeignKey(Rc::new(ForeignKeyBuilder {
                    config,
                    on_delete: Value::Undefined,
                    on_update: Value::Undefined,
                    source,
                    span,
                }))
            }
            "check" => Value::Check(Rc::new(CheckBuilder {
                name: argument(0),
                condition: argument(1),
                source,
                span,
            })),
            "pgPolicy" | "pgRole" | "crudPolicy" => Value::Inert,
            _ if is_column(dialect, name) => Self::column(dialect, name, arguments, call, scope),
            _ => self.not_evaluated(name, call, scope),
        }
    }

    /// Calls of values that stand for Drizzle's own things: an enum makes a column, a table creator
    /// a table.
    pub(super) fn call_drizzle(
        &self,
        callee: &Value<'a>,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        match callee {
            Value::Enum(kind) => {
                let mut column = ColumnBuilder::new(Dialect::Postgres, source, span);
                column.name = column_name(&arguments.first().cloned().unwrap_or(Value::Undefined));
                column.data_type = Ok(ColumnType {
                    sql: kind.name.to_string(),
                    enumeration: Some(kind.clone()),
                    dimensions: String::new(),
                });
                if let Ok(labels) = &kind.labels {
                    column.labels =
                        Value::array(labels.iter().cloned().map(Value::String).collect());
                }
                Value::Column(Rc::new(column))
            }
            Value::TableCreator(dialect, customize) => {
                let mut arguments = arguments.to_vec();
                if let Some(name) = arguments.first_mut() {
                    *name = self.apply(customize, std::slice::from_ref(name), call, scope);
                }
                self.table(*dialect, None, &arguments, call, scope)
            }
            Value::CustomType(dialect, definition) => {
                let (name, config) = name_and_config(arguments);
                let mut column = ColumnBuilder::new(*dialect, source, span);
                column.name = column_name(&name);
                let data_type = definition.property("dataType");
                column.data_type = match self.apply(&data_type, &[config], call, scope) {
                    Value::String(sql) => Ok(ColumnType::plain(&*sql)),
                    Value::Unknown(unknown) => Err(unknown),
                    _ => Err(Unknown::new(
                        source,
                        span,
                        "the custom type does not yield a constant string",
                    )),
                };
                Value::Column(Rc::new(column))
            }
            _ => Self::unknown(scope, call.span, "what is called here is not known"),
        }
    }

    /// A column function.
    fn column(
        dialect: Dialect,
        function: &str,
        arguments: &[Value<'a>],
        call: &CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let (name, config) = name_and_config(arguments);
        let mut column = ColumnBuilder::new(dialect, scope.source(), to_span(call.span));
        column.name = column_name(&name);
        column.labels = match &config {
            Value::Object(_) => config.property("enum"),
            _ => Value::Undefined,
        };
        column.data_type = column_type(dialect, function, &config)
            .map(|sql| ColumnType::plain(sql.unwrap_or_default()));
        match (dialect, function) {
            (Dialect::Postgres, "serial" | "bigserial" | "smallserial") => column.not_null = true,
            (Dialect::MySql, "serial") => column.auto_increment = true,
            _ => {}
        }
        Value::Column(Rc::new(column))
    }

    /// `pgTable(name, columns, extra)` and its relatives.
    pub(super) fn table(
        &self,
        dialect: Dialect,
        schema: Option<Rc<str>>,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        let name = match arguments.first() {
            Some(Value::String(name)) => Ok(name.clone()),
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            _ => Err(Unknown::new(
                source,
                span,
                "the table's name is not a constant",
            )),
        };
        let columns = match arguments.get(1) {
            Some(Value::Function(closure)) => {
                self.invoke(closure, &[Value::Package(Package::Core(dialect))])
            }
            Some(other) => other.clone(),
            None => Value::Undefined,
        };
        let mut open = None;
        let mut built = Vec::new();
        match columns {
            Value::Object(object) => {
                open.clone_from(&object.open);
                for (key, value) in &object.entries {
                    match value {
                        Value::Column(column) => built.push((key.clone(), column.clone())),
                        Value::Unknown(unknown) => open = Some(unknown.clone()),
                        Value::Undefined => {}
                        _ => {
                            let reason = format!("`{key}` is not a column that can be evaluated");
                            open = Some(Unknown::new(source, span, reason));
                        }
                    }
                }
            }
            Value::Unknown(unknown) => open = Some(unknown),
            _ => {
                open = Some(Unknown::new(
                    source,
                    span,
                    "the columns are not an object literal",
                ))
            }
        }
        let extra = arguments
            .get(2)
            .filter(|extra| !extra.is_nullish())
            .cloned();
        Value::Table(Rc::new(Table {
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
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let (source, span) = (scope.source(), to_span(call.span));
        let name = match arguments.first() {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Unknown(unknown)) => return Value::Unknown(unknown.clone()),
            _ => return self.not_evaluated("pgEnum", call, scope),
        };
        let labels =
            enum_labels(arguments.get(1).unwrap_or(&Value::Undefined)).map_err(|unknown| {
                unknown.unwrap_or_else(|| Unknown::new(source, span, "the labels are not constant"))
            });
        Value::Enum(Rc::new(EnumType {
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
        name: &Value<'a>,
        call: &CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match name {
            Value::String(name) => Value::View(Rc::new(View {
                schema,
                name: name.clone(),
                materialized,
                existing: false,
                query: None,
                source: scope.source().clone(),
                span: to_span(call.span),
            })),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => Self::unknown(scope, call.span, "the view's name is not a constant"),
        }
    }
}

/// Drizzle's `(name?, config?)`: either may be left out.
fn name_and_config<'a>(arguments: &[Value<'a>]) -> (Value<'a>, Value<'a>) {
    let argument = |index: usize| arguments.get(index).cloned().unwrap_or(Value::Undefined);
    match argument(0) {
        config @ Value::Object(_) => (Value::Undefined, config),
        name => (name, argument(1)),
    }
}

/// The name given to a column; empty when there are none.
fn column_name(value: &Value<'_>) -> Result<Rc<str>, Unknown> {
    match value {
        Value::String(name) => Ok(name.clone()),
        Value::Unknown(unknown) => Err(unknown.clone()),
        _ => Ok("".into()),
    }
}

/// The labels of an array or of an object used as an enum.
fn enum_labels(value: &Value<'_>) -> Result<Vec<Rc<str>>, Option<Unknown>> {
    let strings = |values: &mut dyn Iterator<Item = &Value<'_>>| {
        values
            .map(|value| match value {
                Value::String(label) => Ok(label.clone()),
                Value::Unknown(unknown) => Err(Some(unknown.clone())),
                _ => Err(None),
            })
            .collect()
    };
    match value {
        Value::Array(items) => strings(&mut items.iter()),
        Value::Object(object) => match &object.open {
            Some(unknown) => Err(Some(unknown.clone())),
            None => strings(&mut object.entries.iter().map(|(_, value)| value)),
        },
        Value::Unknown(unknown) => Err(Some(unknown.clone())),
        _ => Err(None),
    }
}
