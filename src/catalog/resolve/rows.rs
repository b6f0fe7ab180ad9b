//! Statements about rows.

use super::place::ClausePlace;
use super::{InSight, NameResolver, NameScope, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::sql::change::Ident;
use crate::sql::change::tree::{
    Assignment, ChangeTree, ConflictTarget, FromItem, InsertTree, Item, OnConflict, QueryBody,
    QueryTree, RowsTree,
};

use super::Columns;
use crate::catalog::depend::as_key;
use crate::source::Span;

impl<'c> NameResolver<'c> {
    /// What the query of an `INSERT` reads, where MySQL's `ON DUPLICATE KEY UPDATE` sees it; `None`
    /// where it groups, counts or unites rows.
    fn read_beside<'t>(&self, insert: &'t InsertTree) -> Option<&'t [FromItem]> {
        let select = match &insert.source.as_ref()?.body {
            QueryBody::Select(select) => select,
            QueryBody::Values(_) => return Some(&[]),
            _ => return None,
        };
        let mut items = select.items.iter();
        let counts = items.any(|item| match item {
            Item::Value(_, term) => self.has_aggregate(term),
            Item::All(_) => false,
        });
        let is_plain = select.group.is_empty() && select.having.is_none() && !select.differs;
        (is_plain && !counts).then_some(&select.from)
    }

    /// A statement about rows, and what it returns.
    pub(super) fn rows(&mut self, rows: &RowsTree) -> Outcome<Outputs> {
        match rows {
            RowsTree::Insert(insert) => self.insert(insert),
            RowsTree::Change(change) => {
                self.scopes.push(NameScope::default());
                let outputs = self.change(change);
                self.scopes.pop();
                outputs
            }
        }
    }

    fn change(&mut self, change: &ChangeTree) -> Outcome<Outputs> {
        self.from(&change.target)?;
        for item in &change.from {
            self.from(item)?;
        }
        self.refuse_unread(&change.named)?;
        for assignment in &change.assignments {
            match assignment.column.as_slice() {
                [column] if !self.catalog.dialect.has_several_databases() => {
                    if let Some(scope) = self.scopes.last() {
                        let wanted = self.assigned(scope, column)?;
                        self.refuse_assigned(column, &assignment.value)?;
                        let value = self.assigned_value(assignment)?;
                        let term = Some(&assignment.value);
                        self.stored(&wanted, &column.value, term, &value, column.span)?;
                        continue;
                    }
                }
                [] => {}
                // MySQL changes several tables in one statement. In PostgreSQL, what stands before
                // the last name is a composite column.
                parts if self.catalog.dialect.has_several_databases() => {
                    self.name(parts)?;
                }
                [first, ..] if self.catalog.dialect.expressions_have_types() => {
                    if let Some(scope) = self.scopes.last() {
                        self.assigned(scope, first)?;
                    }
                }
                [first, ..] => {
                    let message = "a column that is assigned takes no name of its table before it";
                    let code = sqlstate::SYNTAX_ERROR;
                    return Err(Rejection::new(code, first.span, message));
                }
            }
            self.assigned_value(assignment)?;
        }
        let all = std::iter::once(&change.target).chain(&change.from);
        self.conditions(all, &change.conditions)?;
        self.terms_in(ClausePlace::Limit, &change.terms)?;
        // SQLite returns of the rows that it changed, and knows no others there.
        if self.catalog.dialect.words_can_be_strings()
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.visible.truncate(1);
        }
        self.returning(&change.returning)
    }

    /// What is assigned; the row that is changed is not there where a new one is made.
    fn assigned_value(&mut self, assignment: &Assignment) -> Outcome<Typed> {
        let target = match self.scopes.last_mut() {
            Some(scope) if assignment.of_new && !scope.visible.is_empty() => {
                Some(scope.visible.remove(0))
            }
            _ => None,
        };
        let found = self.one_in(ClausePlace::Set, &assignment.value);
        if let (Some(target), Some(scope)) = (target, self.scopes.last_mut()) {
            scope.visible.insert(0, target);
        }
        found
    }

    fn returning(&mut self, items: &[Item]) -> Outcome<Outputs> {
        let outer = std::mem::replace(&mut self.place, ClausePlace::Returning);
        let outputs = self.items(items);
        self.place = outer;
        outputs
    }

    /// The target of an `INSERT`.
    fn target(&mut self, insert: &InsertTree) -> InSight<'c> {
        let ctes = std::mem::take(&mut self.ctes);
        let mut seen = self.relation(&insert.table);
        self.ctes = ctes;
        if let Some(alias) = &insert.alias {
            seen.name.clone_from(&alias.value);
        }
        seen
    }

    fn insert(&mut self, insert: &InsertTree) -> Outcome<Outputs> {
        let target = self.target(insert);
        let scope = NameScope {
            visible: vec![target.clone()],
            ..NameScope::default()
        };
        for column in &insert.columns {
            self.assigned(&scope, column)?;
        }
        self.refuse_made(insert, &target)?;
        self.refuse_taken_for_join(insert)?;
        if let Some(source) = &insert.source {
            let sees = self.catalog.dialect.values_see_columns()
                && matches!(source.body, QueryBody::Values(_));
            if sees {
                self.scopes.push(NameScope {
                    visible: vec![target.clone()],
                    ..NameScope::default()
                });
            }
            self.inserts = matches!(source.body, QueryBody::Values(_));
            let outputs = self.query(source);
            self.inserts = false;
            if sees {
                self.scopes.pop();
            }
            let outputs = outputs?;
            self.fits(insert, source, &outputs, &target)?;
            self.fill(insert, source, &outputs, &target)?;
        }
        self.scopes.push(scope);
        let outputs = self
            .terms(&insert.values)
            .and_then(|_| match &insert.conflict {
                Some(conflict) => self.conflict(conflict, insert, &target),
                None => Ok(()),
            })
            .and_then(|()| self.returning(&insert.returning));
        self.scopes.pop();
        outputs
    }

    /// Refuses more or fewer values than columns.
    fn fits(
        &self,
        insert: &InsertTree,
        source: &QueryTree,
        outputs: &Outputs,
        target: &InSight,
    ) -> Outcome {
        let dialect = self.catalog.dialect;
        if outputs.open {
            return Ok(());
        }
        let given = outputs.columns.len();
        // MySQL's `VALUES ()` is a row of defaults.
        if given == 0 && matches!(source.body, QueryBody::Values(_)) {
            return Ok(());
        }
        let listed = !insert.columns.is_empty();
        let wanted = if listed {
            insert.columns.len()
        } else {
            match &target.columns {
                Columns::Table(table) if super::names::is_whole(table) => table
                    .columns
                    .iter()
                    .filter(|column| column.generated.is_none() || !dialect.words_can_be_strings())
                    .count(),
                _ => return Ok(()),
            }
        };
        let short = given < wanted && (listed || !dialect.insert_may_be_short());
        if given <= wanted && !short {
            return Ok(());
        }
        let message = format!("the `INSERT` has {given} values for {wanted} columns");
        let span = insert
            .columns
            .first()
            .map_or(insert.table.span(), |first| first.span);
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, span, message))
    }

    /// Refuses values that certainly do not go into their columns.
    fn fill(
        &mut self,
        insert: &InsertTree,
        source: &QueryTree,
        outputs: &Outputs,
        target: &InSight<'c>,
    ) -> Outcome {
        let dialect = self.catalog.dialect;
        if outputs.open || !dialect.expressions_have_types() {
            return Ok(());
        }
        let columns = self.filled(target, &insert.columns);
        let place = insert.table.span();
        if let QueryBody::Values(rows) = &source.body {
            let row_place = match rows.as_slice() {
                [_] => ClausePlace::OneRow,
                _ => ClausePlace::Values,
            };
            for row in rows {
                for (value, (name, wanted)) in row.iter().zip(&columns) {
                    let data_type = self.one_in(row_place, value)?;
                    self.stored(wanted, name, Some(value), &data_type, place)?;
                }
            }
            return Ok(());
        }
        for (output, (name, wanted)) in outputs.columns.iter().zip(&columns) {
            self.stored(wanted, name, None, &output.data_type, place)?;
        }
        Ok(())
    }

    /// What happens to a row that is there: the scope of the target is open.
    fn conflict(
        &mut self,
        conflict: &OnConflict,
        insert: &InsertTree,
        target: &InSight<'c>,
    ) -> Outcome {
        let excluded = InSight {
            name: "excluded".to_owned(),
            // SQLite's own names come first.
            qualified: !self.catalog.dialect.expressions_have_types(),
            ..target.clone()
        };
        let mut visible = vec![target.clone(), excluded];
        let read = self.read_beside(insert);
        if self.catalog.dialect.has_several_databases() && insert.source.is_some() && read.is_none()
        {
            // MySQL sees the tables of the query too, and `VALUES(a)` is no call.
            visible.push(InSight {
                name: String::new(),
                relation: None,
                columns: Columns::Any,
                qualified: false,
                broken: None,
            });
        }
        let scope = NameScope {
            visible,
            ..NameScope::default()
        };
        if conflict.updates
            && matches!(conflict.target, ConflictTarget::Any)
            && self.catalog.dialect.expressions_have_types()
        {
            let message = "`ON CONFLICT DO UPDATE` does not say by which key";
            let code = sqlstate::SYNTAX_ERROR;
            return Err(Rejection::new(code, self.span, message));
        }
        self.has_arbiter(conflict, target)?;
        for (column, _) in &conflict.assignments {
            self.assigned(&scope, column)?;
        }
        let assigned = conflict.assignments.iter().map(|(column, _)| column);
        self.catalog
            .refuse_twice(assigned, sqlstate::SYNTAX_ERROR)?;
        let outer = self.scopes.pop();
        self.scopes.push(scope);
        let mysql = self.catalog.dialect.has_several_databases();
        let mut read = read.into_iter().flatten().filter(|_| mysql);
        self.in_upsert = true;
        let done = read
            .try_for_each(|item| self.from(item))
            .and_then(|()| self.upserted(conflict));
        self.in_upsert = false;
        self.scopes.pop();
        self.scopes.extend(outer);
        done
    }

    /// What `ON CONFLICT` assigns, the scope of the old and the new row being open.
    fn upserted(&mut self, conflict: &OnConflict) -> Outcome {
        let one_table = !self.catalog.dialect.has_several_databases();
        for (column, value) in &conflict.assignments {
            let found = self.one_in(ClausePlace::Set, value)?;
            if let Some(scope) = self.scopes.last().filter(|_| one_table) {
                let wanted = self.assigned(scope, column)?;
                self.stored(&wanted, &column.value, Some(value), &found, column.span)?;
            }
        }
        self.terms_in(ClausePlace::Where, &conflict.condition)
            .map(|_| ())
    }

    /// Refuses an `ON CONFLICT` that no key answers.
    fn has_arbiter(&self, conflict: &OnConflict, target: &InSight) -> Outcome {
        let Columns::Table(table) = &target.columns else {
            return Ok(());
        };
        if !super::names::is_whole(table) {
            return Ok(());
        }
        let refusal = |code, span, message| {
            Err(Rejection::new(code, span, message)
                .because(table.origin.made, "the table is made here"))
        };
        let shown = self.catalog.shown(&table.name);
        match &conflict.target {
            // Constraints that exclude may answer too.
            ConflictTarget::Columns(columns) if table.exclusions.is_empty() => {
                let scope = NameScope {
                    visible: vec![target.clone()],
                    ..NameScope::default()
                };
                for column in columns {
                    self.assigned(&scope, column)?;
                }
                let same = |key: &[String]| {
                    let same =
                        |name: &String, column: &Ident| self.catalog.same(name, &column.value);
                    columns
                        .iter()
                        .all(|column| key.iter().any(|name| same(name, column)))
                        && key
                            .iter()
                            .all(|name| columns.iter().any(|column| same(name, column)))
                };
                let mut indexes = table.indexes.iter().filter_map(as_key);
                let mut listed = columns.iter();
                let hidden = listed.any(|column| table.column(&column.value).is_none());
                if table.keys().any(|key| same(&key.columns))
                    || indexes.any(|key| same(&key.columns))
                    || hidden
                {
                    return Ok(());
                }
                let span = columns.iter().map(|column| column.span).reduce(Span::to);
                let names: Vec<&str> = columns.iter().map(|one| one.value.as_str()).collect();
                let message = format!(
                    "no unique key of table `{shown}` is on `{}`, as `ON CONFLICT` asks for",
                    names.join("`, `")
                );
                refusal(
                    sqlstate::INVALID_COLUMN_REFERENCE,
                    span.unwrap_or(self.span),
                    message,
                )
            }
            ConflictTarget::Constraint(name) if table.constraint_origin(&name.value).is_none() => {
                let message = format!(
                    "constraint `{}` of table `{shown}` does not exist",
                    name.value
                );
                refusal(sqlstate::UNDEFINED_OBJECT, name.span, message)
            }
            _ => Ok(()),
        }
    }
}
