//! `REFRESH MATERIALIZED VIEW` while nobody can read the view.

use super::{Check, Context};
use crate::diagnostic::{Applicability, Fix};
use crate::lock::{Blocks, Cause, Effect, Work};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::edit::keyword;

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
        let fix = concurrently(effect, context);
        context.report_lock(effect, message).help(
            "`REFRESH MATERIALIZED VIEW CONCURRENTLY` lets readers go on; it needs a unique index on columns of the view, without WHERE",
        ).fix(fix);
    }
}

/// The fix, where the view has an index that the server takes for it.
fn concurrently(effect: &Effect, context: &Context) -> Option<Fix> {
    let view = context.catalog.views.get(&effect.target)?;
    let mut indexes = view.indexes.iter();
    let has_index = indexes.any(|index| {
        index.unique
            && index.condition.is_none()
            && index.keys.iter().all(|key| key.column.is_some())
    });
    if !has_index || !context.is_plain(effect.span) {
        return None;
    }
    let source = &context.current()?.source;
    let word = keyword(source, effect.span, context.dialect(), "VIEW")?;
    let edit = context.edit(Span::new(word.end, word.end), " CONCURRENTLY");
    context.fix("write `CONCURRENTLY`", Applicability::Safe, [edit])
}
