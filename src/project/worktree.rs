//! The files on disk.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::tree::{Tree, file_name, join, path_text};
use crate::error::{Error, Result};

/// Folders that never hold a project's own migrations and are expensive to walk.
const NEVER: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    ".jj",
    "node_modules",
    "bower_components",
    "__pycache__",
    ".venv",
    "venv",
    ".tox",
    ".next",
    ".nuxt",
    ".turbo",
    ".terraform",
    ".gradle",
    ".idea",
    ".cache",
    ".pnpm-store",
    ".yarn",
    ".direnv",
];

/// Says whether git ignores a path; folders are asked about before they are entered.
pub type Ignored = Box<dyn Fn(&str) -> bool>;

/// The files below one folder on disk. Links are not followed, and what git ignores is left out.
pub struct Worktree {
    root: PathBuf,
    ignored: Option<Ignored>,
    /// Names that are not UTF-8, by their text.
    odd: RefCell<HashMap<String, PathBuf>>,
}

impl Worktree {
    /// A folder that git knows nothing about. Cargo's and Composer's output folders are left out by their markers.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), ignored: None, odd: RefCell::default() }
    }

    /// A folder where `ignored` knows what to leave out.
    pub fn with_ignored(root: impl Into<PathBuf>, ignored: Ignored) -> Self {
        Self { root: root.into(), ignored: Some(ignored), odd: RefCell::default() }
    }

    /// The folder on disk.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of this tree is on disk.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.odd.borrow().get(path).cloned().unwrap_or_else(|| self.root.join(path))
    }

    fn walk(&self, folder: &str, depth: usize) -> Result<Vec<String>> {
        let start = self.locate(folder);
        let mut files = Vec::new();
        let walk = WalkDir::new(&start).min_depth(1).max_depth(depth).into_iter();
        for entry in walk.filter_entry(|entry| !entry.file_type().is_dir() || depth == 1 || self.enters(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let path = self.text(entry.path());
                    // Asking about each file costs more than reading the folder; only migrations can be taken wrongly.
                    let sql = Path::new(&path).extension().is_some_and(|end| end.eq_ignore_ascii_case("sql"));
                    if !(sql && self.ignored.as_ref().is_some_and(|ignored| ignored(&path))) {
                        files.push(path);
                    }
                }
                Ok(_) => {}
                Err(error) => tolerate(error, &start)?,
            }
        }
        files.sort_unstable();
        Ok(files)
    }

    fn enters(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        if entry.depth() == 0 {
            return true;
        }
        if NEVER.contains(&name.as_ref()) {
            return false;
        }
        match &self.ignored {
            Some(ignored) => !ignored(&self.text(entry.path())),
            None => !entry.path().join("CACHEDIR.TAG").exists() && !entry.path().join("autoload.php").exists(),
        }
    }

    fn text(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        if let Some(text) = relative.to_str() {
            return if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
        }
        let text = path_text(relative.as_os_str().as_encoded_bytes());
        self.odd.borrow_mut().insert(text.clone(), path.to_owned());
        text
    }
}

/// A folder that vanished or may not be read is no reason to stop, unless it is the one that was asked for.
fn tolerate(error: walkdir::Error, start: &Path) -> Result<()> {
    let path = error.path().unwrap_or(start).display().to_string();
    let below = error.depth() > 0;
    match error.into_io_error() {
        Some(source) if source.kind() == ErrorKind::NotFound => Ok(()),
        Some(source) if below && source.kind() == ErrorKind::PermissionDenied => Ok(()),
        Some(source) => Err(Error::Io { action: "list", path, source }),
        None => Ok(()),
    }
}

impl Tree for Worktree {
    fn files(&self) -> Result<Vec<String>> {
        self.walk("", usize::MAX)
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        self.walk(folder, usize::MAX)
    }

    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        self.walk(folder, 1)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let place = self.locate(path);
        match fs::read(&place) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => self.read_odd(path),
            Err(error) if error.kind() == ErrorKind::IsADirectory => Ok(None),
            Err(source) => Err(Error::Io { action: "read", path: path.to_owned(), source }),
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
                for entry in fs::read_dir(self.locate(&folder)).into_iter().flatten().flatten() {
                    self.text(&entry.path());
                }
            }
            folder = join(&folder, part);
        }
        let known = self.odd.borrow().get(path).cloned();
        match known.map(fs::read) {
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(source)) => Err(Error::Io { action: "read", path: path.to_owned(), source }),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_but_not_links_or_dependencies() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        fs::create_dir_all(root.join("a b")).expect("a folder can be made");
        fs::create_dir_all(root.join("node_modules/x")).expect("a folder can be made");
        fs::write(root.join("a b/1.sql"), "x").expect("a file can be written");
        fs::write(root.join("node_modules/x/1.sql"), "x").expect("a file can be written");
        #[cfg(unix)]
        std::os::unix::fs::symlink("1.sql", root.join("a b/2.sql")).expect("a link can be made");
        let tree = Worktree::new(root);
        assert_eq!(tree.files().expect("the folder can be listed"), ["a b/1.sql"]);
        assert_eq!(tree.files_in("").expect("the folder can be listed"), [] as [&str; 0]);
        assert_eq!(tree.read("a b").expect("a folder is no file"), None);
        assert_eq!(tree.read("nothing/here").expect("a missing file is no error"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn reads_names_that_are_not_utf8() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let name = std::ffi::OsStr::from_bytes(b"1_\xff.sql");
        fs::write(folder.path().join(name), "x").expect("a file can be written");
        let tree = Worktree::new(folder.path());
        assert_eq!(tree.read("1_\\xFF.sql").expect("readable before it is listed"), Some(b"x".to_vec()));
        assert_eq!(tree.files().expect("the folder can be listed"), ["1_\\xFF.sql"]);
        assert_eq!(tree.read("1_\\xFF.sql").expect("readable"), Some(b"x".to_vec()));
    }
}
