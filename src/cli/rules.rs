//! `driftlint rules`: every rule, one line each.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::format::TextOrJson;
use super::{Session, Status, print};
use crate::error::Result;
use crate::report;
use crate::rules;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// One rule, in version 1 of the format.
#[derive(Serialize)]
pub(super) struct RuleRow {
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    confidence: &'static str,
    default: bool,
    dialects: Vec<&'static str>,
    hazards: Vec<&'static str>,
    since: &'static str,
    summary: &'static str,
    url: Option<String>,
}

impl RuleRow {
    pub(super) fn of(rule: &rules::Rule) -> Self {
        let meta = &rule.meta;
        Self {
            name: meta.name,
            group: meta.group.name(),
            severity: meta.severity.name(),
            confidence: meta.confidence.name(),
            default: meta.on,
            dialects: meta.dialects.iter().map(|dialect| dialect.name()).collect(),
            hazards: meta.hazards.clone(),
            since: meta.since,
            summary: meta.title,
            url: report::url(meta.name),
        }
    }
}

#[derive(Serialize)]
struct RuleTable {
    version: u32,
    rules: Vec<RuleRow>,
}

pub(super) fn run(arguments: &Arguments, _session: &Session) -> Result<Status> {
    let rows: Vec<RuleRow> = rules::all().iter().map(RuleRow::of).collect();
    let text = match arguments.format {
        TextOrJson::Text => table(&rows),
        TextOrJson::Json => report::to_json(&RuleTable {
            version: 1,
            rules: rows,
        }),
    };
    print(&text)?;
    Ok(Status::Clean)
}

fn table(rows: &[RuleRow]) -> String {
    let width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for row in rows {
        let severity = if row.default { row.severity } else { "off" };
        let _ = writeln!(
            text,
            "{:width$}  {:7}  {:13}  {}",
            row.name, severity, row.group, row.summary
        );
    }
    text
}
