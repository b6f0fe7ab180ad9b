//! What PostgreSQL does only outside a transaction block.

use super::rejection::sqlstate;
use super::{Catalog, Rejection};
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::walk::changes;

impl Catalog {
    /// What the server refuses of a change because a transaction is open: the implicit one around
    /// several statements in one string counts, and so does the one in which a block runs.
    pub(crate) fn refused_in_transaction(&self, change: &Change) -> Vec<Rejection> {
        if !self.dialect.forbids_in_transactions() {
            return Vec::new();
        }
        let refused = changes(std::slice::from_ref(change))
            .into_iter()
            .filter_map(|reached| {
                let what = outside_only(&reached.change.kind)?;
                if reached.conditional || reached.swallows("active_sql_transaction") {
                    return None;
                }
                let message = format!("`{what}` cannot run inside a transaction block");
                Some(Rejection::new(
                    sqlstate::ACTIVE_SQL_TRANSACTION,
                    reached.change.span,
                    message,
                ))
            });
        refused.collect()
    }
}

/// Whether PostgreSQL runs none of these statements inside a transaction block.
pub(crate) fn all_outside_only(statements: &[Statement]) -> bool {
    let outside = |statement: &Statement| {
        statement
            .changes
            .iter()
            .any(|change| outside_only(&change.kind).is_some())
    };
    !statements.is_empty() && statements.iter().all(outside)
}

/// The command, if a transaction block forbids it.
fn outside_only(kind: &ChangeKind) -> Option<String> {
    Some(match kind {
        ChangeKind::CreateIndex { index, .. } if index.concurrently => {
            "CREATE INDEX CONCURRENTLY".to_owned()
        }
        ChangeKind::DropIndex {
            concurrently: true, ..
        } => "DROP INDEX CONCURRENTLY".to_owned(),
        ChangeKind::Reindex {
            concurrently: true, ..
        } => "REINDEX CONCURRENTLY".to_owned(),
        ChangeKind::Reindex { target, .. }
            if matches!(target.as_str(), "SCHEMA" | "DATABASE" | "SYSTEM") =>
        {
            format!("REINDEX {target}")
        }
        ChangeKind::AlterTable(alter) => {
            let detaches = |action: &TableAction| {
                matches!(
                    action,
                    TableAction::DetachPartition {
                        concurrently: true,
                        ..
                    }
                )
            };
            alter.actions.iter().find(|(action, _)| detaches(action))?;
            "ALTER TABLE … DETACH PARTITION … CONCURRENTLY".to_owned()
        }
        ChangeKind::Maintenance {
            name,
            in_transaction: false,
            ..
        } => name.clone(),
        _ => return None,
    })
}
