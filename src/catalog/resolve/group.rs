//! Columns that a query with groups shows though it does not group by them.

use super::{Columns, NameResolver, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::server::postgres::functions::is_own;
use crate::sql::change::tree::{CallTree, Item, SelectTree, Term};
use crate::sql::change::{DataType, Ident};

/// Types without an equality, by which nothing can be grouped.
const WITHOUT_EQUALITY: [&str; 4] = ["json", "point", "polygon", "xml"];

/// A column of something visible in the innermost scope.
#[derive(PartialEq)]
pub(super) struct Spot {
    visible: usize,
    column: String,
}

impl NameResolver<'_> {
    /// Refuses a column that is neither grouped by nor inside of an aggregate. The scope of the
    /// query is open.
    pub(super) fn refuse_ungrouped(&self, select: &SelectTree, order: &[Term]) -> Outcome {
        if !self.catalog.dialect.expressions_have_types() || !select.plain_group {
            return Ok(());
        }
        let values = || {
            select.items.iter().filter_map(|item| match item {
                Item::Value(_, term) => Some(term),
                Item::All(_) => None,
            })
        };
        let mut shown = values().chain(&select.having).chain(order);
        let grouped = !select.group.is_empty()
            || select.group_sets
            || select.having.is_some()
            || shown.any(|term| self.has_aggregate(term));
        let Some(scope) = self.scopes.last() else {
            return Ok(());
        };
        if !grouped || scope.natural || !scope.merged.is_empty() {
            return Ok(());
        }
        let Some(keys) = self.keys(select) else {
            return Ok(());
        };
        for term in values().chain(&select.having) {
            self.grouped(term, &keys)?;
        }
        for item in &select.items {
            if let Item::All(None) = item {
                self.all_grouped(&keys)?;
            }
        }
        for term in order {
            if !self.is_output(term, select) {
                self.grouped(term, &keys)?;
            }
        }
        Ok(())
    }

    /// What is grouped by; `None` where a number points at what is not known.
    fn keys<'t>(&self, select: &'t SelectTree) -> Option<Vec<&'t Term>> {
        let mut keys = Vec::with_capacity(select.group.len());
        for term in &select.group {
            let item = match term {
                Term::Number(number) => {
                    let at = number.parse::<usize>().ok()?.checked_sub(1)?;
                    if select.items.iter().any(|item| matches!(item, Item::All(_))) {
                        return None;
                    }
                    match select.items.get(at)? {
                        Item::Value(_, term) => Some(term),
                        Item::All(_) => None,
                    }
                }
                Term::Name(parts) if parts.len() == 1 && !self.is_here(parts) => {
                    select.items.iter().find_map(|item| match item {
                        Item::Value(Some(name), term)
                            if self.catalog.same(&name.value, &parts[0].value) =>
                        {
                            Some(term)
                        }
                        _ => None,
                    })
                }
                _ => None,
            };
            keys.push(item.unwrap_or(term));
        }
        Some(keys)
    }

    fn is_output(&self, term: &Term, select: &SelectTree) -> bool {
        let only = match term {
            Term::Number(_) => return true,
            Term::Name(parts) if parts.len() == 1 => &parts[0],
            _ => return false,
        };
        select.items.iter().any(|item| match item {
            Item::Value(Some(name), _) => self.catalog.same(&name.value, &only.value),
            _ => false,
        })
    }

    pub(super) fn has_aggregate(&self, term: &Term) -> bool {
        let is_one = matches!(term, Term::Call(call)
            if !call.over && self.is_aggregate(&call.name.name.value.to_lowercase(), call));
        is_one || term.parts().any(|term| self.has_aggregate(term))
    }

    /// Refuses to sort rows of which none comes twice by what is not among their columns.
    pub(super) fn refuse_unseen_order(&self, select: &SelectTree, order: &[Term]) -> Outcome {
        if !self.catalog.dialect.expressions_have_types() {
            return Ok(());
        }
        let mut values = Vec::new();
        for item in &select.items {
            match item {
                Item::Value(_, term) => values.push(term),
                Item::All(_) => return Ok(()),
            }
        }
        for term in order {
            let seen = self.is_output(term, select)
                || values.iter().any(|value| self.same_term(term, value))
                || !self.is_settled(term)
                || !values.iter().all(|value| self.is_settled(value))
                || !term.names_something();
            if !seen {
                let message =
                    "rows of which none comes twice are sorted by what is not among their columns";
                let span = term.span().unwrap_or(self.span);
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                return Err(Rejection::new(code, span, message));
            }
        }
        Ok(())
    }

    /// Strings that rows are sorted, grouped or told apart by are texts, whatever becomes of the
    /// others: `INSERT INTO t (an_enum) SELECT DISTINCT 'a'` fails.
    pub(super) fn settle_sorted(&self, select: &SelectTree, order: &[Term], outputs: &mut Outputs) {
        let mut columns = outputs.columns.iter();
        let untyped = columns.any(|one| one.data_type == Typed::Untyped);
        if !self.catalog.dialect.expressions_have_types() || outputs.open || !untyped {
            return;
        }
        let sorted = select.group.iter().chain(&select.distinct).chain(order);
        for (at, column) in outputs.columns.iter_mut().enumerate() {
            let mut sorted = sorted.clone();
            let named = column.name.as_ref();
            if column.data_type == Typed::Untyped
                && (select.differs || sorted.any(|term| is_meant(at, named, term)))
            {
                column.data_type = Typed::Known(DataType::named("text"));
            }
        }
    }

    /// Which column of what is visible a name certainly is.
    pub(super) fn spot(&self, parts: &[Ident]) -> Option<Spot> {
        let scope = self.scopes.last()?;
        let (column, relation) = match parts {
            [column] => (column, None),
            [relation, column] => (column, Some(relation)),
            _ => return None,
        };
        let mut found = None;
        for (visible, seen) in scope.visible.iter().enumerate() {
            if relation.is_some_and(|name| !self.catalog.same(&seen.name, &name.value)) {
                continue;
            }
            let has = match &seen.columns {
                Columns::Table(table) => self.catalog.column_at(table, &column.value).is_some(),
                Columns::View(view) => view.columns.contains(&column.value),
                Columns::Made(outputs) => {
                    let mut names = outputs.columns.iter().filter_map(|one| one.name.as_ref());
                    names.any(|name| self.catalog.same(name, &column.value))
                }
                Columns::Any => return None,
            };
            if has {
                if found.is_some() {
                    return None;
                }
                found = Some(Spot {
                    visible,
                    column: self.catalog.keep(&column.value).to_owned(),
                });
            }
        }
        found
    }

    fn grouped(&self, term: &Term, keys: &[&Term]) -> Outcome {
        if keys.iter().any(|key| self.same_term(term, key)) {
            return Ok(());
        }
        match term {
            Term::Name(parts) => match self.spot(parts) {
                Some(spot) if !self.is_grouped(&spot, keys) => Err(self.ungrouped(parts)),
                _ => Ok(()),
            },
            Term::Call(call) => self.grouped_call(call, keys),
            _ => term.parts().try_for_each(|term| self.grouped(term, keys)),
        }
    }

    fn grouped_call(&self, call: &CallTree, keys: &[&Term]) -> Outcome {
        let name = call.name.name.value.to_lowercase();
        if name == "grouping" && call.name.schema.is_none() {
            return self.groupings(call, keys);
        }
        let is_aggregate = !call.over && self.is_aggregate(&name, call);
        // What is not the server's own may be an aggregate.
        let own = call.name.schema.is_none()
            && is_own(&name)
            && self.catalog.find_function(&call.name).is_none();
        if is_aggregate || !own {
            return Ok(());
        }
        let mut parts = call.args.iter().chain(&call.rest);
        parts.try_for_each(|term| self.grouped(term, keys))
    }

    /// `GROUPING` is about what is grouped by.
    fn groupings(&self, call: &CallTree, keys: &[&Term]) -> Outcome {
        let args = call.args.iter();
        let mut others = args.filter(|arg| !keys.iter().any(|key| self.same_term(arg, key)));
        match others.find(|arg| self.is_settled(arg)) {
            Some(arg) => {
                let span = arg.span().unwrap_or(self.span);
                let message = "`GROUPING` asks for what is not grouped by";
                Err(Rejection::new(sqlstate::GROUPING_ERROR, span, message))
            }
            None => Ok(()),
        }
    }

    /// Whether a column is grouped by, or the primary key of its table is.
    fn is_grouped(&self, spot: &Spot, keys: &[&Term]) -> bool {
        let spots: Vec<Spot> = keys
            .iter()
            .filter_map(|key| match key {
                Term::Name(parts) => self.spot(parts),
                _ => None,
            })
            .collect();
        if spots.contains(spot) {
            return true;
        }
        let Some(seen) = self
            .scopes
            .last()
            .and_then(|scope| scope.visible.get(spot.visible))
        else {
            return true;
        };
        let Columns::Table(table) = &seen.columns else {
            return false;
        };
        if !super::names::is_whole(table) {
            return true;
        }
        let key = table.primary_key.as_ref();
        key.is_some_and(|key| {
            key.columns.iter().all(|column| {
                let mut own = spots.iter().filter(|one| one.visible == spot.visible);
                own.any(|one| one.column == *column)
            })
        })
    }

    fn all_grouped(&self, keys: &[&Term]) -> Outcome {
        let Some(scope) = self.scopes.last() else {
            return Ok(());
        };
        for (visible, seen) in scope.visible.iter().enumerate() {
            let Columns::Table(table) = &seen.columns else {
                continue;
            };
            for column in &table.columns {
                let spot = Spot {
                    visible,
                    column: column.name.clone(),
                };
                if !self.is_grouped(&spot, keys) {
                    return Err(self.ungrouped(&[Ident::synthetic(column.name.clone())]));
                }
            }
        }
        Ok(())
    }

    fn ungrouped(&self, parts: &[Ident]) -> Rejection {
        let spans = parts.iter().map(|part| part.span);
        let span = spans
            .filter(|span| !span.is_empty())
            .reduce(crate::source::Span::to);
        let names: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let message = format!(
            "column `{}` is neither in `GROUP BY` nor inside of an aggregate",
            names.join(".")
        );
        Rejection::new(sqlstate::GROUPING_ERROR, span.unwrap_or(self.span), message)
    }

    /// Whether two terms are certainly one, or may be.
    pub(super) fn same_term(&self, one: &Term, other: &Term) -> bool {
        let all = |one: &[Term], other: &[Term]| {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| self.same_term(one, other))
        };
        match (one, other) {
            (Term::Name(one), Term::Name(other)) => match (self.spot(one), self.spot(other)) {
                (Some(one), Some(other)) => one == other,
                (None, None) => one.last().map(|it| &it.value) == other.last().map(|it| &it.value),
                _ => false,
            },
            (Term::Text(one, _), Term::Text(other, _))
            | (Term::Number(one), Term::Number(other))
            | (Term::Word(one), Term::Word(other)) => one == other,
            (Term::Boolean, Term::Boolean)
            | (Term::Null, Term::Null)
            | (Term::Opaque, Term::Opaque) => true,
            (Term::Query(_), Term::Query(_)) => true,
            // A cast may be one that changes nothing.
            (Term::Cast { value, .. }, other) | (other, Term::Cast { value, .. })
                if !matches!(other, Term::Cast { .. }) =>
            {
                self.same_term(value, other)
            }
            (Term::Cast { value: one, .. }, Term::Cast { value: other, .. }) => {
                self.same_term(one, other)
            }
            (Term::Call(one), Term::Call(other)) => {
                one.name
                    .name
                    .value
                    .eq_ignore_ascii_case(&other.name.name.value)
                    && all(&one.args, &other.args)
            }
            (
                Term::Held { value, against },
                Term::Held {
                    value: twin,
                    against: others,
                },
            ) => {
                self.same_term(value, twin)
                    && against.len() == others.len()
                    && against
                        .iter()
                        .zip(others)
                        .all(|((op, one), (twin, other))| op == twin && self.same_term(one, other))
            }
            (
                Term::OneOf { values, others, .. },
                Term::OneOf {
                    values: twins,
                    others: more,
                    ..
                },
            ) => all(values, twins) && all(others, more),
            (
                Term::Operator { op, args },
                Term::Operator {
                    op: twin,
                    args: others,
                },
            ) => op == twin && all(args, others),
            (
                Term::Each { op, args },
                Term::Each {
                    op: twin,
                    args: others,
                },
            ) => op == twin && all(args, others),
            (Term::Truth(one), Term::Truth(other))
            | (Term::And(one), Term::And(other))
            | (Term::Logic(one), Term::Logic(other))
            | (Term::Array(one), Term::Array(other))
            | (Term::Typed(_, one), Term::Typed(_, other))
            | (Term::Row(one), Term::Row(other))
            | (Term::Parts(one), Term::Parts(other)) => all(one, other),
            _ => false,
        }
    }

    /// Refuses a type without an equality where values have to be told apart.
    pub(super) fn refuse_without_equality(&self, found: &Typed, term: Option<&Term>) -> Outcome {
        let Typed::Known(data_type) = found else {
            return Ok(());
        };
        let base = self.catalog.base(data_type);
        let plain = base.schema.is_none() && self.catalog.type_of(&base).is_none();
        if !self.looks_at_types()
            || !plain
            || !WITHOUT_EQUALITY.contains(&base.name.as_str())
            || !self.catalog.extensions.is_empty()
        {
            return Ok(());
        }
        let message = format!("type `{}` has no equality", self.shown(data_type));
        let span = term.and_then(Term::span).unwrap_or(self.span);
        Err(Rejection::new(sqlstate::UNDEFINED_FUNCTION, span, message))
    }

    /// The same for every column of a query whose rows have to differ.
    pub(super) fn refuse_indistinct(&self, outputs: &Outputs) -> Outcome {
        let mut columns = outputs.columns.iter();
        columns.try_for_each(|one| self.refuse_without_equality(&one.data_type, None))
    }
}

/// Whether a term to sort or group by is the column at a place of the output.
fn is_meant(at: usize, name: Option<&String>, term: &Term) -> bool {
    match term {
        Term::Number(number) => number.parse() == Ok(at + 1),
        Term::Name(parts) => match parts.as_slice() {
            [only] => name == Some(&only.value),
            _ => false,
        },
        _ => false,
    }
}
