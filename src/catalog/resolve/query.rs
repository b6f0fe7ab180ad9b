//! Queries: what they see, and what they yield.

use std::rc::Rc;

use super::from::renamed;
use super::{Columns, InSight, NameResolver, NameScope, Output, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::sql::change::tree::{Cte, Item, QueryBody, QueryTree, SelectTree, Term};
use crate::sql::change::{Ident, ObjectName};

impl NameResolver<'_> {
    /// A query with its common table expressions.
    pub(super) fn query(&mut self, tree: &QueryTree) -> Outcome<Outputs> {
        let known = self.ctes.len();
        let outputs = self
            .with(&tree.ctes, tree.recursive)
            .and_then(|()| self.body(&tree.body, &tree.order));
        self.ctes.truncate(known);
        outputs
    }

    fn with(&mut self, ctes: &[Cte], recursive: bool) -> Outcome {
        let first = self.ctes.len();
        if recursive {
            self.ctes.extend(ctes.iter().map(|cte| InSight {
                name: cte.name.value.clone(),
                relation: None,
                columns: Columns::Any,
                qualified: false,
            }));
        }
        for (at, cte) in ctes.iter().enumerate() {
            // What its rows are called inside of it is what its first part says; nothing is asked
            // of that.
            let outputs = renamed(self.query(&cte.query)?, &cte.columns);
            let seen = InSight {
                name: cte.name.value.clone(),
                relation: None,
                columns: Columns::Made(Rc::new(outputs)),
                qualified: false,
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
            QueryBody::Union { left, right } => {
                let one = self.body(left, &[])?;
                let other = self.body(right, &[])?;
                self.united(one, &other)
            }
            QueryBody::Values(rows) => self.values(rows),
            QueryBody::Rows(rows) => self.rows(rows),
        }
    }

    fn united(&self, mut one: Outputs, other: &Outputs) -> Outcome<Outputs> {
        if one.open || other.open {
            return Ok(Outputs {
                columns: one.columns,
                open: true,
            });
        }
        if one.columns.len() != other.columns.len() {
            let message = format!(
                "the parts of the `UNION` yield {} and {} columns",
                one.columns.len(),
                other.columns.len()
            );
            return Err(Rejection::new(sqlstate::SYNTAX_ERROR, self.span, message));
        }
        for (column, twin) in one.columns.iter_mut().zip(&other.columns) {
            let pair = [
                std::mem::replace(&mut column.data_type, Typed::Unknown),
                twin.data_type.clone(),
            ];
            column.data_type = self.catalog.common(&pair);
        }
        Ok(one)
    }

    /// Rows of values, which must have one length.
    fn values(&mut self, rows: &[Vec<Term>]) -> Outcome<Outputs> {
        let Some(first) = rows.first() else {
            return Ok(Outputs::any());
        };
        for row in rows {
            self.terms(row)?;
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
        let output = |at: usize| Output {
            name: named.then(|| format!("column{}", at + 1)),
            data_type: Typed::Unknown,
        };
        Ok(Outputs {
            columns: (0..first.len()).map(output).collect(),
            open: false,
        })
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
        if dialect.where_sees_outputs() {
            // A name of an output is found, whatever it turns out to be.
            let names = aliases(&select.items);
            self.show(names);
        }
        let outputs = self.items(&select.items)?;
        self.terms(&select.condition)?;
        for term in &select.group {
            self.by_output(term, &outputs)?;
        }
        if dialect.having_sees_outputs() {
            self.show(outputs.clone());
        }
        self.terms(&select.having)?;
        self.terms(&select.windows)?;
        for term in select.distinct.iter().chain(order) {
            self.by_output(term, &outputs)?;
        }
        Ok(outputs)
    }

    fn show(&mut self, outputs: Outputs) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.outputs = outputs;
        }
    }

    /// A term of `ORDER BY` or `GROUP BY`, where the name of an output may stand alone.
    fn by_output(&mut self, term: &Term, outputs: &Outputs) -> Outcome {
        if let Term::Name(parts) = term
            && let [only] = parts.as_slice()
        {
            let same = |name: &str| self.catalog.same(name, &only.value);
            let fits = |one: &Output| one.name.as_deref().is_none_or(same);
            if outputs.open || outputs.columns.iter().any(fits) {
                return Ok(());
            }
        }
        self.term(term).map(|_| ())
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

/// The names that outputs are given, of which nothing else is known.
fn aliases(items: &[Item]) -> Outputs {
    let name = |item: &Item| match item {
        Item::Value(Some(name), term) if !is_own_name(name, term) => Some(Output {
            name: Some(name.value.clone()),
            data_type: Typed::Unknown,
        }),
        _ => None,
    };
    Outputs {
        columns: items.iter().filter_map(name).collect(),
        open: false,
    }
}

/// Whether an output has only the name of its column.
fn is_own_name(name: &Ident, term: &Term) -> bool {
    matches!(term, Term::Name(parts) if parts.last().is_some_and(|part| part.span == name.span))
}
