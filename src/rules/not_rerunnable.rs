//! Statements that stand in the way of a second try, where the first one is not undone.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    // Without a statement after it, the migration is done when it is.
    if context.transaction.open
        || context.later().is_empty()
        || context
            .earlier()
            .iter()
            .any(|earlier| once(earlier).is_some())
    {
        return;
    }
    let Some((change, form)) = once(statement) else {
        return;
    };
    context
        .report(
            change.span,
            format!("runs outside of a transaction: when a later statement fails, the second try stops here without `{form}`"),
        )
        .help(format!(
            "write `{form}`, or give what needs no transaction a migration of its own"
        ));
}

/// The first change that fails when it is made twice, and what would let it pass.
fn once(statement: &Statement) -> Option<(&Change, &'static str)> {
    const MAKES: &str = "IF NOT EXISTS";
    const DROPS: &str = "IF EXISTS";
    changes(&statement.changes)
        .into_iter()
        .filter(|reached| !reached.conditional && reached.handlers.is_empty())
        .find_map(|reached| {
            let form = match &reached.change.kind {
                ChangeKind::CreateTable(create) if !create.if_not_exists => MAKES,
                // An invalid index is left behind, which `IF NOT EXISTS` would keep.
                ChangeKind::CreateIndex { index, .. }
                    if !index.if_not_exists && !index.concurrently && index.name.is_some() =>
                {
                    MAKES
                }
                ChangeKind::CreateSchema { if_not_exists, .. }
                | ChangeKind::CreateExtension { if_not_exists, .. }
                | ChangeKind::CreateSequence { if_not_exists, .. }
                | ChangeKind::AddEnumValue { if_not_exists, .. }
                    if !if_not_exists =>
                {
                    MAKES
                }
                ChangeKind::DropIndex { mode, .. }
                | ChangeKind::DropView { mode, .. }
                | ChangeKind::DropType { mode, .. }
                | ChangeKind::DropSequence { mode, .. }
                    if !mode.if_exists =>
                {
                    DROPS
                }
                ChangeKind::AlterTable(alter) => {
                    alter.actions.iter().find_map(|(action, _)| match action {
                        TableAction::AddColumn {
                            if_not_exists: false,
                            ..
                        } => Some(MAKES),
                        TableAction::DropColumn {
                            if_exists: false, ..
                        }
                        | TableAction::DropConstraint {
                            if_exists: false, ..
                        } => Some(DROPS),
                        _ => None,
                    })?
                }
                _ => return None,
            };
            Some((reached.change, form))
        })
}
