//! Row security that is switched off, or that a new table in the place of an old one does not have.

use super::{Check, Context};
use crate::catalog::{QName, Table};
use crate::context::Rebuild;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        if let TableAction::RowSecurity {
            enable: Some(false),
            ..
        } = edit.action
        {
            switched_off(edit.table, edit.span, context);
        }
    }
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        match &reached.change.kind {
            ChangeKind::DropTable { names, .. } => {
                for name in names {
                    replaced(name, span, context);
                }
            }
            ChangeKind::DropPolicy { name, table, .. } => {
                policy_dropped(&name.value, table, span, context);
            }
            _ => {}
        }
    }
}

fn switched_off(name: &ObjectName, span: Span, context: &mut Context) {
    let table = context.table(name);
    let name_kept = context.qualified(name);
    let was_on =
        table.is_none_or(|table| table.row_security.enabled || !table.knowledge.is_exact());
    if !was_on
        || table.is_some_and(|table| context.is_new(&table.origin))
        || is_switched_on(&name_kept, span, context)
        || context.dropped_later(&name_kept)
    {
        return;
    }
    let made = table.and_then(|table| table.origin.changed);
    context
        .report(
            span,
            format!("row security of `{name}` goes off: everybody who may read the table reads every row"),
        )
        .label_site(made, "the table was last changed here")
        .help("keep it on, and write a policy for what has to be seen");
}

/// Whether row security goes on for a table of that name, after a place of the statement.
fn is_switched_on(name: &QName, after: Span, context: &Context) -> bool {
    context.edits_after(after).any(|edit| {
        matches!(
            edit.action,
            TableAction::RowSecurity {
                enable: Some(true),
                ..
            }
        ) && context.is_named(edit.table, name)
    })
}

/// A protected table that makes way for another one of its name.
fn replaced(name: &ObjectName, span: Span, context: &mut Context) {
    let Some(table) = context
        .table(name)
        .filter(|table| table.row_security.enabled)
    else {
        return;
    };
    if context.is_new(&table.origin) {
        return;
    }
    let rebuild = context.rebuild(name);
    let names = context.names_here(&table.name);
    let taken = rebuild.is_some()
        || names
            .iter()
            .any(|name| context.name_is_taken_over(name, span));
    if !taken {
        return;
    }
    let protected = |what: fn(&Table) -> bool| {
        rebuild
            .as_ref()
            .is_some_and(|Rebuild { new, .. }| what(new))
    };
    let on = protected(|new| new.row_security.enabled)
        || names.iter().any(|name| is_switched_on(name, span, context));
    let policies = table.policies.is_empty()
        || protected(|new| !new.policies.is_empty())
        || names.iter().any(|name| policy_comes(name, context));
    let message = match (on, policies) {
        (true, true) => return,
        (false, _) => format!(
            "the table that takes the place of `{name}` has no row security: everybody who may read it reads every row"
        ),
        (true, false) => format!(
            "the table that takes the place of `{name}` has none of its policies: nobody but its owner reads a row"
        ),
    };
    let made = table
        .policies
        .first()
        .map_or(table.origin, |policy| policy.origin)
        .made;
    context
        .report(span, message)
        .label_site(made, "the old table was protected here")
        .help(
            "enable row security on the new table and make the policies again, and its grants too",
        );
}

/// Whether the migration makes a policy on a table of that name.
fn policy_comes(name: &QName, context: &Context) -> bool {
    let mut all = context.changes_earlier().chain(context.changes_later());
    all.any(|reached| match &reached.change.kind {
        ChangeKind::CreatePolicy { table, .. } => context.is_named(table, name),
        _ => false,
    })
}

/// A policy that goes, with none in its place.
fn policy_dropped(policy: &str, name: &ObjectName, span: Span, context: &mut Context) {
    let Some(table) = context.table(name) else {
        return;
    };
    let Some(found) = table.policies.iter().find(|found| found.name == policy) else {
        return;
    };
    let goes_on = table.row_security.enabled
        && !context.is_new(&table.origin)
        && !context.is_new(&found.origin)
        && !context.dropped_later(&table.name);
    if !goes_on || policy_comes(&table.name, context) || is_switched_off(table, context) {
        return;
    }
    let made = found.origin.made;
    let consequence = if table.policies.len() == 1 {
        "it was the only one, so nobody but the owner reads a row"
    } else {
        "other rows are seen, and written, than before"
    };
    context
        .report(
            span,
            format!(
                "drops the policy `{policy}` of `{name}` and makes none in its place: {consequence}"
            ),
        )
        .label_site(made, "the policy was made here")
        .help("make the policy that replaces it in the same transaction");
}

/// Whether the migration switches row security off for the table.
fn is_switched_off(table: &Table, context: &Context) -> bool {
    context.edits_anywhere().any(|edit| {
        matches!(
            edit.action,
            TableAction::RowSecurity {
                enable: Some(false),
                ..
            }
        ) && context.is_named(edit.table, &table.name)
    })
}
