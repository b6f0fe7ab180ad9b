//! The three places a project can be read from, under one trait: the working tree, the git index,
//! a commit.
//!
//! [`Overlay`] lays one buffer over any of them; [`Memory`] is a tree that is nowhere but in
//! memory.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

use super::Unjudged;
use crate::error::Result;
use crate::source::Source;

/// A snapshot of a repository's files. Paths are relative to its root, with `/` between folders; a
/// byte of a name that is not UTF-8 is written `\xFF`.
pub trait Tree {
    /// Every file, sorted by path; links, submodules and ignored files left out.
    fn files(&self) -> Result<Vec<String>>;

    /// The bytes of a file, `None` if the tree has no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// The source of a file's content that an earlier reading made, where somebody keeps it. It is
    /// asked for after the file was read.
    fn remembered(&self, _path: &str) -> Option<Source> {
        None
    }

    /// What identifies a file's content within this kind of tree, where that is known without
    /// reading it: git's blob id.
    fn id(&self, _path: &str) -> Option<String> {
        None
    }

    /// What somebody has made of this content of a file, and kept: trees of one repository share
    /// most contents, and whoever compares two of them reads those once.
    fn kept(&self, _path: &str) -> Option<Rc<dyn Any>> {
        None
    }

    /// Keeps what was made of a file's content for whoever reads the same elsewhere.
    fn keep(&self, _path: &str, _made: Rc<dyn Any>) {}

    /// How long a file is, in bytes, where that is known without reading it.
    fn length(&self, _path: &str) -> Option<u64> {
        None
    }

    /// A file's bytes, unless there are more than `limit` and that is known without reading it.
    fn read_up_to(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        if self.length(path).is_some_and(|length| length > limit) {
            return Ok(None);
        }
        self.read(path)
    }

    /// Why a file that is there is not read, for people.
    fn refusal(&self, _path: &str) -> Option<String> {
        None
    }

    /// Folders that were met and may not be read, and what looks like SQL and is no file.
    fn unreadable(&self) -> Vec<Unjudged> {
        Vec::new()
    }

    /// Whether git would not add a file that is there: only in a working tree.
    fn ignores(&self, _path: &str) -> bool {
        false
    }

    /// Every file below a folder, sorted; the root is the empty path.
    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        Ok(self
            .files()?
            .into_iter()
            .filter(|path| is_under(path, folder))
            .collect())
    }

    /// The files that lie in a folder itself, sorted.
    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        Ok(self
            .files()?
            .into_iter()
            .filter(|path| parent(path) == folder)
            .collect())
    }
}

/// Whether `path` is `folder` or lies below it. Everything lies below the empty path.
pub fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder a path lies in; empty for the root.
pub fn parent(path: &str) -> &str {
    last(path, b'/').map_or("", |slash| &path[..slash])
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    last(path, b'/').map_or(path, |slash| &path[slash + 1..])
}

/// What follows the last dot of a path's last part; empty without one.
pub fn ending(path: &str) -> &str {
    // A few bytes from the end: the search of many at once takes longer to begin.
    let mut back = path.bytes().rev();
    let length = back.position(|byte| matches!(byte, b'.' | b'/'));
    match length.map(|length| path.len() - length) {
        Some(start) if path.as_bytes()[start - 1] == b'.' => &path[start..],
        _ => "",
    }
}

/// Where an ASCII character stands last. Every file of the repository is asked a dozen times, and
/// going back byte by byte was 4 % of a check of 5,300 files; `str::rfind` costs most before it
/// begins.
fn last(text: &str, sign: u8) -> Option<usize> {
    memchr::memrchr(sign, text.as_bytes())
}

/// A path below a folder; the root is empty.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        return name.to_owned();
    }
    // Every file of a repository is joined to its folder; `format!` took four times as long.
    let mut path = String::with_capacity(folder.len() + 1 + name.len());
    path.push_str(folder);
    path.push('/');
    path.push_str(name);
    path
}

/// A relative path as the tools read it: `./` goes, `..` climbs, never above the root.
pub(crate) fn resolve(base: &str, path: &str) -> String {
    let mut folder = String::with_capacity(base.len() + 1 + path.len());
    folder.push_str(base);
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => folder.truncate(parent(&folder).len()),
            part => {
                if !folder.is_empty() {
                    folder.push('/');
                }
                folder.push_str(part);
            }
        }
    }
    folder
}

/// A path as text: valid UTF-8 as it is, any other byte as `\xFF`, so that two names never become
/// one.
pub fn path_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            write!(text, "\\x{byte:02X}").expect("a String takes any text");
        }
    }
    text
}

/// Whether something that cannot be read may be a migration, or a folder of them, by its name.
pub(crate) fn may_hold_migrations(path: &str) -> bool {
    let is_folder = ending(path).is_empty();
    ending(path).eq_ignore_ascii_case("sql")
        || (is_folder && path.split('/').any(is_named_after_migrations))
}

/// Whether a folder's name says that it holds migrations.
pub(crate) fn is_named_after_migrations(name: &str) -> bool {
    matches!(name, "migrations" | "migration" | "migrate")
}

