//! `driftlint config`: what holds, and what may be configured.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::format::TextOrJson;
use super::{Session, Status, print, workspace};
use crate::config::{Config, schema::schema};
use crate::error::Result;
use crate::report;
use crate::rules;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print which file applies at a path, and how bad each rule is there
    Show(Show),
    /// Print the JSON Schema of driftlint.toml
    Schema,
}

#[derive(Debug, Args)]
struct Show {
    /// A file or folder; the current folder if none is given
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// In version 1 of the format.
#[derive(Serialize)]
struct ConfigDocument {
    version: u32,
    /// The configuration file, relative to the root of the repository.
    file: Option<String>,
    root: String,
    base: Option<String>,
    baseline: Option<String>,
    dialect: Option<&'static str>,
    migrations: Vec<String>,
    rules: BTreeMap<&'static str, &'static str>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    match &arguments.command {
        ConfigCommand::Schema => print(&report::to_json(&schema()))?,
        ConfigCommand::Show(arguments) => show(arguments, session)?,
    }
    Ok(Status::Clean)
}

fn show(arguments: &Show, session: &Session) -> Result<()> {
    let named = arguments.path.as_deref().unwrap_or(".");
    let workspace = workspace::open(session, &[named])?;
    let path = workspace.paths.first().map_or("", String::as_str);
    let config = &workspace.config;
    let document = ConfigDocument {
        version: 1,
        file: match (&session.global.config, session.global.no_config) {
            (_, true) => None,
            (Some(file), _) => Some(file.display().to_string()),
            (None, _) => Config::find(&workspace.root.join(path))?.map(|file| {
                let below = file.strip_prefix(&workspace.root).unwrap_or(&file);
                below.display().to_string()
            }),
        },
        root: workspace.root.display().to_string(),
        base: config.base.clone(),
        baseline: config.baseline.clone(),
        dialect: config.dialect.map(|dialect| dialect.name()),
        migrations: config.sets.iter().map(|set| set.folder.clone()).collect(),
        rules: rules::all()
            .iter()
            .map(|rule| {
                let level = config.setting(rule, path);
                let name = level.map_or("off", |setting| setting.severity.name());
                (rule.meta.name, name)
            })
            .collect(),
    };
    print(&match arguments.format {
        TextOrJson::Json => report::to_json(&document),
        TextOrJson::Text => text(&document),
    })
}

fn text(document: &ConfigDocument) -> String {
    let mut text = match &document.file {
        Some(file) => format!("# from {file}\n"),
        None => "# no driftlint.toml: these are the defaults\n".to_owned(),
    };
    let mut line = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{key} = {value:?}");
        }
    };
    line("base", document.base.as_deref());
    line("baseline", document.baseline.as_deref());
    line("dialect", document.dialect);
    for folder in &document.migrations {
        let _ = write!(text, "\n[[migrations]]\nfolder = {folder:?}\n");
    }
    text.push_str("\n[rules]\n");
    for (rule, level) in &document.rules {
        let _ = writeln!(text, "{rule} = \"{level}\"");
    }
    text
}
