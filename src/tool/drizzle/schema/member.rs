//! Members and calls: properties of values, methods of arrays and strings, the functions of
//! `Object`.

use std::rc::Rc;

use oxc_ast::ast::{CallExpression, Expression};

use super::date;
use super::eval::{Evaluator, Scope, to_span};
use super::paths;
use super::strings::{convert, string_method};
use super::value::{ColumnRef, Package, Value};

impl<'a> Evaluator<'a, '_> {
    /// `object.name`.
    pub(super) fn member(
        &self,
        object: &Value<'a>,
        name: &str,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match object {
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Undefined | Value::Null => Value::Undefined,
            Value::Object(_) => object.property(name),
            Value::Namespace(module) => self.export(*module, name).unwrap_or(Value::Undefined),
            // A CommonJS import of a package reaches its exports through `default`.
            Value::Package(package) if name == "default" => Value::Package(*package),
            Value::Package(package) => Value::Export(*package, name.into()),
            Value::Export(Package::Zod, base) if &**base == "z" => {
                Value::Export(Package::Zod, name.into())
            }
            Value::Export(Package::Orm, base) if &**base == "sql" => {
                Value::Export(Package::Orm, format!("sql.{name}").into())
            }
            Value::Table(table) => match table.columns.iter().position(|(key, _)| &**key == name) {
                Some(index) => Value::ColumnRef(Rc::new(ColumnRef::new(table, index))),
                None => match &table.open {
                    Some(unknown) => Value::Unknown(unknown.clone()),
                    None => Self::unknown(scope, span, format!("the table has no column `{name}`")),
                },
            },
            Value::Array(items) if name == "length" =>
            {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no array here has 2^52 elements"
                )]
                Value::Number(items.len() as f64)
            }
            Value::Array(items) => match name.parse::<usize>() {
                Ok(index) => items.get(index).cloned().unwrap_or(Value::Undefined),
                Err(_) => Self::unknown(
                    scope,
                    span,
                    format!("`{name}` of an array is not evaluated"),
                ),
            },
            Value::String(text) if name == "length" =>
            {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no string here has 2^52 characters"
                )]
                Value::Number(text.encode_utf16().count() as f64)
            }
            // Of a file's URL.
            Value::String(text) if name == "pathname" && text.starts_with("file:///") => {
                Value::string(&text[7..])
            }
            Value::Enum(kind) if name == "enumValues" => match &kind.labels {
                Ok(labels) => Value::array(
                    labels
                        .iter()
                        .map(|label| Value::String(label.clone()))
                        .collect(),
                ),
                Err(unknown) => Value::Unknown(unknown.clone()),
            },
            Value::Enum(kind) if name == "enumName" => Value::String(kind.name.clone()),
            Value::Column(column) if name == "enumValues" => column.labels.clone(),
            Value::ColumnRef(column) if name == "enumValues" => column.builder().labels.clone(),
            Value::ColumnRef(column) if name == "name" => match &column.builder().name {
                Ok(name) if name.is_empty() => Value::String(column.key().clone()),
                Ok(name) => Value::String(name.clone()),
                Err(unknown) => Value::Unknown(unknown.clone()),
            },
            _ => Self::unknown(scope, span, format!("`{name}` is not evaluated")),
        }
    }

    /// `object[expression]`.
    pub(super) fn computed(
        &self,
        object: &Value<'a>,
        expression: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match self.expression(expression, scope) {
            Value::Unknown(unknown) => Value::Unknown(unknown),
            key => match key.to_text() {
                Some(key) => self.member(object, &key, span, scope),
                None => Self::unknown(scope, span, "the key is not a constant"),
            },
        }
    }

    /// A call.
    pub(super) fn call_expression(
        &self,
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        if let Expression::StaticMemberExpression(member) = &call.callee
            && let Expression::Identifier(object) = &member.object
            && (object.name == "process" && member.property.name == "cwd")
        {
            return Value::string(paths::WORKING);
        }
        let (object, name) = match &call.callee {
            Expression::StaticMemberExpression(member) => (
                self.expression(&member.object, scope),
                Rc::from(member.property.name.as_str()),
            ),
            Expression::ComputedMemberExpression(member) => {
                match self.expression(&member.expression, scope).to_text() {
                    Some(name) => (self.expression(&member.object, scope), name),
                    None => {
                        return Self::unknown(
                            scope,
                            call.span,
                            "which method is called is not known",
                        );
                    }
                }
            }
            callee => {
                let callee = self.expression(callee, scope);
                let arguments = self.arguments(call, scope);
                return self.apply(&callee, &arguments, call, scope);
            }
        };
        self.method(&object, &name, call, scope)
    }

    /// Calls a value.
    pub(super) fn apply(
        &self,
        callee: &Value<'a>,
        arguments: &[Value<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match callee {
            Value::Function(closure) => self.invoke(closure, arguments),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Export(package, name) => {
                self.call_export(*package, name, arguments, call, scope)
            }
            Value::Enum(_)
            | Value::TableCreator(..)
            | Value::CustomType(..)
            | Value::Schema(..) => self.call_drizzle(callee, arguments, call, scope),
            Value::Global("require") => match arguments.first() {
                Some(Value::String(specifier)) => {
                    self.import(&scope.module, specifier, to_span(call.span))
                }
                _ => Self::unknown(scope, call.span, "what is required is not a constant"),
            },
            Value::Global(
                name @ ("String" | "Number" | "Boolean" | "BigInt" | "parseInt" | "parseFloat"),
            ) => convert(name, arguments.first()).unwrap_or_else(|| {
                Self::unknown(scope, call.span, "this conversion is not evaluated")
            }),
            Value::Undefined | Value::Null => Value::Undefined,
            _ => Self::unknown(scope, call.span, "what is called here is not known"),
        }
    }

    fn method(
        &self,
        object: &Value<'a>,
        name: &str,
        call: &'a CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let arguments = self.arguments(call, scope);
        match object {
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Undefined | Value::Null => Value::Undefined,
            Value::Global(global) => self.global_method(global, name, &arguments, call, scope),
            Value::Array(items) => self.array_method(items, name, &arguments, call, scope),
            Value::String(text) => {
                let known = self.pattern_method(text, name, &arguments, call, scope);
                let known = known.or_else(|| string_method(text, name, &arguments));
                known.unwrap_or_else(|| self.not_evaluated(name, call, scope))
            }
            Value::Pattern(pattern) if name == "test" => Self::tests(pattern, &arguments)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked"
            )]
            Value::Number(number) if name == "toFixed" => match arguments.first() {
                Some(Value::Number(digits)) if (0.0..=20.0).contains(digits) => {
                    Value::string(format!("{number:.*}", *digits as usize))
                }
                None => Value::string(format!("{number:.0}")),
                _ => self.not_evaluated(name, call, scope),
            },
            Value::Number(_) | Value::Bool(_) if name == "toString" => object
                .to_text()
                .map_or_else(|| self.not_evaluated(name, call, scope), Value::String),
            Value::Object(_) | Value::Namespace(_) | Value::Package(_) => {
                let callee = self.member(object, name, call.span, scope);
                if matches!(callee, Value::Undefined) {
                    return self.not_evaluated(name, call, scope);
                }
                self.apply(&callee, &arguments, call, scope)
            }
            Value::Date(time) => match name {
                "toISOString" | "toJSON" => Value::string(date::iso(*time)),
                #[expect(clippy::cast_precision_loss, reason = "JavaScript's times are numbers")]
                "getTime" | "valueOf" => Value::Number(*time as f64),
                _ => self.not_evaluated(name, call, scope),
            },
            Value::Export(package @ Package::Zod, _) => {
                self.call_export(*package, name, &arguments, call, scope)
            }
            Value::Export(Package::Orm, base) if &**base == "sql" => self.call_export(
                Package::Orm,
                &format!("sql.{name}"),
                &arguments,
                call,
                scope,
            ),
            _ => self.drizzle_method(object, name, &arguments, call, scope),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the other outcomes do")]
    pub(super) fn not_evaluated(
        &self,
        name: &str,
        call: &CallExpression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        Self::unknown(scope, call.span, format!("`{name}()` is not evaluated"))
    }
}
