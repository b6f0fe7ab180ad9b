//! `driftlint drift`: do the declared schema, the snapshots and the migrations agree?

use clap::{Args, ValueEnum};

use super::{Session, Status};
use crate::error::{Error, Result};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Migration folders, schema files, ORM configurations or projects; every set of the repository if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The migration that would close the gap
    Sql,
}

pub(super) fn run(arguments: &Arguments, _session: &Session) -> Result<Status> {
    let _ = (&arguments.paths, arguments.format);
    Err(Error::Usage { message: "`driftlint drift` cannot run yet".to_owned(), help: None })
}
