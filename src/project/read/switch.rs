//! Numbered files beside the folders of migrations: a team has switched from one tool to another,
//! and kept the history.

use std::cmp::Ordering;

use super::super::discover::{FolderKind, migration_stem};
use super::super::layout::{LayoutEvidence, is_companion, recognise};
use super::super::names::{compare_digits, folder_version, is_numbered};
use super::super::tree::file_name;
use super::{DraftSet, TreeReader};
use crate::error::Result;

impl TreeReader<'_> {
    /// Puts numbered files before or after the folders, if their versions say which. If they do
    /// not, nobody knows what is applied.
    pub(crate) fn join_files(&self, sketch: &mut DraftSet) -> Result<()> {
        let stem = |path: &str| {
            migration_stem(file_name(path))
                .unwrap_or_default()
                .to_owned()
        };
        let (numbered, others): (Vec<&str>, Vec<&str>) = self
            .sql_files()
            .partition(|path| is_numbered(&stem(path)) && !is_companion(&stem(path)));
        for path in others {
            sketch.skip(path, "not in the folder of a migration");
        }
        if numbered.is_empty() {
            return Ok(());
        }
        let folders: Vec<String> = sketch
            .migrations
            .iter()
            .map(|one| folder_version(&one.id))
            .collect();
        let files: Vec<String> = numbered
            .iter()
            .map(|path| folder_version(&stem(path)))
            .collect();
        let site = LayoutEvidence {
            tree: self.tree,
            listing: self.listing,
            folder: self.folder,
            kind: FolderKind::Flat,
        };
        let (Some(order), Some(layout)) = (order(&folders, &files), recognise(&site, true)?) else {
            let reason = "a numbered file beside migrations in folders: their versions do not say which come first";
            for path in &numbered {
                sketch.skip(*path, reason);
            }
            if self.any_makes(&numbered)? {
                sketch.unordered = Some(format!(
                    "its migrations are folders and numbered files ({}), and no version says which come first",
                    numbered
                        .iter()
                        .map(|path| file_name(path))
                        .next()
                        .unwrap_or_default()
                ));
            }
            return Ok(());
        };
        let reader = TreeReader { layout, ..*self };
        let Some(mut flat) = reader.sketches()?.into_iter().next() else {
            return Ok(());
        };
        flat.skipped
            .retain(|file| !sketch.skipped.iter().any(|known| known.path == file.path));
        sketch.skipped.append(&mut flat.skipped);
        sketch.related.append(&mut flat.related);
        // The files come first: the team began with them, and went on with folders.
        if order == Ordering::Less {
            std::mem::swap(&mut sketch.migrations, &mut flat.migrations);
        }
        if let Some(first) = flat.migrations.first_mut() {
            first.after_switch = true;
        }
        sketch.migrations.append(&mut flat.migrations);
        Ok(())
    }

    /// Whether any file has a word that changes a schema. Others, such as seeds, cannot matter.
    fn any_makes(&self, paths: &[&str]) -> Result<bool> {
        for path in paths {
            let bytes = self.tree.read(path)?.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if words.any(|word| matches!(word, "create" | "alter" | "drop" | "rename")) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether all files come before all folders or after them; `None` if neither, or if versions are
/// not of one kind.
fn order(folders: &[String], files: &[String]) -> Option<Ordering> {
    let digits = folders.first()?.len();
    let one_kind = folders.iter().chain(files).all(|version| {
        version.len() == digits && version.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !one_kind {
        return None;
    }
    let pairs = files
        .iter()
        .flat_map(|file| folders.iter().map(move |folder| (file, folder)));
    let orders = pairs.map(|(file, folder)| compare_digits(file, folder));
    [Ordering::Less, Ordering::Greater]
        .into_iter()
        .find(|&order| orders.clone().all(|one| one == order))
}
