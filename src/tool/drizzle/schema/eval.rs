//! Evaluates the expressions of a schema: constants, members, templates, calls. Never runs
//! anything.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrayExpressionElement, CallExpression, ChainElement, Expression, LogicalOperator,
    ObjectPropertyKind, PropertyKey, PropertyKind, TaggedTemplateExpression, TemplateLiteral,
    UnaryOperator,
};
use oxc_span::GetSpan as _;

use super::date;
use super::module::Module;
use super::paths;
use super::resolve::Resolver;
use super::strings::Pattern;
use super::value::{Closure, Code, ColumnRef, Object, Package, Unknown, Value};
use crate::source::{Source, Span};

/// Index of a module in [`Evaluator::modules`].
pub(super) type ModuleId = usize;

/// Expressions evaluated before driftlint gives up: hundreds of times what the largest schema
/// needs.
const FUEL: u32 = 4_000_000;
/// Nested evaluations before driftlint gives up.
const MAX_DEPTH: u32 = 200;

/// Bytes of one value, at most, in the evaluator's own reckoning.
const MAX_SIZE: usize = 1 << 20;

/// Local names of a function or block.
pub(super) struct Scope<'a> {
    pub(super) module: Rc<Module<'a>>,
    pub(super) names: RefCell<HashMap<&'a str, Value<'a>>>,
    pub(super) parent: Option<Rc<Scope<'a>>>,
}

impl<'a> Scope<'a> {
    pub(super) fn inside(parent: &Rc<Scope<'a>>) -> Rc<Self> {
        Rc::new(Self {
            module: parent.module.clone(),
            names: RefCell::default(),
            parent: Some(parent.clone()),
        })
    }

    /// The value of a local name.
    pub(super) fn local(&self, name: &str) -> Option<Value<'a>> {
        let found = self.names.borrow().get(name).cloned();
        found.or_else(|| self.parent.as_ref()?.local(name))
    }

    pub(super) fn source(&self) -> &Source {
        &self.module.source
    }
}

/// The state of one evaluation: the modules read so far, and how much work is left to spend.
pub(super) struct Evaluator<'a, 't> {
    pub(super) arena: &'a Allocator,
    pub(super) resolver: &'t Resolver<'t>,
    pub(super) modules: RefCell<Vec<Rc<Module<'a>>>>,
    pub(super) by_path: RefCell<HashMap<String, Result<ModuleId, Unknown>>>,
    fuel: Cell<u32>,
    depth: Cell<u32>,
}

impl<'a, 't> Evaluator<'a, 't> {
    pub(super) fn new(arena: &'a Allocator, resolver: &'t Resolver<'t>) -> Self {
        Self {
            arena,
            resolver,
            modules: RefCell::default(),
            by_path: RefCell::default(),
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
        }
    }

