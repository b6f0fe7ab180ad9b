//! Indexes of more than three columns.

use super::{Check, Context};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, IndexDef, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

/// So many columns may still each narrow a search down.
const MOST: usize = 3;

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        match &reached.change.kind {
            ChangeKind::CreateIndex { index, .. } => judge(index, reached.change.span, context),
            ChangeKind::CreateTable(create) => {
                for index in &create.indexes {
                    let span = index
                        .name
                        .as_ref()
                        .map_or(create.name.span(), |name| name.span);
                    judge(index, span, context);
                }
            }
            ChangeKind::AlterTable(alter) => {
                for (action, span) in &alter.actions {
                    if let TableAction::AddIndex(index) = action {
                        judge(index, *span, context);
                    }
                }
            }
            _ => {}
        }
    }
}

fn judge(index: &IndexDef, span: Span, context: &mut Context) {
    let combined = !matches!(index.method.as_deref(), None | Some("btree" | "hash"));
    if index.unique || combined || index.columns.len() <= MOST {
        return;
    }
    let message = format!(
        "an index on {} columns: those after the third rarely narrow a search down, and every write pays for them",
        index.columns.len()
    );
    context
        .report(span, message)
        .help("index the columns that are searched for, and put the others into INCLUDE");
}
