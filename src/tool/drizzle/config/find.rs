//! The configuration of drizzle-kit that a folder of migrations belongs to, and the schema that it
//! names.

use super::{DrizzleConfig, fixed_part, is_config, schema_files, sources};
use crate::error::Result;
use crate::project::declared::{DeclaredEvidence, SchemaConfig, SchemaFile, Search, is_script};
use crate::project::discover::ancestors;
use crate::project::script::{ScriptValues, readings, values};
use crate::project::tree::{Tree, file_name, join, parent};
use crate::project::unmigrated::Unmigrated;
use crate::project::{Project, Unjudged};
use crate::tool::Tool;

/// A configuration that writes to the folder.
struct Claim {
    config: DrizzleConfig,
    /// `out` is written down, and not only what drizzle-kit takes when it is left out.
    explicit: bool,
}

impl Search<'_> {
    /// `anywhere`: the folder is drizzle-kit's, so that it is worth looking far for its
    /// configuration.
    pub(crate) fn drizzle(
        &self,
        dialect: Option<&str>,
        anywhere: bool,
    ) -> Result<DeclaredEvidence> {
        let mut found = DeclaredEvidence::default();
        let Some(config) = self.drizzle_config(dialect, anywhere)? else {
            return Ok(found);
        };
        let files = self.schema_files(&config)?;
        let mut unmatched = Vec::new();
        for pattern in &config.schema {
            if self.matching(pattern)?.is_empty() {
                unmatched.push(pattern.clone());
            }
        }
        found.declared.extend(
            files
                .into_iter()
                .map(|path| SchemaFile::new(path, Tool::Drizzle)),
        );
        found.related.push(config.path.clone());
        found.config = Some(SchemaConfig {
            path: config.path,
            schema: config.schema,
            unmatched,
            dialect: config.dialect,
            names_out: config.names_out,
        });
        Ok(found)
    }

    /// The files that a configuration names. They may lie anywhere, also where nothing else of the
    /// set is.
    fn schema_files(&self, config: &DrizzleConfig) -> Result<Vec<String>> {
        let mut files: Vec<String> = Vec::new();
        for pattern in &config.schema {
            files.extend(self.matching(pattern)?);
        }
        let mut known = std::collections::HashSet::new();
        files.retain(|file| known.insert(file.clone()));
        Ok(files)
    }

    /// The files that one pattern names, or that what it names is built from.
    fn matching(&self, pattern: &str) -> Result<Vec<String>> {
        for pattern in std::iter::once(pattern.to_owned()).chain(sources(pattern)) {
            let fixed = fixed_part(&pattern);
            let mut near = self.tree.files_under(fixed)?;
            near.extend(
                self.tree
                    .files_in(parent(fixed))?
                    .into_iter()
                    .filter(|file| file == fixed),
            );
            near.sort_unstable();
            near.dedup();
            let files = schema_files(&near, &pattern);
            if !files.is_empty() {
                return Ok(files);
            }
        }
        Ok(Vec::new())
    }

    /// The configuration whose `out` is this folder: files called `drizzle…config…` anywhere above,
    /// any `….config.ts` in a folder of configurations, or one beside them that names drizzle-kit,
    /// which `--config` allows; else one called `drizzle…config…` anywhere else. One that says so
    /// goes before one that leaves `out` to drizzle-kit.
    fn drizzle_config(
        &self,
        dialect: Option<&str>,
        anywhere: bool,
    ) -> Result<Option<DrizzleConfig>> {
        let mut fallback: Option<((bool, bool), DrizzleConfig)> = None;
        let mut decide = |claims: Vec<Claim>| {
            for Claim { config, explicit } in claims {
                let rank = (config.speaks(dialect), explicit);
                if rank == (true, true) {
                    return Some(config);
                }
                if fallback.as_ref().is_none_or(|(other, _)| rank > *other) {
                    fallback = Some((rank, config));
                }
            }
            None
        };
        for above in ancestors(parent(self.folder)) {
            if let Some(config) = decide(self.claims_in(above)?) {
                return Ok(Some(config));
            }
        }
        if !anywhere {
            return Ok(fallback.map(|(_, config)| config));
        }
        // A package of its own may write the migrations of another one.
        let everywhere = self.tree.files()?;
        let mut claims = Vec::new();
        for path in everywhere.iter().filter(|path| is_config(file_name(path))) {
            if ancestors(parent(self.folder)).all(|above| above != parent(path)) {
                claims.extend(self.claims_of(path, parent(path), false)?);
            }
        }
        if let Some(config) = decide(claims).or(fallback.map(|(_, config)| config)) {
            return Ok(Some(config));
        }
        self.nuxt_hub(dialect)
    }

    /// NuxtHub runs drizzle-kit without a configuration: its schema lies at `schema.ts` or in
    /// `schema/`, beside `migrations/DIALECT`.
    fn nuxt_hub(&self, dialect: Option<&str>) -> Result<Option<DrizzleConfig>> {
        let migrations = if file_name(self.folder) == "migrations" {
            self.folder
        } else {
            parent(self.folder)
        };
        if file_name(migrations) != "migrations" {
            return Ok(None);
        }
        let folder = parent(migrations);
        for above in ancestors(folder) {
            for name in [
                "nuxt.config.ts",
                "nuxt.config.js",
                "nuxt.config.mts",
                "nuxt.config.mjs",
            ] {
                let path = join(above, name);
                let Some(text) = self.tree.read(&path)? else {
                    continue;
                };
                if !String::from_utf8_lossy(&text).contains("@nuxthub/core") {
                    return Ok(None);
                }
                let dialect = dialect.unwrap_or_default();
                let named = [
                    "schema.ts".to_owned(),
                    format!("schema.{dialect}.ts"),
                    "schema/*.ts".to_owned(),
                    "schema.js".to_owned(),
                ];
                let schema = named.map(|name| join(folder, &name)).to_vec();
                let mut config = DrizzleConfig {
                    path,
                    schema,
                    out: self.folder.to_owned(),
                    names_out: true,
                    dialect: Some(dialect.to_owned()),
                };
                // Nobody said that all of these are there.
                config.schema = self.schema_files(&config)?;
                return Ok((!config.schema.is_empty()).then_some(config));
            }
        }
        Ok(None)
    }

    /// The configurations in a folder above, and in its folders of configurations, that write to
    /// this folder.
    fn claims_in(&self, above: &str) -> Result<Vec<Claim>> {
        let mut paths: Vec<&str> = self
            .listing
            .children(above)
            .filter(|path| is_config(file_name(path)))
            .collect();
        // What drizzle-kit takes when it is not configured.
        paths.sort_by_key(|path| !file_name(path).starts_with("drizzle.config."));
        let folders = ["config", "configs", "drizzle", ".config"].map(|name| join(above, name));
        for folder in &folders {
            paths.extend(self.listing.children(folder).filter(|path| {
                let name = file_name(path);
                is_script(name) && (name.contains(".config.") || name.starts_with("drizzle"))
            }));
        }
        let named = paths.len();
        paths.extend(self.listing.children(above).filter(|path| {
            let name = file_name(path);
            is_script(name) && name.contains(".config.") && !is_config(name)
        }));
        let mut claims = Vec::new();
        for (at, path) in paths.into_iter().enumerate() {
            claims.extend(self.claims_of(path, above, at >= named)?);
        }
        Ok(claims)
    }

    /// What one file says of this folder. `unnamed`: only its content says whether it configures
    /// drizzle-kit.
    fn claims_of(&self, path: &str, above: &str, unnamed: bool) -> Result<Option<Claim>> {
        let Some(bytes) = self.tree.read(path)? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&bytes);
        if unnamed && !text.contains("drizzle-kit") {
            return Ok(None);
        }
        let mut owning = Vec::new();
        for read in readings(&text) {
            owning.extend(self.owning(path, above, &read)?);
        }
        owning.dedup();
        let (config, explicit) = match owning.len() {
            0 => return Ok(None),
            1 => (
                owning.pop(),
                readings(&text).iter().any(|read| read.has("out")),
            ),
            // Both sides lead here: what they choose between is not known.
            _ => (self.owning(path, above, &values(&text))?, true),
        };
        Ok(config.map(|config| Claim { config, explicit }))
    }

    /// drizzle-kit resolves paths from where it is started: the configuration's folder, or one
    /// above that has the schema.
    fn owning(
        &self,
        path: &str,
        above: &str,
        read: &ScriptValues,
    ) -> Result<Option<DrizzleConfig>> {
        if !read.has("schema") && !read.has("out") {
            return Ok(None);
        }
        for base in std::iter::once(parent(path)).chain(ancestors(above)) {
            let config = DrizzleConfig::from_values(path, base, read);
            if config.out == self.folder
                && (base == parent(path)
                    || config.schema.is_empty()
                    || !self.schema_files(&config)?.is_empty())
            {
                return Ok(Some(config));
            }
        }
        Ok(None)
    }
}

/// Why a configuration belongs to no migrations.
pub(crate) fn unmigrated(
    tree: &dyn Tree,
    project: &Project,
    path: &str,
) -> Result<Option<Unmigrated>> {
    if !is_config(file_name(path)) {
        return Ok(None);
    }
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
    let belongs = project.sets.iter().any(|set| {
        let config = set.config.as_ref();
        config.is_some_and(|config| config.path == path) || used(&set.folder)
    });
    if belongs || project.unsupported.iter().any(|other| used(&other.folder)) {
        return Ok(None);
    }
    if values.iter().any(|read| read.is_computed("out")) {
        let reason = "its `out` is computed, so it is not known which migrations belong to it";
        return Ok(Some(Unmigrated::Unknown(Unjudged::partly(path, reason))));
    }
    Ok(all.first().map(|read| Unmigrated::Never {
        folder: read.out.clone(),
        runner: Tool::Drizzle,
        path: path.to_owned(),
    }))
}
