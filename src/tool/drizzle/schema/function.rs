//! Calls of the schema's own functions: parameters are bound and the body is followed, without
//! running anything.

use std::rc::Rc;

use oxc_ast::ast::{ArrowFunctionBody, BindingPattern, FormalParameters, Statement};
use oxc_span::GetSpan as _;

use super::eval::{EvalScope, Evaluator, to_span};
use super::value::{Closure, Code, JsValue, ObjectValue, Unknown};

/// How a statement ended.
pub(super) enum Completion<'a> {
    Next,
    Break,
    Continue,
    Return(JsValue<'a>),
}

impl<'a> Evaluator<'a, '_> {
    /// What a function returns for these arguments.
    pub(super) fn invoke(&self, closure: &Closure<'a>, arguments: &[JsValue<'a>]) -> JsValue<'a> {
        let scope = EvalScope::inside(&closure.scope);
        match closure.code {
            Code::Arrow(arrow) => {
                if arrow.r#async {
                    return Self::unknown(&scope, arrow.span, "what a promise yields is not known");
                }
                self.bind_parameters(&arrow.params, arguments, &scope);
                match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => self.body(&body.statements, &scope),
                    other => match other.as_expression() {
                        Some(expression) => self.expression(expression, &scope),
                        None => JsValue::Undefined,
                    },
                }
            }
            Code::Function(function) => {
                if function.r#async || function.generator {
                    return Self::unknown(
                        &scope,
                        function.span,
                        "what a promise or generator yields is not known",
                    );
                }
                self.bind_parameters(&function.params, arguments, &scope);
                function.body.as_ref().map_or(JsValue::Undefined, |body| {
                    self.body(&body.statements, &scope)
                })
            }
        }
    }

    pub(super) fn bind_parameters(
        &self,
        parameters: &'a FormalParameters<'a>,
        arguments: &[JsValue<'a>],
        scope: &Rc<EvalScope<'a>>,
    ) {
        for (index, parameter) in parameters.items.iter().enumerate() {
            let mut value = arguments.get(index).cloned().unwrap_or(JsValue::Undefined);
            if matches!(value, JsValue::Undefined)
                && let Some(initializer) = &parameter.initializer
            {
                value = self.expression(initializer, scope);
            }
            self.bind(&parameter.pattern, value, scope);
        }
        if let Some(rest) = &parameters.rest {
            let more = arguments
                .get(parameters.items.len()..)
                .unwrap_or_default()
                .to_vec();
            self.bind(&rest.rest.argument, JsValue::array(more), scope);
        }
    }

    /// Binds the names of a pattern to the parts of a value.
    pub(super) fn bind(
        &self,
        pattern: &'a BindingPattern<'a>,
        value: JsValue<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                scope.names.borrow_mut().insert(name.name.as_str(), value);
            }
            BindingPattern::AssignmentPattern(assignment) => {
                let value = match value {
                    JsValue::Undefined => self.expression(&assignment.right, scope),
                    value => value,
                };
                self.bind(&assignment.left, value, scope);
            }
            BindingPattern::ObjectPattern(object) => {
                let mut taken = Vec::new();
                for property in &object.properties {
                    let part = match self.key(&property.key, scope) {
                        Ok(key) => {
                            let part = self.member(&value, &key, object.span, scope);
                            taken.push(key);
                            part
                        }
                        Err(unknown) => JsValue::Unknown(unknown),
                    };
                    self.bind(&property.value, part, scope);
                }
                if let Some(rest) = &object.rest {
                    let others = match &value {
                        JsValue::Object(object) => {
                            let entries = object
                                .entries
                                .iter()
                                .filter(|(key, _)| !taken.contains(key))
                                .cloned();
                            JsValue::Object(Rc::new(ObjectValue {
                                entries: entries.collect(),
                                open: object.open.clone(),
                            }))
                        }
                        JsValue::Unknown(unknown) => JsValue::Unknown(unknown.clone()),
                        _ => Self::unknown(
                            scope,
                            object.span,
                            "what is taken apart here is not an object literal",
                        ),
                    };
                    self.bind(&rest.argument, others, scope);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                let items = match &value {
                    JsValue::Array(items) => Ok(items.clone()),
                    JsValue::Unknown(unknown) => Err(unknown.clone()),
                    _ => Err(Unknown::new(
                        scope.source(),
                        to_span(array.span),
                        "what is taken apart here is not an array",
                    )),
                };
                for (index, element) in array.elements.iter().enumerate() {
                    let Some(element) = element else { continue };
                    let part = match &items {
                        Ok(items) => items.get(index).cloned().unwrap_or(JsValue::Undefined),
                        Err(unknown) => JsValue::Unknown(unknown.clone()),
                    };
                    self.bind(element, part, scope);
                }
                if let Some(rest) = &array.rest {
                    let more = match &items {
                        Ok(items) => JsValue::array(
                            items
                                .get(array.elements.len()..)
                                .unwrap_or_default()
                                .to_vec(),
                        ),
                        Err(unknown) => JsValue::Unknown(unknown.clone()),
                    };
                    self.bind(&rest.argument, more, scope);
                }
            }
        }
    }

    fn body(&self, statements: &'a [Statement<'a>], scope: &Rc<EvalScope<'a>>) -> JsValue<'a> {
        match self.statements(statements, scope) {
            Ok(Completion::Return(value)) => value,
            Ok(_) => JsValue::Undefined,
            Err(unknown) => JsValue::Unknown(unknown),
        }
    }

    pub(super) fn statements(
        &self,
        statements: &'a [Statement<'a>],
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Completion<'a>, Unknown> {
        for statement in statements {
            if let Statement::FunctionDeclaration(function) = statement
                && let Some(id) = &function.id
            {
                let closure = Closure {
                    code: Code::Function(function),
                    scope: scope.clone(),
                };
                scope
                    .names
                    .borrow_mut()
                    .insert(id.name.as_str(), JsValue::Function(Rc::new(closure)));
            }
        }
        for statement in statements {
            match self.statement(statement, scope)? {
                Completion::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Completion::Next)
    }

    pub(super) fn statement(
        &self,
        statement: &'a Statement<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Completion<'a>, Unknown> {
        match statement {
            Statement::VariableDeclaration(variables) => {
                for declarator in &variables.declarations {
                    let value = match &declarator.init {
                        Some(init) => self.expression(init, scope),
                        None => JsValue::Undefined,
                    };
                    self.bind(&declarator.id, value, scope);
                }
            }
            Statement::ReturnStatement(r#return) => {
                let value = r#return
                    .argument
                    .as_ref()
                    .map_or(JsValue::Undefined, |value| self.expression(value, scope));
                return Ok(Completion::Return(value));
            }
            Statement::IfStatement(r#if) => {
                let branch = match self.expression(&r#if.test, scope).truthy() {
                    Some(true) => Some(&r#if.consequent),
                    Some(false) => r#if.alternate.as_ref(),
                    None => {
                        return Err(Self::stuck(
                            scope,
                            r#if.span,
                            "the condition is not a constant",
                        ));
                    }
                };
                if let Some(branch) = branch {
                    return self.statement(branch, scope);
                }
            }
            Statement::SwitchStatement(switch) => {
                let value = self.expression(&switch.discriminant, scope);
                let mut running = false;
                let inner = EvalScope::inside(scope);
                let chosen = self.switch_case(switch, &value, scope)?;
                for (index, case) in switch.cases.iter().enumerate() {
                    running |= Some(index) == chosen;
                    if running {
                        match self.statements(&case.consequent, &inner)? {
                            Completion::Next => {}
                            Completion::Break => return Ok(Completion::Next),
                            other => return Ok(other),
                        }
                    }
                }
            }
            Statement::BlockStatement(block) => {
                return self.statements(&block.body, &EvalScope::inside(scope));
            }
            Statement::BreakStatement(_) => return Ok(Completion::Break),
            Statement::ContinueStatement(_) => return Ok(Completion::Continue),
            Statement::ForOfStatement(_)
            | Statement::ForInStatement(_)
            | Statement::ForStatement(_)
            | Statement::WhileStatement(_)
            | Statement::DoWhileStatement(_) => return self.repeat(statement, scope),
            Statement::TryStatement(r#try) => {
                let flow = self.statements(&r#try.block.body, &EvalScope::inside(scope))?;
                if let Some(last) = &r#try.finalizer {
                    self.statements(&last.body, &EvalScope::inside(scope))?;
                }
                return Ok(flow);
            }
            Statement::ExpressionStatement(expression) => {
                self.effect(&expression.expression, scope)?;
            }
            Statement::FunctionDeclaration(_)
            | Statement::EmptyStatement(_)
            | Statement::TSTypeAliasDeclaration(_)
            | Statement::TSInterfaceDeclaration(_) => {}
            Statement::ThrowStatement(throw) => {
                return Err(Self::stuck(
                    scope,
                    throw.span,
                    "the function throws for these arguments",
                ));
            }
            other => {
                return Err(Self::stuck(
                    scope,
                    other.span(),
                    "this kind of statement is not evaluated",
                ));
            }
        }
        Ok(Completion::Next)
    }

    /// Which case a switch jumps to.
    fn switch_case(
        &self,
        switch: &'a oxc_ast::ast::SwitchStatement<'a>,
        value: &JsValue<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Result<Option<usize>, Unknown> {
        for (index, case) in switch.cases.iter().enumerate() {
            if let Some(test) = &case.test {
                match self.expression(test, scope).same(value) {
                    Some(true) => return Ok(Some(index)),
                    Some(false) => {}
                    None => {
                        return Err(Self::stuck(
                            scope,
                            switch.span,
                            "the case is not a constant",
                        ));
                    }
                }
            }
        }
        Ok(switch.cases.iter().position(|case| case.test.is_none()))
    }

    pub(super) fn stuck(scope: &EvalScope<'a>, span: oxc_span::Span, reason: &str) -> Unknown {
        Unknown::new(scope.source(), to_span(span), reason)
    }
}
