//! Functions of servers that know theirs by name and number of arguments.

use super::NameResolver;
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::server::on_server;
use crate::server::own_function::OwnFunctionKind;
use crate::sql::change::tree::CallTree;

impl NameResolver<'_> {
    /// Refuses a call of one of the server's own functions that it cannot mean. A name that is not
    /// in its list may be a function of the program that runs the statement.
    pub(super) fn own_arguments(&self, call: &CallTree, name: &str) -> Outcome {
        let dialect = self.catalog.dialect;
        let Some(own) = on_server!(dialect => names::own_function(name)) else {
            return Ok(());
        };
        let span = Some(call.name.span()).filter(|span| !span.is_empty());
        let refusal = |code, message| Err(Rejection::new(code, span.unwrap_or(self.span), message));
        if call.plain && !own.takes(call.args.len()) {
            let message = format!("`{name}` does not take {} arguments", call.args.len());
            return refusal(sqlstate::UNDEFINED_FUNCTION, message);
        }
        match (own.kind, call.over) {
            (OwnFunctionKind::Scalar, true) => refusal(
                sqlstate::WRONG_OBJECT_TYPE,
                format!("`{name}` is no window function, and no aggregate"),
            ),
            (OwnFunctionKind::Window, false) => refusal(
                sqlstate::WRONG_OBJECT_TYPE,
                format!("window function `{name}` needs `OVER`"),
            ),
            _ => Ok(()),
        }
    }

    /// The same for what is read as a choice among values: `coalesce`, `ifnull`.
    pub(super) fn counted(&self, word: &str, given: usize) -> Outcome {
        let dialect = self.catalog.dialect;
        let own = on_server!(dialect => names::own_function(word));
        if own.is_none_or(|own| own.takes(given)) {
            return Ok(());
        }
        let message = format!("`{word}` does not take {given} arguments");
        Err(Rejection::new(
            sqlstate::UNDEFINED_FUNCTION,
            self.span,
            message,
        ))
    }
}
