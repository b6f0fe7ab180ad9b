//! SQL beside migrations: dumps at their usual places, Supabase's schemas, Atlas' sources.

use std::sync::LazyLock;

use regex::Regex;

use super::{DeclaredEvidence, SchemaFile, Search, sql_files};
use crate::error::Result;
use crate::glob::Glob;
use crate::project::Unjudged;
use crate::project::discover::ancestors;
use crate::project::tree::{ending, join, parent, resolve};
use crate::tool::Tool;

/// Dumps by the names that tools give them; the last is also what people call a backup.
const DUMPS: [&str; 3] = ["schema.sql", "structure.sql", "dump.sql"];

impl Search<'_> {
    /// The files of `schema_paths` in the order of its patterns, each once; a pattern that starts
    /// with `!` takes files away again.
    pub(crate) fn supabase(&self) -> Result<DeclaredEvidence> {
        let above = parent(self.folder);
        let config = join(above, "config.toml");
        let listed = self.text(&config)?.and_then(|text| {
            let table: toml::Table = text.parse().ok()?;
            let paths = table
                .get("db")?
                .get("migrations")?
                .get("schema_paths")?
                .as_array()?
                .clone();
            Some(
                paths
                    .iter()
                    .filter_map(|path| path.as_str())
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        });
        let patterns = listed
            .filter(|paths| !paths.is_empty())
            .unwrap_or_else(|| vec!["schemas/*.sql".to_owned()]);
        let mut paths: Vec<String> = Vec::new();
        for pattern in patterns {
            let (pattern, out) = pattern
                .strip_prefix('!')
                .map_or((pattern.as_str(), false), |rest| (rest, true));
            let glob = Glob::new(&resolve(above, pattern));
            if out {
                paths.retain(|path| !glob.matches(path));
            } else {
                for path in self
                    .listing
                    .files()
                    .iter()
                    .filter(|path| ending(path) == "sql")
                {
                    if glob.matches(path) && !paths.contains(path) {
                        paths.push(path.clone());
                    }
                }
            }
        }
        let related = if self.listing.has(&config) {
            vec![config]
        } else {
            Vec::new()
        };
        let declared = paths
            .into_iter()
            .map(|path| SchemaFile::new(path, Tool::Plain))
            .collect();
        Ok(DeclaredEvidence {
            declared,
            related,
            ..DeclaredEvidence::default()
        })
    }

    /// What atlas.hcl names, or else the first dump at a usual place; `folder` is one above that
    /// the tool keeps its dump in, wherever its migrations are.
    pub(crate) fn dump(&self, folder: Option<&str>) -> Result<DeclaredEvidence> {
        let found = self.atlas()?;
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

    /// The `src` of an atlas.hcl above whose migrations are in this folder, where there is one and
    /// it is written out.
    fn atlas(&self) -> Result<DeclaredEvidence> {
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
