//! What is read of the workflow around migrations, where a rule wants it.

use super::Workspace;
use super::read::text;
use crate::check::{Workflows, wants_workflow};
use crate::error::Result;
use crate::project::bounded::Bounded;
use crate::project::git::Changed;
use crate::project::relevance::{Relevance, relevance};
use crate::project::tree::Tree;
use crate::project::{FileStatus, Project};
use crate::workflow::Workflow;

/// Reads the workflow around migrations, unless nothing that was named can be a part of it.
pub(super) fn workflows(
    tree: &dyn Tree,
    project: &Project,
    workspace: &Workspace,
    paths: &[String],
) -> Result<Option<Workflows>> {
    if !wants_workflow(&workspace.config) {
        return Ok(None);
    }
    let mut named = paths.is_empty();
    for path in paths {
        let script = relevance(path) == Relevance::Script;
        named |= script || Workflow::may_hold(path);
        named |= tree
            .files_under(path)?
            .iter()
            .any(|file| Workflow::may_hold(file));
    }
    Ok(if named {
        Some(Workflows {
            now: Workflow::read(tree, project)?,
            base: None,
        })
    } else {
        None
    })
}

/// Whether a change can bring anything into the workflow around migrations.
pub(super) fn touches_workflow(files: &[Changed], [head, base]: [&Bounded; 2]) -> Result<bool> {
    for file in files {
        let from = match &file.status {
            FileStatus::Renamed { from } => from,
            _ => &file.path,
        };
        if Workflow::may_hold(&file.path) || Workflow::may_hold(from) {
            return Ok(true);
        }
        if relevance(&file.path) != Relevance::Script {
            continue;
        }
        let sides = [text(head, &file.path)?, text(base, from)?];
        let mut sides = sides.iter().flatten();
        if sides.any(|source| Workflow::is_mentioned(source.text())) {
            return Ok(true);
        }
    }
    Ok(false)
}
