//! What code does besides yielding a value: assignments, `push`, loops. Objects are shared and
//! never changed: a name that is assigned to gets a new one.

use std::rc::Rc;

use oxc_ast::ast::{
    ArrowFunctionBody, AssignmentTarget, CallExpression, Expression, ForStatementInit,
    ForStatementLeft, LogicalOperator, SimpleAssignmentTarget, Statement, UpdateOperator,
};
use oxc_span::GetSpan as _;

use super::eval::{BYTES_PER_UNIT, EvalScope, Evaluator, size};
use super::function::Completion;
use super::value::{Closure, Code, JsValue, MAX_SIZE, Unknown, number_text};

/// Rounds of one loop, at most.
const MAX_ROUNDS: usize = 10_000;
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

    /// A loop of any kind.
    pub(super) fn repeat(
        &self,
        statement: &'a Statement<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Completion<'a>, Unknown> {
        let outer = EvalScope::inside(scope);
        match statement {
            Statement::ForOfStatement(each) => {
                let JsValue::Array(items) = self.expression(&each.right, scope) else {
                    return Err(Self::stuck(
                        scope,
                        each.span,
                        "what the loop runs over is not a constant array",
                    ));
                };
                self.each(&each.left, items.iter().cloned(), &each.body, scope)
            }
            Statement::ForInStatement(each) => {
                let keys: Vec<JsValue<'a>> = match self.expression(&each.right, scope) {
                    JsValue::Object(object) if object.open.is_none() => object
                        .entries
                        .iter()
                        .map(|(key, _)| JsValue::String(key.clone()))
                        .collect(),
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "no array here has 2^52 elements"
                    )]
                    JsValue::Array(items) => (0..items.len())
                        .map(|at| JsValue::string(number_text(at as f64)))
                        .collect(),
                    _ => {
                        return Err(Self::stuck(
                            scope,
                            each.span,
                            "what the loop runs over is not a constant object",
                        ));
                    }
                };
                self.each(&each.left, keys.into_iter(), &each.body, scope)
            }
            Statement::ForStatement(r#for) => {
                match &r#for.init {
                    Some(ForStatementInit::VariableDeclaration(variables)) => {
                        for declarator in &variables.declarations {
                            let value = declarator.init.as_ref();
                            let value = value
                                .map_or(JsValue::Undefined, |value| self.expression(value, &outer));
                            self.bind(&declarator.id, value, &outer);
                        }
                    }
                    Some(init) => init
                        .as_expression()
                        .map_or(Ok(()), |init| self.effect(init, &outer))?,
                    None => {}
                }
                self.rounds(
                    r#for.test.as_ref(),
                    r#for.update.as_ref(),
                    &r#for.body,
                    true,
                    &outer,
                )
            }
            Statement::WhileStatement(r#while) => {
                self.rounds(Some(&r#while.test), None, &r#while.body, true, &outer)
            }
            Statement::DoWhileStatement(r#do) => {
                self.rounds(Some(&r#do.test), None, &r#do.body, false, &outer)
            }
            other => Err(Self::stuck(
                scope,
                other.span(),
                "this loop is not evaluated",
            )),
        }
    }

    fn each(
        &self,
        left: &'a ForStatementLeft<'a>,
        items: impl Iterator<Item = JsValue<'a>>,
        body: &'a Statement<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Completion<'a>, Unknown> {
        let ForStatementLeft::VariableDeclaration(variables) = left else {
            return Err(Self::stuck(
                scope,
                left.span(),
                "this loop is not evaluated",
            ));
        };
        for item in items {
            let inner = EvalScope::inside(scope);
            for declarator in &variables.declarations {
                self.bind(&declarator.id, item.clone(), &inner);
            }
            match self.statement(body, &inner)? {
                Completion::Next | Completion::Continue => {}
                Completion::Break => break,
                Completion::Return(value) => return Ok(Completion::Return(value)),
            }
        }
        Ok(Completion::Next)
    }

    fn rounds(
        &self,
        test: Option<&'a Expression<'a>>,
        update: Option<&'a Expression<'a>>,
        body: &'a Statement<'a>,
        mut tested: bool,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Completion<'a>, Unknown> {
        for _ in 0..MAX_ROUNDS {
            if tested && let Some(test) = test {
                match self.expression(test, scope).truthy() {
                    Some(true) => {}
                    Some(false) => return Ok(Completion::Next),
                    None => {
                        return Err(Self::stuck(
                            scope,
                            test.span(),
                            "the condition is not a constant",
                        ));
                    }
                }
            }
            tested = true;
            match self.statement(body, &EvalScope::inside(scope))? {
                Completion::Next | Completion::Continue => {}
                Completion::Break => return Ok(Completion::Next),
                Completion::Return(value) => return Ok(Completion::Return(value)),
            }
            if let Some(update) = update {
                self.effect(update, scope)?;
            }
        }
        Err(Self::stuck(
            scope,
            body.span(),
            "it takes too much work to evaluate",
        ))
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

/// The names that a statement of a module changes.
#[derive(Default)]
pub(super) struct ModuleChanges<'a> {
    /// Those whose values have to be followed through it.
    pub(super) parts: Vec<&'a str>,
    /// Those that are given another value, and where.
    pub(super) whole: Vec<(&'a str, oxc_span::Span)>,
}

/// Adds what a statement changes.
pub(super) fn changed<'a>(statement: &'a Statement<'a>, names: &mut ModuleChanges<'a>) {
    match statement {
        Statement::ExpressionStatement(statement) => changed_by(&statement.expression, names),
        Statement::BlockStatement(block) => block
            .body
            .iter()
            .for_each(|statement| changed(statement, names)),
        Statement::IfStatement(r#if) => {
            changed(&r#if.consequent, names);
            r#if.alternate
                .iter()
                .for_each(|statement| changed(statement, names));
        }
        Statement::ForOfStatement(each) => changed(&each.body, names),
        Statement::ForInStatement(each) => changed(&each.body, names),
        Statement::ForStatement(r#for) => changed(&r#for.body, names),
        Statement::WhileStatement(r#while) => changed(&r#while.body, names),
        Statement::DoWhileStatement(r#do) => changed(&r#do.body, names),
        Statement::TryStatement(r#try) => r#try
            .block
            .body
            .iter()
            .for_each(|statement| changed(statement, names)),
        _ => {}
    }
}

fn changed_by<'a>(expression: &'a Expression<'a>, names: &mut ModuleChanges<'a>) {
    match expression {
        Expression::AssignmentExpression(assignment) => match &assignment.left {
            AssignmentTarget::StaticMemberExpression(member) => {
                names.parts.extend(base(&member.object));
            }
            AssignmentTarget::ComputedMemberExpression(member) => {
                names.parts.extend(base(&member.object));
            }
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                names.whole.push((name.name.as_str(), assignment.span));
            }
            _ => {}
        },
        Expression::UpdateExpression(update) => {
            if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = &update.argument {
                names.whole.push((name.name.as_str(), update.span));
            }
        }
        Expression::CallExpression(call) => {
            let Expression::StaticMemberExpression(member) = &call.callee else {
                return;
            };
            match member.property.name.as_str() {
                "push" | "unshift" => names.parts.extend(base(&member.object)),
                "assign" => names.parts.extend(
                    call.arguments
                        .first()
                        .and_then(|first| base(first.as_expression()?)),
                ),
                "forEach" => match call
                    .arguments
                    .first()
                    .and_then(|first| first.as_expression())
                {
                    Some(Expression::ArrowFunctionExpression(arrow)) => match &arrow.body {
                        ArrowFunctionBody::FunctionBody(body) => {
                            body.statements
                                .iter()
                                .for_each(|statement| changed(statement, names));
                        }
                        other => other
                            .as_expression()
                            .into_iter()
                            .for_each(|body| changed_by(body, names)),
                    },
                    Some(Expression::FunctionExpression(function)) => {
                        let body = function.body.iter().flat_map(|body| &body.statements);
                        body.for_each(|statement| changed(statement, names));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Expression::ParenthesizedExpression(inner) => changed_by(&inner.expression, names),
        Expression::LogicalExpression(logical) => changed_by(&logical.right, names),
        _ => {}
    }
}

/// The name at the start of `name.key.key`.
fn base<'a>(expression: &'a Expression<'a>) -> Option<&'a str> {
    match expression {
        Expression::Identifier(name) => Some(name.name.as_str()),
        Expression::StaticMemberExpression(member) => base(&member.object),
        Expression::ComputedMemberExpression(member) => base(&member.object),
        Expression::ParenthesizedExpression(inner) => base(&inner.expression),
        Expression::TSAsExpression(inner) => base(&inner.expression),
        Expression::TSNonNullExpression(inner) => base(&inner.expression),
        _ => None,
    }
}
