//! A last snapshot that follows one which is not there.

use super::{Check, SetContext};
use crate::tool::{Journal, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    for snapshot in journal.orphans() {
        let message = if snapshot.is_change() {
            format!(
                "this snapshot builds on one that is not here: {}",
                journal_advice::REFUSES
            )
        } else {
            "this snapshot follows one that is not here: what was in between may be missing in it"
                .to_owned()
        };
        context
            .report(&snapshot.source, snapshot.span, message)
            .help("bring the missing snapshot back, or generate this migration again");
    }
}
