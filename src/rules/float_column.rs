//! A column whose numbers are not kept exactly.

use super::{Check, Context};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        let data_type = &defined.column.data_type;
        if data_type.schema.is_none()
            && matches!(
                data_type.name.as_str(),
                "real" | "double precision" | "float" | "double" | "money"
            )
        {
            let what = format!(
                "`{}.{}` does not keep every number exactly, or depends on the locale",
                defined.table, defined.column.name.value
            );
            context
                .report(defined.span, what)
                .help("use `numeric` (`decimal` on MySQL) for what is counted or paid");
        }
    }
}
