//! `SET LOCAL` where no transaction is open.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;

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
            context
                .report(
                    change.span,
                    format!("SET LOCAL outside of a transaction does nothing: `{name}` stays as it is"),
                )
                .help(format!(
                    "`SET {name} = …`, and `RESET {name}` at the end, since the connection may be used again"
                ));
        }
    }
}
