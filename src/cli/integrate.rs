//! `driftlint completions`, `man` and `version`: what shells, manuals and scripts ask for.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::Shell;
use serde::Serialize;

use super::format::TextOrJson;
use super::{Session, Status, help, print};
use crate::error::{Error, Result};
use crate::report;
use crate::rules;
use crate::sql::Dialect;
use crate::workspace::io;

const NAME: &str = "driftlint";

/// The flags of `completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell: bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn completions(arguments: &Completions) -> Result<Status> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut help::plain(), NAME, &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Status::Clean)
}

/// The flags of `help`.
#[derive(Debug, Args)]
pub(super) struct Help {
    /// The command to explain; driftlint itself without one
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

pub(super) fn help(arguments: &Help, session: &Session) -> Result<Status> {
    let mut all = help::command_line();
    all.build();
    let text = match &arguments.command {
        None => all.render_help(),
        Some(name) => {
            let found = all.find_subcommand_mut(name);
            let command = found.ok_or_else(|| unknown_command(name))?;
            command.render_long_help()
        }
    };
    print(&if session.stdout.look.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    })?;
    Ok(Status::Clean)
}

fn unknown_command(name: &str) -> Error {
    Error::Usage {
        message: format!("there is no command `{name}`"),
        help: Some("`driftlint --help` lists them".to_owned()),
    }
}

/// The flags of `man`.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command to describe; driftlint itself without one
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write a page for driftlint and one for each command into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    output: Option<PathBuf>,
}

pub(super) fn man(arguments: &Man) -> Result<Status> {
    let mut all = help::plain();
    all.build();
    if let Some(folder) = &arguments.output {
        std::fs::create_dir_all(folder).map_err(|source| io("make", folder, source))?;
        let written = clap_mangen::generate_to(all, folder);
        written.map_err(|source| io("write", folder, source))?;
        return Ok(Status::Clean);
    }
    let command = match &arguments.command {
        None => all,
        Some(name) => {
            let found = all.find_subcommand(name).cloned();
            found.ok_or_else(|| unknown_command(name))?
        }
    };
    let title = match &arguments.command {
        None => NAME.to_owned(),
        Some(name) => format!("{NAME}-{name}"),
    };
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command).title(title);
    page.render(&mut text)
        .map_err(|source| io("write", Path::new("standard output"), source))?;
    print(&String::from_utf8_lossy(&text))?;
    Ok(Status::Clean)
}

/// The flags of `version`.
#[derive(Debug, Args)]
pub(super) struct VersionFlags {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// In version 1 of the format.
#[derive(Serialize)]
struct VersionDocument {
    version: u32,
    driftlint: &'static str,
    os: &'static str,
    arch: &'static str,
    rules: usize,
    dialects: Vec<&'static str>,
}

pub(super) fn version(arguments: &VersionFlags) -> Result<Status> {
    let release = env!("CARGO_PKG_VERSION");
    print(&match arguments.format {
        TextOrJson::Text => format!("{NAME} {release}\n"),
        TextOrJson::Json => report::to_json(&VersionDocument {
            version: 1,
            driftlint: release,
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            rules: rules::all().len(),
            dialects: Dialect::ALL.iter().map(|dialect| dialect.name()).collect(),
        }),
    })?;
    Ok(Status::Clean)
}
