//! `CREATE EXTENSION` in a migration.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::CreateExtension { name, .. } = &reached.change.kind else {
            continue;
        };
        context
            .report(
                reached.change.span,
                format!(
                    "extension `{}` has to be installed on the server, and most need a superuser",
                    name.value
                ),
            )
            .help("let whoever sets up databases create it");
    }
}
