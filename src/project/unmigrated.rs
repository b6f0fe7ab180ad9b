//! Declared schemas that no migrations belong to: nothing can be compared with them, and silence
//! would look like agreement.

use super::declared::is_config;
use super::dialect::{self, Decision};
use super::discover::{Listing, ancestors, is_foreign};
use super::runner::Runner;
use super::script::readings;
use super::tree::{Tree, ending, file_name, is_under, join, parent};
use super::{MigrationSet, Project, Unjudged};
use crate::error::Result;
use crate::source::Source;
use crate::tool::drizzle::config::DrizzleConfig;
use crate::tool::prisma::syntax::parse;

/// A declared schema that no migrations belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unmigrated {
    /// It is not known whether there are some.
    Unknown(Unjudged),
    /// There are none, and the tool would write them to this folder.
    Never {
        /// Relative to the repository's root.
        folder: String,
        /// The tool.
        runner: Runner,
        /// The file that says so.
        path: String,
    },
}

/// The files that declare a schema, or configure one, and belong to none of the sets; with the
/// reason why they are not judged.
///
/// Folders such as `fixtures` are not looked into unless something there is `asked` for, so nothing
/// is said about what they hold.
pub(super) fn find(
    tree: &dyn Tree,
    listing: &Listing,
    project: &Project,
    asked: &[String],
) -> Result<Vec<Unmigrated>> {
    let mut found = Vec::new();
    for path in listing
        .files()
        .iter()
        .filter(|path| !is_foreign(parent(path), asked))
    {
        let orphan = if ending(path) == "prisma" {
            prisma(tree, project, path)?
        } else if is_config(file_name(path), "drizzle") {
            drizzle(tree, project, path)?
        } else {
            None
        };
        // One schema may lie in several files, and be copied.
        found.extend(orphan.filter(|orphan| !found.contains(orphan)));
    }
    Ok(found)
}

/// A schema of Prisma's is told by its datasource.
fn prisma(tree: &dyn Tree, project: &Project, path: &str) -> Result<Option<Unmigrated>> {
    let known = |set: &MigrationSet| set.declared.iter().any(|declared| declared.path == *path);
    let refused = project
        .unsupported
        .iter()
        .any(|other| is_under(&other.folder, parent(path)));
    if refused || project.sets.iter().any(known) {
        return Ok(None);
    }
    let Some(bytes) = tree.read(path)? else {
        return Ok(None);
    };
    let file = parse(&Source::from_bytes(path, bytes.clone()));
    if file.datasource().is_none() {
        return Ok(None);
    }
    // The generated client keeps a copy of its schema.
    for file in project
        .sets
        .iter()
        .flat_map(|set| &set.declared)
        .filter(|file| ending(&file.path) == "prisma")
    {
        if tree.read(&file.path)?.as_ref() == Some(&bytes) {
            return Ok(None);
        }
    }
    let written_for = file
        .provider()
        .and_then(|name| dialect::from_tool(name, ""));
    if let Some(Decision::Unsupported(server)) = written_for {
        let other = Unjudged::foreign(path, format!("written for {server}"));
        return Ok(Some(Unmigrated::Unknown(other)));
    }
    Ok(Some(Unmigrated::Never {
        folder: join(parent(path), "migrations"),
        runner: Runner::Prisma,
        path: path.to_owned(),
    }))
}

fn drizzle(tree: &dyn Tree, project: &Project, path: &str) -> Result<Option<Unmigrated>> {
    let Some(bytes) = tree.read(path)? else {
        return Ok(None);
    };
    let values = readings(&String::from_utf8_lossy(&bytes));
    if !values.iter().any(|read| read.has("schema")) {
        return Ok(None);
    }
    // drizzle-kit resolves paths from where it is started.
    let places = ancestors(parent(path));
    let all: Vec<DrizzleConfig> = places
        .flat_map(|base| {
            values
                .iter()
                .map(move |read| DrizzleConfig::from_values(path, base, read))
        })
        .collect();
    let used = |folder: &str| all.iter().any(|read| read.out == folder);
    let belongs = |set: &MigrationSet| {
        set.config
            .as_ref()
            .is_some_and(|config| config.path == path)
            || used(&set.folder)
    };
    if project.sets.iter().any(belongs)
        || project.unsupported.iter().any(|other| used(&other.folder))
    {
        return Ok(None);
    }
    if values.iter().any(|read| read.is_computed("out")) {
        let reason = "its `out` is computed, so it is not known which migrations belong to it";
        return Ok(Some(Unmigrated::Unknown(Unjudged::partly(path, reason))));
    }
    Ok(all.first().map(|read| Unmigrated::Never {
        folder: read.out.clone(),
        runner: Runner::Drizzle,
        path: path.to_owned(),
    }))
}
