//! A lock that is waited for without an end.

use super::{Check, Context};
use crate::lock::{Blocks, Effect};
use crate::sql::change::ChangeKind;
use crate::sql::{Dialect, Statement};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    let setting = match context.dialect() {
        Dialect::MySql => "lock_wait_timeout",
        _ => "lock_timeout",
    };
    if context.has_timeout(setting) || !is_first(context) {
        return;
    }
    let effects = context.effects();
    let Some(effect) = effects.iter().find(|effect| queues(effect, context)) else {
        return;
    };
    let example = match context.dialect() {
        Dialect::MySql => "`SET SESSION lock_wait_timeout = 5`",
        _ if context.transaction.open => "`SET LOCAL lock_timeout = '2s'`",
        _ => "`SET lock_timeout = '2s'`",
    };
    let relation = effect
        .locks
        .first()
        .map(|lock| context.shown(&lock.relation));
    let message = format!(
        "waits for the lock on `{}` as long as any query runs, and whoever comes after it waits too",
        relation.unwrap_or_default()
    );
    context.report_lock(effect, message).help(format!(
        "write {example} before it, and try again when it fails"
    ));
}

/// Whether a lock on a relation in use makes others queue up.
fn queues(effect: &Effect, context: &Context) -> bool {
    let enough = match context.dialect() {
        Dialect::MySql => Blocks::Nothing,
        _ => Blocks::Writes,
    };
    effect
        .locks
        .iter()
        .any(|lock| lock.mode.blocks() >= enough && context.is_in_use(&lock.relation))
        && effect.locks.iter().any(|lock| is_for_a_change(lock.mode))
}

/// Rows are locked one by one, whatever changes them.
fn is_for_a_change(mode: crate::lock::Mode) -> bool {
    !matches!(mode, crate::lock::Mode::Table(level) if level <= crate::lock::Level::RowExclusive)
}

/// Once for each migration: the first statement that queues up before a timeout is set.
fn is_first(context: &Context) -> bool {
    let mut earlier = context.earlier().iter();
    let changes_rows_only = |statement: &Statement| {
        statement.changes.iter().all(|change| {
            matches!(
                change.kind,
                ChangeKind::Insert { .. }
                    | ChangeKind::Update { .. }
                    | ChangeKind::Delete { .. }
                    | ChangeKind::SetParameter { .. }
            )
        })
    };
    !earlier.any(|statement| {
        !changes_rows_only(statement)
            && context
                .effects_of(statement)
                .iter()
                .any(|effect| queues(effect, context))
    })
}
