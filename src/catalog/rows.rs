//! Statements on rows: what of the schema they need.

use super::apply::{Apply, Outcome};
use super::rejection::sqlstate;
use super::{Catalog, QName, Rejection, Table};
use crate::sql::change::{Expr, Ident, LiteralTarget, LiteralUse, ObjectName, Query};

impl Catalog {
    /// Refuses a column that is given two values: PostgreSQL has one code for the list of an
    /// `INSERT` and another for assignments. SQLite takes the first or the last value, and MySQL only
    /// refuses it in the list of an `INSERT`, which is left to it.
    pub(crate) fn refuse_twice<'i>(
        &self,
        columns: impl IntoIterator<Item = &'i Ident> + Clone,
        code: &'static str,
    ) -> Outcome {
        if !self.dialect.assigns_columns_once() {
            return Ok(());
        }
        let names = columns
            .clone()
            .into_iter()
            .map(|column| column.value.as_str());
        let twice = self.first_repeated(names);
        match twice.and_then(|at| columns.into_iter().nth(at)) {
            Some(column) => {
                let message = format!("column `{}` is given two values", column.value);
                Err(Rejection::new(code, column.span, message))
            }
            None => Ok(()),
        }
    }
}

impl Catalog {
    /// Refuses a column that the list of an `INSERT` has twice, as MySQL does.
    fn refuse_listed_twice(&self, columns: &[Ident]) -> Outcome {
        let names = columns.iter().map(|column| column.value.as_str());
        match self.first_repeated(names) {
            Some(at) => {
                let message = format!("column `{}` is listed twice", columns[at].value);
                let code = sqlstate::DUPLICATE_COLUMN;
                Err(Rejection::new(code, columns[at].span, message))
            }
            None => Ok(()),
        }
    }
}

impl Apply<'_> {
    /// The table or view that rows go to; `None` where nothing is known of it.
    fn target(&mut self, name: &ObjectName) -> Outcome<Option<QName>> {
        if self.catalog.find_table(name).is_none()
            && let Some(view) = self.catalog.find_view(name)
        {
            let text = self
                .catalog
                .views
                .get(&view)
                .and_then(|it| it.text.as_ref());
            let known = self.catalog.views.get(&view);
            if known.is_some_and(|it| it.materialized && it.knowledge.is_exact()) {
                return Err(self.wrong_kind(name.span(), &view, "a table"));
            }
            // SQLite writes to a view only through triggers.
            return match text {
                Some(text) if text.triggers.is_empty() => Err(self.wrong_kind(
                    name.span(),
                    &view,
                    "a table, and has no `INSTEAD OF` trigger",
                )),
                _ => Ok(None),
            };
        }
        self.need_table(name)
    }

    /// Refuses what a statement about the rows of a view names; nothing where there is no view.
    fn resolve_view(&self, name: &ObjectName, query: &Query) -> Outcome {
        if self.catalog.find_view(name).is_some() && self.catalog.find_table(name).is_none() {
            self.resolve(query)?;
        }
        Ok(())
    }

    pub(crate) fn insert(
        &mut self,
        table: &ObjectName,
        columns: &[Ident],
        query: Option<&Query>,
    ) -> Outcome {
        let target = self.target(table)?;
        if let Some(query) = query {
            self.read(query)?;
        }
        let Some(target) = target else {
            return match query {
                Some(query) => self.resolve_view(table, query),
                None => Ok(()),
            };
        };
        self.catalog
            .refuse_twice(columns, sqlstate::DUPLICATE_COLUMN)?;
        if self.catalog.dialect.has_several_databases() {
            self.catalog.refuse_listed_twice(columns)?;
        }
        for column in columns {
            self.need_column(&target, column)?;
        }
        if let Some(query) = query {
            self.resolve(query)?;
        }
        self.check_labels(query.map_or(&[], |query| &query.literals))?;
        self.refuse_rows(&target, query)
    }

    pub(crate) fn update(
        &mut self,
        table: &ObjectName,
        assignments: &[(Ident, Expr)],
        query: &Query,
    ) -> Outcome {
        let target = self.target(table)?;
        self.read(query)?;
        let Some(target) = target else {
            return self.resolve_view(table, query);
        };
        // A column without a qualifier may be that of another table that MySQL changes too.
        if !(self.catalog.dialect.has_several_databases() && query.relations.len() > 1) {
            let assigned = assignments.iter().map(|(column, _)| column);
            self.catalog
                .refuse_twice(assigned, sqlstate::SYNTAX_ERROR)?;
            for (column, _) in assignments {
                self.need_column(&target, column)?;
            }
        }
        self.resolve(query)?;
        self.check_labels(&query.literals)
    }

    pub(crate) fn delete(&mut self, table: &ObjectName, query: &Query) -> Outcome {
        self.target(table)?;
        self.read(query)?;
        self.resolve(query)?;
        self.check_labels(&query.literals)
    }

    /// Refuses a literal that is no label of the enum it is for.
    pub(crate) fn check_labels(&self, literals: &[LiteralUse]) -> Outcome {
        if !self.catalog.dialect.types_are_objects() {
            return Ok(());
        }
        // Nearly all literals of a statement are for one table.
        let mut last: Option<(&ObjectName, Option<&Table>)> = None;
        let mut table_of = |name| match last {
            Some((known, table)) if known == name => table,
            _ => last.insert((name, self.catalog.table(name))).1,
        };
        for literal in literals {
            let data_type = match &literal.target {
                LiteralTarget::Cast(data_type) => Some(data_type),
                LiteralTarget::Column(Some(table), column) => table_of(table)
                    .and_then(|table| table.column(&column.value))
                    .filter(|column| column.knowledge.is_exact())
                    .map(|column| &column.data_type),
                LiteralTarget::Position(table, at) => table_of(table)
                    .filter(|table| table.knowledge.is_exact())
                    .and_then(|table| table.columns.get(*at))
                    .filter(|column| column.knowledge.is_exact())
                    .map(|column| &column.data_type),
                LiteralTarget::Column(None, _) | LiteralTarget::Unknown => None,
            };
            let Some(data_type) = data_type.filter(|data_type| !data_type.array) else {
                continue;
            };
            let Some(found) = self
                .catalog
                .enum_of(data_type)
                .filter(|found| found.knowledge.is_exact())
            else {
                continue;
            };
            self.catalog
                .refuse_label(found, &literal.value, literal.span)?;
        }
        Ok(())
    }
}
