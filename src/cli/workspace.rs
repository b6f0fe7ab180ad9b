//! What the command line adds to a workspace: the current folder, its global flags, and what it
//! says on standard error.

use std::env;
use std::path::Path;

use super::{Session, note};
use crate::error::Result;
use crate::workspace::{Configuration, Workspace, io};

/// Opens the workspace of the current folder.
pub(super) fn open_here(session: &Session) -> Result<Workspace> {
    open::<&str>(session, &[])
}

/// Opens the workspace of the paths that were named, or of the current folder.
pub(super) fn open<P: AsRef<str>>(session: &Session, paths: &[P]) -> Result<Workspace> {
    let here =
        env::current_dir().map_err(|source| io("find", Path::new("the current folder"), source))?;
    let configuration = match &session.global.config {
        _ if session.global.no_config => Configuration::None,
        Some(path) => Configuration::File(path),
        None => Configuration::Nearest,
    };
    let paths: Vec<&str> = paths.iter().map(AsRef::as_ref).collect();
    let workspace = Workspace::open(&here, &paths, configuration)?;
    session.log(1, || {
        format!(
            "root {}, paths {:?}",
            workspace.root.display(),
            workspace.paths
        )
    });
    Ok(workspace)
}

/// Warns of overrides that change nothing.
pub(super) fn warn_of_idle_overrides(workspace: &Workspace, session: &Session) -> Result<()> {
    if session.global.quiet {
        return Ok(());
    }
    for path in workspace.idle_overrides()? {
        note(&format!(
            "warning: driftlint.toml: no file lies at `{path}`, so this override changes nothing\n"
        ));
    }
    Ok(())
}
