//! Members and calls: properties of values, methods of arrays and strings, the functions of
//! `Object`.

use std::rc::Rc;

use oxc_ast::ast::{CallExpression, Expression};

use super::chain::with_row_security;
use super::date;
use super::eval::{EvalScope, Evaluator, to_span};
use super::paths;
use super::strings::{convert, string_method};
use super::value::{ColumnHandle, JsValue, KnownPackage};

impl<'a> Evaluator<'a, '_> {
    /// `object.name`.
    pub(super) fn member(
        &self,
        object: &JsValue<'a>,
        name: &str,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match object {
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
            JsValue::Undefined | JsValue::Null => JsValue::Undefined,
            JsValue::Object(_) => object.property(name),
            JsValue::Namespace(module) => self.export(*module, name).unwrap_or(JsValue::Undefined),
            // A CommonJS import of a package reaches its exports through `default`.
            JsValue::Package(package) if name == "default" => JsValue::Package(*package),
            JsValue::Package(package) => JsValue::Export(*package, name.into()),
            JsValue::Export(KnownPackage::Zod, base) if &**base == "z" => {
                JsValue::Export(KnownPackage::Zod, name.into())
            }
            JsValue::Export(KnownPackage::Orm, base) if &**base == "sql" => {
                JsValue::Export(KnownPackage::Orm, format!("sql.{name}").into())
            }
            JsValue::Table(table) => match table.columns.iter().position(|(key, _)| &**key == name)
            {
                Some(index) => JsValue::ColumnRef(Rc::new(ColumnHandle::new(table, index))),
                None => match &table.open {
                    Some(unknown) => JsValue::Unknown(unknown.clone()),
                    None => Self::unknown(scope, span, format!("the table has no column `{name}`")),
                },
            },
            JsValue::Array(items) if name == "length" =>
            {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no array here has 2^52 elements"
                )]
                JsValue::Number(items.len() as f64)
            }
            JsValue::Array(items) => match name.parse::<usize>() {
                Ok(index) => items.get(index).cloned().unwrap_or(JsValue::Undefined),
                Err(_) => Self::unknown(
                    scope,
                    span,
                    format!("`{name}` of an array is not evaluated"),
                ),
            },
            JsValue::String(text) if name == "length" =>
            {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "no string here has 2^52 characters"
                )]
                JsValue::Number(text.encode_utf16().count() as f64)
            }
            // Of a file's URL.
            JsValue::String(text) if name == "pathname" && text.starts_with("file:///") => {
                JsValue::string(&text[7..])
            }
            JsValue::Enum(kind) if name == "enumValues" => match &kind.labels {
                Ok(labels) => JsValue::array(
                    labels
                        .iter()
                        .map(|label| JsValue::String(label.clone()))
                        .collect(),
                ),
                Err(unknown) => JsValue::Unknown(unknown.clone()),
            },
            JsValue::Enum(kind) if name == "enumName" => JsValue::String(kind.name.clone()),
            JsValue::Column(column) if name == "enumValues" => column.labels.clone(),
            JsValue::ColumnRef(column) if name == "enumValues" => column.builder().labels.clone(),
            JsValue::ColumnRef(column) if name == "name" => match &column.builder().name {
                Ok(name) if name.is_empty() => JsValue::String(column.key().clone()),
                Ok(name) => JsValue::String(name.clone()),
                Err(unknown) => JsValue::Unknown(unknown.clone()),
            },
            _ => Self::unknown(scope, span, format!("`{name}` is not evaluated")),
        }
    }

    /// `object[expression]`.
    pub(super) fn computed(
        &self,
        object: &JsValue<'a>,
        expression: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match self.expression(expression, scope) {
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown),
            key => match key.to_text() {
                Some(key) => self.member(object, &key, span, scope),
                None => Self::unknown(scope, span, "the key is not a constant"),
            },
        }
    }

    pub(super) fn call_expression(
        &self,
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        if let Expression::StaticMemberExpression(member) = &call.callee
            && let Expression::Identifier(object) = &member.object
            && (object.name == "process" && member.property.name == "cwd")
        {
            return JsValue::string(paths::WORKING);
        }
        match &call.callee {
            // Since 1.0: `pgTable.withRLS(…)`, whatever makes the table.
            Expression::StaticMemberExpression(member) if member.property.name == "withRLS" => {
                with_row_security(self.call_of(&member.object, call, scope))
            }
            callee => self.call_of(callee, call, scope),
        }
    }

    /// Calls what `callee` is with the arguments of `call`.
    fn call_of(
        &self,
        callee: &'a Expression<'a>,
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let (object, name) = match callee {
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
        callee: &JsValue<'a>,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match callee {
            JsValue::Function(closure) => self.invoke(closure, arguments),
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
            JsValue::Export(package, name) => {
                self.call_export(*package, name, arguments, call, scope)
            }
            JsValue::Enum(_)
            | JsValue::TableCreator(..)
            | JsValue::CustomType(..)
            | JsValue::Schema(..) => self.call_drizzle(callee, arguments, call, scope),
            JsValue::Global("require") => match arguments.first() {
                Some(JsValue::String(specifier)) => {
                    self.import(&scope.module, specifier, to_span(call.span))
                }
                _ => Self::unknown(scope, call.span, "what is required is not a constant"),
            },
            JsValue::Global(
                name @ ("String" | "Number" | "Boolean" | "BigInt" | "parseInt" | "parseFloat"),
            ) => convert(name, arguments.first()).unwrap_or_else(|| {
                Self::unknown(scope, call.span, "this conversion is not evaluated")
            }),
            JsValue::Undefined | JsValue::Null => JsValue::Undefined,
            _ => Self::unknown(scope, call.span, "what is called here is not known"),
        }
    }

    fn method(
        &self,
        object: &JsValue<'a>,
        name: &str,
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let arguments = self.arguments(call, scope);
        match object {
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
            JsValue::Undefined | JsValue::Null => JsValue::Undefined,
            JsValue::Global(global) => self.global_method(global, name, &arguments, call, scope),
            JsValue::Array(items) => self.array_method(items, name, &arguments, call, scope),
            JsValue::String(text) => {
                let known = self.pattern_method(text, name, &arguments, call, scope);
                let known = known.or_else(|| string_method(text, name, &arguments));
                known.unwrap_or_else(|| self.not_evaluated(name, call, scope))
            }
            JsValue::Pattern(pattern) if name == "test" => Self::tests(pattern, &arguments)
                .unwrap_or_else(|| self.not_evaluated(name, call, scope)),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked"
            )]
            JsValue::Number(number) if name == "toFixed" => match arguments.first() {
                Some(JsValue::Number(digits)) if (0.0..=20.0).contains(digits) => {
                    JsValue::string(format!("{number:.*}", *digits as usize))
                }
                None => JsValue::string(format!("{number:.0}")),
                _ => self.not_evaluated(name, call, scope),
            },
            JsValue::Number(_) | JsValue::Bool(_) if name == "toString" => object
                .to_text()
                .map_or_else(|| self.not_evaluated(name, call, scope), JsValue::String),
            JsValue::Object(_) | JsValue::Namespace(_) | JsValue::Package(_) => {
                let callee = self.member(object, name, call.span, scope);
                if matches!(callee, JsValue::Undefined) {
                    return self.not_evaluated(name, call, scope);
                }
                self.apply(&callee, &arguments, call, scope)
            }
            JsValue::Date(time) => match name {
                "toISOString" | "toJSON" => JsValue::string(date::iso(*time)),
                #[expect(clippy::cast_precision_loss, reason = "JavaScript's times are numbers")]
                "getTime" | "valueOf" => JsValue::Number(*time as f64),
                _ => self.not_evaluated(name, call, scope),
            },
            JsValue::Export(package @ KnownPackage::Zod, _) => {
                self.call_export(*package, name, &arguments, call, scope)
            }
            JsValue::Export(KnownPackage::Orm, base) if &**base == "sql" => self.call_export(
                KnownPackage::Orm,
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
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        Self::unknown(scope, call.span, format!("`{name}()` is not evaluated"))
    }
}
