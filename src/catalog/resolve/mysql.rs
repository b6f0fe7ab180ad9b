//! What MySQL and MariaDB alone look for in a statement. Where the two answer with different codes,
//! both refuse it (MariaDB 10.11 was asked, and MySQL's manual read).

use super::{Columns, InSight, NameResolver, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::source::Span;
use crate::sql::change::tree::{CallTree, Item, SelectTree, Term};
use crate::sql::change::{Ident, ObjectName};

impl NameResolver<'_> {
    fn is_mysql(&self) -> bool {
        self.catalog.dialect.has_several_databases()
    }

    /// Refuses two columns of one name in what stands for a table.
    pub(super) fn refuse_same_outputs(&self, outputs: &Outputs, what: &str) -> Outcome {
        if !self.is_mysql() || outputs.open {
            return Ok(());
        }
        let mut names = outputs.columns.iter().filter_map(|one| one.name.as_deref());
        let twice = self.catalog.first_repeated(names.clone());
        match twice.and_then(|at| names.nth(at)) {
            Some(name) => {
                let message = format!("two columns of {what} are called `{name}`");
                Err(Rejection::new(
                    sqlstate::DUPLICATE_COLUMN,
                    self.span,
                    message,
                ))
            }
            None => Ok(()),
        }
    }

    /// Refuses a second relation of one name in `FROM`. Whether `A` is `a` there depends on the
    /// file system.
    pub(super) fn refuse_same_alias(&self, seen: &InSight, span: Span) -> Outcome {
        // An upsert may read the table that it writes to.
        let typed = self.catalog.dialect.expressions_have_types();
        let looks = (self.is_mysql() || typed) && !self.in_upsert;
        let Some(scope) = self.scopes.last().filter(|_| looks) else {
            return Ok(());
        };
        // Tables of two databases may have one name, and so may a table and a query.
        let own = database(seen);
        let mut others = scope.visible.iter();
        let twice =
            others.any(|one| !one.qualified && one.name == seen.name && database(one) == own);
        if own.is_none() || !twice {
            return Ok(());
        }
        let message = format!("`FROM` has two relations called `{}`", seen.name);
        let code = sqlstate::DUPLICATE_ALIAS;
        Err(Rejection::new(code, span, message))
    }

    /// Refuses to group by what is made of groups.
    pub(super) fn refuse_grouped_aggregate(&self, term: &Term, select: &SelectTree) -> Outcome {
        if !self.is_mysql() {
            return Ok(());
        }
        let shown = match term {
            Term::Number(number) => number
                .parse::<usize>()
                .ok()
                .and_then(|at| at.checked_sub(1))
                .filter(|_| !select.items.iter().any(|item| matches!(item, Item::All(_))))
                .and_then(|at| select.items.get(at)),
            Term::Name(parts) => match parts.as_slice() {
                // A column of that name comes first.
                [only] if !self.may_be_here(only) => select.items.iter().find(|item| {
                    matches!(item, Item::Value(Some(name), _) if self.catalog.same(&name.value, &only.value))
                }),
                _ => None,
            },
            _ => None,
        };
        match shown {
            Some(Item::Value(_, value)) if self.has_aggregate(value) => {
                let message = "what is grouped by is an aggregate of the groups";
                let span = term.span().unwrap_or(self.span);
                Err(Rejection::new(sqlstate::GROUPING_ERROR, span, message))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a column in `HAVING` that is neither yielded nor grouped by. The scope of the query is
    /// open.
    pub(super) fn refuse_hidden_having(&self, select: &SelectTree) -> Outcome {
        let Some(having) = &select.having else {
            return Ok(());
        };
        let all = select.items.iter().any(|item| matches!(item, Item::All(_)));
        if !self.is_mysql() || self.scopes.len() > 1 || all || self.variables {
            return Ok(());
        }
        let mut shown: Vec<&str> = Vec::new();
        for item in &select.items {
            if let Item::Value(name, term) = item {
                shown.extend(name.iter().map(|name| name.value.as_str()));
                names_in(term, &mut shown);
            }
        }
        for term in &select.group {
            names_in(term, &mut shown);
        }
        let mut wanted = Vec::new();
        self.outside_of_aggregates(having, &mut wanted);
        for parts in wanted {
            let Some(last) = parts.last().filter(|last| is_plain(&last.value)) else {
                continue;
            };
            if !shown
                .iter()
                .any(|name| self.catalog.same(name, &last.value))
            {
                let message = format!(
                    "`HAVING` sees no column `{}`: it is neither yielded nor grouped by",
                    last.value
                );
                let code = sqlstate::UNDEFINED_COLUMN;
                return Err(Rejection::new(code, last.span, message));
            }
        }
        Ok(())
    }

    /// The names of a term that do not stand in an aggregate or a query.
    fn outside_of_aggregates<'t>(&self, term: &'t Term, names: &mut Vec<&'t [Ident]>) {
        match term {
            Term::Name(parts) => names.push(parts),
            Term::Call(call)
                if self.is_aggregate(&call.name.name.value.to_lowercase(), call) || call.over => {}
            term => term
                .parts()
                .for_each(|part| self.outside_of_aggregates(part, names)),
        }
    }

    /// Whether a relation of the innermost scope has a column of that name, or may have it.
    fn may_be_here(&self, column: &Ident) -> bool {
        let Some(scope) = self.scopes.last() else {
            return true;
        };
        let mut seen = scope.visible.iter();
        seen.any(|seen| self.has_column(seen, column) != Some(false))
    }

    /// Refuses `VALUES(a)` of a column that the table of an upsert lacks.
    pub(super) fn inserted_value(&self, call: &CallTree) -> Outcome {
        let [Term::Name(parts)] = call.args.as_slice() else {
            return Ok(());
        };
        let target = self.scopes.last().and_then(|scope| scope.visible.first());
        let (Some(target), Some(last)) = (target, parts.last()) else {
            return Ok(());
        };
        let lacks = self.has_column(target, last) == Some(false);
        if self.in_upsert && self.scopes.len() == 1 && lacks && !self.variables {
            return Err(self.no_column_of(target, last));
        }
        Ok(())
    }

    /// Whether a bare name among terms is one that the query gives to what it yields.
    pub(super) fn shows(&self, terms: &[Term]) -> bool {
        let aliases = self.scopes.last().map(|scope| &scope.aliases);
        terms.iter().any(|term| {
            has_bare_name(term, &|name| {
                let mut aliases = aliases.into_iter().flatten();
                aliases.any(|alias| self.catalog.same(alias, &name.value))
            })
        })
    }

    /// Refuses a table that a `DELETE` of several names and does not read.
    pub(super) fn refuse_unread(&self, named: &[ObjectName]) -> Outcome {
        let Some(scope) = self.scopes.last() else {
            return Ok(());
        };
        for name in named {
            let read = scope.visible.iter().any(|seen| {
                let open = matches!(seen.columns, Columns::Any) && seen.name.is_empty();
                open || self.catalog.same(&seen.name, &name.name.value)
            });
            if name.schema.is_none() && !read {
                let message = format!(
                    "`{}` is not one of the tables that are read",
                    name.name.value
                );
                let code = sqlstate::UNDEFINED_TABLE;
                return Err(Rejection::new(code, name.span(), message));
            }
        }
        Ok(())
    }
}

/// The database of a table or view.
fn database<'s>(one: &'s InSight) -> Option<&'s String> {
    match &one.columns {
        Columns::Table(table) => Some(&table.name.schema),
        Columns::View(view) => Some(&view.name.schema),
        Columns::Made(_) | Columns::Any => None,
    }
}

