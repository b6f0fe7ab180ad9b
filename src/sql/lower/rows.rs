//! Statements about rows.

use sqlparser::ast::{
    self, AssignmentTarget, CopySource, FromTable, JoinConstraint, JoinOperator, MergeAction,
    OnConflictAction, OnInsert, Statement, TableFactor, TableObject, UpdateTableFromKind,
};

use super::query::Destination;
use super::walk::{SelectScope, Visible, Walker, Want, bare};
use super::{Cx, element, expr, name, query};
use crate::sql::change::{
    Change, ChangeKind, Expr, Ident, ObjectName, OutputColumn, Query, RowEffect, RowWrite,
};

/// Where an `INSERT` puts rows, and what its query yields.
struct Inserted {
    table: ObjectName,
    columns: Vec<Ident>,
    output: Vec<OutputColumn>,
}

/// `INSERT`, `REPLACE`.
pub(super) fn insert(insert: &ast::Insert, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let Inserted {
        table,
        columns,
        output,
    } = walker.insert(insert)?;
    Some(ChangeKind::Insert {
        table,
        columns,
        query: walker.into_query(output),
    })
}

/// `UPDATE`.
pub(super) fn update(update: &ast::Update, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let table = walker.update(update)?;
    let mut assignments = Vec::with_capacity(update.assignments.len());
    for assignment in &update.assignments {
        for target in targets(&assignment.target, cx) {
            let value = walker.part(&assignment.value, Want::Column(Some(&table), &target));
            assignments.push((target, value));
        }
    }
    let condition = update
        .selection
        .as_ref()
        .or_else(|| joined_on(std::slice::from_ref(&update.table)))
        .map(|condition| walker.part(condition, Want::Unknown));
    Some(ChangeKind::Update {
        table,
        assignments,
        condition,
        query: walker.into_query(Vec::new()),
    })
}

/// `DELETE`.
pub(super) fn delete(delete: &ast::Delete, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let table = walker.delete(delete)?;
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let condition = delete
        .selection
        .as_ref()
        .or_else(|| joined_on(from))
        .map(|condition| walker.part(condition, Want::Unknown));
    Some(ChangeKind::Delete {
        table,
        condition,
        query: walker.into_query(Vec::new()),
    })
}

/// The condition of a join, which limits the rows that MySQL's `UPDATE` and `DELETE` reach.
fn joined_on(from: &[ast::TableWithJoins]) -> Option<&ast::Expr> {
    let mut joins = from.iter().flat_map(|table| &table.joins);
    joins.find_map(|join| match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(condition))
        | JoinOperator::Inner(JoinConstraint::On(condition)) => Some(condition),
        _ => None,
    })
}

/// MySQL's `RENAME TABLE a TO b, c TO d`.
pub(super) fn rename_tables(renames: &[ast::RenameTable], cx: &Cx) -> Vec<Change> {
    let change = |rename: &ast::RenameTable| {
        let from = name::object_name(&rename.old_name, cx);
        let to = name::object_name(&rename.new_name, cx);
        Change {
            span: from.span().to(to.span()),
            kind: ChangeKind::RenameTable { from, to },
        }
    };
    renames.iter().map(change).collect()
}

/// Whatever else reads or writes rows.
pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    Some(match statement {
        Statement::Query(select) => match &*select.body {
            // `WITH x AS (…) INSERT …`.
            ast::SetExpr::Insert(inner)
            | ast::SetExpr::Update(inner)
            | ast::SetExpr::Delete(inner) => with_rows(select, inner, cx)?,
            // MySQL puts rows into variables and files.
            ast::SetExpr::Select(only)
                if only.into.is_some() && cx.dialect.select_into_makes_tables() =>
            {
                into_table(select, cx)?
            }
            _ => ChangeKind::Select(unprinted(select, cx)),
        },
        Statement::Truncate(truncate) => ChangeKind::Truncate {
            tables: truncate
                .table_names
                .iter()
                .map(|target| name::object_name(&target.name, cx))
                .collect(),
            cascade: matches!(truncate.cascade, Some(ast::CascadeOption::Cascade)),
        },
        Statement::Copy {
            source:
                CopySource::Table {
                    table_name,
                    columns,
                },
            to: false,
            ..
        } => ChangeKind::CopyInto {
            table: name::object_name(table_name, cx),
            columns: element::idents(columns, cx),
        },
        Statement::Copy {
            source: CopySource::Query(select),
            ..
        } => ChangeKind::Select(unprinted(select, cx)),
        Statement::LoadData { table_name, .. } => ChangeKind::CopyInto {
            table: name::object_name(table_name, cx),
            columns: Vec::new(),
        },
        Statement::Call(function) => {
            let mut walker = Walker::new(cx);
            walker.expr(&ast::Expr::Function(function.clone()), Want::Unknown);
            ChangeKind::Select(walker.into_query(Vec::new()))
        }
        Statement::Merge(_) => {
            let mut walker = Walker::new(cx);
            walker.rows_of(statement);
            ChangeKind::Select(walker.into_query(Vec::new()))
        }
        Statement::Explain {
            statement,
            analyze: true,
            ..
        } => {
            return super::statement(statement, cx)
                .pop()
                .map(|change| change.kind);
        }
        _ => return None,
    })
}

fn unprinted(select: &ast::Query, cx: &Cx) -> Query {
    let mut walker = Walker::new(cx);
    let output = walker.subquery(select, None);
    walker.into_query(output)
}

