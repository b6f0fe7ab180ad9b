//! A down migration that does not lead back to where its up started.

use super::{Check, Context, Run};
use crate::project::MigrationPart;
use crate::source::Span;
use crate::sql::Understood;
use crate::sql::change::{BlockItem, ChangeKind};

pub(super) const CHECK: Check = Check::Down(check);

/// As many migrations before and after one tell whether the project writes downs.
const AROUND: usize = 20;

/// As many differences as are worth naming in one message.
const SHOWN: usize = 3;

fn check(run: &Run, context: &mut Context) {
    if !run.rejections.is_empty() || !fully_understood(run) {
        return;
    }
    let Some(source) = run.source().cloned() else {
        return;
    };
    let leftovers = context.catalog.leftovers(run.before());
    let empty = run.statements.is_empty();
    if leftovers.is_empty() || empty && (says_why(run) || never_goes_back(run, context)) {
        return;
    }
    let more = leftovers.len().saturating_sub(SHOWN);
    let mut shown = leftovers[..leftovers.len() - more].join(", ");
    if more > 0 {
        shown.extend([", and ", &more.to_string(), " more"]);
    }
    let what = if empty {
        "is empty, so it undoes nothing"
    } else {
        "does not undo its up"
    };
    let span = run
        .statements
        .first()
        .map_or(Span::default(), |statement| statement.span);
    context
        .report_in(&source, span, format!("this down migration {what}: {shown}"))
        .help("restore what the up changed, or say in a comment why it cannot be restored and allow it");
}

/// Whether most downs around an empty one are empty too: the tool makes the files, and the project
/// does not go back.
fn never_goes_back(run: &Run, context: &Context) -> bool {
    let near = context
        .set
        .migrations
        .iter()
        .skip(run.number.saturating_sub(AROUND))
        .take(2 * AROUND + 1);
    let downs: Vec<&Vec<MigrationPart>> = near
        .filter_map(|migration| migration.down.as_ref())
        .collect();
    let empty = downs
        .iter()
        .filter(|parts| parts.iter().all(MigrationPart::is_blank))
        .count();
    downs.len() > 1 && 2 * empty > downs.len()
}

/// Whether somebody has written why there is nothing to undo, or no way to.
fn says_why(run: &Run) -> bool {
    let parts = run.migration.parts(run.direction);
    parts.iter().any(|part| part.reason().is_some())
}

/// Whether every statement on the way down was understood and followed.
fn fully_understood(run: &Run) -> bool {
    run.statements.iter().all(|statement| {
        !matches!(statement.understood, Understood::Opaque { .. })
            && statement.changes.iter().all(|change| match &change.kind {
                ChangeKind::Block(block) => block
                    .items
                    .iter()
                    .all(|item| matches!(item, BlockItem::Changes(_))),
                _ => true,
            })
    })
}
