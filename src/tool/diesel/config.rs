//! Where `diesel.toml` says that schemas are printed to.

use crate::error::Result;
use crate::project::declared::{DeclaredEvidence, SchemaConfig, SchemaFile, Search};
use crate::project::discover::ancestors;
use crate::project::tree::{join, parent, resolve};
use crate::tool::Tool;

/// The files that `diesel.toml` has printed, as written.
pub(super) fn printed(text: &str) -> Vec<String> {
    let table = text.parse::<toml::Table>().ok();
    let print = table
        .as_ref()
        .and_then(|table| table.get("print_schema"))
        .and_then(toml::Value::as_table);
    let sections = print.into_iter().flat_map(|print| {
        print
            .values()
            .filter_map(toml::Value::as_table)
            .chain([print])
    });
    sections
        .filter_map(|section| section.get("file")?.as_str().map(str::to_owned))
        .collect()
}

impl Search<'_> {
    /// The files that the nearest `diesel.toml` has printed, or the usual one.
    pub(super) fn diesel(&self) -> Result<DeclaredEvidence> {
        let mut found = DeclaredEvidence::default();
        for above in ancestors(parent(self.folder)) {
            let path = join(above, "diesel.toml");
            let mut files = self
                .text(&path)?
                .map(|text| printed(&text))
                .unwrap_or_default();
            let named = !files.is_empty();
            if !named {
                files.push("src/schema.rs".to_owned());
            }
            let (there, missing): (Vec<String>, Vec<String>) = files
                .iter()
                .map(|file| resolve(above, file))
                .partition(|file| self.listing.has(file));
            if self.listing.has(&path) {
                if named && !missing.is_empty() {
                    found.config = Some(SchemaConfig {
                        path: path.clone(),
                        schema: there.iter().chain(&missing).cloned().collect(),
                        unmatched: missing,
                        dialect: None,
                        names_out: false,
                    });
                }
                found.related.push(path);
            }
            let declared = there.into_iter();
            found
                .declared
                .extend(declared.map(|file| SchemaFile::new(file, Tool::Diesel)));
            if !found.declared.is_empty() || found.config.is_some() {
                break;
            }
        }
        Ok(found)
    }
}
