//! Where Prisma's commands look for a schema, so that one which lies elsewhere is somebody's notes.

use super::is_config;
use crate::error::Result;
use crate::project::discover::ancestors;
use crate::project::tree::{Tree, file_name, join, parent};

/// Whether a schema lies where the commands look, or whether a package or configuration around it
/// names it, or its folder.
pub(super) fn is_run(tree: &dyn Tree, path: &str) -> Result<bool> {
    for above in ancestors(parent(path)) {
        let inside = path[above.len()..].trim_start_matches('/');
        let package = join(above, "package.json");
        let text = tree.read(&package)?;
        let usual = inside == "schema.prisma" || inside.starts_with("prisma/");
        if usual && text.is_some() {
            return Ok(true);
        }
        let folder = parent(inside);
        let names = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.contains(inside) || (folder.contains('/') && text.contains(folder))
        };
        if text.as_deref().is_some_and(names) {
            return Ok(true);
        }
        for beside in [above.to_owned(), join(above, ".config")] {
            for config in tree.files_in(&beside)? {
                let is_named = is_config(&config) || file_name(&config) == "Makefile";
                if is_named && tree.read(&config)?.as_deref().is_some_and(names) {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}
