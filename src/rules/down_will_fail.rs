//! A statement of a down migration that the server would refuse.

use super::{Check, Context, Run};
use crate::sql::missing_terminator;

pub(super) const CHECK: Check = Check::Down(check);

fn check(run: &Run, context: &mut Context) {
    for (file, rejection) in run.rejections {
        let Some(source) = run.file(*file).cloned() else { continue };
        let message = format!("{}, so going down fails here", rejection.message);
        let reported = context.report_in(&source, rejection.span, message);
        if let Some((site, why)) = &rejection.related {
            reported.label_site(*site, why.clone());
        }
    }
    for statement in run.statements {
        if let Some(next) = missing_terminator(statement) {
            context
                .report_in(
                    &statement.source,
                    next,
                    "no `;` ends the statement before this one, so going down fails here",
                )
                .label(&statement.source, statement.span, "this is one statement to the server")
                .help("add the `;`");
        }
    }
}
