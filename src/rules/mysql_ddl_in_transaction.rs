//! A transaction around statements that MySQL commits at once.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, Persistence};

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    if !is_in_transaction(context) {
        return;
    }
    let Some(change) = statement
        .changes
        .iter()
        .find(|change| commits(&change.kind))
    else {
        return;
    };
    let undone = context
        .later()
        .iter()
        .flat_map(|statement| &statement.changes)
        .any(|later| matches!(later.kind, ChangeKind::Rollback { to: None }));
    let consequence = if undone {
        "the ROLLBACK takes nothing of it back"
    } else {
        "what comes before it stays when something after it fails"
    };
    context
        .report(
            change.span,
            format!("MySQL commits this statement, and all before it, at once: {consequence}"),
        )
        .help("leave the transaction to statements on rows, and give each change of the schema a migration of its own");
}

/// Whether the migration has begun a transaction of its own that nothing has ended yet.
fn is_in_transaction(context: &Context) -> bool {
    let mut open = false;
    for change in context
        .earlier()
        .iter()
        .flat_map(|statement| &statement.changes)
    {
        match &change.kind {
            ChangeKind::Begin => open = true,
            ChangeKind::Commit | ChangeKind::Rollback { to: None } => open = false,
            kind if commits(kind) => open = false,
            _ => {}
        }
    }
    open
}

/// Whether a statement ends the transaction that it stands in.
fn commits(kind: &ChangeKind) -> bool {
    match kind {
        ChangeKind::CreateTable(create) => create.persistence != Persistence::Temporary,
        ChangeKind::DropTable { temporary, .. } => !temporary,
        ChangeKind::AlterTable(_)
        | ChangeKind::RenameTable { .. }
        | ChangeKind::Truncate { .. }
        | ChangeKind::CreateIndex { .. }
        | ChangeKind::DropIndex { .. }
        | ChangeKind::CreateView { .. }
        | ChangeKind::DropView { .. }
        | ChangeKind::CreateTrigger { .. }
        | ChangeKind::DropTrigger { .. }
        | ChangeKind::CreateFunction { .. }
        | ChangeKind::DropFunction { .. }
        | ChangeKind::CreateSchema { .. }
        | ChangeKind::DropSchema { .. } => true,
        _ => false,
    }
}
