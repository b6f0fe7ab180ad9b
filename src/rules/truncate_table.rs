//! `TRUNCATE` of a table that may hold rows.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::Truncate { tables, cascade } = &reached.change.kind else {
            continue;
        };
        // `truncate-cascade` speaks of tables that are emptied without being named.
        if *cascade && !context.emptied_along(tables).is_empty() {
            continue;
        }
        let lost: Vec<String> = tables
            .iter()
            .filter(|name| context.may_hold_rows(name))
            .map(|name| format!("`{name}`"))
            .collect();
        if lost.is_empty() {
            continue;
        }
        let extra = if context.dialect().is_transactional() {
            ", and readers and writers wait for it"
        } else {
            ", commits at once, and starts AUTO_INCREMENT from 1 again"
        };
        context
            .report(
                reached.change.span,
                format!("deletes every row of {}{extra}", lost.join(", ")),
            )
            .help("delete what has to go by condition, in batches, or keep a copy");
    }
}
