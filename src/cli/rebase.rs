//! `driftlint rebase`: puts this branch's migrations after those that the other branch added.

use clap::Args;

use super::server::ServerFlags;
use super::write::{WriteFlags, deliver, now};
use super::{Session, Status, note, print, workspace};
use crate::error::Result;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The migrations folder or project, where there are several
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// The revision that they come after; the other side of a merge, or the default branch, unless
    /// said
    #[arg(long, value_name = "REV")]
    onto: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, arguments.path.as_slice())?;
    arguments.server.overrule(&mut workspace);
    let folder = workspace.paths.first().cloned().unwrap_or_default();
    // A journal with conflict marks still belongs to its set.
    workspace.here.clear();
    let options = workspace.load_options(arguments.server.dialect());
    let onto = workspace.onto(arguments.onto.as_deref(), &folder, &options)?;
    let root = workspace.root.clone();
    let rebased = workspace.rebase(&onto, &options, now())?;
    if rebased.plan.files.is_empty() {
        print(&format!(
            "nothing to rebase onto {}: {} is in order\n",
            onto.revision, onto.set.folder
        ))?;
        return Ok(Status::Clean);
    }
    if !session.global.quiet {
        for one in rebased.names.iter().filter(|one| one.from != one.to) {
            note(&format!("{} becomes {}\n", one.from, one.to));
        }
        for one in &rebased.contested {
            note(&format!("this branch {one}: look at what is meant\n"));
        }
    }
    deliver(&root, &rebased.plan, &arguments.flags, session)
}
