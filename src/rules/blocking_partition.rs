//! Partitions that come or go while others wait.

use super::{Check, Context};
use crate::lock::{Cause, Effect};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

/// The first version with `DETACH PARTITION … CONCURRENTLY`.
const DETACH_CONCURRENTLY: u16 = 14;

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let comes_or_goes = match &reached.change.kind {
            ChangeKind::AlterTable(alter) => alter.actions.iter().any(|(action, _)| {
                matches!(
                    action,
                    TableAction::AttachPartition { .. }
                        | TableAction::DetachPartition {
                            concurrently: false,
                            ..
                        }
                )
            }),
            ChangeKind::CreateTable(create) => create.partition_of.is_some(),
            _ => false,
        };
        if comes_or_goes {
            for effect in crate::lock::effects(reached.change, context.catalog) {
                judge(&effect, context);
            }
        }
    }
}

fn judge(effect: &Effect, context: &mut Context) {
    let parent = context.shown(&effect.target);
    let scanned = effect
        .scans
        .iter()
        .filter(|relation| context.is_in_use(relation));
    let scanned: Vec<String> = scanned.map(|relation| context.shown(relation)).collect();
    if effect.causes.contains(&Cause::Detach) {
        // With a default partition the server refuses CONCURRENTLY.
        let default = effect.locks.len() > 2;
        if context.versions().postgres >= DETACH_CONCURRENTLY
            && !default
            && context.is_in_use(&effect.target)
        {
            let help = context.concurrently("DETACH PARTITION … CONCURRENTLY", None);
            let message = format!(
                "takes an ACCESS EXCLUSIVE lock on `{parent}` and the partition, which waits for every running query while all others queue up"
            );
            let end = Span::new(effect.span.end, effect.span.end);
            let own = context.edit(end, " CONCURRENTLY");
            let fix = own.and_then(|own| context.fix_outside_transaction(effect.span, own));
            context.report_lock(effect, message).help(help).fix(fix);
        }
        return;
    }
    let Some(first) = scanned.first() else { return };
    if effect.causes.contains(&Cause::DefaultPartition) {
        let message = format!(
            "looks in every row of `{}` for rows of the new partition of `{parent}`; nobody reads or writes it meanwhile",
            scanned.last().unwrap_or(first)
        );
        context.report_lock(effect, message).help(
            "add a CHECK to the default partition that keeps these rows out, `NOT VALID`, and validate it before",
        );
    } else if effect.causes.contains(&Cause::Partition) {
        let message = format!(
            "checks every row of `{first}` against the bound of the partition; nobody reads or writes it meanwhile"
        );
        let help = format!(
            "add a CHECK with the bound `NOT VALID`, `VALIDATE CONSTRAINT` {}, then attach, and drop the check",
            context.second_step()
        );
        context.report_lock(effect, message).help(help);
    }
}
