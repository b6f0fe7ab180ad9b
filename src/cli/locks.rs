//! `driftlint locks`: what each statement locks, whom that keeps waiting, and for how long.

use clap::Args;

use super::format::TextJsonOrMarkdown;
use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::locks;
use crate::error::Result;
use crate::report;
use crate::sql::on_big_stack;
use crate::workspace::Selection;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Tell of these files and folders only
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextJsonOrMarkdown,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, &arguments.paths)?;
    arguments.server.overrule(&mut workspace);
    let options = workspace.load_options(arguments.server.dialect());
    let (input, scope) = workspace.read(&Selection::Everything, &options)?;
    workspace.check_sets(&input.project)?;
    let found = on_big_stack(|| locks(&input.project, &workspace.config, &scope));
    print(&match arguments.format {
        TextJsonOrMarkdown::Text => report::locks_text(&found, &workspace.reader),
        TextJsonOrMarkdown::Markdown => report::locks_markdown(&found),
        TextJsonOrMarkdown::Json => report::locks_json(&found),
    })?;
    Ok(Status::Clean)
}
