//! The text of a migration as `prisma migrate` writes it: a heading above each statement.

use crate::drift::RepairStep;
use crate::sql::change::{ChangeKind, ConstraintKind, TableAction};

pub(super) fn script(steps: &[(&RepairStep, String)]) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut redefines = false;
    for (step, text) in steps {
        let switch = foreign_keys(&step.kind);
        match (blocks.last_mut(), switch) {
            (Some(block), Some(true)) if redefines => {
                block.extend([text.as_str(), ";\nPRAGMA defer_foreign_keys=OFF;\n"]);
            }
            // All that rebuilds tables is one block.
            (Some(block), _) if redefines => block.extend([text.as_str(), ";\n"]),
            (_, Some(false)) => {
                blocks.push(format!(
                    "-- RedefineTables\nPRAGMA defer_foreign_keys=ON;\n{text};\n"
                ));
            }
            _ => blocks.push(format!("-- {}\n{text};\n", heading(&step.kind))),
        }
        redefines = switch.map_or(redefines, |on| !on);
    }
    blocks.join("\n")
}

/// Whether a statement has SQLite look at foreign keys, or look away.
fn foreign_keys(kind: &ChangeKind) -> Option<bool> {
    match kind {
        ChangeKind::Pragma { name, value } if name == "foreign_keys" => {
            Some(value.as_deref() == Some("ON"))
        }
        _ => None,
    }
}

/// What Prisma writes above a statement.
fn heading(kind: &ChangeKind) -> String {
    let word = match kind {
        ChangeKind::CreateSchema { .. } => "CreateSchema",
        ChangeKind::CreateEnum { .. } => "CreateEnum",
        ChangeKind::AddEnumValue { .. } | ChangeKind::AlterType { .. } => "AlterEnum",
        ChangeKind::DropType { .. } => "DropEnum",
        ChangeKind::CreateTable(_) => "CreateTable",
        ChangeKind::DropTable { .. } => "DropTable",
        ChangeKind::CreateIndex { .. } => "CreateIndex",
        ChangeKind::DropIndex { .. } => "DropIndex",
        ChangeKind::CreateSequence { .. } => "CreateSequence",
        ChangeKind::AlterSequence { .. } => "AlterSequence",
        ChangeKind::CreateView { .. } => "CreateView",
        ChangeKind::DropView { .. } => "DropView",
        ChangeKind::DropTrigger { .. } => "DropTrigger",
        ChangeKind::AlterTable(alter) => match alter.actions.first() {
            Some((TableAction::AddConstraint(constraint), _))
                if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) =>
            {
                "AddForeignKey"
            }
            Some((TableAction::DropForeignKey { .. }, _)) => "DropForeignKey",
            _ => "AlterTable",
        },
        // An object that is made by its own text.
        ChangeKind::Inert(words) => {
            let words = words.split(' ').map(|word| {
                let (first, rest) = word.split_at(word.len().min(1));
                first.to_uppercase() + &rest.to_lowercase()
            });
            return words.collect();
        }
        _ => "Other",
    };
    word.to_owned()
}
