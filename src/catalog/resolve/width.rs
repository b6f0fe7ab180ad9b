//! How many columns a query yields, and how many are wanted of it.

use super::{NameResolver, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::source::Span;
use crate::sql::change::tree::{Cte, Item, QueryBody, Term};

/// Whether a value beside a query may be a row, so that the query may yield several columns.
pub(super) fn may_be_row<'t>(terms: impl IntoIterator<Item = &'t Term>) -> bool {
    let mut queries = 0;
    terms.into_iter().any(|term| {
        queries += usize::from(matches!(term, Term::Query(_)));
        queries > 1 || (may_be_wide(term) && !matches!(term, Term::Query(_)))
    })
}

/// Whether a term may be several columns.
fn may_be_wide(term: &Term) -> bool {
    matches!(
        term,
        Term::Row(_)
            | Term::Parts(_)
            | Term::Opaque
            | Term::Query(_)
            | Term::Typed(..)
            | Term::Call(_)
    )
}

/// Operators that compare rows with rows.
const ROW_COMPARISONS: [&str; 8] = ["=", "<>", "!=", "<", "<=", ">", ">=", "<=>"];

/// Whether a term certainly is one value, whatever its type.
fn is_one_value(term: &Term) -> bool {
    matches!(
        term,
        Term::Number(_) | Term::Text(..) | Term::Boolean | Term::Word(_) | Term::Name(_)
    )
}

/// The names that the parts of a union give to what they yield; `None` where one is not known.
fn names_of_parts<'t>(body: &'t QueryBody, names: &mut Vec<&'t str>) -> Option<()> {
    match body {
        QueryBody::Select(select) => {
            for item in &select.items {
                let Item::Value(name, term) = item else {
                    return None;
                };
                names.extend(name.iter().map(|name| name.value.as_str()));
                match term {
                    Term::Name(parts) => names.extend(parts.last().map(|it| it.value.as_str())),
                    Term::NameOrText(word) => names.push(&word.value),
                    _ => {}
                }
            }
            Some(())
        }
        QueryBody::Union { left, right, .. } => {
            names_of_parts(left, names)?;
            names_of_parts(right, names)
        }
        _ => None,
    }
}

