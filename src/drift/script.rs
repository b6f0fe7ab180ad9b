//! A repair as the text of a migration, in the style of the tool that will run it.

use super::repair::{Repair, RepairStep};
use crate::project::runner::Wrap;
use crate::sql::Dialect;
use crate::tool::Tool;

/// A line of comment. Names of tables and folders may hold line breaks, and what follows one is
/// SQL.
pub fn comment(text: &str) -> String {
    // A mark that cuts a file does so wherever it stands.
    format!(
        "-- {}\n",
        text.replace(
            |sign: char| sign.is_control() || matches!(sign, '\u{2028}' | '\u{2029}'),
            " "
        )
        .replace("-->", "-- >")
    )
}

/// The migration's text; remarks come first, as comments.
pub fn script(repair: &Repair, runner: Tool, dialect: Dialect) -> String {
    let mut out = String::new();
    let wrapped = repair
        .in_transaction
        .iter()
        .filter(|_| runner.wrap() != Wrap::Nothing);
    for remark in repair.remarks.iter().chain(wrapped) {
        out.push_str(&comment(remark));
    }
    let quotes = runner.quotes(dialect);
    let steps = repair
        .steps
        .iter()
        .filter_map(|step| Some((step, step.sql(dialect, quotes)?)));
    out.push_str(&runner.script(&steps.collect::<Vec<_>>()));
    out
}

/// The text for a runner that cuts a file at each `;`: a statement that holds one is kept whole
/// between these lines.
pub fn cut_at_semicolons(steps: &[(&RepairStep, String)], [begin, end]: [&str; 2]) -> String {
    steps
        .iter()
        .map(|(_, text)| {
            if text.contains(';') {
                format!("{begin}\n{text};\n{end}\n")
            } else {
                format!("{text};\n")
            }
        })
        .collect()
}
