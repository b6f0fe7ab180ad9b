//! A numbered file beside the generator's journal that no entry names.

use super::{Check, SetContext};
use crate::project::tree::file_name;
use crate::source::{Source, Span};
use crate::tool::{Journal, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

/// More than this, and the project runs its files in some other way: one report says so.
const MANY: usize = 3;

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    let Some(source) = &journal.source else {
        return;
    };
    let help = journal_advice::ADD_ENTRY;
    // A file that was renamed is reported at its entry.
    let missing: Vec<&Source> = journal
        .without_file()
        .into_iter()
        .filter_map(|entry| journal.renamed(entry))
        .collect();
    let outside: Vec<&Source> = journal
        .outside
        .iter()
        .filter(|file| !missing.iter().any(|known| known.path() == file.path()))
        .collect();
    if let [first, others @ ..] = outside.as_slice()
        && others.len() >= MANY
    {
        let name = file_name(first.path());
        let message = format!(
            "`{name}` and {} more files are not in the journal: the migrator never runs them",
            others.len()
        );
        context
            .report(source, Span::default(), message)
            .help("list them, or move them out of the folder");
        return;
    }
    for file in outside {
        let message = "this file is not in the journal: the migrator never runs it";
        context.report(file, Span::default(), message).help(help);
    }
}
