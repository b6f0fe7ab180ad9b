//! `REFRESH MATERIALIZED VIEW` while nobody can read the view.

use super::{Check, Context};
use crate::lock::{Blocks, Cause, Work};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        let refreshes = matches!(effect.cause(), Some(Cause::Refresh));
        if !refreshes
            || effect.blocks() < Blocks::ReadsAndWrites
            || effect.work() == Work::Brief
            || !context.is_in_use(&effect.target)
        {
            continue;
        }
        let name = context.shown(&effect.target);
        let message = format!("nobody can read `{name}` while its query runs again");
        context.report_lock(effect, message).help(
            "`REFRESH MATERIALIZED VIEW CONCURRENTLY` lets readers go on; it needs a unique index on columns of the view, without WHERE",
        );
    }
}
