//! The text of a migration as drizzle-kit writes it: a line between statements at which its
//! migrator splits the file.

use crate::drift::RepairStep;
use crate::sql::Dialect;
use crate::sql::render::Quotes;

/// drizzle-kit writes backticks on SQLite too.
pub(super) fn quotes(dialect: Dialect) -> Quotes {
    if dialect.has_backticks() {
        Quotes::Backticks
    } else {
        Quotes::All
    }
}

pub(super) fn script(steps: &[(&RepairStep, String)]) -> String {
    let texts: Vec<String> = steps.iter().map(|(_, text)| format!("{text};")).collect();
    let mut out = texts.join("--> statement-breakpoint\n");
    if !texts.is_empty() {
        out.push('\n');
    }
    out
}
