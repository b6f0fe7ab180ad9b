//! Statements about rows.

use sqlparser::ast::{
    self, AssignmentTarget, FromTable, MergeAction, OnConflictAction, OnInsert, TableFactor,
    TableObject, UpdateTableFromKind,
};

use super::super::{Cx, name};
use super::query::{factor, items, joined, names, query};
use super::{object, parts, term, terms};
use crate::sql::change::tree::{
    Assignment, ChangeTree, ConflictTarget, FromItem, InsertTree, OnConflict, RowsTree, Term,
};
use crate::sql::change::{Ident, ObjectName};

/// The names in an `INSERT` or `REPLACE`.
pub(in crate::sql::lower) fn insert(insert: &ast::Insert, cx: &Cx) -> Option<RowsTree> {
    let TableObject::TableName(table) = &insert.table else {
        return None;
    };
    let mut columns: Vec<Ident> = insert
        .columns
        .iter()
        .map(|column| name::assigned(column, cx))
        .collect();
    let mut values = Vec::new();
    for assignment in assignments(&insert.assignments, cx) {
        columns.extend(assignment.column.last().cloned());
        values.push(assignment.value);
    }
    let conflict = match &insert.on {
        Some(OnInsert::DuplicateKeyUpdate(written)) => Some(OnConflict {
            target: ConflictTarget::Any,
            assignments: single(assignments(written, cx)),
            condition: None,
            updates: true,
        }),
        Some(OnInsert::OnConflict(conflict)) => Some(on_conflict(conflict, cx)),
        _ => None,
    };
    let alias = insert.table_alias.as_ref();
    Some(RowsTree::Insert(Box::new(InsertTree {
        table: object(table, cx),
        alias: alias.map(|alias| name::ident(&alias.alias, cx)),
        columns,
        source: insert.source.as_ref().map(|source| query(source, cx)),
        values,
        conflict: if insert.insert_alias.is_some() {
            None
        } else {
            conflict
        },
        returning: items(insert.returning.as_deref().unwrap_or_default(), cx),
        overrides: overrides(cx.slice(cx.span)),
        passes_over: insert.ignore
            || insert.replace_into
            || insert.overwrite
            || matches!(
                insert.or,
                Some(ast::SqliteOnConflict::Ignore | ast::SqliteOnConflict::Replace)
            ),
    })))
}

/// Whether `OVERRIDING` stands before the rows, which sqlparser is not shown.
fn overrides(text: &str) -> bool {
    let head = text.get(..4096).unwrap_or(text).to_ascii_uppercase();
    let rows = ["VALUES", "SELECT"].iter().any(|word| head.contains(word));
    head.contains("OVERRIDING") || !rows
}

fn on_conflict(conflict: &ast::OnConflict, cx: &Cx) -> OnConflict {
    let target = match &conflict.conflict_target {
        None => ConflictTarget::Any,
        Some(ast::ConflictTarget::Columns(columns)) => ConflictTarget::Columns(names(columns, cx)),
        Some(ast::ConflictTarget::OnConstraint(constraint)) => {
            ConflictTarget::Constraint(name::last(constraint, cx))
        }
    };
    let (written, condition, updates) = match &conflict.action {
        OnConflictAction::DoNothing => (Vec::new(), None, false),
        OnConflictAction::DoUpdate(update) => (
            single(assignments(&update.assignments, cx)),
            update.selection.as_ref().map(|expr| term(expr, cx)),
            true,
        ),
    };
    OnConflict {
        target,
        assignments: written,
        condition,
        updates,
    }
}

/// Assignments whose columns stand without a qualifier.
fn single(assignments: Vec<Assignment>) -> Vec<(Ident, Term)> {
    let each = assignments.into_iter();
    each.filter_map(|mut assignment| Some((assignment.column.pop()?, assignment.value)))
        .collect()
}

