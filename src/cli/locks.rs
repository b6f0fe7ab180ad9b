//! `driftlint locks`: what each statement locks, whom that keeps waiting, and for how long.

use clap::Args;

use super::check::{judged_nothing, nothing};
use super::format::TextJsonOrMarkdown;
use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::{Scope, locks};
use crate::error::{Error, Result};
use crate::project::{Direction, MigrationPart, Project};
use crate::report;
use crate::sql::on_big_stack;
use crate::workspace::{Selection, Workspace};

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
    answers(&input.project, &workspace, &scope, &arguments.paths)?;
    let found = on_big_stack(|| locks(&input.project, &workspace.config, &scope));
    print(&match arguments.format {
        TextJsonOrMarkdown::Text => report::locks_text(&found, &workspace.reader),
        TextJsonOrMarkdown::Markdown => report::locks_markdown(&found),
        TextJsonOrMarkdown::Json => report::locks_json(&found),
    })?;
    Ok(Status::Clean)
}

/// Silence about a file that nothing is said of must not look like "locks nothing".
fn answers(
    project: &Project,
    workspace: &Workspace,
    scope: &Scope,
    paths: &[String],
) -> Result<()> {
    let migrations = || project.sets.iter().flat_map(|set| &set.migrations);
    let covered = |parts: &[MigrationPart]| -> bool {
        let mut parts = parts.iter();
        parts.any(|part| scope.covers(part.source.path()))
    };
    if migrations().any(|it| covered(it.parts(Direction::Up))) {
        return Ok(());
    }
    judged_nothing(project, scope)?;
    if migrations().any(|it| covered(it.parts(Direction::Down))) {
        return Err(Error::Usage {
            message: "only ways up are asked what they lock".to_owned(),
            help: Some("name the way up, or the folder".to_owned()),
        });
    }
    let named: Vec<&str> = paths.iter().map(String::as_str).collect();
    Err(nothing(project, workspace, &named))
}
