//! The files of the index or a commit, by id, and the lists that git prints them in.
//!
//! A link to a file of the same tree is a file with that one's content, which is how whoever runs
//! the migrations reads it.

use std::any::Any;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::objects::Objects;
use crate::error::{Error, Result};
use crate::project::tree::{
    Tree, ending, is_under, may_hold_migrations, parent, path_text, resolve,
};
use crate::project::{FileStatus, Unjudged};

/// The id of a file's content.
pub(super) type BlobEntry = String;

/// What git lists: files, and links, whose content is the path that they lead to.
#[derive(Default)]
pub(super) struct ListedFile {
    files: BTreeMap<String, BlobEntry>,
    links: BTreeMap<String, BlobEntry>,
}

impl ListedFile {
    fn add(&mut self, mode: &str, path: String, id: &str) {
        if is_file(mode) {
            self.files.insert(path, id.to_owned());
        } else if is_link(mode) {
            self.links.insert(path, id.to_owned());
        }
    }
}

/// The files of the index or of a commit.
pub struct TreeSnapshot {
    entries: BTreeMap<String, BlobEntry>,
    /// Links that lead to no file of this tree.
    lost: Vec<String>,
    /// Links out of the tree whose names say nothing: what lies there is not known.
    outside: Vec<String>,
    objects: Rc<Objects>,
}

impl TreeSnapshot {
    pub(super) fn new(listed: ListedFile, objects: Rc<Objects>) -> Result<Self> {
        let ListedFile {
            files: mut entries,
            links,
        } = listed;
        let (mut followed, mut lost, mut outside) = (Vec::new(), Vec::new(), Vec::new());
        for (path, id) in links {
            let target = path_text(&objects.read(&id)?);
            let place = resolve(parent(&path), &target);
            let found = entries.get(&place);
            let below = format!("{place}/");
            let mut after = entries.range(below.clone()..);
            let is_folder = after
                .next()
                .is_some_and(|(next, _)| next.starts_with(&below));
            match found.filter(|_| !target.starts_with('/')) {
                Some(id) => followed.push((path, id.clone())),
                None if is_folder => {}
                None if may_hold_migrations(&path) => lost.push(path),
                None if ending(&path).is_empty() && leads_out(&path, &target) => {
                    outside.push(path);
                }
                None => {}
            }
        }
        entries.extend(followed);
        Ok(Self {
            entries,
            lost,
            outside,
            objects,
        })
    }

    /// The tree from which these changes led to this one: as good as listing it, and free.
    pub(super) fn before(&self, changes: &[RawChange]) -> Self {
        let mut entries = self.entries.clone();
        for change in changes {
            entries.remove(&change.path);
        }
        for change in changes {
            if let Some(old) = &change.old {
                let path = if let FileStatus::Renamed { from } = &change.status {
                    from
                } else {
                    &change.path
                };
                entries.insert(path.clone(), old.clone());
            }
        }
        Self {
            entries,
            lost: Vec::new(),
            outside: Vec::new(),
            objects: Rc::clone(&self.objects),
        }
    }
}

/// Whether a link's target lies outside of the tree.
fn leads_out(link: &str, target: &str) -> bool {
    let mut depth = link.split('/').count() - 1;
    target.starts_with('/')
        || target.split('/').any(|part| match part {
            "" | "." => false,
            ".." => match depth.checked_sub(1) {
                Some(above) => {
                    depth = above;
                    false
                }
                None => true,
            },
            _ => {
                depth += 1;
                false
            }
        })
}

impl Tree for TreeSnapshot {
    fn files(&self) -> Result<Vec<String>> {
        Ok(self.entries.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.entries
            .get(path)
            .map(|id| self.objects.read(id))
            .transpose()
    }

    fn id(&self, path: &str) -> Option<String> {
        self.entries.get(path).cloned()
    }

    fn kept(&self, path: &str) -> Option<Rc<dyn Any>> {
        self.objects.kept(path, self.entries.get(path)?)
    }

    fn keep(&self, path: &str, made: Rc<dyn Any>) {
        if let Some(id) = self.entries.get(path) {
            self.objects.keep(path, id, made);
        }
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.objects.length(self.entries.get(path)?)
    }

    fn unreadable(&self) -> Vec<Unjudged> {
        let reason = "a link that leads to no file of the repository";
        let lost = self.lost.iter();
        let lost = lost.map(|path| Unjudged::broken(path, reason));
        let reason = "a link that leads out of the repository";
        let outside = self.outside.iter();
        lost.chain(outside.map(|path| Unjudged::foreign(path, reason)))
            .collect()
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        let from = self
            .entries
            .range(folder.to_owned()..)
            .map(|(path, _)| path);
        Ok(from
            .take_while(|path| path.starts_with(folder))
            .filter(|path| is_under(path, folder))
            .cloned()
            .collect())
    }
}

/// A difference as git lists it.
#[derive(Clone, Debug)]
pub(super) struct RawChange {
    pub(super) path: String,
    pub(super) status: FileStatus,
    /// The content before, if the file was there.
    pub(super) old: Option<BlobEntry>,
}

/// A plain file; links (120000) are followed, submodules (160000) hold no SQL.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

fn is_link(mode: &str) -> bool {
    mode.starts_with("120")
}

fn fields(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == 0)
        .filter(|field| !field.is_empty())
}

