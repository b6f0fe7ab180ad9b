//! `driftlint lsp`: the language server on standard streams.

use clap::Args;

use super::{Session, Status};
use crate::error::Result;
use crate::lsp;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Speak over standard input and output, which is the only way
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(_arguments: &Arguments, session: &Session) -> Result<Status> {
    session.log(1, || "speaking the language server protocol".to_owned());
    Ok(if lsp::serve(std::io::stdin(), std::io::stdout()) {
        Status::Clean
    } else {
        Status::Failed
    })
}
