//! The files on disk.

mod entry;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use walkdir::WalkDir;

use super::Unjudged;
use super::tree::{Tree, ending, file_name, join, may_hold_migrations, path_text};
use crate::error::{Error, Result};
use entry::{Folder, FolderEntry, MARKERS, NEVER};

/// Says whether git ignores a path, which is a folder or not; folders are asked about before they
/// are entered.
pub type Ignored = Box<dyn Fn(&str, bool) -> bool>;

/// The files below one folder on disk. A link to a file is a file, a link to a folder is not
/// followed, and what git ignores is left out.
pub struct Worktree {
    root: PathBuf,
    ignored: Option<Ignored>,
    /// Names that are not UTF-8, by their text.
    odd: RefCell<HashMap<String, PathBuf>>,
    /// Every file, once they have been listed.
    files: OnceCell<Vec<String>>,
    /// What lies below the folders that were asked for before that.
    listed: RefCell<BTreeMap<String, Vec<String>>>,
    /// Folders that may not be read, and what looks like SQL and is no file, each with the reason.
    refused: RefCell<BTreeMap<String, &'static str>>,
}

impl Worktree {
    /// A folder that git knows nothing about. Cargo's and Composer's output folders are left out by
    /// their markers.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            ignored: None,
            ..Self::with_ignored(root, Box::new(|_, _| false))
        }
    }

    /// A folder where `ignored` knows what to leave out.
    pub fn with_ignored(root: impl Into<PathBuf>, ignored: Ignored) -> Self {
        Self {
            root: root.into(),
            ignored: Some(ignored),
            odd: RefCell::default(),
            files: OnceCell::new(),
            listed: RefCell::default(),
            refused: RefCell::default(),
        }
    }

    /// The folder on disk.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of this tree is on disk.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.odd
            .borrow()
            .get(path)
            .cloned()
            .unwrap_or_else(|| self.root.join(path))
    }

    /// The files in a folder, and where it is deep in those below, sorted.
    fn walk(&self, folder: &str, deep: bool) -> Result<Vec<String>> {
        let start = Folder {
            place: self.locate(folder),
            depth: 0,
        };
        let mut files = Vec::new();
        self.list(&start, deep, &mut files)?;
        debug_assert!(files.is_sorted(), "each folder was sorted");
        Ok(files)
    }

    /// Adds the files of a folder in their order. Each folder is sorted by itself, in the order that
    /// its paths have among all: sorting all 5,300 paths of a repository, each of them made twice,
    /// was half of the listing with `walkdir`.
    fn list(&self, folder: &Folder, deep: bool, files: &mut Vec<String>) -> Result<()> {
        let entries = match fs::read_dir(&folder.place) {
            Ok(entries) => entries,
            Err(error) => return self.tolerate(error, folder),
        };
        let mut found = Vec::new();
        for entry in entries {
            match entry.and_then(|entry| FolderEntry::of(&entry)) {
                Ok(entry) => found.push(entry),
                Err(error) => self.tolerate(error, folder)?,
            }
        }
        // Without git, what a build or Composer wrote is known by a marker in it.
        let is_marked = found.iter().any(|entry| MARKERS.contains(&entry.name()));
        if is_marked && self.ignored.is_none() && folder.depth > 0 {
            return Ok(());
        }
        found.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        let above = folder.place.to_str().map(|_| self.text(&folder.place));
        for entry in found {
            let path = match (&above, &entry.odd) {
                (Some(above), None) => join(above, entry.name()),
                _ => self.text(&entry.place(folder)),
            };
            if !entry.kind.is_dir() {
                self.add(path, &entry, folder, files);
            } else if deep && self.enters(&path, &entry) {
                if let Some(known) = self.listed.borrow().get(&path) {
                    files.extend_from_slice(known);
                    continue;
                }
                let below = Folder {
                    place: entry.place(folder),
                    depth: folder.depth + 1,
                };
                self.list(&below, deep, files)?;
            }
        }
        Ok(())
    }

    /// Adds what is no folder, if it is a file of the project.
    fn add(&self, path: String, entry: &FolderEntry, folder: &Folder, files: &mut Vec<String>) {
        let is_link = entry.kind.is_symlink();
        if entry.kind.is_file() || (is_link && entry.place(folder).is_file()) {
            // A repository may be anybody's. A link in it must not lead driftlint to a file of the
            // machine, a part of which it would then print.
            if is_link && self.leads_out(&entry.place(folder)) {
                self.refuse_sql(path, "a link that leads out of the project");
                return;
            }
            // Asking about each file costs more than reading the folder; only migrations can be
            // taken wrongly.
            if !(ending(&path).eq_ignore_ascii_case("sql") && self.ignores(&path, false)) {
                files.push(path);
            }
            return;
        }
        let place = entry.place(folder);
        let is_folder = place.is_dir();
        let reason = if is_folder {
            "a link to a folder that lies outside of the project"
        } else if is_link {
            "a link to nothing"
        } else {
            "neither a file nor a folder"
        };
        // What a link to a folder of the project leads to is met there.
        if self.ignores(&path, is_folder) || (is_folder && !self.leads_out(&place)) {
            return;
        }
        // The name may say nothing, and what lies there does.
        if is_folder && holds_sql(&place) {
            self.refused.borrow_mut().insert(path, reason);
        } else {
            self.refuse_sql(path, reason);
        }
    }

    fn enters(&self, path: &str, entry: &FolderEntry) -> bool {
        !NEVER.contains(&entry.name()) && !self.ignores(path, true)
    }

    /// A folder that vanished or may not be read is no reason to stop, unless it is the one that
    /// was asked for.
    fn tolerate(&self, error: std::io::Error, folder: &Folder) -> Result<()> {
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(()),
            ErrorKind::PermissionDenied if folder.depth > 0 => {
                let reason = "a folder that may not be read";
                let path = self.text(&folder.place);
                self.refused.borrow_mut().insert(path, reason);
                Ok(())
            }
            _ => Err(Error::Io {
                action: "list",
                path: folder.place.display().to_string(),
                source: error,
            }),
        }
    }

    /// What looks like SQL and cannot be read must not look as if it were not there.
    fn refuse_sql(&self, path: String, reason: &'static str) {
        if may_hold_migrations(&path) {
            self.refused.borrow_mut().insert(path, reason);
        }
    }

    fn leads_out(&self, link: &Path) -> bool {
        match (link.canonicalize(), self.root.canonicalize()) {
            (Ok(target), Ok(root)) => !target.starts_with(root),
            _ => false,
        }
    }

    fn ignores(&self, path: &str, folder: bool) -> bool {
        self.ignored
            .as_ref()
            .is_some_and(|ignored| ignored(path, folder))
    }

    /// What follows the root, where both are text and the path begins with the root as it is
    /// written.
    fn below<'a>(&self, path: &'a Path) -> Option<&'a str> {
        let rest = path
            .to_str()?
            .strip_prefix(self.root.to_str()?)?
            .strip_prefix(MAIN_SEPARATOR)?;
        (!rest.starts_with(MAIN_SEPARATOR)).then_some(rest)
    }

    /// A path as this tree writes it.
    fn text(&self, path: &Path) -> String {
        // Every file is asked about, and both are mostly written alike: comparing them part by part
        // can wait.
        let relative = match self.below(path) {
            Some(text) => return slashed(text),
            None => path.strip_prefix(&self.root).unwrap_or(path),
        };
        if let Some(text) = relative.to_str() {
            return slashed(text);
        }
        let text = path_text(relative.as_os_str().as_encoded_bytes());
        self.odd.borrow_mut().insert(text.clone(), path.to_owned());
        text
    }
}

