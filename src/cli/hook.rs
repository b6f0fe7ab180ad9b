//! `driftlint install-hook` and `uninstall-hook`: git's own hooks, for those who use no manager.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Session, Status, print, workspace};
use crate::error::{Error, Result};
use crate::project::git::Repository;
use crate::setup::hooks::{COMMAND, HOOKS, MARK, Manager, script};
use crate::workspace::{Workspace, io};

/// Flags of `install-hook`.
#[derive(Debug, Args)]
pub(super) struct Install {
    /// Keep a hook that is there as `pre-commit.legacy`, which then runs first
    #[arg(long)]
    force: bool,
}

/// Flags of `uninstall-hook`.
#[derive(Debug, Args)]
pub(super) struct Uninstall {}

pub(super) fn install(arguments: &Install, session: &Session) -> Result<Status> {
    let workspace = workspace::open_here(session)?;
    let repository = repository(&workspace)?;
    match manager(&workspace, &repository)? {
        Manager::Plain => {}
        other => {
            return Err(Error::Usage {
                message: format!(
                    "the hooks of this repository belong to another: {}",
                    other.name()
                ),
                help: Some(
                    "`driftlint init` adds the check to it, and `driftlint init --dry-run` shows how"
                        .to_owned(),
                ),
            });
        }
    }
    let folder = repository.hooks()?;
    print(&write(&folder, arguments.force)?)?;
    Ok(Status::Clean)
}

pub(super) fn uninstall(_: &Uninstall, session: &Session) -> Result<Status> {
    let workspace = workspace::open_here(session)?;
    let folder = repository(&workspace)?.hooks()?;
    let mut text = String::new();
    for hook in HOOKS {
        let path = folder.join(hook);
        if !is_ours(&path)? {
            continue;
        }
        let legacy = legacy(&path);
        if legacy.exists() {
            fs::rename(&legacy, &path).map_err(|source| io("write", &path, source))?;
            text += &format!(
                "{}: the hook that was there before is back\n",
                path.display()
            );
        } else {
            fs::remove_file(&path).map_err(|source| io("remove", &path, source))?;
            text += &format!("{}: removed\n", path.display());
        }
    }
    if text.is_empty() {
        text += "no hook of driftlint is installed here\n";
    }
    print(&text)?;
    Ok(Status::Clean)
}

/// Who manages the hooks of a repository.
pub(super) fn manager(workspace: &Workspace, repository: &Repository) -> Result<Manager> {
    let set = repository.hooks_path()?;
    Manager::find(&repository.worktree(), workspace.git, set.as_deref())
}

pub(super) fn repository(workspace: &Workspace) -> Result<Repository> {
    Repository::discover(&workspace.root)?.ok_or_else(|| Error::Usage {
        message: format!(
            "{} is not in a git repository, so there are no hooks",
            workspace.root.display()
        ),
        help: None,
    })
}

/// Writes the hooks; what was done, for people.
pub(super) fn write(folder: &Path, force: bool) -> Result<String> {
    // All or none: half a set of hooks would go unnoticed.
    for hook in HOOKS {
        let path = folder.join(hook);
        let foreign = path.exists() && !is_ours(&path)?;
        if foreign && (!force || legacy(&path).exists()) {
            return Err(Error::Usage {
                message: format!("{} is there already, and not driftlint's", path.display()),
                help: Some(if force {
                    format!(
                        "{} is in the way too; look at both, and delete what is not needed",
                        legacy(&path).display()
                    )
                } else {
                    format!(
                        "let it run `{COMMAND}`, or use --force, which keeps it and runs it first"
                    )
                }),
            });
        }
    }
    fs::create_dir_all(folder).map_err(|source| io("write", folder, source))?;
    let mut text = String::new();
    for hook in HOOKS {
        let path = folder.join(hook);
        if path.exists() && !is_ours(&path)? {
            fs::rename(&path, legacy(&path)).map_err(|source| io("write", &path, source))?;
            text += &format!("{}: runs first from now on\n", legacy(&path).display());
        }
        fs::write(&path, script()).map_err(|source| io("write", &path, source))?;
        executable(&path)?;
        text += &format!("{}: runs `{COMMAND}`\n", path.display());
    }
    Ok(text)
}

fn legacy(path: &Path) -> PathBuf {
    path.with_extension("legacy")
}

/// Whether a hook is the one that we wrote.
fn is_ours(path: &Path) -> Result<bool> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).contains(MARK)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(io("read", path, source)),
    }
}

/// Lets a hook be run, where files have such a mark.
fn executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(path, mode).map_err(|source| io("write", path, source))?;
    }
    Ok(())
}