impl NameResolver<'_> {
    /// Terms that may be queries of several columns.
    pub(super) fn wide_terms<'t>(
        &mut self,
        terms: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome<Vec<Typed>> {
        let terms = terms.into_iter();
        terms
            .map(|term| {
                self.wide = true;
                self.term(term)
            })
            .collect()
    }

    /// Refuses a query of several columns where one value stands.
    pub(super) fn refuse_width(&self, outputs: &Outputs) -> Outcome {
        let yielded = outputs.columns.len();
        if outputs.open || yielded <= 1 || self.variables {
            return Ok(());
        }
        let message = format!("a subquery yields {yielded} columns where one value stands");
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, self.span, message))
    }

    /// Refuses a row where one value stands. PostgreSQL takes it for a value.
    pub(super) fn refuse_row(&self, parts: &[Term]) -> Outcome {
        if self.catalog.dialect.expressions_have_types() || self.variables {
            return Ok(());
        }
        let message = format!("a row of {} values stands where one is wanted", parts.len());
        let span = parts.iter().filter_map(Term::span).reduce(Span::to);
        let code = sqlstate::SYNTAX_ERROR;
        Err(Rejection::new(code, span.unwrap_or(self.span), message))
    }

    /// Refuses two operands of a comparison that are not as wide as each other.
    fn as_wide(&self, one: usize, other: usize, term: &Term) -> Outcome {
        if one == other {
            return Ok(());
        }
        let message = format!("{one} values are compared with {other}");
        let span = term.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, span, message))
    }

    /// What stands beside a value that may be a row.
    pub(super) fn beside(&mut self, value: &Term, other: &Term, rows: bool) -> Outcome<Typed> {
        match (value, other) {
            (Term::Row(parts), Term::Query(query)) if !self.variables => {
                self.refuse_query()?;
                let outputs = self.inner(query)?;
                if !outputs.open {
                    self.as_wide(parts.len(), outputs.columns.len(), value)?;
                }
                Ok(Typed::Unknown)
            }
            _ => {
                self.refuse_widths(value, other)?;
                self.wide = rows;
                self.term(other)
            }
        }
    }

    /// Refuses a row beside one of another width, or beside a plain value.
    fn refuse_widths(&self, value: &Term, other: &Term) -> Outcome {
        match (value, other) {
            (Term::Row(one), Term::Row(two)) => self.as_wide(one.len(), two.len(), value),
            (Term::Row(parts), plain) | (plain, Term::Row(parts))
                if is_one_value(plain) && !self.catalog.dialect.expressions_have_types() =>
            {
                self.refuse_row(parts)
            }
            _ => Ok(()),
        }
    }

    /// Operands of which some may be rows.
    pub(super) fn row_operands(&mut self, op: &str, args: &[Term]) -> Outcome<Vec<Typed>> {
        if let [one, other] = args
            && ROW_COMPARISONS.contains(&op)
        {
            self.wide = true;
            let first = self.term(one)?;
            return Ok(vec![first, self.beside(one, other, true)?]);
        }
        self.wide_terms(args)
    }

    /// Looks at what is assigned to several columns at once.
    pub(super) fn filled_by(&mut self, count: usize, value: &Term) -> Outcome {
        let given = match value {
            Term::Row(parts) => {
                self.wide_terms(parts)?;
                Some(parts.len())
            }
            Term::Query(query) => {
                let outputs = self.inner(query)?;
                (!outputs.open && !self.variables).then_some(outputs.columns.len())
            }
            other => {
                self.wide = true;
                self.term(other)?;
                None
            }
        };
        match given {
            Some(given) if given != count => {
                let message = format!("{given} values are assigned to {count} columns");
                let span = value.span().unwrap_or(self.span);
                Err(Rejection::new(sqlstate::SYNTAX_ERROR, span, message))
            }
            _ => Ok(()),
        }
    }

    /// Refuses names for the columns of a common table expression that are not as many as those.
    /// PostgreSQL lets the last ones keep their own names.
    pub(super) fn refuse_names(&self, cte: &Cte, outputs: &Outputs) -> Outcome {
        let (named, yielded) = (cte.columns.len(), outputs.columns.len());
        let short = named < yielded && !self.catalog.dialect.expressions_have_types();
        if named == 0 || outputs.open || !(short || named > yielded) {
            return Ok(());
        }
        let message = format!(
            "`{}` names {named} columns, and its query yields {yielded}",
            cte.name.value
        );
        let code = sqlstate::INVALID_COLUMN_REFERENCE;
        Err(Rejection::new(code, cte.name.span, message))
    }

    /// Refuses to sort a union by what no part of it yields, as SQLite does, where the names of all
    /// parts count.
    pub(super) fn of_any_part(&self, term: &Term, body: &QueryBody) -> Outcome {
        let Term::Name(parts) = term else {
            return Ok(());
        };
        let mut names = Vec::new();
        let (Some(()), Some(last)) = (names_of_parts(body, &mut names), parts.last()) else {
            return Ok(());
        };
        if self.variables
            || names
                .iter()
                .any(|name| self.catalog.same(name, &last.value))
        {
            return Ok(());
        }
        let message = format!("the query yields no column `{}` to sort by", last.value);
        let code = sqlstate::UNDEFINED_COLUMN;
        Err(Rejection::new(code, last.span, message))
    }

    /// Refuses a column by its number that a union does not yield.
    pub(super) fn beyond_union(&self, term: &Term, outputs: &Outputs) -> Outcome {
        let Term::Number(number) = term else {
            return Ok(());
        };
        let at = number.parse::<usize>().ok();
        let beyond = at.is_some_and(|at| at == 0 || at > outputs.columns.len());
        if !beyond || outputs.open {
            return Ok(());
        }
        let message = format!("there is no column {number} to sort by");
        let code = sqlstate::INVALID_COLUMN_REFERENCE;
        Err(Rejection::new(code, self.span, message))
    }
}
