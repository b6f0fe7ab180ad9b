//! `REFERENCES` at a column, which MySQL parses and ignores.

use super::{Check, Context};
use crate::sql::change::ConstraintKind;
use crate::sql::{Release, Statement};

pub(super) const CHECK: Check = Check::Statement(check);

/// The first release of MariaDB that makes the foreign key.
const KEPT_SINCE: Release = Release::new(10, 5, 0);

fn check(statement: &Statement, context: &mut Context) {
    let versions = context.versions();
    if versions.mariadb && versions.mariadb_release >= KEPT_SINCE {
        return;
    }
    let server = if versions.mariadb {
        "MariaDB before 10.5"
    } else {
        "MySQL"
    };
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
                        "{server} ignores REFERENCES at a column: `{}.{column}` gets no foreign key",
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
