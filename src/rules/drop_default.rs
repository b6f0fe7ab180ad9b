//! `DROP DEFAULT` of a column that must have a value.

use super::{Check, Context};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::{ExprKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::DropDefault { column: name } = edit.action else {
            continue;
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let Some(column) = context.column(table, &name.value) else {
            continue;
        };
        let fills = column
            .default
            .as_ref()
            .is_some_and(|default| default.expr.kind != ExprKind::Null);
        if !fills
            || !column.not_null
            || context.is_new(&table.origin)
            || gets_a_value_again(&edit, &name.value, context)
        {
            continue;
        }
        let what = if context.is_new(&column.origin) {
            "fills only the rows that exist"
        } else {
            "no longer has a default"
        };
        context
            .report(
                edit.span,
                format!(
                    "`{}.{}` is NOT NULL and {what}: an INSERT of running code that leaves it out fails",
                    edit.table, name.value
                ),
            )
            .label_site(
                column.origin.changed.or(column.origin.made),
                "its default was set here",
            )
            .help("keep the default until the release that leaves the column out is gone");
    }
}

/// Whether another action of the migration, in the same statement or later, gives the column a
/// value, makes it nullable or drops it: as the replacement of an enum does.
fn gets_a_value_again(edit: &TableEdit, name: &str, context: &Context) -> bool {
    let here = context
        .run
        .statements
        .get(context.index)
        .map(crate::context::edits)
        .unwrap_or_default();
    here.into_iter()
        .chain(context.edits_after(edit.span))
        .any(|later| {
            let of = match later.action {
                TableAction::SetDefault { column, .. }
                | TableAction::AddIdentity { column, .. }
                | TableAction::DropNotNull { column } => &column.value,
                TableAction::Modify { from, .. } => &from.value,
                TableAction::DropColumn { name, .. } => &name.value,
                _ => return false,
            };
            context.same(of, name) && context.same_object(later.table, edit.table)
        })
}
