//! Walks statements about rows: what they read, and what they do to the rows of which table.

use sqlparser::ast::{
    self, AssignmentTarget, FromTable, MergeAction, OnConflictAction, OnInsert, Statement,
    TableFactor, TableObject, UpdateTableFromKind,
};

use super::query::Destination;
use super::walk::{SelectScope, Visible, Walker, Want, bare};
use super::{Cx, expr, name};
use crate::sql::change::{Expr, Ident, ObjectName, OutputColumn, RowEffect, RowWrite};

/// Where an `INSERT` puts rows, and what its query yields.
pub(super) struct Inserted {
    pub(super) table: ObjectName,
    pub(super) columns: Vec<Ident>,
    pub(super) output: Vec<OutputColumn>,
}

/// The columns that an assignment gives values to.
pub(super) fn targets(target: &AssignmentTarget, cx: &Cx) -> Vec<Ident> {
    match target {
        AssignmentTarget::ColumnName(column) => vec![name::assigned(column, cx)],
        AssignmentTarget::Tuple(columns) => columns
            .iter()
            .map(|column| name::assigned(column, cx))
            .collect(),
    }
}

impl Walker<'_, '_> {
    /// Walks a part of the statement both as an expression of its own and as part of the whole.
    pub(super) fn part(&mut self, expr: &ast::Expr, want: Want) -> Expr {
        let mut own = Walker::new(self.cx);
        own.scopes = std::mem::take(&mut self.scopes);
        own.ctes = std::mem::take(&mut self.ctes);
        own.expr(expr, want);
        self.scopes = std::mem::take(&mut own.scopes);
        self.ctes = std::mem::take(&mut own.ctes);
        expr::facts(expr, own)
    }

    fn assignments(&mut self, table: &ObjectName, assignments: &[ast::Assignment]) {
        for assignment in assignments {
            self.writes_of(table, assignment);
            let targets = targets(&assignment.target, self.cx);
            match (targets.as_slice(), &assignment.value) {
                (targets, ast::Expr::Tuple(values)) if targets.len() == values.len() => {
                    for (target, value) in targets.iter().zip(values) {
                        self.expr(value, Want::Column(Some(table), target));
                    }
                }
                ([target], value) => self.expr(value, Want::Column(Some(table), target)),
                (_, value) => self.expr(value, Want::Unknown),
            }
        }
    }

    /// The table that the target of an assignment names: MySQL's `UPDATE` may change several.
    pub(super) fn owner(&self, target: &AssignmentTarget) -> Option<ObjectName> {
        let AssignmentTarget::ColumnName(column) = target else {
            return None;
        };
        let qualifier = name::object_name(column, self.cx).schema?;
        let scopes = self.scopes.iter().rev();
        let mut seen = scopes.flat_map(|scope| &scope.visible);
        let named = seen.find(|seen| self.same(&seen.name, &qualifier.value))?;
        named.table.clone()
    }

    /// Notes what an assignment does to the rows of the table, or of the one that its target names.
    fn writes_of(&mut self, table: &ObjectName, assignment: &ast::Assignment) {
        let null = match bare(&assignment.value) {
            ast::Expr::Value(value) => value.value == ast::Value::Null,
            _ => false,
        };
        let owner = self.owner(&assignment.target);
        let owner = owner.unwrap_or_else(|| table.clone());
        for column in targets(&assignment.target, self.cx) {
            let effect = if null {
                RowEffect::Nulled(column)
            } else {
                RowEffect::Settled(column)
            };
            self.writes.push(RowWrite {
                table: owner.clone(),
                effect,
            });
        }
    }

