//! A journal or a snapshot that is not what drizzle-kit writes.

use super::{Check, SetContext};
use crate::source::Span;
use crate::tool::Journal;

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    if let Some(journal) = Journal::beside_folders(set) {
        let message = "this journal lies beside folders of drizzle-kit 1.0, whose `migrate` and `generate` stop at it";
        context
            .report(journal, Span::default(), message)
            .help("run `drizzle-kit up`, which makes folders of the other migrations and takes the journal away");
    }
    let Some(journal) = Journal::of(set) else {
        return;
    };
    let help = "keep the side that was merged first, and let `drizzle-kit generate` make the other side's migration again";
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
        let message = format!(
            "this snapshot {}: drizzle-kit refuses to generate",
            broken.why
        );
        context
            .report(&broken.source, broken.span, message)
            .help(help);
    }
}
