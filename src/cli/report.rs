//! `driftlint report`: a page about a project, for people who look at it in a browser.

use std::path::Path;

use clap::Args;

use super::progress::{WaitMessage, checking};
use super::server::ServerFlags;
use super::{Session, Status, note, print, workspace};
use crate::check::{Timeline, impact, timeline};
use crate::diagnostic::Confidence;
use crate::error::{Error, Result};
use crate::project::MigrationSet;
use crate::report::{self, PageContent, PageReport};
use crate::sql::on_big_stack;
use crate::workspace::{Selection, Workspace, io};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Report on these files and folders only
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Where to write the page; `-` is standard output
    #[arg(long, value_name = "FILE", required = true)]
    html: String,
    /// Report on what has changed since the merge base with this revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Also show what was dangerous to run in migrations that are merged
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, &arguments.paths)?;
    workspace.all = arguments.all;
    arguments.server.overrule(&mut workspace);
    let options = workspace.load_options(arguments.server.dialect());
    let range = match &arguments.since {
        Some(revision) => Selection::Since(revision),
        None => Selection::Everything,
    };
    let progress = WaitMessage::new(session, "reading migrations");
    let (input, scope) = workspace.read(&range, &options)?;
    workspace.check_sets(&input.project)?;
    if input.project.sets.is_empty() {
        return Err(Error::Usage {
            message: format!("there are no migrations in {}", workspace.root.display()),
            help: Some("`driftlint check` says what is there and is not read".to_owned()),
        });
    }
    progress.say(checking(&input));
    let mut found = crate::check(&input, &workspace.config, &scope);
    found
        .diagnostics
        .retain(|diagnostic| diagnostic.confidence == Confidence::High);
    let page = on_big_stack(|| {
        let impact = impact(&input.project, &workspace.config, &scope);
        let sets = input.project.sets.iter();
        let timelines: Vec<Timeline> = sets
            .filter(|set| scope.touches(set))
            .map(|set| whole(set, &workspace))
            .collect();
        let title = title(&workspace.root);
        report::page(&PageContent {
            title: &title,
            judged: Some(PageReport {
                report: &found,
                impact: &impact,
            }),
            timelines: &timelines,
        })
    });
    drop(progress);
    write(&arguments.html, &page)?;
    if !session.global.quiet && arguments.html != "-" {
        note(&format!("wrote {}\n", arguments.html));
    }
    // What was found stands on the page and fails nothing: `check` is what judges a change.
    Ok(if found.summary.ledger.unanswered().is_empty() {
        Status::Clean
    } else {
        Status::Error
    })
}

/// The whole history of a set.
fn whole(set: &MigrationSet, workspace: &Workspace) -> Timeline {
    timeline(set, workspace.config.versions(), set.migrations.len())
}

/// What is looked at, by the name of its folder.
pub(super) fn title(root: &Path) -> String {
    match root.file_name() {
        Some(name) => format!("{} · driftlint", name.to_string_lossy()),
        None => "driftlint".to_owned(),
    }
}

fn write(path: &str, page: &str) -> Result<()> {
    if path == "-" {
        return print(page);
    }
    std::fs::write(path, page).map_err(|source| io("write", Path::new(path), source))
}
