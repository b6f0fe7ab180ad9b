//! Files that the runner applies and that are not read: where they stand among the migrations.

use std::cmp::Ordering;

use super::reach::Reach;
use super::{DraftSet, TreeReader};
use crate::error::Result;
use crate::project::UnreadFile;
use crate::project::layout::{FileNaming, Order};
use crate::project::names::{
    PrefixKind, compare_dotted, compare_numbered, folder_version, prefixed,
};
use crate::project::tree::{ending, file_name, parent};
use crate::project::unjudged::{Consequence, Unjudged};

impl TreeReader<'_> {
    /// Tells each migration which unread files come just before it.
    pub(super) fn place_unread(&self, sketch: &mut DraftSet) -> Result<()> {
        if self.layout.naming == FileNaming::Dump {
            return Ok(());
        }
        for file in &sketch.skipped {
            if !matches!(file.cause, Consequence::Foreign | Consequence::Broken) {
                continue;
            }
            let reach = self.reach(file)?;
            if reach == Reach::Rows {
                continue;
            }
            let mut migrations = sketch.migrations.iter_mut();
            let next = migrations.find(|migration| self.comes_before(&file.path, &migration.id));
            let known = match next {
                Some(next) => &mut next.after_unread,
                None => &mut sketch.unread_last,
            };
            known.push(UnreadFile {
                path: file.path.clone(),
                reach,
            });
        }
        Ok(())
    }

    /// What a file may change. Projects keep migrations of data in scripts, beside those in SQL,
    /// and their schema is known all the same.
    fn reach(&self, file: &Unjudged) -> Result<Reach> {
        if file.cause == Consequence::Broken {
            return Ok(Reach::Anything);
        }
        let quiet = matches!(ending(&file.path), "ts" | "js" | "mjs");
        let bytes = self.tree.read(&file.path)?;
        Ok(bytes.map_or(Reach::Anything, |bytes| {
            Reach::of(&String::from_utf8_lossy(&bytes), quiet)
        }))
    }

    /// Whether a file is applied before the migration of that name.
    fn comes_before(&self, path: &str, id: &str) -> bool {
        let name = file_name(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let order = match self.layout.naming {
            FileNaming::Prefixed => match (prefixed(stem), prefixed(id)) {
                (Some(left), Some(right)) => match (left.kind, right.kind) {
                    (PrefixKind::Repeatable, kind) => return kind == PrefixKind::Repeatable,
                    (_, PrefixKind::Repeatable) => Ordering::Less,
                    _ => compare_dotted(left.version, right.version),
                },
                _ => Ordering::Less,
            },
            FileNaming::MigrationSql => file_name(parent(path)).cmp(id),
            FileNaming::UpSql => folder_version(file_name(parent(path))).cmp(&folder_version(id)),
            FileNaming::Single if self.layout.order == Order::Bytes => stem.cmp(id),
            // The order that somebody wrote down says nothing of a file that is not in it.
            FileNaming::Planned => Ordering::Less,
            FileNaming::Single if self.layout.order == Order::Listed => Ordering::Less,
            FileNaming::Journal
            | FileNaming::Pop
            | FileNaming::Pairs
            | FileNaming::Underscored
            | FileNaming::Halves
            | FileNaming::Releases
            | FileNaming::Single
            | FileNaming::Dump => compare_numbered(stem, id),
        };
        order == Ordering::Less
    }
}
