//! Which snapshot speaks for a set, a folder or a path, and with which others it is read.

use super::{is_change, read, read_together};
use crate::error::{Error, Result};
use crate::project::MigrationSet;
use crate::project::tree::{Tree, is_under};
use crate::schema::Declared;
use crate::schema::load::sources;
use crate::source::Source;
use crate::tool::drizzle::journal::Journal;

/// The schema that the last snapshot of a migration set describes; `None` where there is no
/// snapshot.
pub(crate) fn of_set(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<Declared>> {
    let Some(journal) = Journal::of(set) else {
        return Ok(None);
    };
    let Some(last) = journal.last_snapshot() else {
        return Ok(None);
    };
    let together = journal.source.is_none() && journal.heads() > 1;
    of_path(tree, last.source.path(), together).map(Some)
}

/// The schema that a snapshot describes; for a folder, what those below it say last.
pub fn at(tree: &dyn Tree, path: &str) -> Result<Declared> {
    let files = tree.files_under(path)?;
    let snapshots = files
        .iter()
        .filter(|file| file.ends_with("snapshot.json") && is_under(file, path));
    let last = snapshots.max().map_or(path, String::as_str);
    of_path(tree, last, last != path)
}

/// The schema that one snapshot describes, with those beside it where they are of the layout of
/// 1.0: `together`, all of them, and else only those that it builds on.
fn of_path(tree: &dyn Tree, path: &str, together: bool) -> Result<Declared> {
    let bytes = tree.read(path)?.ok_or_else(|| Error::Usage {
        message: format!(
            "there is no snapshot at {}",
            if path.is_empty() { "this place" } else { path }
        ),
        help: Some("name a `…_snapshot.json` or the folder that holds it".to_owned()),
    })?;
    let source = Source::from_bytes(path, bytes);
    let beside = path
        .strip_suffix("/snapshot.json")
        .map(|folder| folder.rsplit_once('/').map_or("", |(above, _)| above));
    let read = match beside {
        Some(folder) if together || is_change(&source) => {
            let files = tree.files_under(folder)?;
            let depth = path.matches('/').count();
            let paths = files
                .iter()
                .filter(|file| is_under(file, folder) && file.ends_with("/snapshot.json"));
            let mut paths: Vec<String> = paths
                .filter(|file| file.matches('/').count() == depth)
                .cloned()
                .collect();
            paths.sort();
            read_together(&sources(tree, &paths)?, (!together).then_some(&source))
        }
        _ => read(&source),
    };
    let declared = read.map_err(|reason| Error::Usage {
        message: format!("{path} cannot be read: {reason}"),
        help: Some("driftlint reads Drizzle's snapshots of versions 5, 6, 7 and 9".to_owned()),
    })?;
    Ok(Declared {
        files: vec![source],
        ..declared
    })
}