    /// Notes that rows are removed, by a condition on columns of theirs or by other tables.
    fn removes(&mut self, table: &ObjectName, condition: Option<&ast::Expr>, joined: bool) {
        let alone = condition.filter(|condition| {
            !joined
                && !condition
                    .to_string()
                    .to_ascii_uppercase()
                    .contains("SELECT ")
        });
        let mut effects = vec![RowEffect::Thinned];
        if condition.is_none() && !joined {
            effects = vec![RowEffect::Emptied];
        } else if let Some(condition) = alone {
            let condition = self.part(condition, Want::Unknown);
            effects = match condition.truth {
                Some(true) => vec![RowEffect::Emptied],
                _ => condition
                    .columns
                    .into_iter()
                    .map(RowEffect::Settled)
                    .collect(),
            };
        }
        self.writes
            .extend(effects.into_iter().map(|effect| RowWrite {
                table: table.clone(),
                effect,
            }));
    }

    pub(super) fn insert(&mut self, insert: &ast::Insert) -> Option<Inserted> {
        let TableObject::TableName(table) = &insert.table else {
            return None;
        };
        let table = self.object_name(table);
        let mut columns: Vec<Ident> = insert
            .columns
            .iter()
            .map(|column| name::assigned(column, self.cx))
            .collect();
        let mut output = Vec::new();
        self.selective |= insert.ignore || insert.or == Some(ast::SqliteOnConflict::Ignore);
        if let Some(source) = &insert.source {
            let into = Destination {
                table: &table,
                columns: &columns,
            };
            output = self.subquery(source, Some(into));
            // Rows of values yield nothing that a rule asks about.
            if matches!(*source.body, ast::SetExpr::Values(_)) {
                output.clear();
            }
        }
        self.scopes.push(SelectScope {
            visible: vec![Visible::table(&table)],
            ..SelectScope::default()
        });
        self.assignments(&table, &insert.assignments);
        columns.extend(
            insert
                .assignments
                .iter()
                .flat_map(|assignment| targets(&assignment.target, self.cx)),
        );
        let replaces = insert.replace_into || insert.or == Some(ast::SqliteOnConflict::Replace);
        if replaces {
            let mut effects: Vec<RowEffect> = columns
                .iter()
                .map(|column| RowEffect::Settled(column.clone()))
                .collect();
            if effects.is_empty() {
                effects.push(RowEffect::Thinned);
            }
            self.writes
                .extend(effects.into_iter().map(|effect| RowWrite {
                    table: table.clone(),
                    effect,
                }));
        }
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                self.assignments(&table, assignments);
            }
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    // `excluded.a` is `a` of the same table.
                    let mut scope = SelectScope {
                        visible: vec![Visible::table(&table)],
                        ..SelectScope::default()
                    };
                    scope.visible.extend(insert.table_alias.iter().map(|alias| {
                        Visible::alias(&name::ident(&alias.alias, self.cx).value, &table)
                    }));
                    let excluded = SelectScope {
                        visible: vec![Visible::alias("excluded", &table)],
                        ..SelectScope::default()
                    };
                    self.scopes.push(excluded);
                    self.scopes.push(scope);
                    self.assignments(&table, &update.assignments);
                    self.exprs(update.selection.iter());
                    self.scopes.pop();
                    self.scopes.pop();
                }
            }
            _ => {}
        }
        self.returning(insert.returning.as_deref());
        self.scopes.pop();
        Some(Inserted {
            table,
            columns,
            output,
        })
    }

    /// Leaves the scope of the statement open.
    pub(super) fn update(&mut self, update: &ast::Update) -> Option<ObjectName> {
        self.scopes.push(SelectScope::default());
        self.joined(&update.table);
        if let Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) =
            &update.from
        {
            self.from(from);
        }
        let TableFactor::Table { name: table, .. } = &update.table.relation else {
            return None;
        };
        let table = name::object_name(table, self.cx);
        self.assignments(&table, &update.assignments);
        self.exprs(update.selection.iter());
        self.returning(update.returning.as_deref());
        Some(table)
    }

    /// Leaves the scope of the statement open.
    pub(super) fn delete(&mut self, delete: &ast::Delete) -> Option<ObjectName> {
        self.scopes.push(SelectScope::default());
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        // In MySQL's `DELETE FROM t USING …`, what stands before `USING` only names some of the rest.
        let picks = self.cx.dialect.has_several_databases() && delete.using.is_some();
        if !picks {
            self.from(from);
        }
        self.from(delete.using.as_deref().unwrap_or_default());
        let first = match from.first().map(|from| &from.relation) {
            Some(TableFactor::Table { name: table, .. }) => Some(table),
            _ => None,
        };
        let picked = delete.tables.first().or(first.filter(|_| picks));
        let named = match (picked, first) {
            (Some(table), _) => {
                // MySQL's `DELETE t FROM …` may give an alias.
                let table = name::object_name(table, self.cx);
                let seen = self
                    .scopes
                    .last()
                    .into_iter()
                    .flat_map(|scope| &scope.visible);
                let alias = seen
                    .into_iter()
                    .find(|seen| self.same(&seen.name, &table.name.value));
                alias.and_then(|seen| seen.table.clone()).unwrap_or(table)
            }
            (None, Some(table)) => name::object_name(table, self.cx),
            (None, None) => return None,
        };
        self.exprs(delete.selection.iter());
        let joined = delete.using.is_some()
            || from.len() > 1
            || from.iter().any(|from| !from.joins.is_empty());
        self.removes(&named, delete.selection.as_ref(), joined);
        self.returning(delete.returning.as_deref());
        Some(named)
    }

    fn returning(&mut self, items: Option<&[ast::SelectItem]>) -> Vec<OutputColumn> {
        let mut output = Vec::new();
        for item in items.unwrap_or_default() {
            self.item(item, Want::Unknown, &mut output);
        }
        output
    }

    /// Walks a statement about rows inside a query; what it returns.
    pub(super) fn rows_of(&mut self, statement: &Statement) -> Vec<OutputColumn> {
        let scopes = self.scopes.len();
        let returning = match statement {
            Statement::Insert(insert) => {
                if let Some(Inserted { table, .. }) = self.insert(insert) {
                    self.relation(&table);
                    self.scopes.push(SelectScope {
                        visible: vec![Visible::table(&table)],
                        ..SelectScope::default()
                    });
                }
                insert.returning.as_deref()
            }
            Statement::Update(update) => {
                self.update(update);
                update.returning.as_deref()
            }
            Statement::Delete(delete) => {
                self.delete(delete);
                delete.returning.as_deref()
            }
            Statement::Merge(merge) => {
                self.merge(merge);
                None
            }
            _ => None,
        };
        let output = self.returning(returning);
        self.scopes.truncate(scopes);
        output
    }

    fn merge(&mut self, merge: &ast::Merge) {
        self.scopes.push(SelectScope::default());
        for factor in [&merge.table, &merge.source] {
            self.factor(factor);
        }
        self.expr(&merge.on, Want::Unknown);
        let TableFactor::Table { name: table, .. } = &merge.table else {
            return;
        };
        let table = name::object_name(table, self.cx);
        for clause in &merge.clauses {
            self.exprs(clause.predicate.iter());
            match &clause.action {
                MergeAction::Insert(insert) => {
                    let columns: Vec<Ident> = insert
                        .columns
                        .iter()
                        .map(|column| name::assigned(column, self.cx))
                        .collect();
                    if let ast::MergeInsertKind::Values(values) = &insert.kind {
                        for row in &values.rows {
                            for (index, value) in row.content.iter().enumerate() {
                                let want = match columns.get(index) {
                                    Some(column) => Want::Column(Some(&table), column),
                                    None => Want::Position(&table, index),
                                };
                                self.expr(value, want);
                            }
                        }
                    }
                }
                MergeAction::Update(update) => {
                    if let ast::MergeUpdateKind::Set(assignments) = &update.kind {
                        self.assignments(&table, assignments);
                    }
                }
                MergeAction::Delete { .. } => self.removes(&table, None, true),
                MergeAction::DoNothing { .. } => {}
            }
        }
    }
}
