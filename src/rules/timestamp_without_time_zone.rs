//! A moment that depends on where it is read.

use super::{Check, Context};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        let data_type = &defined.column.data_type;
        if data_type.schema.is_none() && data_type.name == "timestamp without time zone" {
            let what = format!(
                "`{}.{}` has no time zone: the same value is another moment for each client",
                defined.table, defined.column.name.value
            );
            context.report(defined.span, what).help("use `timestamptz`");
        }
    }
}
