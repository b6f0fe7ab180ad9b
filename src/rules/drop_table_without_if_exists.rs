//! `DROP TABLE` that fails where the table is already gone.

use super::{Check, Context};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName};
use crate::sql::walk::{Reached, changes};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    // Some tools write what they mean, and record what they ran. In a transaction all
    // or nothing is done, so that a second try finds what the first one found.
    if context.transaction.open || context.set.runner.drops_knowingly() {
        return;
    }
    for reached in changes(&statement.changes) {
        let ChangeKind::DropTable {
            names,
            mode,
            temporary: false,
        } = &reached.change.kind
        else {
            continue;
        };
        if mode.if_exists || guarded(reached) {
            continue;
        }
        let Some(name) = names.iter().find(|name| !surely_there(name, context)) else {
            continue;
        };
        let reported = context
            .report(
                reached.change.span,
                format!("`DROP TABLE {name}` has no IF EXISTS, so the migration stops where the table is already gone"),
            )
            .help("write `DROP TABLE IF EXISTS`");
        if let Some(first) = names.first() {
            let at = first.span().start;
            reported.fix(Fix {
                title: "add IF EXISTS".to_owned(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit {
                    source: statement.source.clone(),
                    span: Span::new(at, at),
                    text: "IF EXISTS ".to_owned(),
                }],
            });
        }
    }
}

/// Whether a condition or a handler around it already deals with a missing table.
fn guarded(reached: Reached<'_>) -> bool {
    reached.conditional || reached.swallows("undefined_table")
}

/// Whether this change set made the table, or gave an existing one this name, or is about to put
/// its replacement in its place.
fn surely_there(name: &ObjectName, context: &Context) -> bool {
    let table = context.table(name);
    if table.is_some_and(|table| {
        context.has_no_rows(table) && context.rows.emptied(&table.name).is_none()
    }) {
        return true;
    }
    let itself = context.qualified(name);
    if context
        .renames_earlier()
        .any(|rename| context.is_named(rename.to, &itself))
    {
        return true;
    }
    !context.dialect().batch_is_transaction()
        && context
            .renames_later()
            .any(|rename| context.is_named(rename.to, &itself) && context.is_new_table(rename.from))
}
