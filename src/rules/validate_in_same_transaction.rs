//! `NOT VALID` and `VALIDATE CONSTRAINT` in one transaction, where nothing is gained.

use super::{Check, Context};
use crate::catalog::{QName, Site};
use crate::diagnostic::{Applicability, Fix};
use crate::project::runner::Wrap;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, TableAction};
use crate::sql::edit::whole;
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
    let help = context.supposing(format!("validate it {}", context.second_step()));
    let message = format!(
        "validates `{name}` in the transaction that adds it: the lock of `ADD CONSTRAINT` on `{table}` is held during the scan"
    );
    let fix = later(context);
    context
        .report(span, message)
        .label_site(made, "this lock is held until the transaction ends")
        .help(help)
        .fix(fix);
}

/// The fix that gives the statement a migration of its own.
fn later(context: &Context) -> Option<Fix> {
    let statement = context.current()?;
    let [change] = statement.changes.as_slice() else {
        return None;
    };
    let ChangeKind::AlterTable(alter) = &change.kind else {
        return None;
    };
    let [(TableAction::ValidateConstraint { name }, _)] = alter.actions.as_slice() else {
        return None;
    };
    let words = format!("validate_{}", name.value);
    let later = context.next_migration(&words, &[statement.text().to_owned()], false)?;
    let gone = context.edit(whole(&statement.source, statement.span), "");
    let edits = std::iter::once(gone).chain(later.into_iter().map(Some));
    context.fix(
        "validate it in a migration of its own",
        Applicability::Unsafe,
        edits,
    )
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
