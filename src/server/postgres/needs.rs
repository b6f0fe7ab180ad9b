//! Since when PostgreSQL takes what a change asks for.

use crate::sql::change::{
    Change, ChangeKind, ColumnDef, ConstraintKind, FunctionKind, TableAction,
};
use crate::sql::{Need, Release, Versions};

/// What a change needs that the server is too old for.
pub(crate) fn need(change: &Change, versions: Versions) -> Option<Need> {
    let (what, since) = asked(change, versions)?;
    // What is newer than the release that is assumed where nobody says is asked only of those who
    // do.
    let judged = versions.postgres_is_said || since <= Versions::default().postgres;
    (judged && versions.postgres < since).then_some(Need {
        what,
        since: Release::new(since, 0, 0),
        server: Release::new(versions.postgres, u16::MAX, u16::MAX),
        product: "PostgreSQL",
    })
}

/// The newest thing that a change asks for, and the major version that brought it.
fn asked(change: &Change, _: Versions) -> Option<(&'static str, u16)> {
    match &change.kind {
        ChangeKind::CreateIndex { index, .. } if index.nulls_not_distinct => {
            Some(("NULLS NOT DISTINCT", 15))
        }
        ChangeKind::CreateIndex { index, .. } if !index.include.is_empty() => Some(("INCLUDE", 11)),
        ChangeKind::Reindex {
            concurrently: true, ..
        } => Some(("REINDEX … CONCURRENTLY", 12)),
        ChangeKind::CreateTrigger {
            or_replace: true, ..
        } => Some(("CREATE OR REPLACE TRIGGER", 14)),
        ChangeKind::CreateFunction {
            kind: FunctionKind::Procedure,
            ..
        } => Some(("a procedure", 11)),
        ChangeKind::RenameEnumValue { .. } => Some(("ALTER TYPE … RENAME VALUE", 10)),
        ChangeKind::CreateTable(create) => {
            let columns = create.columns.iter().filter_map(of_column);
            let constraints = create.constraints.iter();
            columns
                .chain(constraints.filter_map(|one| of_constraint(&one.kind)))
                .max_by_key(|(_, since)| *since)
        }
        ChangeKind::AlterTable(alter) => {
            let actions = alter.actions.iter();
            actions
                .filter_map(|(action, _)| of_action(action))
                .max_by_key(|(_, since)| *since)
        }
        _ => None,
    }
}

fn of_action(action: &TableAction) -> Option<(&'static str, u16)> {
    match action {
        TableAction::AddColumn { column, .. } => of_column(column),
        TableAction::AddConstraint(constraint) => of_constraint(&constraint.kind),
        TableAction::DetachPartition {
            concurrently: true, ..
        } => Some(("DETACH PARTITION … CONCURRENTLY", 14)),
        TableAction::DropExpression { .. } => Some(("DROP EXPRESSION", 13)),
        TableAction::SetExpression { .. } => Some(("SET EXPRESSION", 17)),
        TableAction::AddIdentity { .. } => Some(("an identity column", 10)),
        TableAction::Storage {
            property: "ACCESS METHOD",
            ..
        } => Some(("SET ACCESS METHOD", 15)),
        _ => None,
    }
}

fn of_column(column: &ColumnDef) -> Option<(&'static str, u16)> {
    match &column.generated {
        Some(made) if made.stored => Some(("a generated column", 12)),
        Some(_) => Some(("a virtual generated column", 18)),
        None if column.identity.is_some() => Some(("an identity column", 10)),
        None => None,
    }
}

fn of_constraint(kind: &ConstraintKind) -> Option<(&'static str, u16)> {
    match kind {
        ConstraintKind::NotNull { .. } => Some(("a NOT NULL constraint of the table", 18)),
        ConstraintKind::Unique {
            nulls_not_distinct: true,
            ..
        } => Some(("NULLS NOT DISTINCT", 15)),
        _ => None,
    }
}
