//! `atlas.hcl`: the source of a schema, and the address of a database.

use std::sync::LazyLock;

use regex::Regex;

use crate::error::Result;
use crate::project::Unjudged;
use crate::project::declared::{DeclaredEvidence, SchemaFile, Search, sql_files};
use crate::project::discover::ancestors;
use crate::project::tree::{join, parent, resolve};
use crate::tool::Tool;

impl Search<'_> {
    /// The `src` of an atlas.hcl above whose migrations are in this folder, where there is one and
    /// it is written out.
    pub(in crate::tool) fn atlas(&self) -> Result<DeclaredEvidence> {
        static SOURCE: LazyLock<Regex> = LazyLock::new(|| pattern("src"));
        static FOLDER: LazyLock<Regex> = LazyLock::new(|| pattern("dir"));
        for above in ancestors(parent(self.folder)) {
            let config = join(above, "atlas.hcl");
            let Some(text) = self.text(&config)? else {
                continue;
            };
            let paths = |pattern: &Regex| -> Vec<String> {
                let mut paths: Vec<String> = pattern
                    .captures_iter(&text)
                    .map(|found| resolve(above, &found[1]))
                    .collect();
                paths.dedup();
                paths
            };
            let sources = paths(&SOURCE);
            if !paths(&FOLDER).iter().any(|folder| folder == self.folder) || sources.len() != 1 {
                continue;
            }
            let files = sql_files(self.listing, &sources[0]);
            let mut found = DeclaredEvidence {
                related: vec![config],
                ..DeclaredEvidence::default()
            };
            if files.is_empty() {
                let reason = "atlas.hcl names it as the schema, and driftlint reads SQL only there";
                found.rejected.push(Unjudged::foreign(&sources[0], reason));
            }
            found.declared = files
                .into_iter()
                .map(|path| SchemaFile::new(path, Tool::Plain))
                .collect();
            return Ok(found);
        }
        Ok(DeclaredEvidence::default())
    }
}

/// `key = "file://path"`, what stands after a `?` left out.
fn pattern(key: &str) -> Regex {
    Regex::new(&format!(
        r#"(?m)^\s*{key}\s*=\s*\[?\s*"file://([^"?]+)[^"]*""#
    ))
    .expect("the pattern is a constant")
}
