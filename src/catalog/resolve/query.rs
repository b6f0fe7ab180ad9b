//! Queries: what they see, and what they yield.

use std::rc::Rc;

use super::from::renamed;
use super::mysql::{is_named_or_expression, may_be_called};
use super::place::ClausePlace;
use super::{Columns, InSight, NameResolver, NameScope, Output, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::server::postgres::functions::facts::CastContext;
use crate::sql::change::tree::{Cte, Item, QueryBody, QueryTree, SelectTree, Term};
use crate::sql::change::{DataType, Ident, ObjectName};

/// Rows of `VALUES` beyond which no more are read, so that the type of all is not known.
const FEW: usize = 64;

impl NameResolver<'_> {
    /// A query with its common table expressions.
    pub(super) fn query(&mut self, tree: &QueryTree) -> Outcome<Outputs> {
        let known = self.ctes.len();
        let outer = std::mem::take(&mut self.place);
        let sets = std::mem::take(&mut self.sets);
        let outputs = self
            .with(&tree.ctes, tree.recursive)
            .and_then(|()| self.body(&tree.body, &tree.order));
        self.place = outer;
        self.ctes.truncate(known);
        let outputs = outputs?;
        self.refuse_limits(&tree.limits)?;
        self.sets = sets;
        Ok(outputs)
    }

    /// Refuses a column in `LIMIT` of a whole statement: what is read has none there yet.
    fn refuse_limits(&mut self, limits: &[Term]) -> Outcome {
        let nowhere = self.scopes.is_empty() && self.words.is_empty() && !self.variables;
        if !nowhere || self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        for term in limits {
            if let Term::Name(parts) = term
                && let Some(last) = parts.last().filter(|last| !last.value.starts_with('@'))
            {
                let message = format!("`LIMIT` sees no column `{}`", last.value);
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                return Err(Rejection::new(code, last.span, message));
            }
        }
        self.limit_types(limits)
    }

    /// Refuses what is no number in `LIMIT`.
    fn limit_types(&mut self, limits: &[Term]) -> Outcome {
        if !self.catalog.dialect.expressions_have_types() {
            return Ok(());
        }
        let wanted = DataType::named("bigint");
        for term in limits {
            let found = self.one_in(ClausePlace::Limit, term)?;
            let context = CastContext::Assignment;
            match (term, &found) {
                (Term::Text(text, span), _) => self.catalog.refuse_text(text, &wanted, *span)?,
                (_, Typed::Known(found)) if self.catalog.never_becomes(found, &wanted, context) => {
                    let message = format!("`LIMIT` is of type `{}`", self.shown(found));
                    let span = term.span().unwrap_or(self.span);
                    return Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, span, message));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A query within another statement: what has no type of its own is text there.
    pub(super) fn inner(&mut self, tree: &QueryTree) -> Outcome<Outputs> {
        let mut outputs = self.query(tree)?;
        if self.catalog.dialect.expressions_have_types() {
            for one in outputs
                .columns
                .iter_mut()
                .filter(|one| one.data_type == Typed::Untyped)
            {
                one.data_type = Typed::Known(DataType::named("text"));
            }
        }
        Ok(outputs)
    }

    fn with(&mut self, ctes: &[Cte], recursive: bool) -> Outcome {
        let first = self.ctes.len();
        if recursive {
            self.ctes.extend(ctes.iter().map(|cte| InSight {
                name: cte.name.value.clone(),
                relation: None,
                columns: Columns::Any,
                qualified: false,
                broken: None,
            }));
        }
        for (at, cte) in ctes.iter().enumerate() {
            let mut before = ctes[..at].iter();
            if before.any(|one| self.catalog.same(&one.name.value, &cte.name.value)) {
                let message = format!("`WITH` has two queries called `{}`", cte.name.value);
                let code = sqlstate::DUPLICATE_ALIAS;
                return Err(Rejection::new(code, cte.name.span, message));
            }
            // What its rows are called inside of it is what its first part says; nothing is asked
            // of that.
            let (yielded, broken) = match self.inner(&cte.query) {
                Ok(outputs) => (outputs, None),
                Err(why) if !self.catalog.dialect.expressions_have_types() => {
                    (Outputs::any(), Some(Rc::new(why)))
                }
                Err(why) => return Err(why),
            };
            if cte.columns.is_empty() {
                self.refuse_same_outputs(&yielded, "a common table expression")?;
            }
            let (yielded, broken) = match self.refuse_names(cte, &yielded) {
                Ok(()) => (yielded, broken),
                Err(why) if !self.catalog.dialect.expressions_have_types() => {
                    (Outputs::any(), Some(Rc::new(why)))
                }
                Err(why) => return Err(why),
            };
            let outputs = renamed(yielded, &cte.columns);
            let seen = InSight {
                name: cte.name.value.clone(),
                relation: None,
                columns: Columns::Made(Rc::new(outputs)),
                qualified: false,
                broken,
            };
            match self.ctes.get_mut(first + at) {
                Some(slot) if recursive => *slot = seen,
                _ => self.ctes.push(seen),
            }
        }
        Ok(())
    }

    fn body(&mut self, body: &QueryBody, order: &[Term]) -> Outcome<Outputs> {
        match body {
            QueryBody::Opaque => Ok(Outputs::any()),
            QueryBody::Select(select) => self.select(select, order),
            QueryBody::Query(query) => self.query(query),
            QueryBody::Union {
                word,
                all,
                left,
                right,
            } => {
                let one = self.body(left, &[])?;
                let other = self.body(right, &[])?;
                let parts = [plain_items(left), plain_items(right)];
                let outputs = self.united(word, one, &other, &parts)?;
                for term in order {
                    self.beyond_union(term, &outputs)?;
                    self.refuse_computed_order(term)?;
                    self.refuse_constant(term)?;
                    if self.catalog.dialect.words_can_be_strings() {
                        self.of_any_part(term, body)?;
                    } else {
                        self.of_union(term, &outputs)?;
                    }
                }
                if !all {
                    self.refuse_indistinct(&outputs)?;
                }
                Ok(outputs)
            }
            QueryBody::Values(rows) => self.values(rows),
            QueryBody::Rows(rows) => self.rows(rows),
        }
    }

    /// Refuses to sort a union by what none of its columns is called.
    fn of_union(&self, term: &Term, outputs: &Outputs) -> Outcome {
        let Term::Name(parts) = term else {
            return Ok(());
        };
        let [only] = parts.as_slice() else {
            return Ok(());
        };
        let found = outputs.columns.iter().any(|one| {
            let name = one.name.as_ref();
            name.is_none_or(|name| self.catalog.same(name, &only.value))
        });
        if outputs.open || self.variables || found {
            return Ok(());
        }
        let message = format!("the query yields no column `{}` to sort by", only.value);
        Err(Rejection::new(
            sqlstate::UNDEFINED_COLUMN,
            only.span,
            message,
        ))
    }

    /// What the rows of two queries have together; `parts` are the values of each, where they are
    /// known one by one.
    fn united(
        &mut self,
        word: &str,
        mut one: Outputs,
        other: &Outputs,
        parts: &[Option<Vec<&Term>>; 2],
    ) -> Outcome<Outputs> {
        if one.open || other.open {
            return Ok(Outputs {
                columns: one.columns,
                open: true,
            });
        }
        if one.columns.len() != other.columns.len() {
            let message = format!(
                "the parts of the `{word}` yield {} and {} columns",
                one.columns.len(),
                other.columns.len()
            );
            return Err(Rejection::new(sqlstate::SYNTAX_ERROR, self.span, message));
        }
        let columns = one.columns.iter_mut().zip(&other.columns);
        for (at, (column, twin)) in columns.enumerate() {
            let pair = [
                std::mem::replace(&mut column.data_type, Typed::Unknown),
                twin.data_type.clone(),
            ];
            let values = parts.iter().flatten();
            let values = values.filter_map(|part| part.get(at).copied());
            column.data_type = self.shared(word, values, &pair)?;
        }
        Ok(one)
    }

    /// Rows of values, which must have one length.
    fn values(&mut self, rows: &[Vec<Term>]) -> Outcome<Outputs> {
        let Some(first) = rows.first() else {
            return Ok(Outputs::any());
        };
        let mut types: Vec<Vec<Typed>> = Vec::new();
        let place = match rows {
            [_] if self.inserts => ClausePlace::OneRow,
            _ => ClausePlace::Values,
        };
        for row in rows {
            types.push(self.terms_in(place, row)?);
            if row.len() != first.len() {
                let place = row.iter().find_map(Term::span);
                return Err(Rejection::new(
                    sqlstate::SYNTAX_ERROR,
                    place.unwrap_or(self.span),
                    format!(
                        "a row has {} values, and the first has {}",
                        row.len(),
                        first.len()
                    ),
                ));
            }
        }
        let named = self.catalog.dialect.expressions_have_types();
        Ok(Outputs {
            columns: (0..first.len())
                .map(|at| Output {
                    name: named.then(|| format!("column{}", at + 1)),
                    data_type: self.of_rows(&types, at),
                })
                .collect(),
            open: false,
        })
    }

    /// The type of a column of `VALUES`. Nobody looks at rows beyond some number.
    fn of_rows(&self, types: &[Vec<Typed>], at: usize) -> Typed {
        if types.len() >= FEW || !self.catalog.dialect.expressions_have_types() {
            return Typed::Unknown;
        }
        let column: Vec<Typed> = types
            .iter()
            .filter_map(|row| row.get(at).cloned())
            .collect();
        self.catalog.common_type(&column).unwrap_or(Typed::Unknown)
    }

    fn select(&mut self, select: &SelectTree, order: &[Term]) -> Outcome<Outputs> {
        self.scopes.push(NameScope::default());
        let outputs = self.selected(select, order);
        self.scopes.pop();
        outputs
    }

    /// The clauses in the order in which the server looks at them, as far as that shows.
    fn selected(&mut self, select: &SelectTree, order: &[Term]) -> Outcome<Outputs> {
        let dialect = self.catalog.dialect;
        for item in &select.from {
            self.from(item)?;
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.windows = select.named_windows.clone();
        }
        if dialect.where_sees_outputs() {
            // A name of an output is found, whatever it turns out to be.
            let names = aliases(&select.items);
            self.show(names);
        }
        if dialect.has_several_databases()
            && let Some(scope) = self.scopes.last_mut()
        {
            let named = aliases(&select.items).columns.into_iter();
            scope.aliases = named.filter_map(|one| one.name).collect();
            scope.expressions = select.items.iter().all(is_named_or_expression);
        }
        let mut outputs = self.items(&select.items)?;
        self.conditions(&select.from, &select.condition)?;
        for term in &select.group {
            self.place = ClausePlace::GroupBy;
            let found = self.by_output(term, &outputs, &select.items);
            self.place = ClausePlace::Free;
            self.refuse_without_equality(&found?, Some(term))?;
            self.refuse_grouped_aggregate(term, select)?;
        }
        if dialect.having_sees_outputs() {
            self.show(outputs.clone());
        }
        self.refuse_lone_having(select)?;
        self.refuse_hidden_having(select)?;
        self.terms_in(ClausePlace::Having, &select.having)?;
        self.named_windows(select)?;
        for term in select.distinct.iter().chain(order) {
            let found = self.by_output(term, &outputs, &select.items)?;
            self.refuse_without_equality(&found, Some(term))?;
        }
        self.refuse_distinct_on(select, order)?;
        self.refuse_ungrouped(select, order)?;
        if select.differs {
            self.refuse_indistinct(&outputs)?;
            self.refuse_unseen_order(select, order)?;
        }
        self.settle_sorted(select, order, &mut outputs);
        Ok(outputs)
    }

    fn show(&mut self, outputs: Outputs) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.outputs = outputs;
        }
    }

    /// A term of `ORDER BY` or `GROUP BY`, where the name of an output may stand alone.
    fn by_output(&mut self, term: &Term, outputs: &Outputs, items: &[Item]) -> Outcome<Typed> {
        let alone = match term {
            Term::Name(parts) => match parts.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            Term::NameOrText(word) => Some(word),
            _ => None,
        };
        if let Some(only) = alone {
            let unnamed = self.may_be_unnamed(items, only);
            let mut fitting = outputs.columns.iter().filter(|one| {
                let name = one.name.as_deref();
                name.map_or(unnamed, |name| self.catalog.same(name, &only.value))
            });
            let first = fitting.next();
            if outputs.open || first.is_some() {
                let only = first.filter(|one| one.name.is_some() && fitting.next().is_none());
                let only = only.filter(|_| !outputs.open);
                return Ok(only.map_or(Typed::Unknown, |one| one.data_type.clone()));
            }
        }
        self.refuse_constant(term)?;
        if let Term::Number(number) = term {
            let at = number.parse::<usize>().ok();
            let beyond = at.is_some_and(|at| at == 0 || at > outputs.columns.len());
            if beyond && !outputs.open {
                let message = format!("there is no column {number} to sort or group by");
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                return Err(Rejection::new(code, self.span, message));
            }
            return Ok(Typed::Unknown);
        }
        self.term(term)
    }

    /// Whether a name may be that of an output without one: MySQL calls it by the text of its
    /// expression, and nobody knows what a star shows of a query.
    fn may_be_unnamed(&self, items: &[Item], name: &Ident) -> bool {
        items.iter().any(|item| match item {
            Item::All(_) => true,
            Item::Value(None, term) => {
                !self.catalog.dialect.words_can_be_strings() && may_be_called(term, &name.value)
            }
            Item::Value(Some(_), _) => false,
        })
    }

    /// What a list of outputs yields.
    pub(super) fn items(&mut self, items: &[Item]) -> Outcome<Outputs> {
        let mut outputs = Outputs::default();
        for item in items {
            match item {
                Item::Value(name, term) => {
                    let data_type = self.term(term)?;
                    outputs.columns.push(Output {
                        name: name.as_ref().map(|name| name.value.clone()),
                        data_type,
                    });
                }
                Item::All(None) => self.all(&mut outputs),
                Item::All(Some(relation)) => self.all_of(relation, &mut outputs)?,
            }
        }
        Ok(outputs)
    }

    /// `*`.
    fn all(&mut self, outputs: &mut Outputs) {
        let Some(scope) = self.scopes.last() else {
            outputs.open = true;
            return;
        };
        // Columns by which relations are joined come once.
        let merges = scope.natural || !scope.merged.is_empty();
        outputs.open |= merges || scope.visible.is_empty();
        for seen in scope.visible.iter().filter(|seen| !seen.qualified) {
            let own = self.outputs_of(seen);
            outputs.open |= own.open;
            outputs.columns.extend(own.columns);
        }
    }

    /// `t.*`.
    fn all_of(&mut self, relation: &ObjectName, outputs: &mut Outputs) -> Outcome {
        let catalog = self.catalog;
        let scopes = self.scopes.iter().rev();
        let mut visible = scopes.flat_map(|scope| &scope.visible);
        let found = visible.find(|seen| catalog.same(&seen.name, &relation.name.value));
        let Some(seen) = found else {
            if self.variables
                || relation.schema.is_some()
                || self.words.contains(&relation.name.value)
            {
                outputs.open = true;
                return Ok(());
            }
            let message = format!(
                "`{}.*` is of no table that is in sight",
                relation.name.value
            );
            return Err(Rejection::new(
                sqlstate::UNDEFINED_TABLE,
                relation.span(),
                message,
            ));
        };
        let own = self.outputs_of(seen);
        outputs.open |= own.open;
        outputs.columns.extend(own.columns);
        Ok(())
    }
}

/// The values that a `SELECT` yields; `None` where a star stands among them, or where it is no single
/// `SELECT`.
fn plain_items(body: &QueryBody) -> Option<Vec<&Term>> {
    let QueryBody::Select(select) = body else {
        return None;
    };
    let values = select.items.iter().map(|item| match item {
        Item::Value(_, term) => Some(term),
        Item::All(_) => None,
    });
    values.collect()
}

/// The names that outputs are given, of which nothing else is known.
fn aliases(items: &[Item]) -> Outputs {
    Outputs {
        columns: items
            .iter()
            .filter_map(|item| match item {
                Item::Value(Some(name), term) if !is_own_name(name, term) => Some(Output {
                    name: Some(name.value.clone()),
                    data_type: Typed::Unknown,
                }),
                _ => None,
            })
            .collect(),
        open: false,
    }
}

/// Whether an output has only the name of its column.
fn is_own_name(name: &Ident, term: &Term) -> bool {
    matches!(term, Term::Name(parts) if parts.last().is_some_and(|part| part.span == name.span))
}
