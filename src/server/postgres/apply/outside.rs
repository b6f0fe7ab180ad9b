//! What PostgreSQL does only outside a transaction block.

use crate::catalog::{Catalog, TableKind};
use crate::sql::change::{ChangeKind, ObjectName, TableAction};

/// The first version that adds a label to an enum inside a transaction block.
const ADD_VALUE_IN_TRANSACTION: u16 = 12;

/// What the parser takes in its plain forms, so that no recogniser sees it.
const PARSED: &[&str] = &["CREATE DATABASE", "DROP DATABASE", "DISCARD ALL"];

/// The command, if a transaction block forbids it, also for what is partitioned and for the
/// server's age.
pub(crate) fn outside_only_here(catalog: &Catalog, kind: &ChangeKind) -> Option<String> {
    let partitioned = |name: &ObjectName| {
        catalog
            .table(name)
            .is_some_and(|table| table.kind == TableKind::Partitioned)
    };
    match kind {
        ChangeKind::AddEnumValue { .. } if catalog.versions.postgres < ADD_VALUE_IN_TRANSACTION => {
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

/// The command, if a transaction block forbids it.
pub(crate) fn outside_only(kind: &ChangeKind) -> Option<String> {
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
            alter.actions.iter().find(|(action, _)| match action {
                TableAction::DetachPartition { concurrently, .. } => *concurrently,
                _ => false,
            })?;
            "ALTER TABLE … DETACH PARTITION … CONCURRENTLY".to_owned()
        }
        ChangeKind::Maintenance {
            name,
            in_transaction: false,
            ..
        } => name.clone(),
        ChangeKind::Inert(name) if PARSED.contains(&name.as_str()) => name.clone(),
        _ => return None,
    })
}
