//! Declared schemas that no migrations belong to: nothing can be compared with them, and silence
//! would look like agreement.

use super::discover::{Listing, is_foreign};
use super::tree::{Tree, parent};
use super::{Project, Unjudged};
use crate::error::Result;
use crate::tool::Tool;

/// A declared schema that no migrations belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unmigrated {
    /// It is not known whether there are some.
    Unknown(Unjudged),
    /// There are none, and the tool would write them to this folder.
    Never {
        /// Relative to the repository's root.
        folder: String,
        runner: Tool,
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
    let finders = Tool::unmigrated();
    let mut found = Vec::new();
    // The files are sorted, so that those of a folder mostly stand together.
    let mut folder = "";
    let mut foreign = is_foreign(folder, asked);
    for path in listing.files() {
        if parent(path) != folder {
            folder = parent(path);
            foreign = is_foreign(folder, asked);
        }
        if foreign {
            continue;
        }
        for find in &finders {
            let orphan = find(tree, project, path)?;
            let is_one = orphan.is_some();
            // One schema may lie in several files, and be copied.
            found.extend(orphan.filter(|orphan| !found.contains(orphan)));
            if is_one {
                break;
            }
        }
    }
    Ok(found)
}
