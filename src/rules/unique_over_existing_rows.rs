//! A unique index or key over rows that may hold duplicates.

use super::{Check, Context};
use crate::catalog::Table;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, ChangeKind, ConstraintKind, ExprKind, IndexColumn, ObjectName, TableAction,
};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        match &reached.change.kind {
            ChangeKind::CreateIndex { table, index } if index.unique => {
                judge(
                    table,
                    &index.columns,
                    index.concurrently,
                    reached.change.span,
                    context,
                );
            }
            ChangeKind::AlterTable(alter) => {
                for (action, span) in &alter.actions {
                    let columns = match action {
                        TableAction::AddIndex(index) if index.unique => &index.columns,
                        TableAction::AddConstraint(constraint) => match &constraint.kind {
                            ConstraintKind::Unique {
                                columns,
                                using_index: None,
                                ..
                            }
                            | ConstraintKind::PrimaryKey {
                                columns,
                                using_index: None,
                                ..
                            } => columns,
                            _ => continue,
                        },
                        _ => continue,
                    };
                    if !uses_added(columns, alter) {
                        judge(&alter.table, columns, false, *span, context);
                    }
                }
            }
            _ => {}
        }
    }
}

fn judge(
    name: &ObjectName,
    columns: &[IndexColumn],
    concurrently: bool,
    span: Span,
    context: &mut Context,
) {
    let Some(table) = context.table(name) else {
        return;
    };
    let names = plain(columns);
    if context.has_no_rows(table)
        || columns.is_empty()
        || columns
            .iter()
            .any(|column| concerns_new(column, table, context))
        || names
            .as_deref()
            .is_some_and(|names| is_unique_already(names, table, context))
        || was_unique(names.as_deref(), table, context)
    {
        return;
    }
    let shown = match &names {
        Some(names) => names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", "),
        None => "an expression".to_owned(),
    };
    let why = if concurrently {
        "the first duplicate stops the migration, and leaves an invalid index"
    } else {
        "the first duplicate stops the migration"
    };
    let made = table.origin.made;
    context
        .report(
            span,
            format!("makes {shown} of `{name}` unique over rows that exist: {why}"),
        )
        .label_site(made, "the table was made here")
        .help("look for duplicates first, and merge or delete them in this migration");
}

/// Whether the same statement adds a column of the key.
fn uses_added(columns: &[IndexColumn], alter: &AlterTable) -> bool {
    alter.actions.iter().any(|(action, _)| {
        let TableAction::AddColumn { column: added, .. } = action else {
            return false;
        };
        columns.iter().any(|column| match &column.expr.kind {
            ExprKind::Column(name) => name.value == added.name.value,
            _ => false,
        })
    })
}

/// The columns' names, if they are all columns.
fn plain(columns: &[IndexColumn]) -> Option<Vec<&str>> {
    columns
        .iter()
        .map(|column| match &column.expr.kind {
            ExprKind::Column(name) => Some(name.value.as_str()),
            _ => None,
        })
        .collect()
}

/// Whether the element uses a column that this change set added or whose values it has written: the
/// rows have been seen to.
fn concerns_new(column: &IndexColumn, table: &Table, context: &Context) -> bool {
    let mut names: Vec<&str> = column
        .expr
        .columns
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    if let ExprKind::Column(name) = &column.expr.kind {
        names.push(&name.value);
    }
    names.iter().any(|name| {
        context
            .column(table, name)
            .is_some_and(|column| context.is_new(&column.origin))
            || context
                .rows
                .filled(&table.name, name)
                .is_some_and(|site| context.in_batch(site))
    })
}

/// Whether a key or unique index over some of the columns makes all of them unique.
fn is_unique_already(names: &[&str], table: &Table, context: &Context) -> bool {
    let keys = table
        .keys()
        .map(|key| key.columns.iter().map(String::as_str).collect::<Vec<_>>());
    let indexes = table
        .indexes
        .iter()
        // A partial index has seen only some rows, and one that a failed CONCURRENTLY left invalid
        // has not seen all: neither proves anything.
        .filter(|index| index.unique && index.condition.is_none() && index.valid)
        .filter_map(|index| {
            index
                .keys
                .iter()
                .map(|key| key.column.as_deref())
                .collect::<Option<Vec<_>>>()
        });
    keys.chain(indexes)
        .any(|key| is_within(&key, names, context))
}

/// Whether all columns of a key are among these.
fn is_within(key: &[&str], names: &[&str], context: &Context) -> bool {
    !key.is_empty()
        && key
            .iter()
            .all(|column| names.iter().any(|name| context.same(name, column)))
}

/// Whether the columns were unique when the migration began: what it dropped it makes again.
fn was_unique(names: Option<&[&str]>, table: &Table, context: &Context) -> bool {
    let old = context.run.before().tables.get(&table.name);
    match (names, old) {
        (Some(names), Some(old)) => is_unique_already(names, old, context),
        _ => false,
    }
}
