//! An entry of the generator's journal whose file is not there.

use super::{Check, SetContext};
use crate::source::Span;
use crate::tool::Journal;

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    let Some(source) = &journal.source else {
        return;
    };
    for entry in journal.without_file() {
        let message = format!(
            "`{}.sql` is in the journal and not in the folder: the migrator stops here with an error",
            entry.tag
        );
        let report = context.report(source, entry.span, message);
        match journal.renamed(entry) {
            Some(file) => {
                report.label(file, Span::default(), "this file is in the folder and not in the journal").help(
                    "rename it back, or write its new name into the journal: databases go by the time, not by the name",
                )
            }
            None => report.help("bring the file back, or take the entry out of the journal"),
        };
    }
}
