//! `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, which keeps what a failed try left behind.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ChangeKind;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let ChangeKind::CreateIndex { index, .. } = &reached.change.kind else {
            continue;
        };
        let Some(name) = index
            .name
            .as_ref()
            .filter(|_| index.concurrently && index.if_not_exists)
        else {
            continue;
        };
        let mut earlier = context
            .earlier()
            .iter()
            .flat_map(|statement| &statement.changes);
        let dropped = earlier.any(|change| {
            matches!(&change.kind, ChangeKind::DropIndex { names, .. } if names.iter().any(|dropped| dropped.name.value == name.value))
        });
        if dropped {
            continue;
        }
        let message = format!(
            "keeps an invalid `{}` that an interrupted build left behind: nothing uses it, and every write pays for it",
            name.value
        );
        context.report(reached.change.span, message).help(
            "`DROP INDEX CONCURRENTLY IF EXISTS` before it, and build it without IF NOT EXISTS",
        );
    }
}
