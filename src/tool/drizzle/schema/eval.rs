//! Evaluates the expressions of a schema: constants, members, templates, calls. Never runs
//! anything.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ChainElement, Expression, LogicalExpression, LogicalOperator, NewExpression,
    UnaryExpression, UnaryOperator,
};
use oxc_span::GetSpan as _;

use super::date;
use super::module::Module;
use super::paths;
use super::resolve::Resolver;
use super::strings::Pattern;
use super::value::{Closure, Code, JsValue, KnownPackage, MAX_SIZE, ObjectValue, Unknown};
use crate::source::{Source, Span};

/// Index of a module in [`Evaluator::modules`].
pub(super) type ModuleId = usize;

/// Expressions evaluated before driftlint gives up: hundreds of times what the largest schema
/// needs.
const FUEL: u32 = 4_000_000;
/// Nested evaluations before driftlint gives up.
const MAX_DEPTH: u32 = 200;

/// Local names of a function or block.
pub(super) struct EvalScope<'a> {
    pub(super) module: Rc<Module<'a>>,
    pub(super) names: RefCell<HashMap<&'a str, JsValue<'a>>>,
    pub(super) parent: Option<Rc<EvalScope<'a>>>,
}

impl<'a> EvalScope<'a> {
    pub(super) fn inside(parent: &Rc<EvalScope<'a>>) -> Rc<Self> {
        Rc::new(Self {
            module: parent.module.clone(),
            names: RefCell::default(),
            parent: Some(parent.clone()),
        })
    }

