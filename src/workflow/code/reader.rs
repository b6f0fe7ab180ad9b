//! Walks through a file of start-up code.

use std::collections::HashMap;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, BinaryOperator, BindingPattern, CallExpression, ConditionalExpression, Expression,
    IfStatement, LogicalExpression, LogicalOperator, Program, Statement, TaggedTemplateExpression,
    TryStatement, UnaryOperator, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan as _;

use super::{CodeCommand, InCode, StartupCode};
use crate::source::{Source, Span};
use crate::workflow::run::{EnvironmentTest, Guard, LostFailure};
use crate::workflow::text::{ListWord, Text};

pub(super) struct CodeReader<'s> {
    source: &'s Source,
    code: StartupCode,
    guards: Vec<Guard>,
    ignored: Vec<Option<LostFailure>>,
    /// The names of the functions around, `None` for one without.
    functions: Vec<Option<String>>,
    /// The name that the next function expression is bound to.
    pending: Option<String>,
    /// `const isProduction = process.env.NODE_ENV === "production"`.
    constants: HashMap<String, EnvironmentTest>,
    /// `const environment = process.env.NODE_ENV`.
    aliases: HashMap<String, String>,
}

fn span(span: oxc_span::Span) -> Span {
    Span::new(span.start as usize, span.end as usize)
}

impl<'a> Visit<'a> for CodeReader<'_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::Function(function) => {
                let name = function
                    .id
                    .as_ref()
                    .map(|id| id.name.to_string())
                    .or(self.pending.take());
                self.code.functions.extend(name.clone());
                self.functions.push(name);
            }
            AstKind::ArrowFunctionExpression(_) => {
                let name = self.pending.take();
                self.code.functions.extend(name.clone());
                self.functions.push(name);
            }
            AstKind::MethodDefinition(method) => {
                self.pending = method.key.static_name().map(|name| name.to_string());
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        if matches!(
            kind,
            AstKind::Function(_) | AstKind::ArrowFunctionExpression(_)
        ) {
            self.functions.pop();
        }
    }

    fn visit_statements(&mut self, statements: &oxc_allocator::Vec<'a, Statement<'a>>) {
        let before = self.guards.len();
        for statement in statements {
            self.visit_statement(statement);
            // What follows `if (production) return;` runs only otherwise.
            if let Statement::IfStatement(it) = statement
                && it.alternate.is_none()
                && returns(&it.consequent)
            {
                let guard = self.guard(&it.test);
                self.guards.push(opposite(guard));
            }
        }
        self.guards.truncate(before);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.visit_expression(&it.test);
        let guard = self.guard(&it.test);
        self.guards.push(guard.clone());
        self.visit_statement(&it.consequent);
        self.guards.pop();
        if let Some(alternate) = &it.alternate {
            self.guards.push(opposite(guard));
            self.visit_statement(alternate);
            self.guards.pop();
        }
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.visit_expression(&it.left);
        if it.operator == LogicalOperator::And {
            let guard = self.guard(&it.left);
            self.guards.push(guard);
            self.visit_expression(&it.right);
            self.guards.pop();
        } else {
            self.visit_expression(&it.right);
        }
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.visit_expression(&it.test);
        let guard = self.guard(&it.test);
        self.guards.push(guard.clone());
        self.visit_expression(&it.consequent);
        self.guards.pop();
        self.guards.push(opposite(guard));
        self.visit_expression(&it.alternate);
        self.guards.pop();
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        let lost = it.handler.as_ref().filter(|handler| {
            let block = self.source.slice(span(it.block.span));
            let starts = ["listen(", "serve(", ".start(", "bootstrap("]
                .iter()
                .any(|word| block.contains(word));
            !starts
                && handler
                    .body
                    .body
                    .iter()
                    .all(|statement| self.only_logs(statement))
        });
        let ignored = lost.map(|handler| LostFailure {
            source: self.source.clone(),
            span: span(handler.span),
            how: "`catch`, which only logs".to_owned(),
        });
        self.ignored.push(ignored);
        self.visit_block_statement(&it.block);
        self.ignored.pop();
        if let Some(handler) = &it.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &it.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&it.id, &it.init) {
            let name = id.name.to_string();
            if let Some(compared) = self.compared(init) {
                self.constants.insert(name.clone(), compared);
            } else if let Some(variable) = self.variable(init) {
                self.aliases.insert(name.clone(), variable);
            }
            if matches!(
                init,
                Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)
            ) {
                self.pending = Some(name);
            }
        }
        walk::walk_variable_declarator(self, it);
        self.pending = None;
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let callee = self.source.slice(span(it.callee.span()));
        let name: String = callee.split_whitespace().collect();
        let short = name.rsplit('.').next().unwrap_or_default();
        if ["exec", "spawn"].iter().any(|word| short.starts_with(word)) || short == "$" {
            if let Some(command) = self.command(it) {
                let found = self.found(command, span(it.span));
                self.code.commands.push(found);
            }
        } else if !name.is_empty() && name.len() < 100 {
            let found = self.found(name, span(it.span));
            self.code.calls.push(found);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        let tag = self.source.slice(span(it.tag.span()));
        if matches!(tag, "$" | "execa" | "Bun.$" | "sh") && it.quasi.expressions.is_empty() {
            let whole = span(it.quasi.span);
            let inside = Span::new(whole.start + 1, whole.end.saturating_sub(1));
            let text = Text::slice(self.source, inside);
            let found = self.found(CodeCommand { text, words: None }, span(it.span));
            self.code.commands.push(found);
        }
        walk::walk_tagged_template_expression(self, it);
    }
}

