//! Reads every migration set of a tree.

use super::declared::{self, Found};
use super::dialect::{self, Decision};
use super::discover::{
    Kind, Listing, ancestors, candidates, flyway_location, is_foreign, migration_stem,
};
use super::layout::{self, Layout, Site};
use super::names::flyway;
use super::read::{Reader, Sketch};
use super::runner::{Runner, Sending, Wrap};
use super::tree::{Tree, ending, file_name, is_under, join, parent};
use super::unmigrated::{self, Unmigrated};
use super::{Extras, MigrationSet, Project, Unjudged, Unsupported, foreign};
use crate::error::Result;
use crate::glob::Glob;
use crate::sql::Dialect;
use crate::tool::drizzle::journal::Journal;
use crate::tool::prisma::config as prisma;
use crate::tool::sqlc::config as sqlc;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Sets that configuration describes; they are found whatever they look like.
    pub sets: Vec<SetConfig>,
    /// The dialect of every set, from the command line.
    pub dialect: Option<Dialect>,
    /// Schemas that are only ever pushed, so that no migrations are expected.
    pub pushed: Vec<Glob>,
    /// Only sets that these files and folders belong to; every set if empty. The root is the empty
    /// path.
    pub paths: Vec<String>,
}

/// One set as configuration describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetConfig {
    /// The folder, relative to the repository's root.
    pub folder: String,
    /// The tool; found out if left open.
    pub runner: Option<Runner>,
    /// The transactions in which the project's own runner sends the files; those of the tool if
    /// left open.
    pub transaction: Option<Wrap>,
    /// The dialect; found out if left open.
    pub dialect: Option<Dialect>,
    /// Patterns and folders of files that declare the schema; found out if there are none.
    pub schema: Vec<String>,
    /// Patterns and folders of files that declare the schema in a language that driftlint does not
    /// read.
    pub models: Vec<String>,
}

impl SetConfig {
    /// Whether a file lies in the set's folder, or is one of its schemas or models, or a script
    /// that such a schema may import.
    pub fn covers(&self, path: &str) -> bool {
        let imported = || {
            declared::is_script(path)
                && self
                    .schema
                    .iter()
                    .any(|pattern| declared::is_script(pattern))
        };
        is_under(path, &self.folder)
            || is_model(&self.models, path)
            || is_model(&self.schema, path)
            || imported()
    }
}

fn is_model(models: &[String], path: &str) -> bool {
    models.iter().any(|pattern| Glob::new(pattern).covers(path))
}

impl Project {
    /// Finds and reads the migration sets of a tree.
    pub fn load(tree: &dyn Tree, options: &LoadOptions) -> Result<Self> {
        if !options.paths.is_empty() && !options.paths.iter().any(String::is_empty) {
            let near = Listing::new(near(tree, &options.paths)?);
            let project = Loader {
                tree,
                listing: &near,
                options,
            }
            .load()?;
            // Diesel's `diesel.toml` and sqlc's configuration name files anywhere; a folder of
            // schemas only looks like migrations.
            let is_schemas = |folder: &str| {
                folder
                    .split('/')
                    .any(|part| matches!(part, "schema" | "schemas"))
            };
            let anywhere = |set: &MigrationSet| {
                set.runner == Runner::Diesel
                    || is_schemas(&set.folder)
                    || is_of_go(&near, &set.folder)
            };
            let far = project
                .sets
                .iter()
                .any(|set| set.migrations.is_empty() || (set.declared.is_empty() && anywhere(set)));
            if options.paths.iter().all(|path| project.covers(path)) && !far {
                return Ok(project);
            }
        }
        let all = Listing::new(tree.files()?);
        Loader {
            tree,
            listing: &all,
            options,
        }
        .load()
    }

    /// Whether any migration or schema lies in a folder.
    pub fn lies_under(&self, folder: &str) -> bool {
        let parts = |set: &MigrationSet| {
            set.migrations
                .iter()
                .flat_map(|one| &one.up)
                .any(|part| is_under(part.source.path(), folder))
        };
        let declared = |set: &MigrationSet| {
            set.declared
                .iter()
                .any(|declared| is_under(&declared.path, folder))
        };
        self.sets.iter().any(|set| parts(set) || declared(set))
            || self
                .unsupported
                .iter()
                .any(|other| is_under(&other.folder, folder))
    }

