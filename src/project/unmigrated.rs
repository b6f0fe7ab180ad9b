//! Declared schemas that no migrations belong to: nothing can be compared with them, and silence
//! would look like agreement.

use super::declared::is_config;
use super::dialect::{self, Decision};
use super::discover::{Listing, ancestors, is_foreign};
use super::script::readings;
use super::tree::{Tree, ending, file_name, is_under, parent};
use super::{MigrationSet, Project, Unjudged};
use crate::error::Result;
use crate::source::Source;
use crate::tool::drizzle::config::DrizzleConfig;
use crate::tool::prisma::syntax::parse;

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
) -> Result<Vec<Unjudged>> {
    let mut found = Vec::new();
    for path in listing
        .files()
        .iter()
        .filter(|path| !is_foreign(parent(path), asked))
    {
        let reason = if ending(path) == "prisma" {
            prisma(tree, project, path)?
        } else if is_config(file_name(path), "drizzle") {
            drizzle(tree, project, path)?
        } else {
            None
        };
        found.extend(reason.map(|reason| Unjudged::new(path, reason)));
    }
    Ok(found)
}

/// A schema of Prisma's is told by its datasource.
fn prisma(tree: &dyn Tree, project: &Project, path: &str) -> Result<Option<String>> {
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
    Ok(Some(match written_for {
        Some(Decision::Unsupported(server)) => format!("written for {server}"),
        _ => "no migrations belong to it: `prisma migrate dev` makes them, and what `prisma db push` does is not kept"
            .to_owned(),
    }))
}

fn drizzle(tree: &dyn Tree, project: &Project, path: &str) -> Result<Option<String>> {
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
        return Ok(Some(
            "its `out` is computed, so it is not known which migrations belong to it".to_owned(),
        ));
    }
    let Some(out) = all.first().map(|read| &read.out) else {
        return Ok(None);
    };
    Ok(Some(format!(
        "no migrations lie in `{out}`, its `out`: `drizzle-kit generate` writes them, and what `drizzle-kit push` does is not kept"
    )))
}
