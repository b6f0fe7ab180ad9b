//! What SQLite alone does with a statement: it throws away parts before it looks for names.

use super::NameResolver;
use super::place::ClausePlace;
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::server::sqlite::names::own_function;
use crate::sql::change::tree::{FromItem, InsertTree, Item, JoinOn, QueryBody, SelectTree, Term};

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

/// Whether a part of a term is.
pub(crate) fn throws_away_a_part(term: &Term) -> bool {
    is_thrown_away(term) || term.parts().any(throws_away_a_part)
}

/// Whether the conditions of a query are, and with them the queries inside, whatever they read.
pub(crate) fn throws_away_conditions(body: &QueryBody) -> bool {
    match body {
        QueryBody::Select(select) => {
            let mut all = Vec::new();
            select
                .from
                .iter()
                .for_each(|item| conditions_of(item, &mut all));
            all.extend(&select.condition);
            all.into_iter().any(is_false)
        }
        QueryBody::Query(query) => throws_away_conditions(&query.body),
        QueryBody::Union { left, right, .. } => {
            throws_away_conditions(left) || throws_away_conditions(right)
        }
        _ => false,
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

    /// Refuses `INSERT … SELECT … FROM t ON CONFLICT`, where SQLite takes `ON` for the condition of a
    /// join: a `WHERE` has to stand between.
    pub(super) fn refuse_taken_for_join(&self, insert: &InsertTree) -> Outcome {
        fn last(body: &QueryBody) -> Option<&SelectTree> {
            match body {
                QueryBody::Select(select) => Some(select),
                QueryBody::Union { right, .. } => last(right),
                _ => None,
            }
        }
        let source = insert.source.as_ref().filter(|source| {
            insert.conflict.is_some() && source.order.is_empty() && source.limits.is_empty()
        });
        let Some(select) = source.and_then(|source| last(&source.body)) else {
            return Ok(());
        };
        let joined = match select.from.last() {
            None => return Ok(()),
            Some(FromItem::Join { on, .. }) => {
                matches!(on, JoinOn::Condition(_) | JoinOn::Using(_))
            }
            Some(_) => false,
        };
        let followed = joined
            || select.condition.is_some()
            || select.having.is_some()
            || !select.group.is_empty()
            || !select.windows.is_empty();
        if followed || !self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let message = "`ON` after `FROM` begins the condition of a join: `WHERE true` has to stand before `ON CONFLICT`";
        let code = sqlstate::SYNTAX_ERROR;
        Err(Rejection::new(code, insert.table.span(), message))
    }

    /// Refuses `HAVING` where nothing makes one row of many. A function that is not SQLite's own
    /// may do so.
    pub(super) fn refuse_lone_having(&self, select: &SelectTree) -> Outcome {
        fn calls_others(term: &Term) -> bool {
            let other = match term {
                Term::Call(call) => own_function(&call.name.name.value.to_lowercase()).is_none(),
                _ => false,
            };
            other || term.parts().any(calls_others)
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