fn slashed(path: &str) -> String {
    if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// Whether SQL lies in a folder or just below it. Only names are looked at, and not many.
fn holds_sql(folder: &Path) -> bool {
    const ENOUGH: usize = 2_000;
    let Ok(target) = folder.canonicalize() else {
        return false;
    };
    let entries = WalkDir::new(target).max_depth(2).into_iter().take(ENOUGH);
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy();
        ending(&name).eq_ignore_ascii_case("sql")
    })
}

impl Tree for Worktree {
    fn length(&self, path: &str) -> Option<u64> {
        let found = fs::metadata(self.locate(path)).ok()?;
        found.is_file().then_some(found.len())
    }

    fn ignores(&self, path: &str) -> bool {
        self.ignores(path, false)
    }

    fn unreadable(&self) -> Vec<Unjudged> {
        let refused = self.refused.borrow();
        let entries = refused.iter();
        entries
            .map(|(path, reason)| Unjudged::broken(path, *reason))
            .collect()
    }

    fn files(&self) -> Result<Vec<String>> {
        if let Some(known) = self.files.get() {
            return Ok(known.clone());
        }
        let files = self.walk("", true)?;
        Ok(self.files.get_or_init(|| files).clone())
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        // A folder that is not listed may be one that is left out, and was asked for.
        let all = self.files.get().map_or(&[][..], Vec::as_slice);
        let first = format!("{folder}/");
        let from = all.partition_point(|path| *path < first);
        let known: Vec<String> = all[from..]
            .iter()
            .take_while(|path| path.starts_with(&first))
            .cloned()
            .collect();
        if !known.is_empty() {
            return Ok(known);
        }
        if let Some(known) = self.listed.borrow().get(folder) {
            return Ok(known.clone());
        }
        let files = self.walk(folder, true)?;
        // One that is left out elsewhere was asked for here only.
        let is_marked = MARKERS
            .iter()
            .any(|marker| files.binary_search(&join(folder, marker)).is_ok());
        if !is_marked {
            let known = files.clone();
            self.listed.borrow_mut().insert(folder.to_owned(), known);
        }
        Ok(files)
    }

    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        self.walk(folder, false)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.read_up_to(path, u64::MAX)
    }

    fn read_up_to(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        let place = self.locate(path);
        // Reading a pipe would wait for whoever writes to it.
        if fs::metadata(&place).is_ok_and(|found| !found.is_file() || found.len() > limit) {
            return Ok(None);
        }
        match fs::read(&place) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                self.read_odd(path)
            }
            Err(error) if error.kind() == ErrorKind::IsADirectory => Ok(None),
            Err(source) => Err(Error::Io {
                action: "read",
                path: path.to_owned(),
                source,
            }),
        }
    }
}

