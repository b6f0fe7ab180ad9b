//! Row security that goes on for a table without a policy.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::RowSecurity {
            enable: Some(true), ..
        } = edit.action
        else {
            continue;
        };
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let name = &table.name;
        let policy_comes = context.changes_later().any(|reached| {
            matches!(&reached.change.kind, ChangeKind::CreatePolicy { table, .. }
                if context.is_named(table, name))
        });
        if context.is_new(&table.origin)
            || table.row_security.enabled
            || !table.policies.is_empty()
            || policy_comes
        {
            continue;
        }
        let made = table.origin.made;
        context
            .report(
                edit.span,
                format!("row security goes on for `{}`, which has no policy: nobody but its owner reads or writes a row", edit.table),
            )
            .label_site(made, "the table was made here")
            .help("make its policies in the same transaction");
    }
}
