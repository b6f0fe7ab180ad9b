//! Several `ALTER TABLE`s of one table that each go through its rows.

use super::{Check, Context};
use crate::catalog::{Catalog, QName};
use crate::lock::{Blocks, Effect, Work, effects};
use crate::sql::change::{AlterTable, Change, ChangeKind, ObjectName, TableAction};
use crate::sql::walk::changes;
use crate::sql::{Statement, Understood};

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
    let earlier = context.earlier().iter().rev();
    // What writes rows between two of them may be why there are two.
    let mut together = earlier.take_while(|earlier| !writes_rows(earlier, &table, context));
    let Some(first) = together.find(|earlier| has_scanned(earlier, &table, context)) else {
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
    let alter = combined(statement)?;
    let effects = context.effects_of(statement);
    works(&effects).then(|| altered(&alter.table, context.catalog))
}

/// Whether an earlier statement of the migration went through a table. The schema before the
/// migration says it: in the one that stands now the column is NOT NULL, or has its type, already.
fn has_scanned(earlier: &Statement, table: &QName, context: &Context) -> bool {
    let Some(alter) = combined(earlier) else {
        return false;
    };
    if altered(&alter.table, context.catalog) != *table {
        return false;
    }
    let effects = effects(&earlier.changes[0], context.run.before());
    works(&effects) || works(&context.effects_of(earlier))
}

/// The only change of a statement, where that is an `ALTER TABLE` whose actions can stand beside
/// others.
fn combined(statement: &Statement) -> Option<&AlterTable> {
    match statement.changes.as_slice() {
        [
            Change {
                kind: ChangeKind::AlterTable(alter),
                ..
            },
        ] => combines(alter).then_some(alter),
        _ => None,
    }
}

fn altered(name: &ObjectName, catalog: &Catalog) -> QName {
    let table = catalog.find_table(name);
    table.unwrap_or_else(|| catalog.qualify(name))
}

fn works(effects: &[Effect]) -> bool {
    let mut effects = effects.iter();
    effects.any(|effect| effect.blocks() >= Blocks::Writes && effect.work() > Work::Brief)
}

/// Whether a statement changes rows of a table, or may.
fn writes_rows(statement: &Statement, table: &QName, context: &Context) -> bool {
    matches!(statement.understood, Understood::Opaque { .. })
        || changes(&statement.changes)
            .iter()
            .any(|reached| match &reached.change.kind {
                ChangeKind::Update { table: name, .. }
                | ChangeKind::Delete { table: name, .. }
                | ChangeKind::Insert { table: name, .. } => {
                    altered(name, context.catalog) == *table
                }
                _ => false,
            })
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
