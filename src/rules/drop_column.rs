//! `DROP COLUMN`, and a rebuild that leaves a column out.

use super::{Check, Context};
use crate::context::{Rebuild, TableEdit};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

const HELP: &str = "first release code that neither reads nor writes it, then drop it";

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        if let TableAction::DropColumn {
            name, if_exists, ..
        } = edit.action
        {
            dropped(&edit, &name.value, *if_exists, context);
        }
    }
    for reached in changes(&statement.changes) {
        if let ChangeKind::DropTable { names, .. } = &reached.change.kind {
            for name in names {
                if let Some(rebuild) = context.rebuild(name) {
                    left_out(&rebuild, reached.change.span, context);
                }
            }
        }
    }
}

fn dropped(edit: &TableEdit, name: &str, if_exists: bool, context: &mut Context) {
    if !context.may_hold_rows(edit.table) {
        return;
    }
    let table = context.table(edit.table);
    let column = table.and_then(|table| context.column(table, name));
    match (table, column) {
        (_, Some(column)) => {
            let computed = column
                .generated
                .as_ref()
                .is_some_and(|generated| !generated.stored);
            if computed || context.is_new(&column.origin) {
                return;
            }
        }
        (Some(table), None) if table.knowledge.is_exact() => return,
        _ => {}
    }
    let guess = column.is_none() && if_exists;
    let made = column.and_then(|column| column.origin.made);
    let reported = context
        .report(
            edit.span,
            format!(
                "drops `{}.{name}` with its values, and code that still names it fails",
                edit.table
            ),
        )
        .label_site(made, "the column was made here")
        .help(HELP);
    if guess {
        reported.low_confidence();
    }
}

/// Columns of the old table that neither the new one has nor the copy reads.
fn left_out(rebuild: &Rebuild, span: crate::source::Span, context: &mut Context) {
    let (old, new) = (rebuild.old, rebuild.new);
    if context.has_no_rows(old)
        || rebuild.copies.is_empty()
        || !old.knowledge.is_exact()
        || !new.knowledge.is_exact()
    {
        return;
    }
    let lost: Vec<String> = old
        .columns
        .iter()
        .filter(|column| {
            column.generated.is_none()
                && !context.is_new(&column.origin)
                && context.column(new, &column.name).is_none()
                && !rebuild
                    .copies
                    .iter()
                    .any(|copied| copied.reads(&column.name, context))
        })
        .map(|column| format!("`{}`", column.name))
        .collect();
    if lost.is_empty() {
        return;
    }
    let name = context.catalog.shown(&old.name);
    context
        .report(
            span,
            format!(
                "the table that takes the place of `{name}` has no {}, whose values are gone, and code that still names it fails",
                lost.join(", ")
            ),
        )
        .label_site(old.origin.made, "the table was made here")
        .help(HELP);
}
