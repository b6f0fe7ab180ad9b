//! What the rows of a query may be sorted by, and told apart by.

use super::NameResolver;
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::sql::change::tree::{Item, SelectTree, Term};

impl NameResolver<'_> {
    /// Refuses a string where the number of a column or its name is wanted: PostgreSQL reads nothing
    /// else out of a constant.
    pub(super) fn refuse_constant(&self, term: &Term) -> Outcome {
        let constant = match term {
            Term::Text(..) | Term::Null => true,
            Term::Number(number) => number.contains(['.', 'e', 'E']),
            _ => false,
        };
        if !constant || !self.catalog.dialect.expressions_have_types() {
            return Ok(());
        }
        let message = "rows are sorted or grouped by a constant that is no number of a column";
        let span = term.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, span, message))
    }

    /// Refuses to sort a union by what is more than the name of an output.
    pub(super) fn refuse_computed_order(&self, term: &Term) -> Outcome {
        let computed = match term {
            Term::Operator { .. } | Term::Call(_) | Term::Cast { .. } | Term::OneOf { .. } => true,
            Term::Name(parts) => parts.len() > 1,
            _ => false,
        };
        if !computed || !self.catalog.dialect.expressions_have_types() {
            return Ok(());
        }
        let message = "a union is sorted by the names of what it yields, and by nothing else";
        let code = if matches!(term, Term::Name(_)) {
            sqlstate::UNDEFINED_TABLE
        } else {
            sqlstate::FEATURE_NOT_SUPPORTED
        };
        let span = term.span().unwrap_or(self.span);
        Err(Rejection::new(code, span, message))
    }

    /// Refuses `DISTINCT ON` whose values are not those by which the rows are sorted first.
    pub(super) fn refuse_distinct_on(&self, select: &SelectTree, order: &[Term]) -> Outcome {
        if select.distinct.is_empty() || order.is_empty() {
            return Ok(());
        }
        let meant = |terms: &'_ [Term]| -> Option<Vec<usize>> {
            // Each term by the first one of all that is the same.
            terms
                .iter()
                .map(|term| self.number_of(term, select, order))
                .collect()
        };
        let (Some(apart), Some(sorted)) = (meant(&select.distinct), meant(order)) else {
            return Ok(());
        };
        let first = sorted.iter().take_while(|one| apart.contains(one)).count();
        let rest = apart.iter().all(|one| sorted[..first].contains(one));
        if first == sorted.len() || rest {
            return Ok(());
        }
        let message =
            "the values of `DISTINCT ON` are not those by which the rows are sorted first";
        let span = select.distinct.iter().find_map(Term::span);
        let code = sqlstate::INVALID_COLUMN_REFERENCE;
        Err(Rejection::new(code, span.unwrap_or(self.span), message))
    }

    /// A number that two terms share if they may be the same; `None` where one is not certain.
    fn number_of(&self, term: &Term, select: &SelectTree, order: &[Term]) -> Option<usize> {
        let term = self.shown_by(term, select)?;
        if !self.is_settled(term) || !term.names_something() {
            return None;
        }
        let mut all = select.distinct.iter().chain(order);
        all.position(|other| {
            self.shown_by(other, select)
                .is_some_and(|other| self.same_term(term, other))
        })
    }

    /// What a term of `ORDER BY` means: an output by its number or name, or itself.
    fn shown_by<'t>(&self, term: &'t Term, select: &'t SelectTree) -> Option<&'t Term> {
        let value = |item: &'t Item| match item {
            Item::Value(_, term) => Some(term),
            Item::All(_) => None,
        };
        match term {
            Term::Number(number) => {
                let at = number.parse::<usize>().ok()?.checked_sub(1)?;
                let mut before = select.items.iter().take(at + 1);
                if before.any(|item| matches!(item, Item::All(_))) {
                    return None;
                }
                value(select.items.get(at)?)
            }
            Term::Name(parts) => {
                let [only] = parts.as_slice() else {
                    return Some(term);
                };
                let found = select.items.iter().find(|item| match item {
                    Item::Value(Some(name), _) => self.catalog.same(&name.value, &only.value),
                    _ => false,
                });
                found.map_or(Some(term), value)
            }
            _ => Some(term),
        }
    }
}
