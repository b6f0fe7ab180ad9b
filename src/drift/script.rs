//! A repair as the text of a migration, in the style of the tool that will run it.

use super::repair::Repair;
use crate::project::runner::Runner;
use crate::sql::Dialect;
use crate::sql::change::{ChangeKind, ConstraintKind, TableAction};
use crate::sql::render;

/// The migration's text; remarks come first, as comments.
pub fn script(repair: &Repair, runner: Runner, dialect: Dialect) -> String {
    let mut out = String::new();
    for remark in &repair.remarks {
        out.extend(["-- ", remark.as_str(), "\n"]);
    }
    let statements =
        repair.changes.iter().filter_map(|change| Some((heading(&change.kind), statement(&change.kind, dialect)?)));
    match runner {
        Runner::Drizzle => {
            let texts: Vec<String> = statements.map(|(_, text)| format!("{text};")).collect();
            out.push_str(&texts.join("--> statement-breakpoint\n"));
            if !texts.is_empty() {
                out.push('\n');
            }
        }
        Runner::Prisma => {
            let texts: Vec<String> = statements.map(|(heading, text)| format!("-- {heading}\n{text};\n")).collect();
            out.push_str(&texts.join("\n"));
        }
        _ => out.extend(statements.map(|(_, text)| format!("{text};\n"))),
    }
    out
}

/// Names in quotes, as generators write them.
fn statement(kind: &ChangeKind, dialect: Dialect) -> Option<String> {
    match kind {
        ChangeKind::Insert { table, columns, query } => {
            let columns: Vec<String> =
                columns.iter().map(|column| crate::sql::canonical::quote_name(&column.value, dialect)).collect();
            let table = crate::sql::canonical::quote_name(&table.name.value, dialect);
            Some(format!("INSERT INTO {table} ({}) {}", columns.join(", "), query.sql))
        }
        ChangeKind::Pragma { name, value } => {
            Some(format!("PRAGMA {name}{}", value.as_ref().map(|value| format!("={value}")).unwrap_or_default()))
        }
        other => render::quoted(other, dialect),
    }
}

/// What Prisma writes above a statement.
fn heading(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::CreateEnum { .. } => "CreateEnum",
        ChangeKind::AddEnumValue { .. } => "AlterEnum",
        ChangeKind::DropType { .. } => "DropEnum",
        ChangeKind::CreateTable(_) => "CreateTable",
        ChangeKind::DropTable { .. } => "DropTable",
        ChangeKind::CreateIndex { .. } => "CreateIndex",
        ChangeKind::DropIndex { .. } => "DropIndex",
        ChangeKind::CreateSequence { .. } => "CreateSequence",
        ChangeKind::Insert { .. } | ChangeKind::Pragma { .. } => "RedefineTables",
        ChangeKind::AlterTable(alter) => match alter.actions.first() {
            Some((TableAction::AddConstraint(constraint), _))
                if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) =>
            {
                "AddForeignKey"
            }
            Some((TableAction::DropForeignKey { .. }, _)) => "DropForeignKey",
            _ => "AlterTable",
        },
        _ => "Other",
    }
}