fn unexpected(line: &[u8]) -> Error {
    Error::Git {
        message: format!("git printed something unexpected: `{}`", path_text(line)),
        help: "this is a defect of driftlint: please report it with `git --version`".to_owned(),
    }
}

/// `mode id stage<tab>path`: the files, and the paths that are in conflict.
pub(super) fn parse_index(text: &[u8]) -> Result<(ListedFile, Vec<String>)> {
    let (mut listed, mut conflicts) = (ListedFile::default(), Vec::new());
    for line in fields(text) {
        let (head, path) = split_tab(line)?;
        match head.split(' ').collect::<Vec<_>>()[..] {
            [mode, id, "0"] => listed.add(mode, path, id),
            [_, _, _] => conflicts.push(path),
            _ => return Err(unexpected(line)),
        }
    }
    Ok((listed, conflicts))
}

/// `mode type id<tab>path`.
pub(super) fn parse_tree(text: &[u8]) -> Result<ListedFile> {
    let mut listed = ListedFile::default();
    for line in fields(text) {
        let (head, path) = split_tab(line)?;
        match head.split(' ').collect::<Vec<_>>()[..] {
            [mode, _, id] => listed.add(mode, path, id),
            _ => return Err(unexpected(line)),
        }
    }
    Ok(listed)
}

fn split_tab(line: &[u8]) -> Result<(&str, String)> {
    let tab = line
        .iter()
        .position(|&byte| byte == b'\t')
        .ok_or_else(|| unexpected(line))?;
    let head = std::str::from_utf8(&line[..tab]).map_err(|_| unexpected(line))?;
    Ok((head, path_text(&line[tab + 1..])))
}

/// `:mode mode id id status`, then one path or two: the changes, and the paths that are in
/// conflict.
pub(super) fn parse_diff(text: &[u8]) -> Result<(Vec<RawChange>, Vec<String>)> {
    let (mut changes, mut conflicts) = (Vec::new(), Vec::new());
    let mut fields = fields(text);
    while let Some(line) = fields.next() {
        let head = std::str::from_utf8(line)
            .ok()
            .and_then(|head| head.strip_prefix(':'))
            .ok_or_else(|| unexpected(line))?;
        let [old_mode, new_mode, old_id, _, status] = head.split(' ').collect::<Vec<_>>()[..]
        else {
            return Err(unexpected(line));
        };
        let first = path_text(fields.next().ok_or_else(|| unexpected(line))?);
        let old = is_file(old_mode).then(|| old_id.to_owned());
        let mut add = |path, status| {
            changes.push(RawChange {
                path,
                status,
                old: old.clone(),
            });
        };
        match status.as_bytes().first() {
            Some(b'U') => conflicts.push(first),
            Some(b'R' | b'C') => {
                let path = path_text(fields.next().ok_or_else(|| unexpected(line))?);
                if old_mode.starts_with("100") && status.starts_with('R') {
                    add(path, FileStatus::Renamed { from: first });
                } else if is_file(new_mode) || is_link(new_mode) {
                    changes.push(RawChange {
                        path,
                        status: FileStatus::Added,
                        old: None,
                    });
                }
            }
            // A submodule that became a file is new as a file, and the other way round; so is a
            // link, for it had another's content.
            _ => match (is_file(old_mode), is_file(new_mode) || is_link(new_mode)) {
                (true, true) => add(first, FileStatus::Modified),
                (true, false) => add(first, FileStatus::Deleted),
                (false, true) => add(first, FileStatus::Added),
                (false, false) => {}
            },
        }
    }
    Ok((changes, conflicts))
}

/// Untracked paths are new files.
pub(super) fn parse_untracked(text: &[u8]) -> impl Iterator<Item = RawChange> {
    fields(text).map(|path| RawChange {
        path: path_text(path),
        status: FileStatus::Added,
        old: None,
    })
}
