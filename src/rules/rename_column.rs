//! A column that gets another name under running code.

use super::{Check, Context};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::{Ident, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        match edit.action {
            TableAction::RenameColumn { from, to } => renamed(&edit, from, to, context),
            TableAction::Modify { from, column, .. } => renamed(&edit, from, &column.name, context),
            _ => {}
        }
    }
}

fn renamed(edit: &TableEdit, from: &Ident, to: &Ident, context: &mut Context) {
    if context.same(&from.value, &to.value) {
        return;
    }
    let table = context.table(edit.table);
    let column = table.and_then(|table| context.column(table, &from.value));
    let new = table.is_some_and(|table| context.is_new(&table.origin))
        || column.is_some_and(|column| context.is_new(&column.origin))
        || context.is_absent(edit.table)
        // `ALTER TABLE` of a view.
        || table.is_none() && context.catalog.find_view(edit.table).is_some();
    if new || comes_back(edit, &from.value, context) {
        return;
    }
    let made = column.and_then(|column| column.origin.made);
    context
        .report(
            edit.span,
            format!(
                "`{}.{}` becomes `{}`, and code that still runs asks for the old name",
                edit.table, from.value, to.value
            ),
        )
        .label_site(made, "the column was made here")
        .help("add a column of the new name, write both, move the rows, and drop the old one when no code reads it");
}

/// Whether a later action gives the table a column of the old name again.
fn comes_back(edit: &TableEdit, name: &str, context: &Context) -> bool {
    context.edits_after(edit.span).any(|later| {
        let again = match later.action {
            TableAction::AddColumn { column, .. } => &column.name.value,
            TableAction::RenameColumn { to, .. } => &to.value,
            _ => return false,
        };
        context.same(again, name) && context.same_object(later.table, edit.table)
    })
}
