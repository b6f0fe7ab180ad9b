//! An entry of the generator's journal whose number is another entry's, or not that of its file.

use std::collections::HashMap;

use super::{Check, SetContext};
use crate::tool::{Journal, JournalEntry, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    let Some(source) = &journal.source else {
        return;
    };
    let mut by_index: HashMap<i64, Vec<&JournalEntry>> = HashMap::new();
    for entry in &journal.entries {
        if let Some(index) = entry.index {
            by_index.entry(index).or_default().push(entry);
        }
    }
    for entry in journal.misnumbered() {
        let (Some(index), tag) = (entry.index, &entry.tag) else {
            continue;
        };
        let mut alike = by_index.get(&index).into_iter().flatten();
        let taken = alike.find(|other| other.tag != *tag);
        let what = match (taken, entry.number()) {
            (Some(other), number) if number.is_some() && number == other.number() => {
                format!(
                    "`{tag}` and `{}` both have the number {index:04}: one snapshot overwrites the other",
                    other.tag
                )
            }
            (_, Some(number)) if number != index => {
                format!("`{tag}` has the index {index} and the number {number:04}")
            }
            (Some(other), _) => format!("`{tag}` and `{}` both have the index {index}", other.tag),
            (None, _) => format!("`{tag}` has the index {index} twice"),
        };
        let last = journal
            .entries
            .last()
            .is_some_and(|last| last.span == entry.span);
        let message = match journal.taken().filter(|_| last) {
            Some(next) => format!("{what}: {} {next:04}", journal_advice::OVERWRITES),
            None => what,
        };
        context
            .report(source, entry.span, message)
            .help("number the file, its entry and its snapshot alike");
    }
}
