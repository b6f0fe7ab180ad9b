//! `ADD VALUE` that does not say where.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, EnumPosition};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::AddEnumValue {
            name,
            value,
            position: EnumPosition::Last,
            ..
        } = &reached.change.kind
        else {
            continue;
        };
        context
            .report(
                reached.change.span,
                format!(
                    "`{}` becomes the last value of `{name}`, which decides how it sorts for good",
                    value.value
                ),
            )
            .help("say `BEFORE` or `AFTER` which value it belongs");
    }
}
