//! Which files of a comparison were renamed, asked of git about those that matter and no others.
//!
//! git compares the content of every file that went with that of every file that came. Over a whole
//! repository that reads blobs which have nothing to do with migrations, takes most of the time of a
//! comparison, and fails where one of them is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::command::Git;
use super::snapshot::{RawChange, parse_diff};
use super::{Changed, DIFF};
use crate::error::Result;
use crate::project::FileStatus;
use crate::project::tree::{is_under, parent};

/// How many paths are named one by one: a command line has an end.
const NAMED: usize = 200;

/// Finds renames between the two sides of a comparison.
pub(super) struct RenameFinder {
    pub(super) git: Git,
    /// What `git diff` compares: `--cached`, a commit, or two.
    pub(super) sides: Vec<String>,
}

impl RenameFinder {
    /// The changes, with those of the files that matter which were renamed as such.
    pub(super) fn follow(
        &self,
        files: &[Changed],
        matters: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Changed>> {
        let came = |file: &&Changed| file.status == FileStatus::Added;
        let went = |file: &&Changed| file.status == FileStatus::Deleted;
        let asked: Vec<&Changed> = files
            .iter()
            .filter(|file| (came(file) || went(file)) && matters(&file.path))
            .collect();
        if !(asked.iter().copied().any(|file| came(&file))
            && asked.iter().copied().any(|file| went(&file)))
        {
            return Ok(files.to_vec());
        }
        let mut arguments = DIFF.to_vec();
        arguments.push("-M");
        arguments.extend(self.sides.iter().map(String::as_str));
        let places = places(&asked);
        arguments.push("--");
        arguments.extend(places.iter().map(String::as_str));
        let (found, _) = parse_diff(&self.git.run(&arguments)?)?;
        let renamed = found.into_iter().filter_map(|change| match change {
            RawChange {
                path,
                status: FileStatus::Renamed { from },
                ..
            } => Some((path, from)),
            _ => None,
        });
        let renamed: BTreeMap<String, String> = renamed.collect();
        let old: BTreeSet<&String> = renamed.values().collect();
        let left = files.iter().filter(|file| {
            !(file.status == FileStatus::Deleted && old.contains(&file.path)
                || file.status == FileStatus::Added && renamed.contains_key(&file.path))
        });
        let mut all: Vec<Changed> = left.cloned().collect();
        all.extend(renamed.iter().map(|(path, from)| Changed {
            path: path.clone(),
            status: FileStatus::Renamed { from: from.clone() },
        }));
        all.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(all)
    }
}

/// Where these files lie, as git is asked: each by its name, or the folder that holds them all.
fn places(files: &[&Changed]) -> Vec<String> {
    if files.len() <= NAMED {
        let paths = files.iter();
        return paths
            .map(|file| format!(":(top,literal){}", file.path))
            .collect();
    }
    let mut folder = files.first().map_or("", |file| parent(&file.path));
    for file in files {
        while !is_under(&file.path, folder) {
            folder = parent(folder);
        }
    }
    vec![format!(":(top,literal){folder}")]
}
