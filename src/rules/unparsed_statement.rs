//! A schema change that nobody understood.

use super::{Check, Context};
use crate::sql::{Statement, Understood, Unread};

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    let Understood::Opaque { reason, ddl: true } = &statement.understood else {
        return;
    };
    // These are said of the whole file.
    if matches!(reason, Unread::TemplateFile | Unread::Unmerged) {
        return;
    }
    let line = statement.text().lines().next().unwrap_or_default();
    let words = line
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ");
    context
        .report(
            statement.span,
            format!("cannot parse `{words} …`, so what it changes is neither checked nor replayed"),
        )
        .help(reason.to_string());
}
