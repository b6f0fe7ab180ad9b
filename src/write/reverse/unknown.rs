//! What was done to tables of which not everything is known. No comparison looks at them, so each
//! action is taken back by itself, or it is said that it is not.

use std::collections::BTreeSet;

use super::step;
use crate::catalog::{Catalog, QName};
use crate::drift::{RepairStep, lost_column};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, ChangeKind, ConstraintDef, ConstraintKind, DropMode, ObjectName, TableAction,
};
use crate::sql::walk;
use crate::write::DraftScript;

/// The way back of such actions, the last one first.
pub(super) fn back(before: &Catalog, after: &Catalog, up: &[Statement]) -> DraftScript {
    let mut steps: Vec<RepairStep> = Vec::new();
    let mut remarks: BTreeSet<String> = BTreeSet::new();
    let is_unknown = |table: &ObjectName| {
        let name = after.qualify(table);
        let of = |catalog: &Catalog| {
            let found = catalog.tables.get(&name);
            found.is_some_and(|found| !found.knowledge.is_exact())
        };
        before.tables.contains_key(&name) && (of(before) || of(after))
    };
    let changes = up
        .iter()
        .flat_map(|statement| walk::changes(&statement.changes));
    for reached in changes {
        match &reached.change.kind {
            ChangeKind::AlterTable(alter) if is_unknown(&alter.table) => {
                let table = after.qualify(&alter.table);
                for (action, _) in &alter.actions {
                    if let TableAction::AddColumn { column, .. } = action {
                        remarks.insert(lost_column(&table, &column.name.value));
                    }
                    match undone(action, after) {
                        Undone::By(action) => steps.push(altered(&alter.table, *action)),
                        Undone::Needless => {}
                        Undone::Unknown => drop(remarks.insert(not_all(&table))),
                    }
                }
            }
            ChangeKind::CreateIndex { table, index } if is_unknown(table) => {
                let Some(name) = &index.name else {
                    remarks.insert(not_all(&after.qualify(table)));
                    continue;
                };
                steps.push(step(ChangeKind::DropIndex {
                    names: vec![ObjectName {
                        schema: table.schema.clone(),
                        name: name.clone(),
                    }],
                    on: Some(table.clone()),
                    concurrently: false,
                    mode: DropMode::default(),
                }));
            }
            _ => {}
        }
    }
    steps.reverse();
    DraftScript {
        remarks: remarks.into_iter().collect(),
        steps,
    }
}

fn not_all(table: &QName) -> String {
    format!(
        "not everything is known of `{table}`, so what is done to it is not all taken back here: add that by hand"
    )
}

/// How an action is taken back.
enum Undone {
    By(Box<TableAction>),
    /// It changes nothing that has to be.
    Needless,
    Unknown,
}

fn undone(action: &TableAction, catalog: &Catalog) -> Undone {
    match action {
        TableAction::AddColumn { column, .. } => Undone::By(Box::new(TableAction::DropColumn {
            name: column.name.clone(),
            if_exists: false,
            cascade: false,
        })),
        TableAction::AddConstraint(constraint) => match dropped(constraint, catalog) {
            Some(action) => Undone::By(Box::new(action)),
            None => Undone::Unknown,
        },
        TableAction::ValidateConstraint { .. }
        | TableAction::Inert(_)
        | TableAction::OnlineMode { .. } => Undone::Needless,
        _ => Undone::Unknown,
    }
}

fn dropped(constraint: &ConstraintDef, catalog: &Catalog) -> Option<TableAction> {
    let name = constraint.name.clone()?;
    let is_key = matches!(constraint.kind, ConstraintKind::ForeignKey(_));
    if catalog.dialect.drops_by_kind() {
        return is_key.then_some(TableAction::DropForeignKey {
            name,
            if_exists: false,
        });
    }
    Some(TableAction::DropConstraint {
        name,
        if_exists: false,
        cascade: false,
    })
}

fn altered(table: &ObjectName, action: TableAction) -> RepairStep {
    step(ChangeKind::AlterTable(Box::new(AlterTable {
        table: table.clone(),
        actions: vec![(action, Span::default())],
        ..AlterTable::default()
    })))
}