    /// The value of a local name.
    pub(super) fn local(&self, name: &str) -> Option<JsValue<'a>> {
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

/// What is made with one unit of work, in bytes: with all of it, 256 MB.
pub(super) const BYTES_PER_UNIT: usize = 64;
/// What one more level of nesting costs. Values are dropped level by level, and a stack has an end.
const LEVEL: usize = 64;

/// Whether an expression makes its value, rather than finding it.
fn makes_something(expression: &Expression<'_>) -> bool {
    !matches!(
        expression,
        Expression::Identifier(_)
            | Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::ParenthesizedExpression(_)
            | Expression::ConditionalExpression(_)
            | Expression::LogicalExpression(_)
    )
}

/// Of what a value is made of itself, in bytes.
pub(super) fn size(value: &JsValue<'_>) -> usize {
    match value {
        JsValue::String(text) => text.len(),
        JsValue::Array(items) => items.len() * 16,
        JsValue::Object(object) => object.entries.len() * 16,
        _ => 0,
    }
}

fn weight(value: &JsValue<'_>) -> usize {
    let nests = |value: &JsValue<'_>| {
        matches!(
            value,
            JsValue::Array(_) | JsValue::Object(_) | JsValue::Function(_)
        )
    };
    let deeper = match value {
        JsValue::Array(items) => items.iter().any(nests),
        JsValue::Object(object) => object.entries.iter().any(|(_, value)| nests(value)),
        JsValue::Function(_) => true,
        _ => false,
    };
    if deeper { LEVEL } else { 0 }
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
        scope: &EvalScope<'a>,
        span: oxc_span::Span,
        reason: impl Into<String>,
    ) -> JsValue<'a> {
        JsValue::Unknown(Unknown::new(scope.source(), to_span(span), reason))
    }

    /// The value of an expression.
    pub(super) fn expression(
        &self,
        expression: &'a Expression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let span = expression.span();
        if self.fuel.get() == 0 || self.depth.get() > MAX_DEPTH {
            return Self::unknown(scope, span, "it takes too much work to evaluate");
        }
        self.fuel.set(self.fuel.get() - 1);
        self.depth.set(self.depth.get() + 1);
        let value = self.evaluate(expression, span, scope);
        self.depth.set(self.depth.get() - 1);
        // Doubling something over and over needs little work and much memory.
        let size = size(&value);
        if makes_something(expression) {
            self.spend(size / BYTES_PER_UNIT + weight(&value));
        }
        if size > MAX_SIZE {
            Self::unknown(scope, span, "it takes too much memory to evaluate")
        } else {
            value
        }
    }

    /// Takes note of work that no expression stands for. Whoever runs out of it evaluates nothing
    /// more.
    pub(super) fn spend(&self, work: usize) {
        let work = u32::try_from(work).unwrap_or(u32::MAX);
        self.fuel.set(self.fuel.get().saturating_sub(work));
    }

    fn evaluate(
        &self,
        expression: &'a Expression<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match expression {
            Expression::BooleanLiteral(literal) => JsValue::Bool(literal.value),
            Expression::NullLiteral(_) => JsValue::Null,
            Expression::NumericLiteral(literal) => JsValue::Number(literal.value),
            Expression::BigIntLiteral(literal) => JsValue::BigInt(literal.value.as_str().into()),
            Expression::RegExpLiteral(literal) => match Pattern::new(literal) {
                Some(pattern) => JsValue::Pattern(Rc::new(pattern)),
                None => Self::unknown(scope, span, "this regular expression is not evaluated"),
            },
            Expression::StringLiteral(literal) => JsValue::string(literal.value.as_str()),
            Expression::TemplateLiteral(template) => self.template(template, scope),
            Expression::TaggedTemplateExpression(tagged) => self.tagged(tagged, scope),
            Expression::Identifier(name) => self.identifier(name.name.as_str(), name.span, scope),
            Expression::ArrayExpression(array) => self.array_literal(&array.elements, span, scope),
            Expression::ObjectExpression(object) => self.object_literal(&object.properties, scope),
            Expression::ArrowFunctionExpression(arrow) => JsValue::Function(Rc::new(Closure {
                code: Code::Arrow(arrow),
                scope: scope.clone(),
            })),
            Expression::FunctionExpression(function) => JsValue::Function(Rc::new(Closure {
                code: Code::Function(function),
                scope: scope.clone(),
            })),
            Expression::CallExpression(call) => self.call_expression(call, scope),
            Expression::ChainExpression(chain) => self.chain(&chain.expression, span, scope),
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
            Expression::LogicalExpression(logical) => self.logical(logical, scope),
            Expression::UnaryExpression(unary) => self.unary(unary, scope),
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
                None => JsValue::Undefined,
            },
            Expression::NewExpression(new) => self.construct(new, scope),
            Expression::ImportMeta(_) => Self::import_meta(span, scope),
            Expression::AwaitExpression(_) => {
                Self::unknown(scope, span, "what a promise yields is not known")
            }
            _ => Self::unknown(scope, span, "this kind of expression is not evaluated"),
        }
    }

    /// What a chain with `?.` yields; `undefined` and `null` are found out by its parts.
    fn chain(
        &self,
        chain: &'a ChainElement<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        match chain {
            ChainElement::CallExpression(call) => self.call_expression(call, scope),
            ChainElement::TSNonNullExpression(inner) => self.expression(&inner.expression, scope),
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
        }
    }

    /// `&&`, `||` and `??`: the left side, unless it is known that the right one is taken.
    fn logical(
        &self,
        logical: &'a LogicalExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let left = self.expression(&logical.left, scope);
        let take_right = match logical.operator {
            LogicalOperator::And => left.truthy(),
            LogicalOperator::Or => left.truthy().map(|truthy| !truthy),
            LogicalOperator::Coalesce if matches!(left, JsValue::Unknown(_)) => None,
            LogicalOperator::Coalesce => Some(left.is_nullish()),
        };
        match take_right {
            Some(true) => self.expression(&logical.right, scope),
            _ => left,
        }
    }

    fn unary(&self, unary: &'a UnaryExpression<'a>, scope: &Rc<EvalScope<'a>>) -> JsValue<'a> {
        let value = self.expression(&unary.argument, scope);
        match (unary.operator, value) {
            (UnaryOperator::UnaryNegation, JsValue::Number(number)) => JsValue::Number(-number),
            (UnaryOperator::UnaryNegation, JsValue::BigInt(digits)) => {
                JsValue::BigInt(format!("-{digits}").into())
            }
            (UnaryOperator::UnaryPlus, JsValue::Number(number)) => JsValue::Number(number),
            (UnaryOperator::LogicalNot, value) if value.truthy().is_some() => {
                JsValue::Bool(value.truthy() == Some(false))
            }
            (UnaryOperator::Void, _) => JsValue::Undefined,
            (UnaryOperator::Typeof, value) if value.type_name().is_some() => {
                JsValue::string(value.type_name().unwrap_or_default())
            }
            (_, JsValue::Unknown(unknown)) => JsValue::Unknown(unknown),
            _ => Self::unknown(scope, unary.span, "this operator is not evaluated"),
        }
    }

    /// The few classes that configurations and schemas make objects of: `URL`, `Date`, `Set`.
    fn construct(&self, new: &'a NewExpression<'a>, scope: &Rc<EvalScope<'a>>) -> JsValue<'a> {
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
            Expression::Identifier(class) if class.name == "Date" && new.arguments.len() == 1 => {
                match next() {
                    Some(JsValue::String(text)) => date::parse(&text).map(JsValue::Date),
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "JavaScript's times are whole"
                    )]
                    Some(JsValue::Number(time)) if time.abs() <= 8.64e15 => {
                        Some(JsValue::Date(time as i64))
                    }
                    other => other
                        .filter(|value| matches!(value, JsValue::Date(_) | JsValue::Unknown(_))),
                }
            }
            // A set is only looked through here.
            Expression::Identifier(class) if class.name == "Set" => match next() {
                None => Some(JsValue::array(Vec::new())),
                Some(JsValue::Array(items)) => {
                    let mut kept: Vec<JsValue<'a>> = Vec::new();
                    for item in items.iter() {
                        if !kept.iter().any(|other| other.same(item) == Some(true)) {
                            kept.push(item.clone());
                        }
                    }
                    Some(JsValue::array(kept))
                }
                other => other.filter(|value| matches!(value, JsValue::Unknown(_))),
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

    /// `import.meta`: where the module lies is known, the rest is up to who runs it.
    fn import_meta(span: oxc_span::Span, scope: &EvalScope<'a>) -> JsValue<'a> {
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
            .map(|(key, value)| (key.into(), JsValue::string(value)))
            .to_vec();
        let open = Unknown::new(
            scope.source(),
            to_span(span),
            "this is only known when the code runs",
        );
        JsValue::Object(Rc::new(ObjectValue {
            entries,
            open: Some(open),
        }))
    }

    /// The value of a name: local, top-level, or global.
    pub(super) fn identifier(
        &self,
        name: &'a str,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        if let Some(value) = scope.local(name) {
            return value;
        }
        if let Some(value) = self.top_level(&scope.module, name) {
            return value;
        }
        match name {
            "undefined" => JsValue::Undefined,
            "NaN" => JsValue::Number(f64::NAN),
            "Infinity" => JsValue::Number(f64::INFINITY),
            "Object" => JsValue::Global("Object"),
            "Array" => JsValue::Global("Array"),
            "String" => JsValue::Global("String"),
            "Number" => JsValue::Global("Number"),
            "Boolean" => JsValue::Global("Boolean"),
            "BigInt" => JsValue::Global("BigInt"),
            "JSON" => JsValue::Global("JSON"),
            "Math" => JsValue::Global("Math"),
            "parseInt" => JsValue::Global("parseInt"),
            "parseFloat" => JsValue::Global("parseFloat"),
            "require" => JsValue::Global("require"),
            // CommonJS: what the module has put there.
            "exports" => JsValue::Namespace(scope.module.id),
            "module" => {
                let entries = vec![("exports".into(), JsValue::Namespace(scope.module.id))];
                JsValue::Object(Rc::new(ObjectValue {
                    entries,
                    open: None,
                }))
            }
            // Nuxt imports it by itself; like drizzle-kit's, it returns what it is given.
            "defineNuxtConfig" => JsValue::Export(KnownPackage::Kit, name.into()),
            // From the root of the tree, as if that were the root of the disk.
            "__dirname" => JsValue::string(format!(
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
}

/// oxc's spans in our terms.
pub(super) fn to_span(span: oxc_span::Span) -> Span {
    Span::new(span.start as usize, span.end as usize)
}
