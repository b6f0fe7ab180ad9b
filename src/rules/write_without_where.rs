//! `DELETE` and `UPDATE` of every row.

use super::{Check, Context};
use crate::catalog::QName;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Expr, Ident, ObjectName, Query, RowEffect};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        match &reached.change.kind {
            ChangeKind::Delete {
                table, condition, ..
            } if reaches_all(condition.as_ref()) && context.may_hold_rows(table) => {
                let name = context.qualified(table);
                if is_filled_again(&name, context) {
                    continue;
                }
                let rows = context.rows_of(&name);
                context
                    .report(
                        span,
                        format!(
                            "deletes every row of `{table}`{}",
                            although(condition.as_ref())
                        ),
                    )
                    .rows(rows)
                    .help("say which rows have to go");
            }
            ChangeKind::Update {
                table,
                assignments,
                condition,
                ..
            } if reaches_all(condition.as_ref()) && context.may_hold_rows(table) => {
                let Some((column, value)) = overwritten(table, assignments, context) else {
                    continue;
                };
                let rows = context.rows_of(&context.qualified(table));
                let column = &column.value;
                let lost = if value.columns.iter().any(|read| read.value == *column) {
                    ""
                } else {
                    "what was in it is gone, and "
                };
                context
                    .report(
                        span,
                        format!(
                            "writes `{column}` of every row of `{table}`{}: {lost}every row is locked until the end",
                            although(condition.as_ref())
                        ),
                    )
                    .rows(rows)
                    .help("say which rows have to change, and change many in batches");
            }
            _ => {}
        }
        if let ChangeKind::Select(query)
        | ChangeKind::Update { query, .. }
        | ChangeKind::Delete { query, .. } = &reached.change.kind
        {
            emptied_beside(&reached.change.kind, query, span, context);
        }
    }
}

/// A `DELETE` in a common table expression. What an `INSERT` takes from one is moved, not lost.
fn emptied_beside(kind: &ChangeKind, query: &Query, span: Span, context: &mut Context) {
    for write in &query.writes {
        let own = matches!(kind, ChangeKind::Delete { table, .. } if *table == write.table);
        if write.effect != RowEffect::Emptied || own || !context.may_hold_rows(&write.table) {
            continue;
        }
        let name = context.qualified(&write.table);
        if is_filled_again(&name, context) {
            continue;
        }
        let rows = context.rows_of(&name);
        context
            .report(span, format!("deletes every row of `{}`", write.table))
            .rows(rows)
            .help("say which rows have to go");
    }
}

fn reaches_all(condition: Option<&Expr>) -> bool {
    condition.is_none_or(|condition| condition.truth == Some(true))
}

fn although(condition: Option<&Expr>) -> &'static str {
    match condition {
        None => "",
        Some(_) => ", since its condition is always true",
    }
}

/// Whether a later statement puts rows into the table again: a list that is replaced as a whole.
fn is_filled_again(table: &QName, context: &Context) -> bool {
    context
        .changes_later()
        .any(|reached| match &reached.change.kind {
            ChangeKind::Insert { table: into, .. } | ChangeKind::CopyInto { table: into, .. } => {
                context.is_named(into, table)
            }
            _ => false,
        })
}

/// The first assignment to a column that had values before this change set; one that it added is
/// only filled.
fn overwritten<'s>(
    table: &ObjectName,
    assignments: &'s [(Ident, Expr)],
    context: &Context<'_>,
) -> Option<&'s (Ident, Expr)> {
    let known = context.table(table);
    assignments.iter().find(|(name, _)| {
        let column = known.and_then(|table| context.column(table, &name.value));
        !column.is_some_and(|column| context.is_new(&column.origin))
    })
}
