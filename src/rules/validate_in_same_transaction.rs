//! `NOT VALID` and `VALIDATE CONSTRAINT` in one transaction, where nothing is gained.

use super::{Check, Context};
use crate::catalog::{QName, Site};
use crate::project::runner::Wrap;
use crate::sql::Statement;
use crate::sql::change::TableAction;
use crate::sql::walk::actions;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    if !context.transaction.open {
        return;
    }
    for found in actions(&statement.changes) {
        let TableAction::ValidateConstraint { name } = found.action else {
            continue;
        };
        let Some(table) = context.table(&found.alter.table) else {
            continue;
        };
        if context.has_no_rows(table) {
            continue;
        }
        let checks = table.checks.iter().filter(|check| !check.valid);
        let keys = table.foreign_keys.iter().filter(|key| !key.valid);
        let made = checks
            .map(|check| (&check.name, check.origin.made))
            .chain(keys.map(|key| (&key.name, key.origin.made)))
            .find(|(own, _)| **own == name.value)
            .and_then(|(_, made)| made);
        let Some(made) = made.filter(|made| in_transaction(*made, context)) else {
            continue;
        };
        report(&table.name, &name.value, made, found.span, context);
    }
}

fn report(table: &QName, name: &str, made: Site, span: crate::source::Span, context: &mut Context) {
    let table = context.shown(table);
    let help = format!("validate it {}", context.second_step());
    let message = format!(
        "validates `{name}` in the transaction that adds it: the lock of `ADD CONSTRAINT` on `{table}` is held during the scan"
    );
    context
        .report(span, message)
        .label_site(made, "this lock is held until the transaction ends")
        .help(help);
}

/// Whether a place in the history is in the transaction that is open.
fn in_transaction(made: Site, context: &Context) -> bool {
    if made.migration as usize != context.run.number {
        return context.set.sending.wrap == Wrap::Pending && context.in_batch(made);
    }
    let earlier = context.earlier_in_transaction().iter();
    earlier
        .map(|statement| statement.span)
        .any(|span| span.contains(made.span))
}
