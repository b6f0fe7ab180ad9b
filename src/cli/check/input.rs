//! What is read and what may report: the working tree, the index, or a range of commits.

use crate::check::Scope;
use crate::error::{Error, Result};
use crate::project::worktree::Worktree;
use crate::project::{LoadOptions, Project};

use super::super::workspace::Workspace;

/// What the user asked to check.
#[derive(Clone, Copy)]
pub(super) enum Range<'a> {
    /// All that is on disk.
    Everything,
    /// What is staged.
    Staged,
    /// What a git hook is about to let through.
    Hook,
    /// What has changed since the merge base with a revision.
    Since(&'a str),
}

/// Reads the project, and says what in it may report.
pub(super) fn read(range: Range, workspace: &Workspace, options: &LoadOptions) -> Result<(Project, Scope)> {
    match range {
        Range::Everything => {
            let tree = worktree(workspace);
            workspace.must_exist(&tree)?;
            Ok((Project::load(&tree, options)?, Scope { paths: workspace.paths.clone(), changes: None }))
        }
        Range::Staged | Range::Hook | Range::Since(_) => {
            Err(Error::Usage { message: "git ranges cannot be checked yet".to_owned(), help: None })
        }
    }
}

/// The files on disk.
pub(super) fn worktree(workspace: &Workspace) -> Worktree {
    Worktree::new(&workspace.root)
}
