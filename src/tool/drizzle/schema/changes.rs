//! Which names a statement of a module changes, found without running it.

use oxc_ast::ast::{
    ArrowFunctionBody, AssignmentTarget, Expression, SimpleAssignmentTarget, Statement,
};

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
