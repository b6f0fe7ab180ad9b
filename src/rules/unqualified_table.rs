//! A table that is made without its schema.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Persistence};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let name = match &reached.change.kind {
            ChangeKind::CreateTable(create) if create.persistence != Persistence::Temporary => {
                &create.name
            }
            ChangeKind::AlterTable(alter) => &alter.table,
            ChangeKind::CreateView {
                name,
                temporary: false,
                ..
            } => name,
            _ => continue,
        };
        let temporary = context
            .table(name)
            .is_some_and(|table| table.persistence == Persistence::Temporary);
        if name.schema.is_some() || temporary {
            continue;
        }
        let shown = context.qualified(name);
        context
            .report(
                name.span(),
                format!("which schema `{name}` lies in depends on `search_path`"),
            )
            .help(format!("write `{shown}`"));
    }
}