impl Worktree {
    /// A name with `\xFF` in it that was never listed: list its folder, which learns the real name.
    fn read_odd(&self, path: &str) -> Result<Option<Vec<u8>>> {
        if !path.contains("\\x") || self.odd.borrow().contains_key(path) {
            return Ok(None);
        }
        let mut folder = String::new();
        for part in path.split('/') {
            if part == file_name(path) || part.contains("\\x") {
                for entry in fs::read_dir(self.locate(&folder))
                    .into_iter()
                    .flatten()
                    .flatten()
                {
                    self.text(&entry.path());
                }
            }
            folder = join(&folder, part);
        }
        let known = self.odd.borrow().get(path).cloned();
        match known.map(fs::read) {
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(source)) => Err(Error::Io {
                action: "read",
                path: path.to_owned(),
                source,
            }),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_and_links_to_them_but_no_dependencies() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        fs::create_dir_all(root.join("a b")).expect("a folder can be made");
        fs::create_dir_all(root.join("node_modules/x")).expect("a folder can be made");
        fs::write(root.join("a b/1.sql"), "x").expect("a file can be written");
        fs::write(root.join("node_modules/x/1.sql"), "x").expect("a file can be written");
        #[cfg(unix)]
        std::os::unix::fs::symlink("1.sql", root.join("a b/2.sql")).expect("a link can be made");
        let tree = Worktree::new(root);
        assert_eq!(
            tree.files().expect("the folder can be listed"),
            ["a b/1.sql", "a b/2.sql"]
        );
        assert_eq!(
            tree.files_in("").expect("the folder can be listed"),
            [] as [&str; 0]
        );
        assert_eq!(tree.read("a b").expect("a folder is no file"), None);
        assert_eq!(
            tree.read("nothing/here")
                .expect("a missing file is no error"),
            None
        );
    }

    #[test]
    fn leaves_out_what_is_marked_as_generated() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        for file in [
            "autoload.php",
            "a/1.sql",
            "target/CACHEDIR.TAG",
            "target/debug/2.sql",
            "vendor/autoload.php",
        ] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
            fs::write(path, "x").expect("a file can be written");
        }
        let tree = Worktree::new(root);
        for _ in 0..2 {
            assert_eq!(
                tree.files_under("target").expect("asked for"),
                ["target/CACHEDIR.TAG", "target/debug/2.sql"]
            );
            assert_eq!(
                tree.files_under("a").expect("the folder can be listed"),
                ["a/1.sql"]
            );
            // The second time, all of it is known.
            assert_eq!(
                tree.files().expect("the folder can be listed"),
                ["a/1.sql", "autoload.php"]
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn reads_names_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let name = std::ffi::OsStr::from_bytes(b"1_\xff.sql");
        fs::write(folder.path().join(name), "x").expect("a file can be written");
        let tree = Worktree::new(folder.path());
        assert_eq!(
            tree.read("1_\\xFF.sql")
                .expect("readable before it is listed"),
            Some(b"x".to_vec())
        );
        assert_eq!(
            tree.files().expect("the folder can be listed"),
            ["1_\\xFF.sql"]
        );
        assert_eq!(
            tree.read("1_\\xFF.sql").expect("readable"),
            Some(b"x".to_vec())
        );

        let below = folder.path().join(std::ffi::OsStr::from_bytes(b"b\xfe"));
        fs::create_dir(&below).expect("a folder can be made");
        fs::write(below.join("2.sql"), "y").expect("a file can be written");
        let tree = Worktree::new(folder.path());
        assert_eq!(
            tree.files().expect("the folder can be listed"),
            ["1_\\xFF.sql", "b\\xFE/2.sql"]
        );
        assert_eq!(
            tree.read("b\\xFE/2.sql").expect("readable"),
            Some(b"y".to_vec())
        );
    }
}
