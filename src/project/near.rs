//! What lies near the paths that were named: most questions need not list the whole tree.

use super::discover::{ancestors, is_one_location, location_of_prefixed, migration_stem};
use super::names::prefixed;
use super::tree::{Tree, file_name, join, parent};
use crate::error::Result;
use crate::tool::Tool;

/// The files that decide about sets at these paths, without listing the whole tree: everything
/// below the folder of the set, and what lies directly in the folders above and in their folders of
/// schemas and configurations.
pub(super) fn near(tree: &dyn Tree, paths: &[String]) -> Result<Vec<String>> {
    const BESIDE: [&str; 5] = ["schema", "schemas", "config", "configs", ".config"];
    let folders: Vec<&str> = BESIDE.into_iter().chain(Tool::all_folders()).collect();
    let mut files = Vec::new();
    for path in paths {
        let mut below = tree.files_under(path)?;
        let mut folder = path.as_str();
        if below.is_empty() || tree.files_in(parent(path))?.iter().any(|file| file == path) {
            folder = parent(path);
        }
        // A migration's own folder, or the folder of a journal, is a part of the set above it.
        let part = tree.files_in(folder)?.iter().any(|file| {
            matches!(
                file_name(file),
                "migration.sql" | "up.sql" | "down.sql" | "metadata.toml" | "_journal.json"
            )
        });
        if part {
            folder = parent(folder);
        }
        // The folders below a location are one set.
        let is_prefixed = |above: &str| {
            let files = tree.files_in(above).unwrap_or_default();
            let mut stems = files
                .iter()
                .filter_map(|file| migration_stem(file_name(file)));
            stems.any(|stem| prefixed(stem).is_some())
        };
        if is_prefixed(folder) {
            let shares = |above: &str| {
                tree.files_under(above)
                    .is_ok_and(|files| is_one_location(&files, above))
            };
            folder = location_of_prefixed(folder, is_prefixed, shares);
        }
        if folder != path {
            below = tree.files_under(folder)?;
        }
        files.append(&mut below);
        for above in ancestors(folder).skip(1) {
            let beside = folders.iter().map(|beside| join(above, beside));
            for folder in std::iter::once(above.to_owned()).chain(beside) {
                let mut inside = tree.files_in(&folder)?;
                // Their journal and snapshots belong to migrations.
                if inside
                    .iter()
                    .any(|file| migration_stem(file_name(file)).is_some())
                {
                    inside.append(&mut tree.files_in(&join(&folder, "meta"))?);
                }
                files.append(&mut inside);
            }
        }
        files.append(&mut Tool::near(tree, &files, folder)?);
    }
    Ok(files)
}
