//! `driftlint explain RULE`: the rule's page in the terminal.

use clap::Args;
use serde::Serialize;

use super::format::TextOrJson;
use super::rules::RuleRow;
use super::{Session, Status, print};
use crate::error::{Error, Result};
use crate::report::{self, Look};
use crate::rules;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The rule's name
    #[arg(value_name = "RULE")]
    rule: String,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// In version 1 of the format.
#[derive(Serialize)]
struct RuleDocument {
    version: u32,
    #[serde(flatten)]
    rule: RuleRow,
    /// The page, in Markdown.
    page: &'static str,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let Some(rule) = rules::find(&arguments.rule) else {
        let help = match rules::nearest_rule(&arguments.rule) {
            Some(name) => format!("did you mean `{name}`? `driftlint rules` lists them all"),
            None => "`driftlint rules` lists them all".to_owned(),
        };
        return Err(Error::Usage {
            message: format!("there is no rule `{}`", arguments.rule),
            help: Some(help),
        });
    };
    let meta = &rule.meta;
    if arguments.format == TextOrJson::Json {
        let page = rule.page.splitn(3, "---\n").nth(2).unwrap_or(rule.page);
        print(&report::to_json(&RuleDocument {
            version: 1,
            rule: RuleRow::of(rule),
            page: page.trim_start(),
        }))?;
        return Ok(Status::Clean);
    }
    let dialects: Vec<_> = meta.dialects.iter().map(|dialect| dialect.name()).collect();
    let state = if meta.on {
        "on by default"
    } else {
        "off by default"
    };
    let look = session.stdout.look;
    let mut text = look.headline(meta.name, meta.severity, meta.title);
    text.push_str(&look.dim(&format!(
        "{}, {}, {}, {state}, since {}\n",
        meta.severity.name(),
        meta.group.name(),
        dialects.join(", "),
        meta.since
    )));
    text.push_str(&body(rule.page, look));
    print(&text)?;
    Ok(Status::Clean)
}

/// The page without front matter and headline: paragraphs filled to the width, code indented.
fn body(page: &str, look: Look) -> String {
    let body = page.splitn(3, "---\n").nth(2).unwrap_or(page);
    let body = body
        .trim_start()
        .split_once('\n')
        .map_or("", |(_, rest)| rest);
    let (mut text, mut paragraph, mut code) = (String::new(), String::new(), false);
    let flush = |paragraph: &mut String, text: &mut String| {
        if !paragraph.is_empty() {
            let indent = if paragraph.starts_with("* ") || paragraph.starts_with("- ") {
                "  "
            } else {
                ""
            };
            text.push_str(&look.fill(paragraph, "", indent));
            paragraph.clear();
        }
    };
    for line in body.lines() {
        if let Some(info) = line.strip_prefix("```") {
            flush(&mut paragraph, &mut text);
            code = !code;
            match info.split_whitespace().nth(1) {
                Some("bad") => text.push_str(&look.dim("  bad:\n")),
                Some("good") => text.push_str(&look.dim("  good:\n")),
                _ if code && info == "text" => text.push_str(&look.dim("  says:\n")),
                _ => {}
            }
        } else if code {
            text.push_str(format!("    {line}").trim_end());
            text.push('\n');
        } else if line.is_empty() {
            flush(&mut paragraph, &mut text);
            text.push('\n');
        } else {
            if line.starts_with("* ")
                || line.starts_with("- ")
                || line.starts_with('|')
                || line.starts_with('#')
            {
                flush(&mut paragraph, &mut text);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    flush(&mut paragraph, &mut text);
    text
}
