//! The three places a project can be read from, behind one trait: the working tree, the git index, a commit.

use crate::error::Result;

/// A snapshot of a repository's files. Paths are relative to its root, with `/` between folders.
pub trait Tree {
    /// Every file, sorted by path; links, submodules and ignored files left out.
    fn files(&self) -> Result<Vec<String>>;

    /// The bytes of a file, `None` if the tree has no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>>;
}
