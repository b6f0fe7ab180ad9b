//! `driftlint check`: the main job.

use clap::{Args, ValueEnum};

use super::{Session, Status};
use crate::diagnostic::Severity;
use crate::error::{Error, Result};
use crate::report::Format;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Report on these files and folders only; `-` reads standard input
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// Check what is staged: read the index, report on what differs from HEAD
    #[arg(long, conflicts_with_all = ["since", "stdin_filename"], help_heading = "What to check")]
    staged: bool,
    /// Check what has changed since the merge base with this revision
    #[arg(long, value_name = "REV", conflicts_with = "stdin_filename", help_heading = "What to check")]
    since: Option<String>,
    /// Let standard input stand in for this file, and report on it alone
    #[arg(long, value_name = "PATH", aliases = ["stdin-filepath", "stdin-file-path"], help_heading = "What to check")]
    stdin_filename: Option<String>,
    /// Run as a git hook: take the range from pre-commit's environment, say nothing when all is well
    #[arg(long, requires = "staged", help_heading = "What to check")]
    hook: bool,
    /// Show the migration sets that were found and how they are read, and stop
    #[arg(long, help_heading = "What to check")]
    show_files: bool,

    /// Turn on only these rules and groups
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Rules")]
    select: Vec<String>,
    /// Turn off these rules and groups
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Rules")]
    ignore: Vec<String>,
    /// Read every migration as this dialect
    #[arg(long, value_name = "DIALECT", help_heading = "Rules")]
    dialect: Option<DialectName>,
    /// The major version of the PostgreSQL server
    #[arg(long, value_name = "VERSION", value_parser = clap::value_parser!(u16).range(9..=99), help_heading = "Rules")]
    pg_version: Option<u16>,

    /// How to print diagnostics
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        env = "DRIFTLINT_FORMAT",
        hide_env_values = true,
        help_heading = "Output"
    )]
    format: FormatName,
    /// Write diagnostics to this file instead of standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output_file: Option<String>,
    /// Count diagnostics by rule instead of printing them
    #[arg(long, help_heading = "Output")]
    statistics: bool,
    /// Exit with 0 whatever is found
    #[arg(long, help_heading = "Output")]
    exit_zero: bool,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "error", help_heading = "Output")]
    fail_on: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DialectName {
    Postgres,
    #[value(name = "mysql", alias = "mariadb")]
    MySql,
    Sqlite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// Snippets for people
    Text,
    /// One line each: `path:line:column: severity[rule] message`
    Concise,
    /// For programs
    Json,
    /// Workflow commands that annotate a pull request
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    Note,
    Warning,
    Error,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Text => Self::Text,
            FormatName::Concise => Self::Concise,
            FormatName::Json => Self::Json,
            FormatName::Github => Self::Github,
        }
    }
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Note,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    session.log(2, || format!("{arguments:?}"));
    Err(Error::Usage { message: "`driftlint check` cannot run yet".to_owned(), help: None })
}