    /// Whether a path lies in a set, holds one, or is one of the files that belong to one.
    fn covers(&self, path: &str) -> bool {
        self.sets.iter().any(|set| set.belongs(path))
            || self
                .unsupported
                .iter()
                .any(|other| is_under(&other.folder, path) || is_under(path, &other.folder))
    }
}

impl MigrationSet {
    /// Whether a path lies in the set, holds it, or is one of its schema or configuration files, or
    /// holds one.
    pub fn belongs(&self, path: &str) -> bool {
        is_under(path, &self.folder)
            || is_under(&self.folder, path)
            || self
                .declared
                .iter()
                .any(|declared| is_under(&declared.path, path))
            || self.related.iter().any(|related| is_under(related, path))
            || self.is_model(path)
    }

    /// Whether a file is its schema, or a part of it, in whatever language.
    pub fn declares(&self, path: &str) -> bool {
        self.declared.iter().any(|declared| declared.path == path) || self.is_model(path)
    }

    /// Whether configuration says that a file declares the schema in a language that driftlint does
    /// not read.
    pub fn is_model(&self, path: &str) -> bool {
        is_model(&self.models, path)
    }
}

/// The files that decide about sets at these paths, without listing the whole tree: everything
/// below the folder of the set, and what lies directly in the folders above and in their folders of
/// schemas and configurations.
fn near(tree: &dyn Tree, paths: &[String]) -> Result<Vec<String>> {
    const BESIDE: &[&str] = &[
        "prisma", "schema", "schemas", "config", "configs", "drizzle", ".config",
    ];
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
        // Flyway reads the folders below its location as one set.
        let is_flyway = |above: &str| {
            let named = |file: &String| migration_stem(file_name(file)).and_then(flyway).is_some();
            tree.files_in(above)
                .is_ok_and(|files| files.iter().any(named))
        };
        if is_flyway(folder) {
            folder = flyway_location(folder, is_flyway);
        }
        if folder != path {
            below = tree.files_under(folder)?;
        }
        files.append(&mut below);
        for above in ancestors(folder).skip(1) {
            let beside = BESIDE.iter().map(|beside| join(above, beside));
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
        if files
            .iter()
            .any(|file| file_name(file) == "migration.sql" && is_under(file, folder))
        {
            files.append(&mut prisma::near(tree, &files, folder)?);
        }
    }
    Ok(files)
}

/// Whether sqlc may speak of a folder from somewhere else in the repository.
fn is_of_go(listing: &Listing, folder: &str) -> bool {
    let says = |above| {
        ["go.mod", "go.work"]
            .into_iter()
            .chain(sqlc::NAMES)
            .any(|name| listing.has(&join(above, name)))
    };
    ancestors(folder).any(says)
}

struct Loader<'a> {
    tree: &'a dyn Tree,
    listing: &'a Listing,
    options: &'a LoadOptions,
}

