//! `driftlint schema`: the catalog that driftlint sees.

use clap::{Args, ValueEnum};

use super::{Session, Status};
use crate::error::{Error, Result};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A migrations folder, a schema file or folder, or a project
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Which of the sources of truth to print
    #[arg(long, value_name = "SOURCE", default_value = "migrations")]
    from: From,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Stop after this migration
    #[arg(long, value_name = "MIGRATION")]
    at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    Migrations,
    Declared,
    Snapshot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An overview for people
    Text,
    /// For programs
    Json,
    /// DDL that makes the same schema
    Sql,
}

pub(super) fn run(arguments: &Arguments, _session: &Session) -> Result<Status> {
    let _ = (&arguments.path, arguments.from, arguments.format, &arguments.at);
    Err(Error::Usage { message: "`driftlint schema` cannot run yet".to_owned(), help: None })
}
