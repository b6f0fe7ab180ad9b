//! `driftlint rollback`: what takes a migration back, from the schemas before and after it.

use std::path::Path;

use clap::Args;

use super::server::ServerFlags;
use super::write::{Opened, WriteFlags, deliver, folder_of, the_migration};
use super::{Session, Status, print};
use crate::error::{Error, Result};
use crate::project::Direction;
use crate::sql::on_big_stack;
use crate::workspace::WritePlan;
use crate::write::{MigrationDraft, Reverse, down_edits, taken_back};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The migration: its name, the start of it, or its path
    #[arg(value_name = "MIGRATION")]
    migration: String,
    /// The migrations folder or project, where there are several
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Write it where the layout keeps what goes back: `.down.sql`, `down.sql`, the down section,
    /// `U…`, `NAME-rollback.sql`
    #[arg(long, conflicts_with = "as_migration")]
    write: bool,
    /// Write it as the next migration, under this name
    #[arg(long, value_name = "NAME")]
    as_migration: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let path = arguments.path.as_deref();
    let path = path.or_else(|| folder_of(&arguments.migration));
    let opened = Opened::new(session, path, &arguments.server)?;
    let set = opened.set()?;
    let at = the_migration(set, &arguments.migration)?;
    let versions = opened.workspace.config.versions();
    let is_last = at + 1 == set.migrations.len();
    let Reverse { script, .. } = on_big_stack(|| taken_back(set, at, versions));
    if let Some(name) = &arguments.as_migration {
        if !is_last {
            return Err(Error::Usage {
                message: format!(
                    "`{}` is not the last migration, so others may rest on it",
                    set.migrations[at].id
                ),
                help: Some("without `--as-migration` its own way back is printed".to_owned()),
            });
        }
        let down =
            on_big_stack(|| crate::write::done_again(set, at, versions, &script.steps)).script;
        let draft = MigrationDraft {
            name: name.clone(),
            up: script,
            down,
            alone: false,
        };
        return opened.write(&[draft], &arguments.flags, session);
    }
    let text = script.text(set.runner, set.dialect);
    if !arguments.write || arguments.flags.sql {
        print(&text)?;
        return Ok(Status::Clean);
    }
    let has_down = set.migrations[at]
        .parts(Direction::Down)
        .iter()
        .any(|part| !part.is_blank());
    if has_down {
        return Err(Error::Usage {
            message: format!("`{}` has a way back already", set.migrations[at].id),
            help: Some("nothing is overwritten; without `--write` it is printed".to_owned()),
        });
    }
    let edits = down_edits(set, at, &text).ok_or_else(|| Error::Usage {
        message: format!(
            "nothing shows where {} keeps what goes back",
            set.runner.name()
        ),
        help: Some("without `--write` it is printed".to_owned()),
    })?;
    let root = opened.workspace.root.clone();
    let Opened {
        mut workspace,
        options,
        ..
    } = opened;
    let before = workspace.reported(&options)?;
    workspace.apply(edits)?;
    let plan = workspace.finish(WritePlan::default(), &before, &options)?;
    deliver(Path::new(&root), &plan, &arguments.flags, session)
}
