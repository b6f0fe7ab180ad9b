//! `DROP TABLE` that fails where the table is already gone.

use super::{Check, Context};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName, TableAction};
use crate::sql::walk::{Reached, changes};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
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
        if let Some(at) = keyword_end(statement, reached.change.span) {
            reported.fix(Fix {
                title: "add IF EXISTS".to_owned(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit {
                    source: statement.source.clone(),
                    span: Span::new(at, at),
                    text: " IF EXISTS".to_owned(),
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
    if renames(context.earlier()).any(|(_, to)| same(to, name)) {
        return true;
    }
    !context.dialect().batch_is_transaction()
        && renames(context.later()).any(|(from, to)| {
            same(to, name)
                && context
                    .table(from)
                    .is_some_and(|table| context.is_new(&table.origin))
        })
}

/// Every table rename, as (from, to).
fn renames(statements: &[Statement]) -> impl Iterator<Item = (&ObjectName, &ObjectName)> {
    statements
        .iter()
        .flat_map(|statement| &statement.changes)
        .flat_map(|change| match &change.kind {
            ChangeKind::RenameTable { from, to } => vec![(from, to)],
            ChangeKind::AlterTable(alter) => alter
                .actions
                .iter()
                .filter_map(|(action, _)| match action {
                    TableAction::RenameTo(to) => Some((&alter.table, to)),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        })
}

fn same(a: &ObjectName, b: &ObjectName) -> bool {
    a.name.value.eq_ignore_ascii_case(&b.name.value)
}

/// Where `TABLE` ends in `DROP TABLE`.
fn keyword_end(statement: &Statement, span: Span) -> Option<usize> {
    let text = statement.source.slice(span);
    let at = text.to_ascii_lowercase().find("table")?;
    text[..at]
        .trim_end()
        .eq_ignore_ascii_case("drop")
        .then_some(span.start + at + "table".len())
}
