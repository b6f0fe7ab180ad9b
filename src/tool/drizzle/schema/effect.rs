//! What code does besides yielding a value: assignments, `push`. Objects are shared and
//! never changed: a name that is assigned to gets a new one.

use std::rc::Rc;

use oxc_ast::ast::{
    ArrowFunctionBody, AssignmentTarget, CallExpression, Expression, LogicalOperator,
    SimpleAssignmentTarget, UpdateOperator,
};
use oxc_span::GetSpan as _;

use super::eval::{BYTES_PER_UNIT, EvalScope, Evaluator, size};
use super::value::{Closure, Code, JsValue, MAX_SIZE, Unknown};

/// What an assignment costs, as the evaluator counts work.
const WRITE: usize = 8;

/// A name, and the keys of the part of it that is meant.
struct Path<'a> {
    name: &'a str,
    keys: Vec<Rc<str>>,
}

impl<'a> Evaluator<'a, '_> {
    /// An expression that stands for its effect.
    pub(super) fn effect(
        &self,
        expression: &'a Expression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<(), Unknown> {
        match expression {
            Expression::AssignmentExpression(assignment) => {
                let strange =
                    || Self::stuck(scope, assignment.span, "this assignment is not evaluated");
                let path = self.target(&assignment.left, scope).ok_or_else(strange)?;
                let old = || self.read(&path, assignment.span, scope);
                let operator = assignment.operator;
                let value = if let Some(operator) = operator.to_binary_operator() {
                    let right = self.expression(&assignment.right, scope);
                    Self::binary(&old(), operator, &right, assignment.span, scope)
                } else if let Some(operator) = operator.to_logical_operator() {
                    let old = old();
                    let take = match operator {
                        LogicalOperator::And => old.truthy(),
                        LogicalOperator::Or => old.truthy().map(|truthy| !truthy),
                        LogicalOperator::Coalesce => {
                            (!matches!(old, JsValue::Unknown(_))).then(|| old.is_nullish())
                        }
                    };
                    if !take.ok_or_else(strange)? {
                        return Ok(());
                    }
                    self.expression(&assignment.right, scope)
                } else {
                    self.expression(&assignment.right, scope)
                };
                self.write(&path, value, assignment.span, scope)
            }
            Expression::UpdateExpression(update) => {
                let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = &update.argument
                else {
                    return Err(Self::stuck(
                        scope,
                        update.span,
                        "this assignment is not evaluated",
                    ));
                };
                let JsValue::Number(number) =
                    self.identifier(name.name.as_str(), update.span, scope)
                else {
                    return Err(Self::stuck(
                        scope,
                        update.span,
                        "what is counted here is not a constant",
                    ));
                };
                let step = if update.operator == UpdateOperator::Increment {
                    1.0
                } else {
                    -1.0
                };
                let path = Path {
                    name: name.name.as_str(),
                    keys: Vec::new(),
                };
                self.write(&path, JsValue::Number(number + step), update.span, scope)
            }
            Expression::CallExpression(call) => self.called(call, scope),
            Expression::LogicalExpression(logical) => {
                let left = self.expression(&logical.left, scope).truthy();
                match (logical.operator, left) {
                    (LogicalOperator::And, Some(true)) | (LogicalOperator::Or, Some(false)) => {
                        self.effect(&logical.right, scope)
                    }
                    (LogicalOperator::And, Some(false)) | (LogicalOperator::Or, Some(true)) => {
                        Ok(())
                    }
                    _ => Err(Self::stuck(
                        scope,
                        logical.span,
                        "the condition is not a constant",
                    )),
                }
            }
            Expression::ParenthesizedExpression(inner) => self.effect(&inner.expression, scope),
            Expression::StringLiteral(_) | Expression::Identifier(_) => Ok(()),
            _ => Err(Self::stuck(
                scope,
                expression.span(),
                "this kind of statement is not evaluated",
            )),
        }
    }

    /// A call whose value nobody takes.
    fn called(
        &self,
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<(), Unknown> {
        if let Expression::StaticMemberExpression(member) = &call.callee {
            let method = member.property.name.as_str();
            match (&member.object, method) {
                (Expression::Identifier(object), _) if object.name == "console" => return Ok(()),
                (Expression::Identifier(object), "assign") if object.name == "Object" => {
                    let first = call
                        .arguments
                        .first()
                        .and_then(|first| first.as_expression());
                    if let Some(path) = first.and_then(|first| self.path(first, scope)) {
                        let value = self.call_expression(call, scope);
                        return self.write(&path, value, call.span, scope);
                    }
                }
                (object, "forEach") => {
                    let arguments = self.arguments(call, scope);
                    if let (JsValue::Array(items), [JsValue::Function(each), ..]) =
                        (self.expression(object, scope), arguments.as_slice())
                    {
                        return items.iter().enumerate().try_for_each(|(index, item)| {
                            #[expect(
                                clippy::cast_precision_loss,
                                reason = "no array here has 2^52 elements"
                            )]
                            self.perform(each, &[item.clone(), JsValue::Number(index as f64)])
                        });
                    }
                    return Err(Self::stuck(
                        scope,
                        call.span,
                        "what the loop runs over is not a constant array",
                    ));
                }
                (object, "push" | "unshift") => {
                    if let Some(path) = self.path(object, scope)
                        && let JsValue::Array(items) = self.read(&path, call.span, scope)
                    {
                        let mut more = self.arguments(call, scope);
                        let mut items = (*items).clone();
                        if method == "push" {
                            items.append(&mut more);
                        } else {
                            items.splice(0..0, more);
                        }
                        return self.write(&path, JsValue::array(items), call.span, scope);
                    }
                }
                _ => {}
            }
        }
        // Checks and logging have no effect on a schema; but what they are given might be changed.
        for argument in &call.arguments {
            if let Some(Expression::Identifier(name)) = argument.as_expression()
                && let Some(JsValue::Object(_) | JsValue::Array(_)) =
                    scope.local(name.name.as_str())
            {
                let unknown = Self::stuck(
                    scope,
                    call.span,
                    "what this call does with its arguments is not followed",
                );
                Self::assign(name.name.as_str(), JsValue::Unknown(unknown), scope);
            }
        }
        Ok(())
    }

    /// Calls a function for its effect.
    fn perform(&self, closure: &Closure<'a>, arguments: &[JsValue<'a>]) -> Result<(), Unknown> {
        let scope = EvalScope::inside(&closure.scope);
        match closure.code {
            Code::Arrow(arrow) => {
                self.bind_parameters(&arrow.params, arguments, &scope);
                match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => {
                        self.statements(&body.statements, &scope).map(drop)
                    }
                    other => other
                        .as_expression()
                        .map_or(Ok(()), |expression| self.effect(expression, &scope)),
                }
            }
            Code::Function(function) => {
                self.bind_parameters(&function.params, arguments, &scope);
                function.body.as_ref().map_or(Ok(()), |body| {
                    self.statements(&body.statements, &scope).map(drop)
                })
            }
        }
    }

    /// The name that an assignment changes.
    fn target(
        &self,
        target: &'a AssignmentTarget<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Option<Path<'a>> {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => Some(Path {
                name: name.name.as_str(),
                keys: Vec::new(),
            }),
            AssignmentTarget::StaticMemberExpression(member) => {
                let path = self.path(&member.object, scope)?;
                Some(path.at(member.property.name.as_str().into()))
            }
            AssignmentTarget::ComputedMemberExpression(member) => {
                let path = self.path(&member.object, scope)?;
                Some(path.at(self.expression(&member.expression, scope).to_text()?))
            }
            _ => None,
        }
    }

    /// `name.key[key]` as a path.
    fn path(&self, expression: &'a Expression<'a>, scope: &Rc<EvalScope<'a>>) -> Option<Path<'a>> {
        match expression {
            Expression::Identifier(name) => Some(Path {
                name: name.name.as_str(),
                keys: Vec::new(),
            }),
            Expression::StaticMemberExpression(member) => Some(
                self.path(&member.object, scope)?
                    .at(member.property.name.as_str().into()),
            ),
            Expression::ComputedMemberExpression(member) => {
                let key = self.expression(&member.expression, scope).to_text()?;
                Some(self.path(&member.object, scope)?.at(key))
            }
            Expression::ParenthesizedExpression(inner) => self.path(&inner.expression, scope),
            Expression::TSAsExpression(inner) => self.path(&inner.expression, scope),
            Expression::TSNonNullExpression(inner) => self.path(&inner.expression, scope),
            _ => None,
        }
    }

    fn read(
        &self,
        path: &Path<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let whole = self.identifier(path.name, span, scope);
        path.keys
            .iter()
            .fold(whole, |value, key| self.member(&value, key, span, scope))
    }

    fn write(
        &self,
        path: &Path<'a>,
        value: JsValue<'a>,
        span: oxc_span::Span,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<(), Unknown> {
        let whole = if path.keys.is_empty() {
            value
        } else {
            let old = self.identifier(path.name, span, scope);
            with(&old, &path.keys, value)
                .ok_or_else(|| Self::stuck(scope, span, "this assignment is not evaluated"))?
        };
        // What is changed is copied.
        self.spend(WRITE + size(&whole) / BYTES_PER_UNIT);
        let grown = match &whole {
            JsValue::String(text) => text.len() > MAX_SIZE,
            JsValue::Array(items) => items.len() > MAX_SIZE / 16,
            JsValue::Object(object) => object.entries.len() > MAX_SIZE / 16,
            _ => false,
        };
        if grown {
            return Err(Self::stuck(
                scope,
                span,
                "it takes too much memory to evaluate",
            ));
        }
        Self::assign(path.name, whole, scope)
            .ok_or_else(|| Self::stuck(scope, span, "a name outside the function is assigned"))
    }

    /// Gives a local name a new value.
    fn assign(name: &'a str, value: JsValue<'a>, scope: &Rc<EvalScope<'a>>) -> Option<()> {
        if scope.names.borrow().contains_key(name) {
            scope.names.borrow_mut().insert(name, value);
            return Some(());
        }
        Self::assign(name, value, scope.parent.as_ref()?)
    }
}

impl Path<'_> {
    fn at(mut self, key: Rc<str>) -> Self {
        self.keys.push(key);
        self
    }
}

/// The same value with another part.
fn with<'a>(value: &JsValue<'a>, keys: &[Rc<str>], part: JsValue<'a>) -> Option<JsValue<'a>> {
    let [key, deeper @ ..] = keys else {
        return Some(part);
    };
    Some(match value {
        JsValue::Object(object) => {
            let mut object = (**object).clone();
            let inner = object.get(key).cloned().unwrap_or(JsValue::Undefined);
            object.set(key.clone(), with(&inner, deeper, part)?);
            JsValue::Object(Rc::new(object))
        }
        JsValue::Array(items) => {
            let (index, mut items) = (key.parse::<usize>().ok()?, (**items).clone());
            let inner = items.get(index).cloned().unwrap_or(JsValue::Undefined);
            if index > items.len() {
                return None;
            }
            if index == items.len() {
                items.push(JsValue::Undefined);
            }
            items[index] = with(&inner, deeper, part)?;
            JsValue::array(items)
        }
        _ => return None,
    })
}
