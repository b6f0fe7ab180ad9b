//! `driftlint init`: looks at a project, says what it found, and adds the configuration, the hook
//! and the CI job that are missing.

use std::fs;
use std::io::Write as _;

use clap::Args;

use super::write::asked;
use super::{Session, Status, hook, print, workspace};
use crate::error::Result;
use crate::project::git::Repository;
use crate::project::worktree::Worktree;
use crate::project::{LoadOptions, Project};
use crate::setup::hooks::{COMMAND, Manager};
use crate::setup::{Plan, PlannedFile, plan};
use crate::workspace::{Workspace, io};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
    /// Show what would be written, and stop
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let workspace = workspace::open_here(session)?;
    let repository = Repository::discover(&workspace.root)?;
    let tree = match &repository {
        Some(repository) => repository.worktree(),
        None => Worktree::new(&workspace.root),
    };
    let manager = match &repository {
        Some(repository) => hook::manager(&workspace, repository)?,
        None => Manager::Nothing,
    };
    let project = Project::load(&tree, &LoadOptions::default())?;
    let mut plan = plan(&tree, &project, &manager)?;
    // A hook of somebody else's is left alone; the user may force it.
    if let Some(repository) = repository.as_ref().filter(|_| plan.hook) {
        let path = repository.hooks()?.join("pre-commit");
        if path.exists() {
            let text = fs::read(&path).map_err(|source| io("read", &path, source))?;
            plan.hook = false;
            if !String::from_utf8_lossy(&text).contains("driftlint") {
                plan.remarks.push(format!(
                    "{} is there already: let it run `{COMMAND}`, or use `driftlint install-hook --force`",
                    path.display()
                ));
            }
        }
    }
    print(&show(&plan))?;
    if plan.changes.is_empty() && !plan.hook {
        print("nothing to write: all of it is there\n")?;
        return Ok(Status::Clean);
    }
    if arguments.dry_run {
        return Ok(Status::Clean);
    }
    if !arguments.yes && !asked()? {
        print("nothing was written\n")?;
        return Ok(Status::Clean);
    }
    write(&workspace, &plan)?;
    if let Some(repository) = repository.as_ref().filter(|_| plan.hook) {
        print(&hook::write(&repository.hooks()?, false)?)?;
    }
    Ok(Status::Clean)
}

fn write(workspace: &Workspace, plan: &Plan) -> Result<()> {
    for change in &plan.changes {
        let path = workspace.root.join(&change.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|source| io("write", folder, source))?;
        }
        let failed = |source| io("write", &path, source);
        if change.before.is_some() {
            fs::write(&path, &change.after).map_err(failed)?;
        } else {
            // Somebody may have made it since it was planned.
            let mut file = fs::File::create_new(&path).map_err(failed)?;
            file.write_all(change.after.as_bytes()).map_err(failed)?;
        }
        print(&format!("{}: written\n", change.path))?;
    }
    Ok(())
}

/// The plan for people.
fn show(plan: &Plan) -> String {
    let mut text = String::from("Found\n");
    for line in &plan.found {
        text += &format!("  {line}\n");
    }
    for change in &plan.changes {
        text.push('\n');
        text += &difference(change);
    }
    if plan.hook {
        text +=
            &format!("\nand git's pre-commit and pre-merge-commit hooks, which run `{COMMAND}`\n");
    }
    for remark in &plan.remarks {
        text += &format!("\nBy hand: {remark}\n");
    }
    text.push('\n');
    text
}

/// What changes in a file, with three lines around it.
fn difference(change: &PlannedFile) -> String {
    let before: Vec<&str> = change
        .before
        .as_deref()
        .unwrap_or_default()
        .lines()
        .collect();
    let after: Vec<&str> = change.after.lines().collect();
    let start = before
        .iter()
        .zip(&after)
        .take_while(|(left, right)| left == right)
        .count();
    let rest = before.len().min(after.len()) - start;
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take(rest)
        .take_while(|(left, right)| left == right)
        .count();
    let from = start.saturating_sub(3);
    let old = if change.before.is_some() {
        &change.path
    } else {
        "/dev/null"
    };
    let mut text = format!("--- {old}\n+++ {}\n@@ line {} @@\n", change.path, from + 1);
    let mut lines = |sign: &str, lines: &[&str]| {
        for line in lines {
            text += &format!("{sign}{line}\n");
        }
    };
    lines(" ", &before[from..start]);
    lines("-", &before[start..before.len() - end]);
    lines("+", &after[start..after.len() - end]);
    let tail = &after[after.len() - end..];
    lines(" ", &tail[..tail.len().min(3)]);
    text
}
