//! A repair as the text of a migration, in the style of the tool that will run it.

use super::repair::Repair;
use crate::project::runner::Wrap;
use crate::sql::Dialect;
use crate::tool::Tool;

/// The migration's text; remarks come first, as comments.
pub fn script(repair: &Repair, runner: Tool, dialect: Dialect) -> String {
    let mut out = String::new();
    let wrapped = repair
        .in_transaction
        .iter()
        .filter(|_| runner.wrap() != Wrap::Nothing);
    for remark in repair.remarks.iter().chain(wrapped) {
        // A name may hold a line break.
        out.extend(["-- ", remark.replace(['\n', '\r'], " ").as_str(), "\n"]);
    }
    let quotes = runner.quotes(dialect);
    let steps = repair
        .steps
        .iter()
        .filter_map(|step| Some((step, step.sql(dialect, quotes)?)));
    out.push_str(&runner.script(&steps.collect::<Vec<_>>()));
    out
}
