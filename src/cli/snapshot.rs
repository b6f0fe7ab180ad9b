//! `driftlint snapshot`: writes the missing or stale snapshot of a hand-written migration.

use clap::Args;

use super::server::ServerFlags;
use super::write::{Opened, WriteFlags, deliver};
use super::{Session, Status};
use crate::error::{Error, Result};
use crate::tool::Tool;
use crate::workspace::WritePlan;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The migrations folder or project, where there are several
    #[arg(value_name = "PATH")]
    path: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let opened = Opened::new(session, arguments.path.as_deref(), &arguments.server)?;
    let set = opened.set()?;
    let begun = set.runner.begin_record(set);
    if !Tool::keeps_snapshots(set) && begun.is_none() {
        return Err(Error::Usage {
            message: format!("{} keeps no snapshots there", set.runner.name()),
            help: None,
        });
    }
    let root = opened.workspace.root.clone();
    let Opened {
        mut workspace,
        options,
        name,
        ..
    } = opened;
    let before = workspace.reported(&options)?;
    let mut plan = WritePlan::default();
    workspace.apply(begun.into_iter().collect())?;
    workspace.record(&name, &options, &mut plan)?;
    if let Some(why) = plan.unrecorded.pop() {
        return Err(Error::Usage {
            message: format!("no snapshot is written: {why}"),
            help: Some("its generator writes one from the schema".to_owned()),
        });
    }
    let plan = workspace.finish(plan, &before, &options)?;
    deliver(&root, &plan, &arguments.flags, session)
}
