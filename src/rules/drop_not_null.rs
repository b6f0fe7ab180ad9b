//! `DROP NOT NULL`, and MySQL's `MODIFY … NULL`.

use super::{Check, Context};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let name = match edit.action {
            TableAction::DropNotNull { column } => &column.value,
            TableAction::Modify { from, column, .. } if column.not_null == Some(false) => {
                &from.value
            }
            _ => continue,
        };
        let table = context.table(edit.table);
        let column = table.and_then(|table| context.column(table, name));
        let nothing_new = column.is_some_and(|column| {
            column.knowledge.is_exact() && !column.not_null || context.is_new(&column.origin)
        });
        // Of a whole definition only what is known to change counts.
        let guess = column.is_none() && matches!(edit.action, TableAction::Modify { .. });
        if nothing_new
            || guess
            || table.is_some_and(|table| context.is_new(&table.origin))
            || goes_or_comes_back(&edit, name, context)
        {
            continue;
        }
        let made = column.and_then(|column| column.origin.changed.or(column.origin.made));
        context
            .report(
                edit.span,
                format!(
                    "`{}.{name}` may be null from now on, which code that still runs does not expect",
                    edit.table
                ),
            )
            .label_site(made, "the column was NOT NULL here")
            .help("first release code that reads a null");
    }
}

/// Whether a later action drops the column or makes it NOT NULL again.
fn goes_or_comes_back(edit: &TableEdit, name: &str, context: &Context) -> bool {
    context.edits_after(edit.span).any(|later| {
        let of = match later.action {
            TableAction::SetNotNull { column } => &column.value,
            TableAction::DropColumn { name, .. } => &name.value,
            TableAction::Modify { from, column, .. } if column.not_null == Some(true) => {
                &from.value
            }
            _ => return false,
        };
        context.same(of, name) && context.same_object(later.table, edit.table)
    })
}
