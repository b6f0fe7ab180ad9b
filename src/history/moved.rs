//! A set whose folder was moved. Runners know migrations by their names within the folder, so
//! nothing has happened to those that kept name and text.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{FileChange, Merged};
use crate::project::tree::join;
use crate::project::{FileStatus, MigrationPart, MigrationSet, Project};
use crate::source::Source;

/// A set that lies in another folder now: where it stands among the sets of either project.
#[derive(Clone, Copy, Debug)]
pub struct MovedSet {
    /// Among those of the base.
    pub old: usize,
    /// Among those of today.
    pub new: usize,
}

/// Which sets of the base lie in another folder now.
pub fn moved(base: &Project, now: &Project) -> Vec<MovedSet> {
    let lies_there = |sets: &[MigrationSet], set: &MigrationSet| {
        sets.iter()
            .any(|other| other.folder == set.folder && other.dialect == set.dialect)
    };
    let mut pairs: Vec<MovedSet> = Vec::new();
    for (old, set) in base
        .sets
        .iter()
        .enumerate()
        .filter(|(_, set)| !lies_there(&now.sets, set))
    {
        let all = files(set).count();
        let candidates = now.sets.iter().enumerate().filter(|(new, other)| {
            let same_kind = other.runner == set.runner && other.dialect == set.dialect;
            same_kind && !lies_there(&base.sets, other) && pairs.iter().all(|pair| pair.new != *new)
        });
        // How many files have the same text, and the same name at least.
        let kept = |other: &MigrationSet| {
            let there: BTreeMap<&str, &Source> = files(other).collect();
            let found = files(set)
                .filter_map(|(name, source)| Some((there.get(name)?.text(), source.text())));
            found.fold((0, 0), |(texts, names), (one, other)| {
                (texts + usize::from(one == other), names + 1)
            })
        };
        let best = candidates
            .map(|(new, other)| (kept(other), Reverse(new)))
            .max();
        if let Some((_, Reverse(new))) =
            best.filter(|((texts, names), _)| *texts > 0 && names * 2 > all)
        {
            pairs.push(MovedSet { old, new });
        }
    }
    pairs
}

/// Looks at the base as if these sets had always been where they are now.
pub fn follow(
    pairs: &[MovedSet],
    base: &mut Project,
    now: &Project,
    changes: &mut Vec<FileChange>,
) {
    for &MovedSet { old, new } in pairs {
        let (Some(set), Some(there)) = (base.sets.get_mut(old), now.sets.get(new)) else {
            continue;
        };
        let texts: BTreeMap<&str, &Source> = files(there).collect();
        let folder = std::mem::replace(&mut set.folder, there.folder.clone());
        let mut settled = BTreeSet::new();
        let mut edited = Vec::new();
        for migration in &mut set.migrations {
            for part in migration
                .up
                .iter_mut()
                .chain(migration.down.iter_mut().flatten())
            {
                let Some(text) = relative(part, &folder).and_then(|name| texts.get(name)) else {
                    continue;
                };
                let old_path = part.source.path().to_owned();
                settled.extend([old_path.clone(), text.path().to_owned()]);
                part.source = Source::new(text.path(), part.source.text());
                if part.source.text() != text.text() {
                    let before = Some(part.source.clone());
                    edited.push(FileChange {
                        path: text.path().to_owned(),
                        status: FileStatus::Modified,
                        before,
                        after: None,
                        merged: Merged::default(),
                        moved_from: Some(old_path),
                    });
                }
            }
        }
        // A file that holds both directions comes once.
        edited.dedup_by(|one, other| one.path == other.path);
        changes.retain(|change| !settled.contains(&change.path));
        changes.append(&mut edited);
    }
}

/// The migrations' files by their paths within the folder.
fn files(set: &MigrationSet) -> impl Iterator<Item = (&str, &Source)> {
    set.parts()
        .filter_map(|part| Some((relative(part, &set.folder)?, &part.source)))
}

fn relative<'a>(part: &'a MigrationPart, folder: &str) -> Option<&'a str> {
    part.source.path().strip_prefix(join(folder, "").as_str())
}
