//! What SQLite alone does with a statement: it throws away parts before it looks for names, and knows
//! its functions by name and number of arguments.

use super::NameResolver;
use super::place::ClausePlace;
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::server::sqlite::functions::{OwnFunction, OwnFunctionKind};
use crate::sql::change::tree::{CallTree, FromItem, Item, JoinOn, SelectTree, Term};

/// Whether a term is gone before names are looked for: `a IN ()`, and an `AND` with the number 0.
pub(crate) fn is_thrown_away(term: &Term) -> bool {
    match term {
        Term::And(parts) => parts.iter().any(is_false),
        Term::Held { against, .. } => against.is_empty(),
        _ => false,
    }
}

/// Whether a term may be the number 0 once it is read. With a sign or a point it is not (checked on
/// 3.40). What is not read may be `0x0`.
fn is_false(term: &Term) -> bool {
    match term {
        Term::Number(number) => number.bytes().all(|digit| digit == b'0'),
        Term::Opaque => true,
        term => is_thrown_away(term),
    }
}

/// Conditions of the joins in one item of `FROM`.
fn conditions_of<'t>(item: &'t FromItem, found: &mut Vec<&'t Term>) {
    if let FromItem::Join { left, right, on } = item {
        conditions_of(left, found);
        conditions_of(right, found);
        if let JoinOn::Condition(condition) = on {
            found.push(condition);
        }
    }
}

impl NameResolver<'_> {
    /// The conditions of a statement. Those of joins are parts of `WHERE` in SQLite.
    pub(super) fn conditions<'t>(
        &mut self,
        from: impl IntoIterator<Item = &'t FromItem>,
        conditions: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome {
        if !self.catalog.dialect.words_can_be_strings() {
            return self.terms_in(ClausePlace::Where, conditions).map(|_| ());
        }
        let mut all = Vec::new();
        from.into_iter()
            .for_each(|item| conditions_of(item, &mut all));
        all.extend(conditions);
        if all.iter().any(|condition| is_false(condition)) {
            return Ok(());
        }
        self.terms_in(ClausePlace::Where, all).map(|_| ())
    }

    /// Refuses a call of one of SQLite's own functions that it cannot mean. A name that is not in
    /// its list may be a function of the program that runs the statement.
    pub(super) fn lite_call(&self, call: &CallTree, name: &str) -> Outcome {
        if !self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let Some(own) = OwnFunction::named(name) else {
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
        let own = OwnFunction::named(word).filter(|own| !own.takes(given));
        if own.is_none() || !self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let message = format!("`{word}` does not take {given} arguments");
        Err(Rejection::new(
            sqlstate::UNDEFINED_FUNCTION,
            self.span,
            message,
        ))
    }

    /// Refuses `HAVING` where nothing makes one row of many. A function that is not SQLite's own
    /// may do so.
    pub(super) fn refuse_lone_having(&self, select: &SelectTree) -> Outcome {
        fn calls_others(term: &Term) -> bool {
            let own = |call: &CallTree| OwnFunction::named(&call.name.name.value.to_lowercase());
            matches!(term, Term::Call(call) if own(call).is_none())
                || term.parts().any(calls_others)
        }
        let Some(having) = &select.having else {
            return Ok(());
        };
        let values = select.items.iter().filter_map(|item| match item {
            Item::Value(_, term) => Some(term),
            Item::All(_) => None,
        });
        let mut all = values.chain([having]);
        if !self.catalog.dialect.words_can_be_strings()
            || !select.group.is_empty()
            || all.any(|term| calls_others(term) || self.has_aggregate(term))
        {
            return Ok(());
        }
        let message = "`HAVING` stands in a query that neither groups nor aggregates";
        let span = having.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::GROUPING_ERROR, span, message))
    }
}
