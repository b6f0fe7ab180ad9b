//! Row security that goes on for a table without a policy, and policies that every row must pass.

use super::{Check, Context};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Ident, ObjectName, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        if let ChangeKind::CreatePolicy {
            name,
            table,
            restrictive: true,
            using,
            with_check,
            ..
        } = &reached.change.kind
        {
            let mut conditions = using.iter().chain(with_check);
            if conditions.any(|condition| condition.truth != Some(true)) {
                restricted(name, table, reached.change.span, context);
            }
        }
    }
    for edit in crate::context::edits(statement) {
        let TableAction::RowSecurity {
            enable: Some(true), ..
        } = edit.action
        else {
            continue;
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let name = &table.name;
        let policy_comes = context.changes_later().any(|reached| {
            matches!(&reached.change.kind, ChangeKind::CreatePolicy { table, .. }
                if context.is_named(table, name))
        });
        if context.is_new(&table.origin)
            || table.row_security.enabled
            || !table.policies.is_empty()
            || policy_comes
        {
            continue;
        }
        let made = table.origin.made;
        context
            .report(
                edit.span,
                format!("row security goes on for `{}`, which has no policy: nobody but its owner reads or writes a row", edit.table),
            )
            .label_site(made, "the table was made here")
            .help("make its policies in the same transaction");
    }
}

/// A policy whose condition rows must meet beside all others.
fn restricted(name: &Ident, on: &ObjectName, span: Span, context: &mut Context) {
    let Some(table) = context.table(on) else {
        return;
    };
    let replaces = context.changes_earlier().any(|reached| {
        matches!(&reached.change.kind, ChangeKind::DropPolicy { name: dropped, table: of, .. }
            if dropped.value == name.value && context.is_named(of, &table.name))
    });
    if context.is_new(&table.origin) || !table.row_security.enabled || replaces {
        return;
    }
    let made = table.origin.made;
    context
        .report(
            span,
            format!("`{}` is RESTRICTIVE: rows of `{on}` that running code reads or writes now vanish where they do not meet it too", name.value),
        )
        .label_site(made, "the table was made here")
        .help("see that every row in use meets its condition");
}
