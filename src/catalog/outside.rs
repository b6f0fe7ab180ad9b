//! What PostgreSQL does only outside a transaction block.

use super::rejection::sqlstate;
use super::{Catalog, Rejection, TableKind};
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, ObjectName, TableAction};
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
                let what = self.outside_only(&reached.change.kind)?;
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

    /// The command, if a transaction block forbids it, also for what is partitioned and for the
    /// server's age.
    fn outside_only(&self, kind: &ChangeKind) -> Option<String> {
        let partitioned = |name: &ObjectName| {
            self.table(name)
                .is_some_and(|table| table.kind == TableKind::Partitioned)
        };
        match kind {
            ChangeKind::AddEnumValue { .. }
                if self.versions.postgres < ADD_VALUE_IN_TRANSACTION =>
            {
                Some("ALTER TYPE … ADD VALUE".to_owned())
            }
            ChangeKind::Reindex {
                target,
                name: Some(name),
                ..
            } if target == "TABLE" && partitioned(name) => {
                Some("REINDEX TABLE of a partitioned table".to_owned())
            }
            ChangeKind::Maintenance {
                name,
                table: Some(table),
                ..
            } if name == "CLUSTER" && partitioned(table) => {
                Some("CLUSTER of a partitioned table".to_owned())
            }
            kind => outside_only(kind),
        }
    }
}

/// The first version that adds a label to an enum inside a transaction block.
const ADD_VALUE_IN_TRANSACTION: u16 = 12;

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