    /// "This cannot be evaluated", said of a place.
    pub(super) fn unknown(
        scope: &Scope<'a>,
        span: oxc_span::Span,
        reason: impl Into<String>,
    ) -> Value<'a> {
        Value::Unknown(Unknown::new(scope.source(), to_span(span), reason))
    }

    /// The value of an expression.
    pub(super) fn expression(
        &self,
        expression: &'a Expression<'a>,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let span = expression.span();
        if self.fuel.get() == 0 || self.depth.get() > MAX_DEPTH {
            return Self::unknown(scope, span, "it takes too much work to evaluate");
        }
        self.fuel.set(self.fuel.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let value = self.evaluate(expression, span, scope);
        self.depth.set(self.depth.get() - 1);
        // Doubling something over and over needs little work and much memory.
        let size = match &value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.len() * 16,
            Value::Object(object) => object.entries.len() * 16,
            _ => 0,
        };
        if size > MAX_SIZE {
            Self::unknown(scope, span, "it takes too much memory to evaluate")
        } else {
            value
        }
    }

    fn evaluate(
        &self,
        expression: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        match expression {
            Expression::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::NumericLiteral(literal) => Value::Number(literal.value),
            Expression::BigIntLiteral(literal) => Value::BigInt(literal.value.as_str().into()),
            Expression::RegExpLiteral(literal) => match Pattern::new(literal) {
                Some(pattern) => Value::Pattern(Rc::new(pattern)),
                None => Self::unknown(scope, span, "this regular expression is not evaluated"),
            },
            Expression::StringLiteral(literal) => Value::string(literal.value.as_str()),
            Expression::TemplateLiteral(template) => self.template(template, scope),
            Expression::TaggedTemplateExpression(tagged) => self.tagged(tagged, scope),
            Expression::Identifier(name) => self.identifier(name.name.as_str(), name.span, scope),
            Expression::ArrayExpression(array) => self.array_literal(&array.elements, span, scope),
            Expression::ObjectExpression(object) => self.object_literal(&object.properties, scope),
            Expression::ArrowFunctionExpression(arrow) => Value::Function(Rc::new(Closure {
                code: Code::Arrow(arrow),
                scope: scope.clone(),
            })),
            Expression::FunctionExpression(function) => Value::Function(Rc::new(Closure {
                code: Code::Function(function),
                scope: scope.clone(),
            })),
            Expression::CallExpression(call) => self.call_expression(call, scope),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call_expression(call, scope),
                ChainElement::TSNonNullExpression(inner) => {
                    self.expression(&inner.expression, scope)
                }
                ChainElement::StaticMemberExpression(member) => {
                    let object = self.expression(&member.object, scope);
                    self.member(&object, member.property.name.as_str(), span, scope)
                }
                ChainElement::ComputedMemberExpression(member) => {
                    let object = self.expression(&member.object, scope);
                    self.computed(&object, &member.expression, span, scope)
                }
                ChainElement::PrivateFieldExpression(_) => {
                    Self::unknown(scope, span, "a private field is not read")
                }
            },
            Expression::StaticMemberExpression(member) => {
                let object = self.expression(&member.object, scope);
                self.member(&object, member.property.name.as_str(), span, scope)
            }
            Expression::ComputedMemberExpression(member) => {
                let object = self.expression(&member.object, scope);
                self.computed(&object, &member.expression, span, scope)
            }
            Expression::ConditionalExpression(conditional) => {
                match self.expression(&conditional.test, scope).truthy() {
                    Some(true) => self.expression(&conditional.consequent, scope),
                    Some(false) => self.expression(&conditional.alternate, scope),
                    None => Self::unknown(scope, span, "the condition is not a constant"),
                }
            }
            Expression::LogicalExpression(logical) => {
                let left = self.expression(&logical.left, scope);
                let take_right = match logical.operator {
                    LogicalOperator::And => left.truthy(),
                    LogicalOperator::Or => left.truthy().map(|truthy| !truthy),
                    LogicalOperator::Coalesce if matches!(left, Value::Unknown(_)) => None,
                    LogicalOperator::Coalesce => Some(left.is_nullish()),
                };
                match take_right {
                    Some(true) => self.expression(&logical.right, scope),
                    _ => left,
                }
            }
            Expression::UnaryExpression(unary) => {
                let value = self.expression(&unary.argument, scope);
                match (unary.operator, value) {
                    (UnaryOperator::UnaryNegation, Value::Number(number)) => Value::Number(-number),
                    (UnaryOperator::UnaryNegation, Value::BigInt(digits)) => {
                        Value::BigInt(format!("-{digits}").into())
                    }
                    (UnaryOperator::UnaryPlus, Value::Number(number)) => Value::Number(number),
                    (UnaryOperator::LogicalNot, value) if value.truthy().is_some() => {
                        Value::Bool(value.truthy() == Some(false))
                    }
                    (UnaryOperator::Void, _) => Value::Undefined,
                    (UnaryOperator::Typeof, value) if value.type_name().is_some() => {
                        Value::string(value.type_name().unwrap_or_default())
                    }
                    (_, Value::Unknown(unknown)) => Value::Unknown(unknown),
                    _ => Self::unknown(scope, span, "this operator is not evaluated"),
                }
            }
            Expression::BinaryExpression(binary) => {
                let left = self.expression(&binary.left, scope);
                let right = self.expression(&binary.right, scope);
                Self::binary(&left, binary.operator, &right, span, scope)
            }
            Expression::ParenthesizedExpression(inner) => self.expression(&inner.expression, scope),
            Expression::TSAsExpression(inner) => self.expression(&inner.expression, scope),
            Expression::TSSatisfiesExpression(inner) => self.expression(&inner.expression, scope),
            Expression::TSTypeAssertion(inner) => self.expression(&inner.expression, scope),
            Expression::TSNonNullExpression(inner) => self.expression(&inner.expression, scope),
            Expression::TSInstantiationExpression(inner) => {
                self.expression(&inner.expression, scope)
            }
            Expression::SequenceExpression(sequence) => match sequence.expressions.last() {
                Some(last) => self.expression(last, scope),
                None => Value::Undefined,
            },
            Expression::NewExpression(new) => {
                let mut arguments = new.arguments.iter().filter_map(Argument::as_expression);
                let mut next = || {
                    arguments
                        .next()
                        .map(|argument| self.expression(argument, scope))
                };
                let made = match &new.callee {
                    Expression::Identifier(class) if class.name == "URL" => next()
                        .zip(next())
                        .and_then(|(path, base)| paths::url(&path, &base)),
                    Expression::Identifier(class)
                        if class.name == "Date" && new.arguments.len() == 1 =>
                    {
                        match next() {
                            Some(Value::String(text)) => date::parse(&text).map(Value::Date),
                            #[expect(
                                clippy::cast_possible_truncation,
                                reason = "JavaScript's times are whole"
                            )]
                            Some(Value::Number(time)) if time.abs() <= 8.64e15 => {
                                Some(Value::Date(time as i64))
                            }
                            other => other.filter(|value| {
                                matches!(value, Value::Date(_) | Value::Unknown(_))
                            }),
                        }
                    }
                    // A set is only looked through here.
                    Expression::Identifier(class) if class.name == "Set" => match next() {
                        None => Some(Value::array(Vec::new())),
                        Some(Value::Array(items)) => {
                            let mut kept: Vec<Value<'a>> = Vec::new();
                            for item in items.iter() {
                                if !kept.iter().any(|other| other.same(item) == Some(true)) {
                                    kept.push(item.clone());
                                }
                            }
                            Some(Value::array(kept))
                        }
                        other => other.filter(|value| matches!(value, Value::Unknown(_))),
                    },
                    _ => None,
                };
                made.unwrap_or_else(|| {
                    Self::unknown(
                        scope,
                        new.span,
                        "an object made with `new` is not evaluated",
                    )
                })
            }
            Expression::ImportMeta(_) => {
                let path = scope.source().path();
                let entries = [
                    ("url", format!("file:///{path}")),
                    ("filename", format!("/{path}")),
                    (
                        "dirname",
                        format!("/{}", crate::project::tree::parent(path)),
                    ),
                    ("dir", format!("/{}", crate::project::tree::parent(path))),
                ];
                let entries = entries
                    .map(|(key, value)| (key.into(), Value::string(value)))
                    .to_vec();
                let open = Unknown::new(
                    scope.source(),
                    to_span(span),
                    "this is only known when the code runs",
                );
                Value::Object(Rc::new(Object {
                    entries,
                    open: Some(open),
                }))
            }
            Expression::AwaitExpression(_) => {
                Self::unknown(scope, span, "what a promise yields is not known")
            }
            _ => Self::unknown(scope, span, "this kind of expression is not evaluated"),
        }
    }

    /// The value of a name: local, top-level, or global.
    pub(super) fn identifier(
        &self,
        name: &'a str,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        if let Some(value) = scope.local(name) {
            return value;
        }
        if let Some(value) = self.top_level(&scope.module, name) {
            return value;
        }
        match name {
            "undefined" => Value::Undefined,
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            "Object" => Value::Global("Object"),
            "Array" => Value::Global("Array"),
            "String" => Value::Global("String"),
            "Number" => Value::Global("Number"),
            "Boolean" => Value::Global("Boolean"),
            "BigInt" => Value::Global("BigInt"),
            "JSON" => Value::Global("JSON"),
            "Math" => Value::Global("Math"),
            "parseInt" => Value::Global("parseInt"),
            "parseFloat" => Value::Global("parseFloat"),
            "require" => Value::Global("require"),
            // CommonJS: what the module has put there.
            "exports" => Value::Namespace(scope.module.id),
            "module" => {
                let entries = vec![("exports".into(), Value::Namespace(scope.module.id))];
                Value::Object(Rc::new(Object {
                    entries,
                    open: None,
                }))
            }
            // Nuxt imports it by itself; like drizzle-kit's, it returns what it is given.
            "defineNuxtConfig" => Value::Export(Package::Kit, name.into()),
            // From the root of the tree, as if that were the root of the disk.
            "__dirname" => Value::string(format!(
                "/{}",
                crate::project::tree::parent(scope.source().path())
            )),
            _ => Self::unknown(
                scope,
                span,
                format!("`{name}` is only known when the code runs"),
            ),
        }
    }

    fn template(&self, template: &'a TemplateLiteral<'a>, scope: &Rc<Scope<'a>>) -> Value<'a> {
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
                    Value::Unknown(unknown) => return Value::Unknown(unknown),
                    value => match value.to_text() {
                        Some(part) => text.push_str(&part),
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
        Value::string(text)
    }

    fn tagged(&self, tagged: &'a TaggedTemplateExpression<'a>, scope: &Rc<Scope<'a>>) -> Value<'a> {
        match self.expression(&tagged.tag, scope) {
            Value::Export(Package::Orm, name) if &*name == "sql" => {
                self.sql_template(&tagged.quasi, scope)
            }
            Value::Unknown(unknown) => Value::Unknown(unknown),
            _ => Self::unknown(scope, tagged.span, "this template tag is not evaluated"),
        }
    }

    fn array_literal(
        &self,
        elements: &'a [ArrayExpressionElement<'a>],
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                ArrayExpressionElement::Elision(_) => items.push(Value::Undefined),
                ArrayExpressionElement::SpreadElement(spread) => match self
                    .expression(&spread.argument, scope)
                {
                    Value::Array(more) => items.extend(more.iter().cloned()),
                    Value::String(text) => {
                        items.extend(text.chars().map(|letter| Value::string(letter.to_string())))
                    }
                    Value::Unknown(unknown) => return Value::Unknown(unknown),
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
        Value::array(items)
    }

    fn object_literal(
        &self,
        properties: &'a [ObjectPropertyKind<'a>],
        scope: &Rc<Scope<'a>>,
    ) -> Value<'a> {
        let mut object = Object::default();
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
                            // as asking often.
                            if property.kind == PropertyKind::Get
                                && let Value::Function(getter) = &value
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
        Value::Object(Rc::new(object))
    }

    fn spread_into(
        &self,
        object: &mut Object<'a>,
        argument: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<Scope<'a>>,
    ) {
        match self.expression(argument, scope) {
            Value::Object(other) => {
                for (key, value) in &other.entries {
                    object.set(key.clone(), value.clone());
                }
                if other.open.is_some() {
                    object.open.clone_from(&other.open);
                }
            }
            Value::Namespace(module) => {
                for (key, value) in self.namespace(module) {
                    object.set(key, value);
                }
            }
            Value::Table(table) => {
                for (index, (key, _)) in table.columns.iter().enumerate() {
                    object.set(
                        key.clone(),
                        Value::ColumnRef(Rc::new(ColumnRef::new(&table, index))),
                    );
                }
            }
            Value::Undefined | Value::Null | Value::Bool(_) => {}
            Value::Unknown(unknown) => object.open = Some(unknown),
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
        scope: &Rc<Scope<'a>>,
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
            Value::Unknown(unknown) => Err(unknown),
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
        scope: &Rc<Scope<'a>>,
    ) -> Vec<Value<'a>> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            match argument {
                Argument::SpreadElement(spread) => match self.expression(&spread.argument, scope) {
                    Value::Array(items) => values.extend(items.iter().cloned()),
                    Value::Unknown(unknown) => values.push(Value::Unknown(unknown)),
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

/// oxc's spans in our terms.
pub(super) fn to_span(span: oxc_span::Span) -> Span {
    Span::new(span.start as usize, span.end as usize)
}
