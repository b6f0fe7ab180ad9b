//! `LOCK TABLE`.

use super::{Check, Context};
use crate::lock::{Blocks, Cause};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        let explicit = matches!(effect.cause(), Some(Cause::Explicit));
        if !explicit || effect.blocks() < Blocks::Writes || !context.is_in_use(&effect.target) {
            continue;
        }
        let table = context.shown(&effect.target);
        let until = context.dialect().locks_last_until();
        let message = format!(
            "locks `{table}`: {} wait until {until}",
            effect.blocks().name()
        );
        context.report_lock(effect, message).help(
            "let each statement take its own lock; where the lock is needed, set a `lock_timeout` and keep the transaction short",
        );
    }
}
