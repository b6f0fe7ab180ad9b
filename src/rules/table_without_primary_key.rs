//! A table that has no primary key when its migration is over.

use super::{Check, Context, Run};
use crate::sql::change::{ChangeKind, Persistence};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    for statement in run.statements {
        for reached in changes(&statement.changes) {
            let ChangeKind::CreateTable(create) = &reached.change.kind else {
                continue;
            };
            let Some(table) = context.table(&create.name) else {
                continue;
            };
            let excused = table.primary_key.is_some()
                || table.persistence != Persistence::Permanent
                || !table.knowledge.is_exact()
                || table.partition_of.is_some()
                || !table.inherits.is_empty()
                || create.query.is_some()
                || table
                    .origin
                    .made
                    .is_none_or(|site| site.span != reached.change.span);
            if excused {
                continue;
            }
            context
                .report_in(
                    &statement.source,
                    create.name.span(),
                    format!("`{}` has no primary key: rows cannot be distinguished, and replication of UPDATE and DELETE needs one", create.name),
                )
                .help("give it one, even if it is only a number");
        }
    }
}
