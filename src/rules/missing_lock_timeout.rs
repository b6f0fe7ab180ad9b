//! A lock that is waited for without an end.

use super::{Check, Context};
use crate::context::milliseconds;
use crate::diagnostic::{Applicability, Fix};
use crate::lock::{Blocks, Effect};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::ChangeKind;

pub(super) const CHECK: Check = Check::Statement(check);

/// Milliseconds for which an application may stand still: a minute, after which most give up.
const LONGEST: u64 = 60_000;

fn check(statement: &Statement, context: &mut Context) {
    let dialect = context.dialect();
    let timeout = context.timeout(dialect.lock_timeout());
    let is_long = |timeout: &String| {
        milliseconds(timeout, dialect.timeout_unit()).is_some_and(|waits| waits > LONGEST)
    };
    if timeout.as_ref().is_some_and(|timeout| !is_long(timeout)) || !is_first(context) {
        return;
    }
    let effects = context.waits_of(statement);
    let Some(effect) = effects.iter().find(|effect| queues(effect, context)) else {
        return;
    };
    let example = if context.transaction.open {
        dialect.lock_timeout_in_transaction()
    } else {
        dialect.lock_timeout_example()
    };
    let relation = effect
        .locks
        .first()
        .map(|lock| context.shown(&lock.relation));
    let how_long = match &timeout {
        Some(timeout) => format!("for up to `{timeout}`"),
        None => "as long as any query runs".to_owned(),
    };
    let message = format!(
        "waits for the lock on `{}` {how_long}, and whoever comes after it waits too",
        relation.unwrap_or_default()
    );
    let fix = set_before(example, effect.span, context);
    context
        .report_lock(effect, message)
        .help(format!(
            "write {example} before it, and try again when it fails"
        ))
        .fix(fix);
}

/// The fix that sets a timeout before the statement.
fn set_before(example: &str, change: Span, context: &Context) -> Option<Fix> {
    let plain = context.is_plain(change);
    let edit = context.before_current(&[example.trim_matches('`').to_owned()]);
    context
        .fix("set a timeout before it", Applicability::Unsafe, [edit])
        .filter(|_| plain)
}

/// Whether a lock on a relation in use makes others queue up.
fn queues(effect: &Effect, context: &Context) -> bool {
    let enough = if context.dialect().every_lock_queues() {
        Blocks::Nothing
    } else {
        Blocks::Writes
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
    !earlier.any(|statement| {
        !changes_rows_only(statement)
            && context
                .waits_of(statement)
                .iter()
                .any(|effect| queues(effect, context))
    })
}

fn changes_rows_only(statement: &Statement) -> bool {
    statement.changes.iter().all(|change| {
        matches!(
            change.kind,
            ChangeKind::Insert { .. }
                | ChangeKind::Update { .. }
                | ChangeKind::Delete { .. }
                | ChangeKind::SetParameter { .. }
        )
    })
}
