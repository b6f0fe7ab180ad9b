//! An entry of Drizzle's journal whose number is another entry's, or not that of its file.

use super::{Check, SetContext};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = &set.journal else { return };
    let Some(source) = &journal.source else { return };
    for entry in journal.misnumbered() {
        let (index, tag) = (entry.index, &entry.tag);
        let taken = journal.entries.iter().find(|other| other.index == index && other.tag != *tag);
        let message = match taken {
            Some(other) => {
                format!("`{tag}` and `{}` both have the index {index}: their snapshots overwrite each other", other.tag)
            }
            None => format!("`{tag}` has the index {index}: its snapshot is looked for under that number"),
        };
        context.report(source, entry.span, message).help("number the file, its entry and its snapshot alike");
    }
}