fn assignments(written: &[ast::Assignment], cx: &Cx) -> Vec<Assignment> {
    let mut found = Vec::with_capacity(written.len());
    for assignment in written {
        match (&assignment.target, &assignment.value) {
            (AssignmentTarget::ColumnName(column), value) => found.push(Assignment {
                column: parts(column, cx),
                value: term(value, cx),
                of_new: false,
            }),
            (AssignmentTarget::Tuple(columns), ast::Expr::Tuple(values))
                if columns.len() == values.len() =>
            {
                let pairs = columns.iter().zip(values);
                found.extend(pairs.map(|(column, value)| Assignment {
                    column: parts(column, cx),
                    value: term(value, cx),
                    of_new: false,
                }));
            }
            // The columns of a query, one for each.
            (AssignmentTarget::Tuple(columns), value) => {
                let mut value = Some(Term::Columns {
                    count: columns.len(),
                    value: Box::new(term(value, cx)),
                });
                found.extend(columns.iter().map(|column| Assignment {
                    column: parts(column, cx),
                    value: value.take().unwrap_or_default(),
                    of_new: false,
                }));
            }
        }
    }
    found
}

/// The names in an `UPDATE`.
pub(in crate::sql::lower) fn update(update: &ast::Update, cx: &Cx) -> Option<RowsTree> {
    let from = match &update.from {
        Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
            from.iter().map(|from| joined(from, cx)).collect()
        }
        None => Vec::new(),
    };
    let order = update.order_by.iter().map(|by| &by.expr);
    Some(RowsTree::Change(Box::new(ChangeTree {
        target: joined(&update.table, cx),
        from,
        assignments: assignments(&update.assignments, cx),
        conditions: terms(&update.selection, cx),
        terms: terms(order, cx),
        returning: items(update.returning.as_deref().unwrap_or_default(), cx),
        named: Vec::new(),
    })))
}

/// The names in a `DELETE`.
pub(in crate::sql::lower) fn delete(delete: &ast::Delete, cx: &Cx) -> Option<RowsTree> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let (first, rest) = from.split_first()?;
    let using = delete.using.as_deref().unwrap_or_default();
    let order = delete.order_by.iter().map(|by| &by.expr);
    // MySQL's `DELETE FROM t USING t JOIN u`: the list after `USING` has the table again.
    let again = cx.dialect.has_several_databases() && !using.is_empty();
    let (target, others): (FromItem, Vec<&ast::TableWithJoins>) = if again {
        let (first, rest) = using.split_first()?;
        (joined(first, cx), rest.iter().collect())
    } else {
        (joined(first, cx), rest.iter().chain(using).collect())
    };
    let mut named: Vec<ObjectName> = delete.tables.iter().map(|name| object(name, cx)).collect();
    if again {
        named.extend(from.iter().filter_map(|from| match &from.relation {
            TableFactor::Table { name, .. } => Some(object(name, cx)),
            _ => None,
        }));
    }
    Some(RowsTree::Change(Box::new(ChangeTree {
        target,
        from: others.into_iter().map(|from| joined(from, cx)).collect(),
        assignments: Vec::new(),
        conditions: terms(&delete.selection, cx),
        terms: terms(order, cx),
        returning: items(delete.returning.as_deref().unwrap_or_default(), cx),
        named,
    })))
}

/// The names in a `MERGE`.
pub(in crate::sql::lower) fn merge(merge: &ast::Merge, cx: &Cx) -> Option<RowsTree> {
    let TableFactor::Table { .. } = &merge.table else {
        return None;
    };
    let mut found = ChangeTree {
        target: factor(&merge.table, cx),
        from: vec![factor(&merge.source, cx)],
        assignments: Vec::new(),
        conditions: Vec::new(),
        // PostgreSQL takes whatever type that is (checked on 15).
        terms: vec![term(&merge.on, cx)],
        returning: Vec::new(),
        named: Vec::new(),
    };
    for clause in &merge.clauses {
        found.conditions.extend(terms(&clause.predicate, cx));
        match &clause.action {
            MergeAction::Insert(insert) => {
                if let ast::MergeInsertKind::Values(values) = &insert.kind {
                    let row = values.rows.first().map(|row| &row.content);
                    let mut columns = insert.columns.iter();
                    for value in row.into_iter().flatten() {
                        let column = columns.next().map(|column| name::assigned(column, cx));
                        found.assignments.push(Assignment {
                            column: column.into_iter().collect(),
                            value: term(value, cx),
                            of_new: true,
                        });
                    }
                }
            }
            MergeAction::Update(update) => {
                if let ast::MergeUpdateKind::Set(written) = &update.kind {
                    found.assignments.extend(assignments(written, cx));
                }
            }
            MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
        }
    }
    Some(RowsTree::Change(Box::new(found)))
}
