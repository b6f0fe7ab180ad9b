//! Loops, which are run round by round, as long as what they look at is known.

use std::rc::Rc;

use oxc_ast::ast::{Expression, ForStatementInit, ForStatementLeft, Statement};
use oxc_span::GetSpan as _;

use super::eval::{EvalScope, Evaluator};
use super::function::Completion;
use super::value::{JsValue, Unknown, number_text};

/// Rounds of one loop, at most. A schema comes with its repository, which may be anybody's: `while
/// (true) {}` in it must end.
const MAX_ROUNDS: usize = 10_000;

impl<'a> Evaluator<'a, '_> {
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
}
