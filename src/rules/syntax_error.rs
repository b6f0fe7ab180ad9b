//! A statement that no server takes.

use super::{Check, Context};
use crate::diagnostic::Applicability;
use crate::project::Direction;
use crate::source::Span;
use crate::sql::{FaultKind, Statement, Understood, Unread};

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    let Understood::Opaque {
        reason: Unread::Invalid(fault),
        ..
    } = &statement.understood
    else {
        return;
    };
    // `down-will-fail` speaks of a down migration that is cut wrongly.
    if fault.kind == FaultKind::NoTerminator && context.run.direction == Direction::Down {
        return;
    }
    let message = format!("syntax error: {}", fault.kind.message());
    let at = Span::new(fault.span.start, fault.span.start);
    let edit = context.edit(at, ";\n");
    let fix = context.fix("write the `;`", Applicability::Unsafe, [edit]);
    let mut reported = context.report(fault.span, message);
    if fault.kind == FaultKind::NoTerminator {
        reported = reported.label(
            &statement.source,
            statement.span,
            "this is one statement to the server",
        );
        reported.help("add the `;`").fix(fix);
    }
}
