//! The files on disk between two keystrokes: what was listed stays listed until the editor says
//! that files have changed, and what was read stays read as long as the file is the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::time::SystemTime;

use crate::error::Result;
use crate::project::Unjudged;
use crate::project::tree::Tree;
use crate::project::worktree::Worktree;
use crate::source::Source;

/// What tells that a file is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileStamp {
    modified: Option<SystemTime>,
    length: u64,
}

struct ReadFile {
    stamp: FileStamp,
    bytes: Vec<u8>,
    /// The same with what was parsed of it.
    source: Source,
}

/// A folder, and whether what lies in folders below was asked for.
type Listed = (String, bool);

pub(super) struct DiskFiles {
    disk: Worktree,
    read: RefCell<HashMap<String, ReadFile>>,
    listed: RefCell<HashMap<Listed, Vec<String>>>,
}

impl DiskFiles {
    pub(super) fn new(disk: Worktree) -> Self {
        Self {
            disk,
            read: RefCell::default(),
            listed: RefCell::default(),
        }
    }

    /// Lists folders again. What was read is looked at by itself, each time.
    pub(super) fn relist(&mut self, disk: Worktree) {
        self.disk = disk;
        self.listed.borrow_mut().clear();
    }

    fn stamp(&self, path: &str) -> Option<FileStamp> {
        let found = fs::metadata(self.disk.locate(path)).ok()?;
        found.is_file().then(|| FileStamp {
            modified: found.modified().ok(),
            length: found.len(),
        })
    }

    fn listed(&self, folder: &str, deep: bool) -> Result<Vec<String>> {
        let key = (folder.to_owned(), deep);
        if let Some(known) = self.listed.borrow().get(&key) {
            return Ok(known.clone());
        }
        let files = if deep {
            self.disk.files_under(folder)?
        } else {
            self.disk.files_in(folder)?
        };
        self.listed.borrow_mut().insert(key, files.clone());
        Ok(files)
    }
}

impl Drop for DiskFiles {
    fn drop(&mut self) {
        for file in self.read.borrow().values() {
            file.source.forget();
        }
    }
}

impl Tree for DiskFiles {
    fn files(&self) -> Result<Vec<String>> {
        self.disk.files()
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let stamp = self.stamp(path);
        if let Some(known) = self.read.borrow().get(path)
            && stamp == Some(known.stamp)
        {
            return Ok(Some(known.bytes.clone()));
        }
        let bytes = self.disk.read(path)?;
        if let (Some(stamp), Some(bytes)) = (stamp, &bytes) {
            let read = ReadFile {
                stamp,
                bytes: bytes.clone(),
                source: Source::remembering(path, bytes.clone()),
            };
            let before = self.read.borrow_mut().insert(path.to_owned(), read);
            if let Some(before) = before {
                before.source.forget();
            }
        }
        Ok(bytes)
    }

    fn remembered(&self, path: &str) -> Option<Source> {
        let read = self.read.borrow();
        read.get(path).map(|file| file.source.clone())
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.disk.length(path)
    }

    fn refusal(&self, path: &str) -> Option<String> {
        self.disk.refusal(path)
    }

    fn unreadable(&self) -> Vec<Unjudged> {
        self.disk.unreadable()
    }

    fn ignores(&self, path: &str) -> bool {
        Tree::ignores(&self.disk, path)
    }

    fn files_under(&self, folder: &str) -> Result<Vec<String>> {
        self.listed(folder, true)
    }

    fn files_in(&self, folder: &str) -> Result<Vec<String>> {
        self.listed(folder, false)
    }
}