impl<'s> CodeReader<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self {
            source,
            code: StartupCode::default(),
            guards: Vec::new(),
            ignored: Vec::new(),
            functions: Vec::new(),
            pending: None,
            constants: HashMap::new(),
            aliases: HashMap::new(),
        }
    }

    pub(super) fn read(mut self, program: &Program) -> StartupCode {
        self.visit_program(program);
        self.code
    }

    fn found<T>(&self, what: T, place: Span) -> InCode<T> {
        InCode {
            what,
            span: place,
            guards: self.guards.clone(),
            ignored: self.ignored.iter().flatten().next_back().cloned(),
            function: self.functions.iter().flatten().next_back().cloned(),
        }
    }

    /// A string without substitutions.
    fn literal(&self, expression: &Expression) -> Option<ListWord<'static>> {
        match expression {
            Expression::StringLiteral(it) => Some(ListWord {
                text: it.value.to_string().into(),
                span: span(it.span),
            }),
            Expression::TemplateLiteral(it) if it.expressions.is_empty() => {
                let whole = span(it.span);
                let inside = Span::new(whole.start + 1, whole.end.saturating_sub(1));
                Some(ListWord {
                    text: self.source.slice(inside).to_owned().into(),
                    span: whole,
                })
            }
            _ => None,
        }
    }

    /// `execSync("a b")`, `spawn("a", ["b"])`, `Bun.spawn(["a", "b"])`.
    fn command(&self, call: &CallExpression) -> Option<CodeCommand> {
        let first = call.arguments.first()?;
        let mut parts: Vec<ListWord> = Vec::new();
        let mut list = |argument: Option<&Argument>| {
            if let Some(Argument::ArrayExpression(array)) = argument {
                let items = array.elements.iter().filter_map(|it| it.as_expression());
                parts.extend(items.filter_map(|it| self.literal(it)));
                return true;
            }
            false
        };
        if list(Some(first)) {
            return self.joined(&parts);
        }
        let word = self.literal(first.as_expression()?)?;
        if list(call.arguments.get(1)) {
            parts.insert(0, word);
            return self.joined(&parts);
        }
        let text = Text::decoded(self.source, word.span, word.text.into_owned());
        Some(CodeCommand { text, words: None })
    }

    fn joined(&self, parts: &[ListWord]) -> Option<CodeCommand> {
        let (text, words) = Text::joined(self.source, parts);
        (!words.is_empty()).then_some(CodeCommand {
            text,
            words: Some(words),
        })
    }

    /// Whether a statement of a `catch` only says that something failed.
    fn only_logs(&self, statement: &Statement) -> bool {
        let Statement::ExpressionStatement(it) = statement else {
            return false;
        };
        let expression = match &it.expression {
            Expression::AwaitExpression(it) => &it.argument,
            other => other,
        };
        let Expression::CallExpression(call) = expression else {
            return false;
        };
        let callee = self
            .source
            .slice(span(call.callee.span()))
            .to_ascii_lowercase();
        let names = callee.starts_with("console.")
            || callee.starts_with("log")
            || callee.contains("logger.")
            || callee.contains(".log.");
        names && !callee.contains("fatal")
    }

    /// A condition, as far as it compares a variable of the environment with a text.
    fn guard(&self, test: &Expression) -> Guard {
        let place = span(test.span());
        Guard {
            text: self.source.slice(place).to_owned(),
            holds: true,
            compared: self.compared(test),
            path: self.source.path().to_owned(),
            span: place,
        }
    }

    fn compared(&self, test: &Expression) -> Option<EnvironmentTest> {
        match test {
            Expression::ParenthesizedExpression(it) => self.compared(&it.expression),
            Expression::UnaryExpression(it) if it.operator == UnaryOperator::LogicalNot => {
                let mut compared = self.compared(&it.argument)?;
                compared.equal = !compared.equal;
                Some(compared)
            }
            Expression::LogicalExpression(it) if it.operator == LogicalOperator::And => {
                self.compared(&it.left).or_else(|| self.compared(&it.right))
            }
            Expression::Identifier(it) => self.constants.get(it.name.as_str()).cloned(),
            Expression::BinaryExpression(it) => {
                let equal = match it.operator {
                    BinaryOperator::StrictEquality | BinaryOperator::Equality => true,
                    BinaryOperator::StrictInequality | BinaryOperator::Inequality => false,
                    _ => return None,
                };
                let (name, value) = match (self.variable(&it.left), self.literal(&it.right)) {
                    (Some(name), Some(value)) => (name, value),
                    _ => (self.variable(&it.right)?, self.literal(&it.left)?),
                };
                let value = value.text.into_owned();
                Some(EnvironmentTest { name, value, equal })
            }
            _ => None,
        }
    }

    /// The variable of the environment that an expression stands for.
    fn variable(&self, expression: &Expression) -> Option<String> {
        match expression {
            Expression::Identifier(it) => self.aliases.get(it.name.as_str()).cloned(),
            Expression::StaticMemberExpression(it) => {
                let name = it.property.name.as_str();
                let plain = name.replace('_', "").to_ascii_lowercase();
                let object = self.source.slice(span(it.object.span()));
                if plain == "nodeenv" {
                    return Some("NODE_ENV".to_owned());
                }
                object.ends_with("process.env").then(|| name.to_owned())
            }
            Expression::LogicalExpression(it) if it.operator != LogicalOperator::And => {
                self.variable(&it.left)
            }
            Expression::ParenthesizedExpression(it) => self.variable(&it.expression),
            _ => None,
        }
    }
}

/// Whether a statement leaves the function in any case.
fn returns(statement: &Statement) -> bool {
    match statement {
        Statement::ReturnStatement(_) => true,
        Statement::BlockStatement(it) => it.body.last().is_some_and(returns),
        _ => false,
    }
}

fn opposite(mut guard: Guard) -> Guard {
    guard.holds = !guard.holds;
    if let Some(compared) = &mut guard.compared {
        compared.equal = !compared.equal;
    }
    guard
}
