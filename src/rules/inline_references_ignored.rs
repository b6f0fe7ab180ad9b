//! `REFERENCES` at a column, which MySQL parses and ignores.

use super::{Check, Context};
use crate::sql::change::ConstraintKind;
use crate::sql::{Release, Statement};

pub(super) const CHECK: Check = Check::Statement(check);

/// The first release of MariaDB that makes the foreign key.
const KEPT_SINCE: Release = Release::new(10, 5, 0);
/// The first release of MySQL that makes it.
const MYSQL_KEPT_SINCE: Release = Release::new(9, 0, 0);

fn check(statement: &Statement, context: &mut Context) {
    let versions = context.versions();
    let keeps = if versions.mariadb {
        versions.mariadb_release >= KEPT_SINCE
    } else {
        versions.mysql >= MYSQL_KEPT_SINCE
    };
    if keeps {
        return;
    }
    let server = if versions.mariadb {
        "MariaDB before 10.5"
    } else {
        "MySQL before 9.0"
    };
    for defined in crate::context::defined_columns(statement) {
        for constraint in &defined.column.constraints {
            if !matches!(constraint.kind, ConstraintKind::ForeignKey(_)) {
                continue;
            }
            let column = &defined.column.name.value;
            context
                .report(
                    constraint.span,
                    format!(
                        "{server} ignores REFERENCES at a column: `{}.{column}` gets no foreign key",
                        defined.table
                    ),
                )
                .help("write it for the table: `FOREIGN KEY (column) REFERENCES …`");
        }
    }
}
