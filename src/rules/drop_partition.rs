//! MySQL's `DROP PARTITION` and `TRUNCATE PARTITION`.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::Inert(words) = edit.action else {
            continue;
        };
        let empties = words == "TRUNCATE PARTITION";
        if !(empties || words == "DROP PARTITION") || !context.may_hold_rows(edit.table) {
            continue;
        }
        let what = if empties { "empties" } else { "drops" };
        context
            .report(
                edit.span,
                format!("{what} a partition of `{}` with its rows", edit.table),
            )
            .help("`EXCHANGE PARTITION` it with an empty table first, and keep that until nothing misses its rows");
    }
}
