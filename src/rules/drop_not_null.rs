//! `DROP NOT NULL`, MySQL's `MODIFY … NULL`, and a rebuild that lets a column be null.

use super::{Check, Context};
use crate::context::{Rebuild, TableEdit};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

const HELP: &str = "first release code that reads a null";

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
            .help(HELP);
    }
    context.each_rebuild(statement, rebuilt);
}

/// Columns that a rebuild lets be null.
fn rebuilt(rebuild: &Rebuild, span: Span, context: &mut Context) {
    let (old, new) = (rebuild.old, rebuild.new);
    if context.is_new(&old.origin) || rebuild.copies.is_empty() {
        return;
    }
    let loosened = old.columns.iter().filter(|column| {
        let now = context.column(new, &column.name);
        let mut keys = new.primary_key.iter().flat_map(|key| &key.columns);
        column.not_null
            && column.knowledge.is_exact()
            && !context.is_new(&column.origin)
            && !keys.any(|name| context.same(name, &column.name))
            && now.is_some_and(|now| !now.not_null && now.knowledge.is_exact())
    });
    let loosened: Vec<&str> = loosened.map(|column| column.name.as_str()).collect();
    let Some((first, others)) = loosened.split_first() else {
        return;
    };
    let more = match others.len() {
        0 => String::new(),
        1 => " and 1 other column".to_owned(),
        more => format!(" and {more} other columns"),
    };
    let made = old.origin.made;
    context
        .report(
            span,
            format!(
                "`{}.{first}`{more} may be null in the new table, which code that still runs does not expect",
                context.catalog.shown(&old.name)
            ),
        )
        .label_site(made, "the old table was made here")
        .help(HELP);
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
