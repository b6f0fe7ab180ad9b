//! A journal or a snapshot that is not what its generator writes.

use super::{Check, SetContext};
use crate::source::Span;
use crate::tool::{Journal, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    if let Some(journal) = Journal::beside_folders(set) {
        context
            .report(journal, Span::default(), journal_advice::BESIDE_FOLDERS)
            .help(journal_advice::MOVE_TO_FOLDERS);
    }
    let Some(journal) = Journal::of(set) else {
        return;
    };
    let help = journal_advice::KEEP_ONE_SIDE;
    if let Some(broken) = &journal.unreadable {
        let message = format!(
            "the journal {}: the migrator cannot read it, and runs nothing",
            broken.why
        );
        context
            .report(&broken.source, broken.span, message)
            .help(help);
    }
    for broken in &journal.broken {
        let message = format!("this snapshot {}: {}", broken.why, journal_advice::REFUSES);
        context
            .report(&broken.source, broken.span, message)
            .help(help);
    }
}
