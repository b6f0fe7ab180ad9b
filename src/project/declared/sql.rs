//! SQL beside migrations: dumps at their usual places.

use super::{DeclaredEvidence, SchemaFile, Search};
use crate::error::Result;
use crate::project::discover::ancestors;
use crate::project::tree::{join, parent};
use crate::tool::Tool;

/// Dumps by the names that tools give them; the last is also what people call a backup.
const DUMPS: [&str; 3] = ["schema.sql", "structure.sql", "dump.sql"];

impl Search<'_> {
    /// The source that a configuration names for the folder, or else the first dump at a usual
    /// place; `folder` is one above that the tool keeps its dump in, wherever its migrations are.
    pub(crate) fn dump(&self, folder: Option<&str>) -> Result<DeclaredEvidence> {
        let found = Tool::named_source(self)?;
        if !found.declared.is_empty() || !found.rejected.is_empty() {
            return Ok(found);
        }
        let above = parent(self.folder);
        let usual: Vec<String> = match folder {
            Some(name) => ancestors(above).map(|folder| join(folder, name)).collect(),
            None => Vec::new(),
        };
        let folders = [self.folder, above]
            .into_iter()
            .chain(usual.iter().map(String::as_str));
        let mut places = folders.flat_map(|folder| DUMPS.iter().map(|name| join(folder, name)));
        let place = places.find(|path| self.listing.has(path));
        let declared = place
            .into_iter()
            .map(|path| SchemaFile {
                assumed: true,
                ..SchemaFile::new(path, Tool::Plain)
            })
            .collect();
        Ok(DeclaredEvidence { declared, ..found })
    }
}
