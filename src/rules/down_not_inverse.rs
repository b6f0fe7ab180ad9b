//! A down migration that does not lead back to where its up started.

use super::{Check, Context, Run};
use crate::source::Span;
use crate::sql::Understood;
use crate::sql::change::{BlockItem, ChangeKind};

pub(super) const CHECK: Check = Check::Down(check);

/// As many differences as are worth naming in one message.
const SHOWN: usize = 3;

fn check(run: &Run, context: &mut Context) {
    if !run.rejections.is_empty() || !fully_understood(run) {
        return;
    }
    let leftovers = context.catalog.leftovers(run.before);
    let Some(source) = run.source().cloned() else { return };
    if leftovers.is_empty() {
        return;
    }
    let more = leftovers.len().saturating_sub(SHOWN);
    let mut shown = leftovers[..leftovers.len() - more].join(", ");
    if more > 0 {
        shown += &format!(", and {more} more");
    }
    let what = if run.statements.is_empty() { "is empty, so it undoes nothing" } else { "does not undo its up" };
    let span = run.statements.first().map_or(Span::default(), |statement| statement.span);
    context
        .report_in(&source, span, format!("this down migration {what}: {shown}"))
        .help("restore what the up changed, or say in a comment why it cannot be restored and allow it");
}

/// Whether every statement on the way down was understood and followed.
fn fully_understood(run: &Run) -> bool {
    run.statements.iter().all(|statement| {
        !matches!(statement.understood, Understood::Opaque { .. })
            && statement.changes.iter().all(|change| match &change.kind {
                ChangeKind::Block(block) => block.items.iter().all(|item| matches!(item, BlockItem::Changes(_))),
                _ => true,
            })
    })
}