/// `SELECT … INTO table`, which makes a table.
fn into_table(select: &ast::Query, cx: &Cx) -> Option<ChangeKind> {
    let ast::SetExpr::Select(only) = &*select.body else {
        return None;
    };
    let into = only.into.as_ref()?;
    let name = match into.targets.first()? {
        ast::Expr::Identifier(name) => ObjectName {
            schema: None,
            name: name::ident(name, cx),
        },
        ast::Expr::CompoundIdentifier(parts) => {
            let parts: Vec<Ident> = parts.iter().map(|part| name::ident(part, cx)).collect();
            let (name, rest) = parts.split_last()?;
            ObjectName {
                schema: rest.last().cloned(),
                name: name.clone(),
            }
        }
        _ => return None,
    };
    let persistence = match (into.temporary, into.unlogged) {
        (true, _) => crate::sql::change::Persistence::Temporary,
        (false, true) => crate::sql::change::Persistence::Unlogged,
        (false, false) => crate::sql::change::Persistence::Permanent,
    };
    Some(ChangeKind::CreateTable(Box::new(
        crate::sql::change::CreateTable {
            name,
            persistence,
            query: Some(query::query(select, cx)),
            ..crate::sql::change::CreateTable::default()
        },
    )))
}

fn with_rows(select: &ast::Query, inner: &Statement, cx: &Cx) -> Option<ChangeKind> {
    let mut outer = Walker::new(cx);
    if let Some(with) = &select.with {
        outer.with(with);
    }
    let mut kind = super::statement(inner, cx).pop()?.kind;
    if let ChangeKind::Insert { query, .. }
    | ChangeKind::Update { query, .. }
    | ChangeKind::Delete { query, .. } = &mut kind
    {
        let names: Vec<String> = outer.ctes.iter().map(|cte| cte.name.clone()).collect();
        query
            .relations
            .retain(|table| table.schema.is_some() || !names.contains(&table.name.value));
        let found = outer.into_query(Vec::new());
        query.relations.extend(found.relations);
        query.columns.extend(found.columns);
        query.stars.extend(found.stars);
        query.functions.extend(found.functions);
        query.casts.extend(found.casts);
        query.literals.extend(found.literals);
        query.writes.extend(found.writes);
    }
    Some(kind)
}

fn targets(target: &AssignmentTarget, cx: &Cx) -> Vec<Ident> {
    match target {
        AssignmentTarget::ColumnName(column) => vec![name::last(column, cx)],
        AssignmentTarget::Tuple(columns) => columns
            .iter()
            .map(|column| name::last(column, cx))
            .collect(),
    }
}

impl Walker<'_, '_> {
    /// Walks a part of the statement both as an expression of its own and as part of the whole.
    fn part(&mut self, expr: &ast::Expr, want: Want) -> Expr {
        let mut own = Walker::new(self.cx);
        own.scopes = std::mem::take(&mut self.scopes);
        own.ctes = std::mem::take(&mut self.ctes);
        own.expr(expr, want);
        self.scopes = std::mem::take(&mut own.scopes);
        self.ctes = std::mem::take(&mut own.ctes);
        expr::finish(expr, own)
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

    /// Notes what an assignment does to the rows of the table, or of the one that its target names.
    fn writes_of(&mut self, table: &ObjectName, assignment: &ast::Assignment) {
        let null = |value: &ast::Expr| matches!(bare(value), ast::Expr::Value(value) if value.value == ast::Value::Null);
        let owner = match &assignment.target {
            AssignmentTarget::ColumnName(column) if column.0.len() > 1 => {
                let parts = name::object_name(column, self.cx);
                let qualifier = parts.schema.map(|schema| schema.value);
                let scopes = self.scopes.iter().rev();
                let mut seen = scopes.flat_map(|scope| &scope.visible);
                seen.find(|seen| {
                    qualifier
                        .as_ref()
                        .is_some_and(|name| self.same(&seen.name, name))
                })
                .and_then(|seen| seen.table.clone())
            }
            _ => None,
        };
        let owner = owner.unwrap_or_else(|| table.clone());
        for column in targets(&assignment.target, self.cx) {
            let effect = if null(&assignment.value) {
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
        if let Some(condition) = alone {
            let columns = self.part(condition, Want::Unknown).columns;
            effects = columns.into_iter().map(RowEffect::Settled).collect();
        }
        self.writes
            .extend(effects.into_iter().map(|effect| RowWrite {
                table: table.clone(),
                effect,
            }));
    }

    fn insert(&mut self, insert: &ast::Insert) -> Option<Inserted> {
        let TableObject::TableName(table) = &insert.table else {
            return None;
        };
        let table = self.object_name(table);
        let mut columns: Vec<Ident> = insert
            .columns
            .iter()
            .map(|column| name::last(column, self.cx))
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
            let column = |column: &Ident| RowEffect::Settled(column.clone());
            let mut effects: Vec<RowEffect> = columns.iter().map(column).collect();
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
    fn update(&mut self, update: &ast::Update) -> Option<ObjectName> {
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
    fn delete(&mut self, delete: &ast::Delete) -> Option<ObjectName> {
        self.scopes.push(SelectScope::default());
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        self.from(from);
        self.from(delete.using.as_deref().unwrap_or_default());
        let named = match (
            delete.tables.first(),
            from.first().map(|from| &from.relation),
        ) {
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
            (None, Some(TableFactor::Table { name: table, .. })) => {
                name::object_name(table, self.cx)
            }
            _ => return None,
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
                        .map(|column| name::last(column, self.cx))
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
