//! A statement of a down migration that the server would refuse.

use super::{Check, Context, Run, migration_will_fail};
use crate::sql::missing_terminator;

pub(super) const CHECK: Check = Check::Down(check);

fn check(run: &Run, context: &mut Context) {
    migration_will_fail::report(run, "so going down fails here", context);
    for statement in run.statements {
        if let Some(next) = missing_terminator(statement) {
            context
                .report_in(
                    &statement.source,
                    next,
                    "no `;` ends the statement before this one, so going down fails here",
                )
                .label(
                    &statement.source,
                    statement.span,
                    "this is one statement to the server",
                )
                .help("add the `;`");
        }
    }
}
