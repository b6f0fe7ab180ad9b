//! A column of type `json` on a table that code reads.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::AddColumn { column, .. } = edit.action else {
            continue;
        };
        if column.data_type.name != "json"
            || column.data_type.array
            || column.data_type.schema.is_some()
            || context.is_new_table(edit.table)
        {
            continue;
        }
        context
            .report(
                edit.span,
                format!(
                    "`json` has no equality: SELECT DISTINCT, GROUP BY and UNION over every column of `{}` fail from now on",
                    edit.table
                ),
            )
            .help("use `jsonb`");
    }
}
