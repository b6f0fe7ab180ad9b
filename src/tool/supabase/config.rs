//! `supabase/config.toml`: where the declared schemas are.

use crate::error::Result;
use crate::glob::Glob;
use crate::project::declared::{DeclaredEvidence, SchemaFile, Search};
use crate::project::tree::{ending, join, parent, resolve};
use crate::tool::Tool;

impl Search<'_> {
    /// The files of `schema_paths` in the order of its patterns, each once; a pattern that starts
    /// with `!` takes files away again.
    pub(in crate::tool) fn supabase(&self) -> Result<DeclaredEvidence> {
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
}
