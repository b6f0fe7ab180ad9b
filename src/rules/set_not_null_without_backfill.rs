//! `SET NOT NULL` and `MODIFY … NOT NULL` over rows that nobody filled.

use super::{Check, Context};
use crate::catalog::{Column, Site, Table};
use crate::context::WholeCopy;
use crate::replay::Rows;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, ConstraintKind, ExprKind, Query, TableAction, ValueType,
};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    let reached = changes(&statement.changes);
    if let [only] = reached.as_slice() {
        judge(only.change, context.rows, context);
        return;
    }
    // A block is one statement, and may fill what it makes NOT NULL after that.
    let mut rows = context.rows.clone();
    for reached in reached {
        judge(reached.change, &rows, context);
        let site = Site {
            migration: u32::try_from(context.run.number).unwrap_or(u32::MAX),
            file: 0,
            span: reached.change.span,
        };
        rows.observe(context.catalog, reached.change, site, &statement.source);
    }
}

fn judge(change: &Change, rows: &Rows, context: &mut Context) {
    copied(change, context);
    let ChangeKind::AlterTable(alter) = &change.kind else {
        return;
    };
    let table = context.table(&alter.table);
    let empty = table.is_some_and(|table| context.has_no_rows(table));
    for (action, span) in &alter.actions {
        let name = match action {
            TableAction::SetNotNull { column } => &column.value,
            TableAction::AddConstraint(constraint) if !constraint.not_valid => {
                match &constraint.kind {
                    ConstraintKind::NotNull { column } => &column.value,
                    _ => continue,
                }
            }
            // A whole definition says NOT NULL again even where nothing changes: only a column
            // known to be nullable counts.
            TableAction::Modify { from, column, .. } if column.not_null == Some(true) => {
                match known(table, &from.value) {
                    Some(known) if !known.not_null => &from.value,
                    _ => continue,
                }
            }
            _ => continue,
        };
        if empty && table.is_none_or(|table| rows.seeded_without(&table.name, name).is_none()) {
            continue;
        }
        let seen_to = added_here(alter, name) || proved(table, name, alter, rows);
        if !seen_to && !context.validates_unseen(&alter.table) {
            report(alter, table, name, *span, context);
        }
    }
}

/// The way of a rebuild to a NOT NULL column: a new table, into which the rows are copied.
fn copied(change: &Change, context: &mut Context) {
    let Some(WholeCopy { old, new, copied }) = context.whole_copy(change) else {
        return;
    };
    let into: Vec<&str> = if copied.columns.is_empty() {
        new.columns
            .iter()
            .map(|column| column.name.as_str())
            .collect()
    } else {
        let given = copied.columns.iter();
        given.map(|column| column.value.as_str()).collect()
    };
    let catalog = context.catalog;
    let from = passed_through(copied.query, old);
    let nulls = into.iter().zip(from).find(|(into, from)| {
        known(Some(new), into).is_some_and(|column| column.not_null)
            && known(Some(old), from).is_some_and(|column| !catalog.takes_no_null(old, column))
            && context.rows.filled(&old.name, from).is_none()
    });
    if let Some((_, name)) = nulls {
        let message = format!(
            "copies `{}.{name}`, which may be null, into a column that is NOT NULL: {}",
            catalog.shown(&old.name),
            consequence(context)
        );
        context
            .report(change.span, message)
            .help("`UPDATE` the rows that hold a null first, or copy `coalesce(column, value)`");
    }
}

/// The columns of the old table that a query yields as they are, an empty name for any other value.
fn passed_through<'q>(query: &'q Query, old: &'q Table) -> Vec<&'q str> {
    if query.output.is_empty() && !query.stars.is_empty() {
        return old
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
    }
    let mut names = Vec::new();
    for output in &query.output {
        let value = match &output.value {
            ValueType::Column(column) => Some(column),
            _ => output.from.as_ref(),
        };
        match value.map(|from| from.column.value.as_str()) {
            Some("*") => names.extend(old.columns.iter().map(|column| column.name.as_str())),
            Some(name) => names.push(name),
            None => names.push(""),
        }
    }
    names
}

fn report(
    alter: &AlterTable,
    table: Option<&Table>,
    name: &str,
    span: Span,
    context: &mut Context,
) {
    let consequence = consequence(context);
    let defaulted = context.edits_earlier().any(|edit| {
        matches!(edit.action, TableAction::SetDefault { column, .. } if column.value == name)
            && context.same_object(edit.table, &alter.table)
    });
    let help = if defaulted {
        "a default fills only rows to come: `UPDATE` the rows that exist first"
    } else {
        "`UPDATE` the rows that hold a null first"
    };
    context
        .report(
            span,
            format!(
                "makes `{}.{name}` NOT NULL, but nothing before it fills its rows: {consequence}",
                alter.table
            ),
        )
        .label_site(
            known(table, name).and_then(|column| column.origin.made),
            "the column was made nullable here",
        )
        .help(help);
}

/// What a null does.
fn consequence(context: &Context) -> &'static str {
    if context.dialect().invents_values() {
        "a row with a null stops the migration, or gets 0 or '' outside strict mode"
    } else {
        "the first row with a null stops the migration"
    }
}

fn known<'a>(table: Option<&'a Table>, name: &str) -> Option<&'a Column> {
    table?
        .columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(name))
}

/// Whether the same statement adds the column; `not-null-without-default` speaks of that.
fn added_here(alter: &AlterTable, name: &str) -> bool {
    let mut actions = alter.actions.iter();
    actions.any(|(action, _)| matches!(action, TableAction::AddColumn { column, .. } if column.name.value == name))
}

/// Whether the history shows that no row can hold a null.
fn proved(table: Option<&Table>, name: &str, alter: &AlterTable, rows: &Rows) -> bool {
    let converts = alter.actions.iter().any(|(action, _)| match action {
        TableAction::SetType {
            column,
            using: Some(using),
            ..
        } => {
            // A choice may be made between a null and a value.
            column.value == name
                && (using.chooses
                    || using
                        .functions
                        .iter()
                        .any(|function| function == "coalesce"))
        }
        _ => false,
    });
    let Some(table) = table else { return converts };
    converts
        || known(Some(table), name).is_some_and(|column| {
            column.not_null
                || column.identity.is_some()
                || column.generated.is_some() && !can_be_null(column)
        })
        || rows.filled(&table.name, name).is_some()
        || rows.born_with_value(&table.name, name).is_some()
        || table.checks.iter().any(|check| {
            check.valid
                && check
                    .expr
                    .proves_not_null
                    .iter()
                    .any(|proved| proved.value == name)
        })
}

/// A generated column can only be trusted when its expression is a constant or a `coalesce`.
fn can_be_null(column: &Column) -> bool {
    column.generated.as_ref().is_some_and(
        |generated| !matches!(&generated.expr.kind, ExprKind::Function(function) if function == "coalesce"),
    )
}