/// Whether one of certain names stands in a term, without a qualifier.
fn has_bare_name(term: &Term, is_it: &dyn Fn(&Ident) -> bool) -> bool {
    match term {
        Term::Name(parts) => matches!(parts.as_slice(), [only] if is_it(only)),
        term => term.parts().any(|part| has_bare_name(part, is_it)),
    }
}

/// Whether an output has a name, or only one that is no plain word.
pub(super) fn is_named_or_expression(item: &Item) -> bool {
    match item {
        Item::Value(Some(_), _) => true,
        Item::Value(None, term) => is_expression(term),
        Item::All(_) => false,
    }
}

fn is_expression(term: &Term) -> bool {
    matches!(
        term,
        Term::Call(_)
            | Term::Operator { .. }
            | Term::Held { .. }
            | Term::And(_)
            | Term::OneOf { .. }
            | Term::Query(_)
            | Term::Cast { .. }
    )
}

/// Whether a word is no text of an expression.
pub(super) fn is_plain(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(char::is_alphabetic)
        && characters.all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a column without a name of its own may be called so, by the text of its expression.
pub(super) fn may_be_called(term: &Term, word: &str) -> bool {
    match term {
        term if is_expression(term) => !is_plain(word),
        Term::Text(text, _) => text.eq_ignore_ascii_case(word),
        _ => true,
    }
}

/// The last parts of the names that a term is made of by itself, and a text, which is the name of its
/// column.
fn names_in<'t>(term: &'t Term, names: &mut Vec<&'t str>) {
    match term {
        Term::Name(parts) => names.extend(parts.last().map(|it| it.value.as_str())),
        Term::Text(text, _) => names.push(text),
        _ => {}
    }
}
