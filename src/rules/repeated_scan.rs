//! Several `ALTER TABLE`s of one table that each go through its rows.

use super::{Check, Context};
use crate::catalog::QName;
use crate::lock::{Blocks, Work};
use crate::sql::Statement;
use crate::sql::change::{AlterTable, ChangeKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    let Some(table) = scanned(statement, context) else {
        return;
    };
    if context
        .catalog
        .tables
        .get(&table)
        .is_some_and(|table| context.has_no_rows(table))
    {
        return;
    }
    let earlier = context.earlier().iter();
    let Some(first) = earlier
        .rev()
        .find(|earlier| scanned(earlier, context).as_ref() == Some(&table))
    else {
        return;
    };
    let message = format!(
        "goes through every row of `{}` again, as the `ALTER TABLE` before it does",
        context.shown(&table)
    );
    let (source, span) = (first.source.clone(), first.span);
    context
        .report(statement.span, message)
        .label(&source, span, "goes through every row")
        .help("write both as actions of one `ALTER TABLE`, which goes through the rows once");
}

/// The table that an `ALTER TABLE` goes through, if its actions can stand beside others.
fn scanned(statement: &Statement, context: &Context) -> Option<QName> {
    let [change] = statement.changes.as_slice() else {
        return None;
    };
    let ChangeKind::AlterTable(alter) = &change.kind else {
        return None;
    };
    if !combines(alter) {
        return None;
    }
    let mut effects = context.effects_of(statement).into_iter();
    let works =
        effects.any(|effect| effect.blocks() >= Blocks::Writes && effect.work() > Work::Brief);
    // An earlier statement is reported as if it ran now, when its column is NOT NULL already.
    let has_worked = alter.actions.iter().any(|(action, _)| {
        matches!(
            action,
            TableAction::SetNotNull { .. } | TableAction::SetType { .. }
        )
    });
    let table = context.catalog.find_table(&alter.table);
    (works || has_worked).then(|| table.unwrap_or_else(|| context.catalog.qualify(&alter.table)))
}

/// PostgreSQL takes some actions only alone, and others are better alone.
fn combines(alter: &AlterTable) -> bool {
    alter.actions.iter().all(|(action, _)| {
        !matches!(
            action,
            TableAction::RenameColumn { .. }
                | TableAction::RenameConstraint { .. }
                | TableAction::RenameTo(_)
                | TableAction::SetSchema(_)
                | TableAction::ValidateConstraint { .. }
                | TableAction::AttachPartition { .. }
                | TableAction::DetachPartition { .. }
        )
    })
}
