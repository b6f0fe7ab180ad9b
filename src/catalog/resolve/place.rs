//! Where an expression stands, and what may not be in it there.

use super::{Columns, InSight, NameResolver};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::server::on_server;
use crate::sql::change::Ident;
use crate::sql::change::tree::{CallTree, Term};

/// Where an expression stands, as far as that limits it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ClausePlace {
    /// What a query yields, and where its rows are sorted.
    #[default]
    Free,
    Where,
    Join,
    GroupBy,
    Having,
    /// The rows of `VALUES`.
    Values,
    /// The only row of an `INSERT`, which PostgreSQL reads as a `SELECT`.
    OneRow,
    /// What `UPDATE` and `ON CONFLICT` assign.
    Set,
    Returning,
    Limit,
    /// The arguments of an aggregate.
    Aggregate,
    /// The condition of `FILTER`.
    Filter,
    /// The arguments of a function over a window.
    WindowCall,
    /// What a window is made of.
    Window,
    Check,
    IndexKey,
    IndexCondition,
    Generated,
    /// A generated column that is not kept, and may change.
    Virtual,
    Default,
    /// `USING` of a new type.
    Using,
    Policy,
    /// `WHEN` of a trigger.
    When,
}

impl ClausePlace {
    /// What PostgreSQL calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Free => "here",
            Self::Where => "in `WHERE`",
            Self::Join => "in the condition of a join",
            Self::GroupBy => "in `GROUP BY`",
            Self::Having => "in `HAVING`",
            Self::Values | Self::OneRow => "in `VALUES`",
            Self::Set => "in what is assigned",
            Self::Returning => "in `RETURNING`",
            Self::Limit => "in `LIMIT`",
            Self::Aggregate => "within an aggregate",
            Self::Filter => "in `FILTER`",
            Self::WindowCall => "within a window function",
            Self::Window => "in a window",
            Self::Check => "in a check constraint",
            Self::IndexKey => "in an index",
            Self::IndexCondition => "in the condition of an index",
            Self::Generated | Self::Virtual => "in a generated column",
            Self::Default => "in a default",
            Self::Using => "in `USING`",
            Self::Policy => "in a policy",
            Self::When => "in the condition of a trigger",
        }
    }

    /// Whether it is evaluated for one row of a table, outside of queries.
    fn is_of_schema(self) -> bool {
        matches!(
            self,
            Self::Check
                | Self::IndexKey
                | Self::IndexCondition
                | Self::Generated
                | Self::Virtual
                | Self::Default
                | Self::Using
                | Self::Policy
                | Self::When
        )
    }

    fn takes_aggregates(self) -> bool {
        matches!(
            self,
            Self::Free | Self::Having | Self::Window | Self::WindowCall
        )
    }

    fn takes_windows(self) -> bool {
        self == Self::Free
    }

    fn takes_queries(self) -> bool {
        !self.is_of_schema() || self == Self::Policy
    }

    /// Whether the same row must always give the same value.
    pub(crate) fn must_be_immutable(self) -> bool {
        matches!(
            self,
            Self::IndexKey | Self::IndexCondition | Self::Generated
        )
    }

    /// Whether it is true or false.
    pub(crate) fn is_condition(self) -> bool {
        matches!(
            self,
            Self::Where
                | Self::Join
                | Self::Having
                | Self::Filter
                | Self::Check
                | Self::IndexCondition
                | Self::Policy
                | Self::When
        )
    }
}

