//! Two snapshots with the same parent.

use super::{Check, SetContext};
use crate::tool::Journal;

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    for (later, first) in journal.forks() {
        let message = format!(
            "this snapshot follows the same one as {}: it knows nothing of the changes there, and drizzle-kit refuses to generate",
            first.name
        );
        context
            .report(&later.source, later.span, message)
            .label(&first.source, first.span, "follows the same snapshot")
            .help(
                "delete this migration with its snapshot and journal entry, and generate it again",
            );
    }
}
