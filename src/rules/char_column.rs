//! A column of type `char(n)`.

use super::{Check, Context};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        let data_type = &defined.column.data_type;
        if data_type.schema.is_none() && data_type.name == "character" {
            let what = format!(
                "`{}.{}` is `char`: values are filled up with blanks, which compare as if they were not there",
                defined.table, defined.column.name.value
            );
            context
                .report(defined.span, what)
                .help("use `text`, with a CHECK where the length matters");
        }
    }
}