impl Loader<'_> {
    fn load(&self) -> Result<Project> {
        let mut project = Project::default();
        let mut kinds = candidates(self.listing, &self.options.paths);
        for config in &self.options.sets {
            let kind = kinds.remove(&config.folder).unwrap_or(Kind::Flat);
            self.add(&mut project, &config.folder, kind, Some(config))?;
        }
        let root = kinds.remove("").map(|kind| (String::new(), kind));
        for (folder, kind) in kinds.into_iter().chain(root) {
            self.add(&mut project, &folder, kind, None)?;
        }
        // A file that sqlc takes for the schema is none of the loose migrations.
        sqlc::attach(self.tree, self.listing, &mut project)?;
        self.add_loose(&mut project)?;
        self.drop_claimed(&mut project);
        let is_ours = |file: &Unjudged| !is_foreign(parent(&file.path), &self.options.paths);
        let refused = self.tree.unreadable().into_iter().filter(is_ours);
        project.unsupported.extend(refused.map(|file| Unsupported {
            folder: file.path,
            files: 0,
            reason: file.reason,
            broken: true,
        }));
        let foreign = foreign::find(self.listing, &project, &self.options.paths);
        project.unsupported.extend(foreign);
        self.add_unmigrated(&mut project)?;
        project.sets.sort_by(|left, right| {
            left.folder
                .cmp(&right.folder)
                .then(left.dialect.cmp(&right.dialect))
        });

        if !self.options.paths.is_empty() {
            let asked = |belongs: &dyn Fn(&str) -> bool| {
                self.options.paths.iter().any(|path| belongs(path))
            };
            project.sets.retain(|set| asked(&|path| set.belongs(path)));
            project.unsupported.retain(|other| {
                asked(&|path| is_under(&other.folder, path) || is_under(path, &other.folder))
            });
            project
                .unmigrated
                .retain(|file| asked(&|path| is_under(&file.path, path)));
        }
        Ok(project)
    }

    /// Rails is not the only tool that calls its dump `structure.sql`: without Ruby, it belongs to
    /// the SQL that it is the schema of.
    fn drop_claimed(&self, project: &mut Project) {
        let sql = project
            .sets
            .iter()
            .filter(|set| set.runner != Runner::Rails);
        let claimed: Vec<String> = sql
            .flat_map(|set| set.declared.iter().map(|declared| declared.path.clone()))
            .collect();
        let ruby = |folder: &str| {
            self.listing
                .under(folder)
                .iter()
                .any(|file| ending(file) == "rb")
        };
        project.sets.retain(|set| {
            set.runner != Runner::Rails
                || set.declared.is_empty()
                || ruby(&set.folder)
                || !set
                    .declared
                    .iter()
                    .all(|declared| claimed.contains(&declared.path))
        });
    }

    fn add(
        &self,
        project: &mut Project,
        folder: &str,
        kind: Kind,
        config: Option<&SetConfig>,
    ) -> Result<()> {
        // Reading what will be dropped again is wasted, but a schema file may belong to a set
        // anywhere.
        let site = Site {
            tree: self.tree,
            listing: self.listing,
            folder,
            kind,
        };
        // Who names the root means everything: it is a set only where there is no other.
        let named = self.options.paths.iter().any(|path| path == folder);
        let asked = config.is_some() || (named && (!folder.is_empty() || project.sets.is_empty()));
        let layout = match config.and_then(|config| config.runner) {
            Some(runner) => layout::configured(&site, runner),
            None => layout::recognise(&site, asked)?,
        };
        let Some(layout) = layout else { return Ok(()) };
        let reader = Reader {
            tree: self.tree,
            listing: self.listing,
            folder,
            layout,
        };
        let mut sketches = reader.sketches()?;
        // Where the files' names tell several dialects apart, asking for one of them is a choice,
        // not a claim about all files.
        if let Some(asked) = self
            .options
            .dialect
            .or_else(|| config.and_then(|config| config.dialect))
        {
            let named = |sketch: &Sketch| {
                sketch
                    .dialect
                    .as_ref()
                    .is_some_and(|(name, _)| Dialect::from_name(name) == Some(asked))
            };
            if sketches.len() > 1 && sketches.iter().any(named) {
                sketches.retain(named);
            }
        }
        for sketch in sketches {
            self.finish(project, folder, layout, sketch, config)?;
        }
        Ok(())
    }

    /// A declared schema for which there is no migration at all is a set of none.
    fn add_unmigrated(&self, project: &mut Project) -> Result<()> {
        let found = unmigrated::find(self.tree, self.listing, project, &self.options.paths)?;
        for one in found {
            let (folder, runner, path) = match one {
                Unmigrated::Unknown(file) => {
                    project.unmigrated.push(file);
                    continue;
                }
                Unmigrated::Never {
                    folder,
                    runner,
                    path,
                } => (folder, runner, path),
            };
            if self.options.pushed.iter().any(|glob| glob.covers(&path)) {
                project.pushed.push(path);
                continue;
            }
            let taken = project.sets.iter().any(|set| set.folder == folder);
            let Some(layout) = layout::of_tool(runner).filter(|_| !taken) else {
                continue;
            };
            self.finish(project, &folder, layout, Sketch::default(), None)?;
            let is_it = |set: &MigrationSet| set.folder == folder && set.runner == runner;
            if let Some(set) = project
                .sets
                .pop_if(|set| is_it(set) && set.declared.is_empty())
            {
                let reason = "no file of a schema was found for it, and no migration";
                project.unmigrated.push(Unjudged::partly(path, reason));
                drop(set);
            }
        }
        Ok(())
    }

    /// Files that were named and lie in no set are judged as they are.
    fn add_loose(&self, project: &mut Project) -> Result<()> {
        let loose = |path: &&String| {
            self.listing.has(path)
                && migration_stem(file_name(path)).is_some()
                && !project.covers(path)
        };
        let mut paths: Vec<&String> = self.options.paths.iter().filter(loose).collect();
        paths.sort_by(|left, right| parent(left).cmp(parent(right)).then(left.cmp(right)));
        for group in paths.chunk_by(|left, right| parent(left) == parent(right)) {
            let folder = parent(group[0]);
            let layout = layout::asked();
            let reader = Reader {
                tree: self.tree,
                listing: self.listing,
                folder,
                layout,
            };
            let sketch = reader.single(group.iter().map(|path| path.as_str()))?;
            self.finish(project, folder, layout, sketch, None)?;
        }
        Ok(())
    }

    fn finish(
        &self,
        project: &mut Project,
        folder: &str,
        layout: &Layout,
        sketch: Sketch,
        config: Option<&SetConfig>,
    ) -> Result<()> {
        let named = sketch.dialect.as_ref().map(|(name, _)| name.as_str());
        let mut found = declared::find(self.tree, self.listing, folder, layout.runner, named)?;
        let mut unmatched = Vec::new();
        if let Some(config) = config.filter(|config| !config.schema.is_empty()) {
            let configured = declared::configured(self.tree, &config.schema)?;
            found.declared = configured.declared;
            found.rejected.clear();
            unmatched = configured.unmatched;
        } else {
            found.reject_foreign_dump(self.tree, &sketch.migrations)?;
        }
        let (dialect, dialect_from) =
            match self.dialect(folder, layout.runner, &sketch, &found, config)? {
                Decision::Known(dialect, from) => (dialect, from),
                Decision::Unsupported(server) => {
                    let refused = self.refused(folder, &server);
                    if !project.unsupported.contains(&refused) {
                        project.unsupported.push(refused);
                    }
                    return Ok(());
                }
            };
        let mut related = sketch.related;
        related.extend(found.related);
        let mut extras = Extras::default();
        if layout.runner == Runner::Drizzle
            && let Some(journal) = Journal::read(self.tree, folder, self.listing.under(folder))?
        {
            extras.put(journal);
        }
        project.sets.push(MigrationSet {
            folder: folder.to_owned(),
            runner: layout.runner,
            sending: Sending::of(layout.runner, config.and_then(|config| config.transaction)),
            shape: layout.shape,
            dialect,
            dialect_from,
            migrations: sketch.migrations,
            skipped: sketch.skipped,
            unread_last: sketch.unread_last,
            unordered: sketch.unordered,
            related,
            declared: found.declared,
            rejected_schemas: found.rejected,
            unmatched,
            models: config
                .map(|config| config.models.clone())
                .unwrap_or_default(),
            config: found.config,
            external: found.external,
            extras,
        });
        Ok(())
    }

    fn dialect(
        &self,
        folder: &str,
        runner: Runner,
        sketch: &Sketch,
        found: &Found,
        config: Option<&SetConfig>,
    ) -> Result<Decision> {
        if let Some(dialect) = self.options.dialect {
            return Ok(Decision::Known(dialect, "the command line".to_owned()));
        }
        if let Some(dialect) = config.and_then(|config| config.dialect) {
            return Ok(Decision::Known(dialect, "the configuration".to_owned()));
        }
        if let Some((name, from)) = &sketch.dialect
            && let Some(decision) = dialect::from_tool(name, from)
        {
            return Ok(decision);
        }
        if let Some(config) = &found.config
            && let Some(name) = &config.dialect
            && let Some(decision) =
                dialect::from_tool(name, format!("`dialect` in {}", config.path))
        {
            return Ok(decision);
        }
        if runner == Runner::Prisma
            && let Some(decision) = prisma::dialect(self.tree, &found.declared)?
        {
            return Ok(decision);
        }
        if runner == Runner::Supabase {
            return Ok(Decision::Known(Dialect::Postgres, "Supabase".to_owned()));
        }
        let parts = sketch.migrations.iter().flat_map(|migration| &migration.up);
        let content = dialect::Content::of(parts.map(|part| part.source.slice(part.span)));
        let manifests = !matches!(runner, Runner::Prisma | Runner::Drizzle);
        dialect::weigh(self.tree, self.listing, folder, &content, manifests)
    }

    fn refused(&self, folder: &str, server: &str) -> Unsupported {
        let files = self
            .listing
            .under(folder)
            .iter()
            .filter(|path| migration_stem(file_name(path)).is_some())
            .count();
        Unsupported {
            folder: folder.to_owned(),
            files,
            reason: format!("written for {server}"),
            broken: false,
        }
    }
}