impl NameResolver<'_> {
    /// Looks at terms in a place.
    pub(super) fn terms_in<'t>(
        &mut self,
        place: ClausePlace,
        terms: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome<Vec<Typed>> {
        let outer = std::mem::replace(&mut self.place, place);
        let types = self.each_in(place, terms);
        self.place = outer;
        types
    }

    /// Looks at one term in a place.
    pub(super) fn one_in(&mut self, place: ClausePlace, term: &Term) -> Outcome<Typed> {
        let outer = std::mem::replace(&mut self.place, place);
        let found = self.term(term);
        self.place = outer;
        found
    }

    fn each_in<'t>(
        &mut self,
        place: ClausePlace,
        terms: impl IntoIterator<Item = &'t Term>,
    ) -> Outcome<Vec<Typed>> {
        let mut types = Vec::new();
        for term in terms {
            let found = self.term(term)?;
            if place.is_condition() {
                self.is_truth(term, &found)?;
            }
            types.push(found);
        }
        Ok(types)
    }

    /// Refuses a condition that is neither true nor false.
    pub(super) fn is_truth(&self, term: &Term, found: &Typed) -> Outcome {
        if !self.looks_at_types() {
            return Ok(());
        }
        let Typed::Known(found) = found else {
            return match term {
                Term::Text(text, span) => {
                    let boolean = crate::sql::change::DataType::named("boolean");
                    self.catalog.refuse_text(text, &boolean, *span)
                }
                _ => Ok(()),
            };
        };
        let base = self.catalog.base(found);
        let known = !matches!(self.arg_type(found), super::calls::ArgType::Unknown);
        if !known || (base.name == "boolean" && !base.array) {
            return Ok(());
        }
        let message = format!(
            "a condition is of type `{}`, not `boolean`",
            self.shown(found)
        );
        let span = term.span().unwrap_or(self.span);
        Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, span, message))
    }

    /// Looks at an expression over one row of a table.
    pub(super) fn over_row(&mut self, tree: &Term, place: ClausePlace) -> Outcome {
        self.terms_in(place, [tree])?;
        let Some(what) = self.mutable.take().filter(|_| place.must_be_immutable()) else {
            return Ok(());
        };
        if self.catalog.dialect.expressions_have_types() && may_fold(tree) {
            return Ok(());
        }
        let message = format!(
            "{what} does not always give the same value, so it cannot stand {}",
            place.name()
        );
        let code = sqlstate::INVALID_OBJECT_DEFINITION;
        Err(Rejection::new(code, self.span, message))
    }

    /// Refuses a subquery where there can be none.
    pub(super) fn refuse_query(&self) -> Outcome {
        if self.place.takes_queries() || self.scopes.len() > 1 {
            return Ok(());
        }
        let message = format!("a subquery cannot stand {}", self.place.name());
        let code = sqlstate::FEATURE_NOT_SUPPORTED;
        Err(Rejection::new(code, self.span, message))
    }

    /// Refuses an aggregate or a window function where there can be none.
    pub(super) fn refuse_misplaced(&self, call: &CallTree, is_aggregate: bool) -> Outcome {
        let own = &call.name.name.value;
        let span = call.name.span();
        let span = if span.is_empty() { self.span } else { span };
        if call.over {
            if self.place.takes_windows() {
                return Ok(());
            }
            let message = format!("window function `{own}` cannot stand {}", self.place.name());
            let code = match self.place {
                ClausePlace::Aggregate => sqlstate::GROUPING_ERROR,
                _ => sqlstate::WINDOWING_ERROR,
            };
            return Err(Rejection::new(code, span, message));
        }
        if !is_aggregate || self.place.takes_aggregates() || !self.is_of_here(call) {
            return Ok(());
        }
        let message = format!("aggregate `{own}` cannot stand {}", self.place.name());
        Err(Rejection::new(sqlstate::GROUPING_ERROR, span, message))
    }

    /// Refuses a function that yields rows where there can be none.
    pub(super) fn refuse_rows(&mut self, call: &CallTree, set: bool) -> Outcome {
        use ClausePlace::{Free, GroupBy, OneRow, Window};
        self.sets += usize::from(set);
        if !set || matches!(self.place, Free | GroupBy | OneRow | Window) {
            return Ok(());
        }
        let message = format!(
            "`{}` yields rows, and cannot stand {}",
            call.name.name.value,
            self.place.name()
        );
        let code = sqlstate::FEATURE_NOT_SUPPORTED;
        Err(Rejection::new(code, self.span, message))
    }

    /// Refuses to choose among values where one of them yields rows: `sets` is how many such calls
    /// there were before.
    pub(super) fn refuse_chosen_rows(&self, word: &str, sets: usize) -> Outcome {
        if self.sets == sets || !matches!(word, "CASE" | "coalesce") {
            return Ok(());
        }
        let word = word.to_uppercase();
        let message = format!("a function that yields rows cannot stand in `{word}`");
        let code = sqlstate::FEATURE_NOT_SUPPORTED;
        Err(Rejection::new(code, self.span, message))
    }

    /// Refuses `t.a` where SQLite knows one table only.
    pub(super) fn refuse_qualifier(&self, parts: &[Ident]) -> Outcome {
        let sqlite = self.catalog.dialect.words_can_be_strings();
        let here = matches!(self.place, ClausePlace::IndexKey | ClausePlace::Generated);
        if !sqlite || !here || self.scopes.len() > 1 {
            return Ok(());
        }
        let span = parts.first().map_or(self.span, |first| first.span);
        let message = format!("a column cannot be qualified {}", self.place.name());
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, span, message))
    }

    /// Whether an aggregate belongs to the innermost query: one over columns of an outer query
    /// belongs to that.
    fn is_of_here(&self, call: &CallTree) -> bool {
        let mut names = Vec::new();
        let simple = call.args.iter().all(|arg| names_of(arg, &mut names));
        simple && names.iter().all(|name| self.is_here(name))
    }

    /// Whether the innermost scope certainly has that column.
    pub(super) fn is_here(&self, parts: &[Ident]) -> bool {
        let Some(scope) = self.scopes.last() else {
            return false;
        };
        let has = |seen: &InSight, column: &Ident| match &seen.columns {
            Columns::Table(table) => self.catalog.column_at(table, &column.value).is_some(),
            Columns::View(view) => {
                let mut names = view.columns.iter();
                names.any(|name| self.catalog.same(name, &column.value))
            }
            Columns::Made(outputs) => {
                let mut names = outputs.columns.iter().filter_map(|one| one.name.as_ref());
                names.any(|name| self.catalog.same(name, &column.value))
            }
            Columns::Any => false,
        };
        match parts {
            [column] => scope.visible.iter().any(|seen| has(seen, column)),
            [relation, column] => scope
                .visible
                .iter()
                .any(|seen| self.catalog.same(&seen.name, &relation.value) && has(seen, column)),
            _ => false,
        }
    }

    /// Whether a function by its lower-case name makes one value of many rows.
    pub(super) fn is_aggregate(&self, name: &str, call: &CallTree) -> bool {
        let dialect = self.catalog.dialect;
        let arguments = call.args.len();
        self.catalog.find_function(&call.name).is_none()
            && on_server!(dialect => names::is_aggregate(name, arguments))
    }
}

/// Whether the server may leave out a part of a term before it looks at it: what a constant decides.
fn may_fold(term: &Term) -> bool {
    let constant = |term: &Term| !term.names_something();
    let decides = match term {
        Term::Null => true,
        Term::OneOf { others, .. } => others.iter().any(constant) || others.is_empty(),
        Term::And(terms) | Term::Logic(terms) => terms.iter().any(constant),
        // What is made of constants may turn out to be `NULL`, and all around it with it.
        Term::Call(call) => !call.args.is_empty() && constant(term),
        Term::Operator { .. } => constant(term),
        _ => false,
    };
    decides || term.parts().any(may_fold)
}

/// The names in a term; `false` where it holds a query, or what is not read.
pub(super) fn names_of<'t>(term: &'t Term, names: &mut Vec<&'t [Ident]>) -> bool {
    match term {
        Term::Name(parts) => names.push(parts),
        Term::NameOrText(word) => names.push(std::slice::from_ref(word)),
        Term::Query(_) | Term::Opaque => return false,
        _ => {}
    }
    term.parts().all(|term| names_of(term, names))
}
