//! An entry of the generator's journal that is not later than the one before it.

use super::{Check, SetContext};
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
    for (entry, before) in journal.out_of_order() {
        let message = format!(
            "`{}` is not later than `{}` before it: databases that have run that one skip this one silently",
            entry.tag, before.tag
        );
        context
            .report(source, entry.when_span, message)
            .label(
                source,
                before.when_span,
                format!("`{}` is from then", before.tag),
            )
            .help(format!("set `when` to more than {}", before.when));
    }
}
