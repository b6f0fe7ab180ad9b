//! What a change set does to files, against the base it will be merged into.
//!
//! How it grows: with what has changed, and with the sets that it touches. Which files were renamed
//! is asked of git about migrations and schemas only; what both sides share is read once.

pub mod moved;
pub mod released;

use crate::project::{FileStatus, MigrationPart};
use crate::schema::input::Input;
use crate::source::{Source, Span};

/// The index against `HEAD`, or a commit against the merge base.
#[derive(Debug)]
pub struct ChangeSet {
    /// What it is compared with, for people: "HEAD", "the merge base with origin/main (1a2b3c4)".
    pub base_name: String,
    /// Every file that differs, sorted by path.
    pub files: Vec<FileChange>,
    /// The project as it is at the base, with its schemas where they are compared.
    pub base: Input,
}

impl ChangeSet {
    /// What happened to a file, by its path now.
    pub fn status(&self, path: &str) -> Option<&FileStatus> {
        let found = self
            .files
            .binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|at| &self.files[at].status)
    }
}

/// One file that differs from the base.
#[derive(Debug)]
pub struct FileChange {
    /// Its path now; for a deleted file, the path it had.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// Its text at the base, where it was read: migrations and what belongs to their sets.
    pub before: Option<Source>,
    /// Its text now, where no migration holds it: schemas and models.
    pub after: Option<Source>,
    /// What the default branch has of it.
    pub merged: Merged,
    /// Its path at the base, where the whole folder of its set has moved since.
    pub moved_from: Option<String>,
}

/// What the default branch has of a file.
#[derive(Clone, Debug, Default)]
pub enum Merged {
    /// What the base has: that is the default branch, or nobody asked.
    #[default]
    AsAtBase,
    /// Nothing: the file is that of a branch, which may change what it has not merged.
    Not,
    /// The default branch has the file with this text.
    As(Source),
}

impl ChangeSet {
    /// The part of the same identity at the base, if there was one.
    pub fn at_base(&self, part: &MigrationPart) -> Option<&MigrationPart> {
        let mut parts = self.base.project.parts();
        parts.find(|old| old.identity() == part.identity())
    }

    /// Whether a part differs from what it is at the base. What shares its file with others does so
    /// only where its own text does.
    pub fn touches(&self, part: &MigrationPart) -> bool {
        self.status(part.source.path()).is_some()
            && (part.name.is_none()
                || self
                    .at_base(part)
                    .is_none_or(|old| old.text() != part.text()))
    }

    /// Whether a part is new in the changes.
    pub fn adds(&self, part: &MigrationPart) -> bool {
        match part.name {
            Some(_) => self.at_base(part).is_none(),
            None => self.status(part.source.path()) == Some(&FileStatus::Added),
        }
    }
}

impl FileChange {
    /// The path it had at the base; for a new file, its path now.
    pub fn old_path(&self) -> &str {
        match &self.status {
            FileStatus::Renamed { from } => from,
            FileStatus::Added | FileStatus::Modified | FileStatus::Deleted => &self.path,
        }
    }
}

/// The first line that differs from what was there before.
pub fn first_difference(before: &str, now: &Source) -> Span {
    let same = before
        .lines()
        .zip(now.text().lines())
        .take_while(|(a, b)| a == b)
        .count();
    let lines = now.text().lines().count().max(1);
    now.line_span((same + 1).min(lines))
}
