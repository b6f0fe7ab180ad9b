//! An entry of Drizzle's journal whose file is not there.

use super::{Check, SetContext};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = &set.journal else { return };
    let Some(source) = &journal.source else { return };
    for entry in journal.without_file() {
        let message = format!(
            "`{}.sql` is in the journal and not in the folder: the migrator stops here with an error",
            entry.tag
        );
        context.report(source, entry.span, message).help("bring the file back, or take the entry out of the journal");
    }
}
