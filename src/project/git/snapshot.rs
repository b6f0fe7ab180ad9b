//! The files of the index or a commit, by id, and the lists that git prints them in.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::objects::Objects;
use crate::error::{Error, Result};
use crate::history::Status;
use crate::project::tree::{Tree, is_under, path_text};

/// The id of a file's content.
pub(super) type Entry = String;

/// The files of the index or of a commit.
pub struct Snapshot {
    entries: BTreeMap<String, Entry>,
    objects: Rc<Objects>,
}

impl Snapshot {
    pub(super) fn new(entries: BTreeMap<String, Entry>, objects: Rc<Objects>) -> Self {
        Self { entries, objects }
    }

    /// The tree from which these changes led to this one: as good as listing it, and free.
    pub(super) fn before(&self, changes: &[RawChange]) -> Self {
        let mut entries = self.entries.clone();
        for change in changes {
            entries.remove(&change.path);
        }
        for change in changes {
            if let Some(old) = &change.old {
                let path = if let Status::Renamed { from } = &change.status { from } else { &change.path };
                entries.insert(path.clone(), old.clone());
            }
        }
        Self { entries, objects: Rc::clone(&self.objects) }
    }
}

impl Tree for Snapshot {
    fn files(&self) -> Result<Vec<String>> {
        Ok(self.entries.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.entries.get(path).map(|id| self.objects.read(id)).transpose()
    }

    fn id(&self, path: &str) -> Option<String> {
        self.entries.get(path).cloned()
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        let from = self.entries.range(folder.to_owned()..).map(|(path, _)| path);
        Ok(from.take_while(|path| path.starts_with(folder)).filter(|path| is_under(path, folder)).cloned().collect())
    }
}

/// A difference as git lists it.
#[derive(Clone, Debug)]
pub(super) struct RawChange {
    pub(super) path: String,
    pub(super) status: Status,
    /// The content before, if the file was there.
    pub(super) old: Option<Entry>,
}

/// Only plain files: links (120000) and submodules (160000) hold no SQL.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

fn fields(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == 0).filter(|field| !field.is_empty())
}

fn unexpected(line: &[u8]) -> Error {
    Error::Git {
        message: format!("git printed something unexpected: `{}`", path_text(line)),
        help: "this is a defect of driftlint: please report it with `git --version`".to_owned(),
    }
}

/// `mode id stage<tab>path`: the files, and the paths that are in conflict.
pub(super) fn parse_index(text: &[u8]) -> Result<(BTreeMap<String, Entry>, Vec<String>)> {
    let (mut entries, mut conflicts) = (BTreeMap::new(), Vec::new());
    for line in fields(text) {
        let (head, path) = split_tab(line)?;
        match head.split(' ').collect::<Vec<_>>()[..] {
            [mode, id, "0"] if is_file(mode) => drop(entries.insert(path, id.to_owned())),
            [_, _, "0"] => {}
            [_, _, _] => conflicts.push(path),
            _ => return Err(unexpected(line)),
        }
    }
    Ok((entries, conflicts))
}

/// `mode type id<tab>path`.
pub(super) fn parse_tree(text: &[u8]) -> Result<BTreeMap<String, Entry>> {
    let mut entries = BTreeMap::new();
    for line in fields(text) {
        let (head, path) = split_tab(line)?;
        match head.split(' ').collect::<Vec<_>>()[..] {
            [mode, _, id] if is_file(mode) => drop(entries.insert(path, id.to_owned())),
            [_, _, _] => {}
            _ => return Err(unexpected(line)),
        }
    }
    Ok(entries)
}

fn split_tab(line: &[u8]) -> Result<(&str, String)> {
    let tab = line.iter().position(|&byte| byte == b'\t').ok_or_else(|| unexpected(line))?;
    let head = std::str::from_utf8(&line[..tab]).map_err(|_| unexpected(line))?;
    Ok((head, path_text(&line[tab + 1..])))
}

/// `:mode mode id id status`, then one path or two: the changes, and the paths that are in conflict.
pub(super) fn parse_diff(text: &[u8]) -> Result<(Vec<RawChange>, Vec<String>)> {
    let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
    let mut fields = fields(text);
    while let Some(line) = fields.next() {
        let head =
            std::str::from_utf8(line).ok().and_then(|head| head.strip_prefix(':')).ok_or_else(|| unexpected(line))?;
        let [old_mode, new_mode, old_id, _, status] = head.split(' ').collect::<Vec<_>>()[..] else {
            return Err(unexpected(line));
        };
        let first = path_text(fields.next().ok_or_else(|| unexpected(line))?);
        let old = is_file(old_mode).then(|| old_id.to_owned());
        let mut add = |path, status| changes.push(RawChange { path, status, old: old.clone() });
        match status.as_bytes().first() {
            Some(b'U') => conflicts.push(first),
            Some(b'R' | b'C') => {
                let path = path_text(fields.next().ok_or_else(|| unexpected(line))?);
                if old_mode.starts_with("100") && status.starts_with('R') {
                    add(path, Status::Renamed { from: first });
                } else if is_file(new_mode) {
                    changes.push(RawChange { path, status: Status::Added, old: None });
                }
            }
            // A link or a submodule that became a file is new as a file, and the other way round.
            _ => match (is_file(old_mode), is_file(new_mode)) {
                (true, true) => add(first, Status::Modified),
                (true, false) => add(first, Status::Deleted),
                (false, true) => add(first, Status::Added),
                (false, false) => {}
            },
        }
    }
    Ok((changes, conflicts))
}

/// Untracked paths are new files.
pub(super) fn parse_untracked(text: &[u8]) -> impl Iterator<Item = RawChange> {
    fields(text).map(|path| RawChange { path: path_text(path), status: Status::Added, old: None })
}
