//! Files that the runner applies and that are not read: where they stand among the migrations.

use std::cmp::Ordering;

use super::{DraftSet, Reader};
use crate::error::Result;
use crate::project::layout::{Naming, Order};
use crate::project::names::{FlywayKind, compare_flyway, compare_numbered, flyway, folder_version};
use crate::project::tree::{ending, file_name, parent};
use crate::project::unjudged::{Cause, Unjudged};

impl Reader<'_> {
    /// Flyway's migrations in Java and its relatives, which lie beside the resources or in a tree
    /// of their own.
    pub(crate) fn flyway_scripts(&self) -> Vec<String> {
        const TREES: [&str; 4] = ["java", "kotlin", "groovy", "scala"];
        let others = TREES
            .iter()
            .map(|tree| self.folder.replace("/resources/", &format!("/{tree}/")))
            .filter(|folder| folder != self.folder);
        let folders = std::iter::once(self.folder.to_owned()).chain(others);
        let is_script = |path: &&String| {
            let parts = file_name(path).rsplit_once('.');
            parts.is_some_and(|(stem, ending)| {
                matches!(ending, "java" | "kt" | "groovy" | "scala")
                    && flyway(stem).is_some_and(|(kind, ..)| kind != FlywayKind::Undo)
            })
        };
        folders
            .flat_map(|folder| self.listing.under(&folder).iter().filter(is_script))
            .cloned()
            .collect()
    }

    /// Tells each migration which unread file comes just before it.
    pub(super) fn place_unread(&self, sketch: &mut DraftSet) -> Result<()> {
        if self.layout.naming == Naming::Dump {
            return Ok(());
        }
        let is_applied = |file: &&Unjudged| matches!(file.cause, Cause::Foreign | Cause::Broken);
        for file in sketch.skipped.iter().filter(is_applied) {
            if self.moves_rows_only(&file.path)? {
                continue;
            }
            let mut migrations = sketch.migrations.iter_mut();
            let next = migrations.find(|migration| self.comes_before(&file.path, &migration.id));
            let known = match next {
                Some(next) => &mut next.after_unread,
                None => &mut sketch.unread_last,
            };
            known.get_or_insert_with(|| file.path.clone());
        }
        Ok(())
    }

    /// Whether a script in JavaScript or TypeScript has no word of a schema change in it. Projects
    /// keep migrations of data so, beside those in SQL, and their schema is known all the same.
    fn moves_rows_only(&self, path: &str) -> Result<bool> {
        const WORDS: &[&str] = &[
            "create table",
            "create unique",
            "create index",
            "create type",
            "create view",
            "create or replace",
            "create schema",
            "create extension",
            "create function",
            "create trigger",
            "create materialized",
            "alter table",
            "alter type",
            "drop table",
            "drop column",
            "drop index",
            "drop type",
            "drop view",
            "drop constraint",
            "rename to",
            "rename column",
            "createtable",
            "altertable",
            "droptable",
            "renametable",
            "addcolumn",
            "dropcolumn",
            "renamecolumn",
            "createindex",
            "schema.",
            "readfile",
        ];
        if !matches!(ending(path), "ts" | "js" | "mjs") {
            return Ok(false);
        }
        let Some(bytes) = self.tree.read(path)? else {
            return Ok(false);
        };
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        Ok(!WORDS.iter().any(|word| text.contains(word)))
    }

    /// Whether a file is applied before the migration of that name.
    fn comes_before(&self, path: &str, id: &str) -> bool {
        let name = file_name(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let order = match self.layout.naming {
            Naming::Flyway => match (flyway(stem), flyway(id)) {
                (Some((FlywayKind::Repeatable, ..)), Some((kind, ..))) => {
                    return kind == FlywayKind::Repeatable;
                }
                (Some(_), Some((FlywayKind::Repeatable, ..))) => Ordering::Less,
                (Some((_, left, _)), Some((_, right, _))) => compare_flyway(left, right),
                _ => Ordering::Less,
            },
            Naming::MigrationSql => file_name(parent(path)).cmp(id),
            Naming::UpSql => folder_version(file_name(parent(path))).cmp(&folder_version(id)),
            Naming::Single if self.layout.order == Order::Bytes => stem.cmp(id),
            // The order that somebody wrote down says nothing of a file that is not in it.
            Naming::Single if self.layout.order == Order::Listed => Ordering::Less,
            Naming::Journal | Naming::Pop | Naming::Pairs | Naming::Single | Naming::Dump => {
                compare_numbered(stem, id)
            }
        };
        order == Ordering::Less
    }
}
