//! `SET LOCAL` where no transaction is open.

use super::{Check, Context};
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::edit::keyword;

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    if context.transaction.open {
        return;
    }
    for change in &statement.changes {
        if let ChangeKind::SetParameter {
            name, local: true, ..
        } = &change.kind
        {
            let word = keyword(&statement.source, change.span, context.dialect(), "LOCAL");
            let edit = word.and_then(|word| context.edit(Span::new(word.start, word.end + 1), ""));
            let plain = context.is_plain(change.span);
            let fix = context.fix("set it for the session", Applicability::Unsafe, [edit]);
            context
                .report(
                    change.span,
                    format!("SET LOCAL outside of a transaction does nothing: `{name}` stays as it is"),
                )
                .help(format!(
                    "`SET {name} = …`, and `RESET {name}` at the end, since the connection may be used again"
                ))
                .fix(fix.filter(|_| plain));
        }
    }
}
