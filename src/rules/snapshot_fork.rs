//! Two snapshots with the same parent.

use super::{Check, SetContext};
use crate::tool::{Journal, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    for (later, first) in journal.forks() {
        let message = format!(
            "this snapshot follows the same one as {}: it knows nothing of the changes there, and {}",
            first.name,
            journal_advice::REFUSES
        );
        context
            .report(&later.source, later.span, message)
            .label(&first.source, first.span, "follows the same snapshot")
            .help(
                "delete this migration with its snapshot and journal entry, and generate it again",
            );
    }
}
