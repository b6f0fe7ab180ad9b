//! Values that are written out: arrays, objects, templates, and the arguments of a call.

use std::rc::Rc;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, CallExpression, Expression, ObjectPropertyKind, PropertyKey,
    PropertyKind, TaggedTemplateExpression, TemplateLiteral,
};
use oxc_span::GetSpan as _;

use super::eval::{EvalScope, Evaluator, to_span};
use super::value::{ColumnHandle, JsValue, KnownPackage, MAX_SIZE, ObjectValue, Unknown};

impl<'a> Evaluator<'a, '_> {
    pub(super) fn template(
        &self,
        template: &'a TemplateLiteral<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let mut text = String::new();
        for (index, quasi) in template.quasis.iter().enumerate() {
            text.push_str(
                quasi
                    .value
                    .cooked
                    .as_ref()
                    .unwrap_or(&quasi.value.raw)
                    .as_str(),
            );
            if let Some(expression) = template.expressions.get(index) {
                match self.expression(expression, scope) {
                    JsValue::Unknown(unknown) => return JsValue::Unknown(unknown),
                    value => match value.to_text() {
                        Some(part) if text.len() + part.len() <= MAX_SIZE => text.push_str(&part),
                        Some(_) => {
                            let why = "it takes too much memory to evaluate";
                            return Self::unknown(scope, template.span, why);
                        }
                        None => {
                            return Self::unknown(
                                scope,
                                template.span,
                                "an object is interpolated into a string",
                            );
                        }
                    },
                }
            }
        }
        JsValue::string(text)
    }

    pub(super) fn tagged(
        &self,
        tagged: &'a TaggedTemplateExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match self.expression(&tagged.tag, scope) {
            JsValue::Export(KnownPackage::Orm, name) if &*name == "sql" => {
                self.sql_template(&tagged.quasi, scope)
            }
            JsValue::Unknown(unknown) => JsValue::Unknown(unknown),
            _ => Self::unknown(scope, tagged.span, "this template tag is not evaluated"),
        }
    }

    pub(super) fn array_literal(
        &self,
        elements: &'a [ArrayExpressionElement<'a>],
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                ArrayExpressionElement::Elision(_) => items.push(JsValue::Undefined),
                ArrayExpressionElement::SpreadElement(spread) => match self
                    .expression(&spread.argument, scope)
                {
                    JsValue::Array(more) => items.extend(more.iter().cloned()),
                    JsValue::String(text) => items.extend(
                        text.chars()
                            .map(|letter| JsValue::string(letter.to_string())),
                    ),
                    JsValue::Unknown(unknown) => return JsValue::Unknown(unknown),
                    _ => return Self::unknown(scope, span, "what is spread here is not an array"),
                },
                other => {
                    let Some(expression) = other.as_expression() else {
                        continue;
                    };
                    items.push(self.expression(expression, scope));
                }
            }
        }
        JsValue::array(items)
    }

    pub(super) fn object_literal(
        &self,
        properties: &'a [ObjectPropertyKind<'a>],
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let mut object = ObjectValue::default();
        for property in properties {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    self.spread_into(&mut object, &spread.argument, spread.span, scope);
                }
                ObjectPropertyKind::ObjectProperty(property)
                    if property.kind == PropertyKind::Set => {}
                ObjectPropertyKind::ObjectProperty(property) => {
                    match self.key(&property.key, scope) {
                        Ok(key) => {
                            let mut value = self.expression(&property.value, scope);
                            // What a getter yields is never changed, so that asking once is as good
                            // as asking often. Columns behind getters were left out of their table
                            // without a word once: 560 in two projects.
                            if property.kind == PropertyKind::Get
                                && let JsValue::Function(getter) = &value
                            {
                                value = self.invoke(&getter.clone(), &[]);
                            }
                            object.set(key, value);
                        }
                        Err(unknown) => object.open = Some(unknown),
                    }
                }
            }
        }
        // Each property was looked for among those before it.
        let count = object.entries.len();
        self.spend(count * count / 64);
        JsValue::Object(Rc::new(object))
    }

    fn spread_into(
        &self,
        object: &mut ObjectValue<'a>,
        argument: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) {
        match self.expression(argument, scope) {
            JsValue::Object(other) => {
                for (key, value) in &other.entries {
                    object.set(key.clone(), value.clone());
                }
                if other.open.is_some() {
                    object.open.clone_from(&other.open);
                }
            }
            JsValue::Namespace(module) => {
                for (key, value) in self.namespace(module) {
                    object.set(key, value);
                }
            }
            JsValue::Table(table) => {
                for (index, (key, _)) in table.columns.iter().enumerate() {
                    object.set(
                        key.clone(),
                        JsValue::ColumnRef(Rc::new(ColumnHandle::new(&table, index))),
                    );
                }
            }
            JsValue::Undefined | JsValue::Null | JsValue::Bool(_) => {}
            JsValue::Unknown(unknown) => object.open = Some(unknown),
            _ => {
                let reason = "what is spread here is not an object literal";
                object.open = Some(Unknown::new(scope.source(), to_span(span), reason));
            }
        }
    }

    /// The name that a property key stands for.
    pub(super) fn key(
        &self,
        key: &'a PropertyKey<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Rc<str>, Unknown> {
        if let PropertyKey::StaticIdentifier(name) = key {
            return Ok(name.name.as_str().into());
        }
        let Some(expression) = key.as_expression() else {
            return Err(Unknown::new(
                scope.source(),
                to_span(key.span()),
                "a private name is not read",
            ));
        };
        match self.expression(expression, scope) {
            JsValue::Unknown(unknown) => Err(unknown),
            value => value.to_text().ok_or_else(|| {
                Unknown::new(
                    scope.source(),
                    to_span(expression.span()),
                    "the key is not a constant",
                )
            }),
        }
    }

    /// The arguments of a call, spread ones expanded.
    pub(super) fn arguments(
        &self,
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Vec<JsValue<'a>> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            match argument {
                Argument::SpreadElement(spread) => match self.expression(&spread.argument, scope) {
                    JsValue::Array(items) => values.extend(items.iter().cloned()),
                    JsValue::Unknown(unknown) => values.push(JsValue::Unknown(unknown)),
                    _ => values.push(Self::unknown(
                        scope,
                        spread.span,
                        "what is spread here is not an array",
                    )),
                },
                other => {
                    if let Some(expression) = other.as_expression() {
                        values.push(self.expression(expression, scope));
                    }
                }
            }
        }
        values
    }
}