/// Why a file's bytes are not the text that it stands for.
pub(crate) fn not_text(bytes: &[u8]) -> Option<&'static str> {
    let marked = |mark: &[u8]| bytes.starts_with(mark);
    if marked(b"version https://git-lfs.github.com/spec/") {
        Some("a Git LFS pointer: its content is not here; `git lfs pull` fetches it")
    } else if marked(&[0xff, 0xfe]) || marked(&[0xfe, 0xff]) {
        Some("it is UTF-16: save it as UTF-8")
    } else {
        None
    }
}

/// Another tree with some files replaced by buffers, as an editor sees it.
pub struct Overlay<'a> {
    below: &'a dyn Tree,
    files: BTreeMap<String, Vec<u8>>,
    /// Files below that are taken away.
    removed: BTreeSet<String>,
}

impl<'a> Overlay<'a> {
    /// Lays `content` over `path`, which need not exist below.
    pub fn new(below: &'a dyn Tree, path: impl Into<String>, content: Vec<u8>) -> Self {
        Self {
            below,
            files: BTreeMap::from([(path.into(), content)]),
            removed: BTreeSet::new(),
        }
    }

    /// Lays texts over paths, which need not exist below.
    pub fn of_texts(below: &'a dyn Tree, texts: &BTreeMap<String, String>) -> Self {
        Self {
            below,
            files: texts
                .iter()
                .map(|(path, text)| (path.clone(), text.clone().into_bytes()))
                .collect(),
            removed: BTreeSet::new(),
        }
    }

    /// Takes files away, unless something lies over them.
    #[must_use]
    pub fn without(mut self, removed: &BTreeSet<String>) -> Self {
        let gone = removed
            .iter()
            .filter(|path| !self.files.contains_key(*path));
        self.removed = gone.cloned().collect();
        self
    }

    fn with_own(&self, mut files: Vec<String>, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        files.retain(|path| !self.removed.contains(path));
        for path in self.files.keys().filter(|path| wanted(path)) {
            if let Err(at) = files.binary_search(path) {
                files.insert(at, path.clone());
            }
        }
        files
    }
}

impl Tree for Overlay<'_> {
    fn files(&self) -> Result<Vec<String>> {
        Ok(self.with_own(self.below.files()?, |_| true))
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self.files.get(path) {
            Some(content) => Ok(Some(content.clone())),
            None if self.removed.contains(path) => Ok(None),
            None => self.below.read(path),
        }
    }

    fn remembered(&self, path: &str) -> Option<Source> {
        let is_own = self.files.contains_key(path) || self.removed.contains(path);
        self.below.remembered(path).filter(|_| !is_own)
    }

    fn id(&self, path: &str) -> Option<String> {
        if self.files.contains_key(path) || self.removed.contains(path) {
            None
        } else {
            self.below.id(path)
        }
    }

    fn kept(&self, path: &str) -> Option<Rc<dyn Any>> {
        self.id(path).and_then(|_| self.below.kept(path))
    }

    fn keep(&self, path: &str, made: Rc<dyn Any>) {
        if self.id(path).is_some() {
            self.below.keep(path, made);
        }
    }

    fn length(&self, path: &str) -> Option<u64> {
        match self.files.get(path) {
            Some(content) => u64::try_from(content.len()).ok(),
            None if self.removed.contains(path) => None,
            None => self.below.length(path),
        }
    }

    fn refusal(&self, path: &str) -> Option<String> {
        let is_own = self.files.contains_key(path);
        self.below.refusal(path).filter(|_| !is_own)
    }

    fn unreadable(&self) -> Vec<Unjudged> {
        self.below.unreadable()
    }

    fn ignores(&self, path: &str) -> bool {
        self.below.ignores(path)
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        let files = self.below.files_under(folder)?;
        Ok(self.with_own(files, |path| is_under(path, folder)))
    }

    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        let files = self.below.files_in(folder)?;
        Ok(self.with_own(files, |path| parent(path) == folder))
    }
}

/// Files that exist only in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl<P: Into<String>, C: Into<Vec<u8>>> FromIterator<(P, C)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        Self(
            files
                .into_iter()
                .map(|(path, content)| (path.into(), content.into()))
                .collect(),
        )
    }
}

impl Tree for Memory {
    fn files(&self) -> Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }

    fn length(&self, path: &str) -> Option<u64> {
        u64::try_from(self.0.get(path)?.len()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_replaces_or_adds_one_file() {
        let below = Memory::from_iter([("a/1.sql", "one"), ("a/3.sql", "three")]);
        let tree = Overlay::new(&below, "a/2.sql", b"two".to_vec());
        assert_eq!(
            tree.files().expect("memory never fails"),
            ["a/1.sql", "a/2.sql", "a/3.sql"]
        );
        assert_eq!(
            tree.files_in("b").expect("memory never fails"),
            [] as [&str; 0]
        );
        assert_eq!(
            tree.read("a/2.sql").expect("memory never fails"),
            Some(b"two".to_vec())
        );
        assert_eq!(
            tree.read("a/1.sql").expect("memory never fails"),
            Some(b"one".to_vec())
        );
    }

    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        assert_eq!(path_text(b"a\xff.sql"), "a\\xFF.sql");
        assert_ne!(path_text(b"\xff"), path_text(b"\xfe"));
        assert_eq!(path_text("é".as_bytes()), "é");
    }

    #[test]
    fn folders_end_at_a_slash() {
        assert!(is_under("db/migrations/1.sql", "db"));
        assert!(!is_under("dbx/1.sql", "db"));
        assert!(is_under("x", ""));
    }
}
