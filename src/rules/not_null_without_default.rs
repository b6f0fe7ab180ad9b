//! `ADD COLUMN … NOT NULL` with nothing to put into the rows that exist.

use super::{Check, Context};
use crate::catalog::Mention;
use crate::context::WholeCopy;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, ExprKind, ObjectName,
    TableAction,
};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        left_out(reached.change, context);
        let ChangeKind::AlterTable(alter) = &reached.change.kind else {
            continue;
        };
        let table = context.table(&alter.table);
        let empty = table.is_some_and(|table| {
            context.has_no_rows(table) && context.rows.seeded(&table.name).is_none()
        });
        if empty {
            continue;
        }
        for (action, span) in &alter.actions {
            let TableAction::AddColumn {
                column,
                if_not_exists,
                ..
            } = action
            else {
                continue;
            };
            // `sqlite-add-column-refused` speaks of that.
            let key_on_sqlite =
                context.dialect().rebuilds_tables() && column.not_null != Some(true);
            if (*if_not_exists
                && table.is_some_and(|table| table.column(&column.name.value).is_some()))
                || key_on_sqlite
                || !not_null(column, alter)
                || fills_itself(column, context)
                || (context.dialect().invents_values()
                    && filled_later(&alter.table, column, context))
            {
                continue;
            }
            let null = column
                .default
                .as_ref()
                .map_or("without a default", |_| "with DEFAULT NULL");
            let consequence = consequence(context);
            context
                .report(
                    *span,
                    format!(
                        "adds `{}` NOT NULL {null} to `{}`, which exists, {consequence}",
                        column.name.value, alter.table
                    ),
                )
                .label_site(
                    table.and_then(|table| table.origin.made),
                    "the table was made here",
                )
                .help("give it a default, or add it nullable, fill it, then set it NOT NULL");
        }
    }
}

/// A rebuild that copies the rows without a column of the new table that has to have a value.
fn left_out(change: &Change, context: &mut Context) {
    let Some(WholeCopy { old, new, copied }) = context.whole_copy(change) else {
        return;
    };
    // A trigger may give the value.
    if !new.triggers.is_empty() {
        return;
    }
    let catalog = context.catalog;
    let column = new.columns.iter().find(|column| {
        column.not_null
            && column.knowledge.is_exact()
            && !copied.fills(&column.name, context)
            && !catalog.fills_itself(new, column)
    });
    let Some(column) = column else { return };
    let consequence = consequence(context);
    let message = format!(
        "copies the rows of `{}` without `{}`, which is NOT NULL without a default in `{}`, {consequence}",
        catalog.shown(&old.name),
        column.name,
        catalog.shown(&new.name)
    );
    context
        .report(change.span, message)
        .label_site(column.origin.made, "the column is made here")
        .help("give it a default, or copy a value into it");
}

/// What becomes of rows that have no value.
fn consequence(context: &Context) -> &'static str {
    if context.dialect().invents_values() {
        "so MySQL invents a value for every row, or fails for dates"
    } else {
        "so it fails as soon as there is a row"
    }
}

/// Whether the column is NOT NULL by its own words or by a primary key in the same statement.
fn not_null(column: &ColumnDef, alter: &AlterTable) -> bool {
    let demands = |constraint: &ConstraintDef, own: bool| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => {
            own || columns.iter().any(|key| {
                key.expr.kind == ExprKind::Column(column.name.clone())
                    || key.expr.sql == column.name.value
            })
        }
        ConstraintKind::NotNull { column: name } => {
            name.value == column.name.value && !constraint.not_valid
        }
        _ => false,
    };
    column.not_null == Some(true)
        || column
            .constraints
            .iter()
            .any(|constraint| demands(constraint, true))
        || alter.actions.iter().any(|(action, _)| match action {
            TableAction::AddConstraint(constraint) => demands(constraint, false),
            TableAction::SetNotNull { column: name } => name.value == column.name.value,
            _ => false,
        })
}

fn fills_itself(column: &ColumnDef, context: &Context) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|default| default.kind != ExprKind::Null)
        || column.serial
        || column.identity.is_some()
        || column.generated.is_some()
        || column.auto_increment
        || (column.default.is_none() && domain_has_default(column, context))
}

fn domain_has_default(column: &ColumnDef, context: &Context) -> bool {
    let named = Mention::Named(&column.data_type.name);
    let mut domains = context.catalog.domains.with(named);
    domains.any(|(_, domain)| {
        domain.name.name == column.data_type.name
            && column
                .data_type
                .schema
                .as_ref()
                .is_none_or(|schema| *schema == domain.name.schema)
            && domain
                .default
                .as_ref()
                .is_some_and(|default| default.kind != ExprKind::Null)
    })
}

fn filled_later(table: &ObjectName, column: &ColumnDef, context: &Context) -> bool {
    context
        .changes_later()
        .any(|reached| match &reached.change.kind {
            ChangeKind::Update {
                table: updated,
                assignments,
                ..
            } => {
                context.same_object(updated, table)
                    && assignments
                        .iter()
                        .any(|(name, _)| context.same(&name.value, &column.name.value))
            }
            _ => false,
        })
}
