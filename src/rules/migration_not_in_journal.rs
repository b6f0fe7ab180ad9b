//! A numbered file beside Drizzle's journal that no entry names.

use super::{Check, SetContext};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Set(check);

/// More than this, and the project runs its files in some other way: one report says so.
const MANY: usize = 3;

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = &set.journal else { return };
    let Some(source) = &journal.source else { return };
    let help = "make it with `drizzle-kit generate --custom`, which writes the entry, or move the file elsewhere";
    if let [first, others @ ..] = journal.outside.as_slice()
        && others.len() >= MANY
    {
        let name = first.path().rsplit('/').next().unwrap_or_default();
        let message =
            format!("`{name}` and {} more files are not in the journal: the migrator never runs them", others.len());
        context.report(source, Span::default(), message).help("list them, or move them out of the folder");
        return;
    }
    for file in &journal.outside {
        let message = "this file is not in the journal: the migrator never runs it";
        context.report(file, Span::default(), message).help(help);
    }
}
