//! A change of the schema that may run without an end.

use super::{Check, Context};
use crate::lock::{Blocks, Effect};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    if context.has_timeout("statement_timeout") {
        return;
    }
    let blocks = |effect: &Effect| effect.blocks() >= Blocks::Writes && context.waits(effect);
    let mut earlier = context.earlier().iter();
    if earlier.any(|statement| context.effects_of(statement).iter().any(blocks)) {
        return;
    }
    let effects = context.effects();
    // What lets others go on, CONCURRENTLY and VALIDATE, needs a long time or none.
    let Some(effect) = effects.iter().find(|effect| blocks(effect)) else {
        return;
    };
    let message = format!(
        "may hold the lock on `{}` for as long as it takes",
        context.shown(&effect.target)
    );
    context.report_lock(effect, message).help(
        "write `SET LOCAL statement_timeout = '30s'` before it, with the time that others can wait",
    );
}
