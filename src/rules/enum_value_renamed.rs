//! `RENAME VALUE` under running code.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::RenameEnumValue { name, from, to } = &reached.change.kind else {
            continue;
        };
        let made = context.enumeration(name).map(|found| {
            let label = found.labels.iter().find(|label| label.text == from.value);
            (found.origin, label.map(|label| label.origin))
        });
        if made.is_some_and(|(of_type, of_label)| {
            context.is_new(&of_type) || of_label.is_some_and(|origin| context.is_new(&origin))
        }) {
            continue;
        }
        context
            .report(
                reached.change.span,
                format!(
                    "renames `{}` of `{name}` to `{}`, which code that still runs goes on writing",
                    from.value, to.value
                ),
            )
            .label_site(
                made.and_then(|(of_type, of_label)| {
                    of_label.and_then(|label| label.made).or(of_type.made)
                }),
                "the label was made here",
            )
            .help("add the new label beside it, move code and rows, and leave the old one unused");
    }
}
