//! `REFERENCES` at a column, which MySQL parses and ignores.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ConstraintKind;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    if context.versions().mariadb {
        return;
    }
    for defined in crate::context::defined_columns(statement) {
        for constraint in &defined.column.constraints {
            let ConstraintKind::ForeignKey(key) = &constraint.kind else {
                continue;
            };
            let column = &defined.column.name.value;
            context
                .report(
                    constraint.span,
                    format!(
                        "MySQL ignores REFERENCES at a column: `{}.{column}` gets no foreign key",
                        defined.table
                    ),
                )
                .help(format!(
                    "write it for the table: `FOREIGN KEY ({column}) REFERENCES {} (…)`",
                    key.table
                ));
        }
    }
}
