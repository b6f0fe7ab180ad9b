//! A folder and what lies in it, as they are listed.

use std::ffi::OsString;
use std::fs::{DirEntry, FileType};
use std::path::PathBuf;

use crate::project::tree::path_text;

/// Folders that never hold a project's own migrations and are expensive to walk.
pub(super) const NEVER: &[&str] = &[
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

/// What Cargo and Composer put into the folders that they write.
pub(super) const MARKERS: [&str; 2] = ["CACHEDIR.TAG", "autoload.php"];

/// A folder on its way to be listed.
pub(super) struct Folder {
    pub(super) place: PathBuf,
    /// How far it lies below the one that was asked for.
    pub(super) depth: usize,
}

/// What lies in a folder.
pub(super) struct FolderEntry {
    /// Its name as this tree writes it, a folder's with `/`, by which the paths of all are sorted.
    pub(super) key: String,
    /// The name itself, if it is not UTF-8.
    pub(super) odd: Option<OsString>,
    pub(super) kind: FileType,
}

impl FolderEntry {
    pub(super) fn of(entry: &DirEntry) -> std::io::Result<Self> {
        let kind = entry.file_type()?;
        let (mut key, odd) = match entry.file_name().into_string() {
            Ok(name) => (name, None),
            Err(name) => (path_text(name.as_encoded_bytes()), Some(name)),
        };
        if kind.is_dir() {
            key.push('/');
        }
        Ok(Self { key, odd, kind })
    }

    /// Its name as this tree writes it.
    pub(super) fn name(&self) -> &str {
        self.key.trim_end_matches('/')
    }

    pub(super) fn place(&self, folder: &Folder) -> PathBuf {
        match &self.odd {
            Some(name) => folder.place.join(name),
            None => folder.place.join(self.name()),
        }
    }
}
