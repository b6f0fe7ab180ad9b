//! A column of type `serial`.

use super::{Check, Context};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

/// The first version that knows identity columns.
const IDENTITY: u16 = 10;

fn check(statement: &Statement, context: &mut Context) {
    if context.catalog.versions.postgres < IDENTITY {
        return;
    }
    for defined in crate::context::defined_columns(statement) {
        if defined.column.serial {
            let what = format!(
                "`{}.{}` is `serial`: its sequence has an owner and privileges of its own, and may be set past",
                defined.table, defined.column.name.value
            );
            context
                .report(defined.span, what)
                .help("use `GENERATED ALWAYS AS IDENTITY`");
        }
    }
}
