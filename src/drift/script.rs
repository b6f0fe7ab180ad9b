//! A repair as the text of a migration, in the style of the tool that will run it.

use super::repair::Repair;
use crate::project::runner::{Runner, Wrap};
use crate::sql::Dialect;
use crate::sql::change::{ChangeKind, ConstraintKind, TableAction};
use crate::sql::render::Quotes;

/// The migration's text; remarks come first, as comments.
pub fn script(repair: &Repair, runner: Runner, dialect: Dialect) -> String {
    let mut out = String::new();
    let wrapped = repair
        .in_transaction
        .iter()
        .filter(|_| runner.wrap() != Wrap::Nothing);
    for remark in repair.remarks.iter().chain(wrapped) {
        // A name may hold a line break.
        out.extend(["-- ", remark.replace(['\n', '\r'], " ").as_str(), "\n"]);
    }
    let backticks = runner == Runner::Drizzle && dialect.has_backticks();
    let quotes = if backticks {
        Quotes::Backticks
    } else {
        Quotes::All
    };
    let steps = repair
        .steps
        .iter()
        .filter_map(|step| Some((step, step.sql(dialect, quotes)?)));
    match runner {
        Runner::Drizzle => {
            let texts: Vec<String> = steps.map(|(_, text)| format!("{text};")).collect();
            out.push_str(&texts.join("--> statement-breakpoint\n"));
            if !texts.is_empty() {
                out.push('\n');
            }
        }
        Runner::Prisma => {
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
            out.push_str(&blocks.join("\n"));
        }
        _ => out.extend(steps.map(|(_, text)| format!("{text};\n"))),
    }
    out
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
            let capital = |word: &str| {
                let (first, rest) = word.split_at(word.len().min(1));
                first.to_uppercase() + &rest.to_lowercase()
            };
            return words.split(' ').map(capital).collect();
        }
        _ => "Other",
    };
    word.to_owned()
}
