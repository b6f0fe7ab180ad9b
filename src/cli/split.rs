//! `driftlint split`: a migration that blocks becomes the steps of which none does.

use clap::Args;

use super::server::ServerFlags;
use super::write::{Opened, WriteFlags, deliver, folder_of, now, the_migration};
use super::{Session, Status, note, print};
use crate::error::{Error, Result};
use crate::sql::on_big_stack;
use crate::write::split::split;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The migration, which is the last one and not merged: its name, the start of it, or its path
    #[arg(value_name = "MIGRATION")]
    migration: String,
    /// The migrations folder or project, where there are several
    #[arg(value_name = "PATH")]
    path: Option<String>,
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
    let migration = &set.migrations[at];
    let refused = |message: String, help: &str| Error::Usage {
        message,
        help: Some(help.to_owned()),
    };
    if let Some(later) = set.migrations.get(at + 1) {
        return Err(refused(
            format!(
                "`{}` comes after `{}`, so its steps would have no place",
                later.id, migration.id
            ),
            "`driftlint rebase` or another name puts it last",
        ));
    }
    if opened
        .workspace
        .is_merged(&opened.input.project, at, &opened.name)?
    {
        return Err(refused(
            format!(
                "`{}` is merged: others may have applied it as it is",
                migration.id
            ),
            "what is merged stays; undo it with a new migration, or write the rest of it in steps",
        ));
    }
    let versions = opened.workspace.config.versions();
    let made = on_big_stack(|| split(set, at, versions));
    let made = made.map_err(|why| Error::Usage {
        message: why,
        help: None,
    })?;
    if !session.global.quiet {
        for kept in &made.kept {
            note(&format!("stays: `{} …`: {}\n", kept.start, kept.why));
        }
    }
    if !made.in_steps {
        print("nothing to split: no statement has steps\n")?;
        return Ok(Status::Clean);
    }
    if arguments.flags.sql {
        for draft in &made.drafts {
            print(&draft.up.text(set.runner, set.dialect))?;
        }
        return Ok(Status::Clean);
    }
    let root = opened.workspace.root.clone();
    let Opened {
        workspace,
        options,
        name,
        ..
    } = opened;
    let plan = workspace.replace_last(&name, &options, &made.drafts, now())?;
    deliver(&root, &plan, &arguments.flags, session)
}
