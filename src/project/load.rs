//! Reads every migration set of a tree.

use std::collections::BTreeSet;

use super::declared::{self, DeclaredEvidence, Search};
use super::dialect::{self, Decision};
use super::discover::{
    FolderKind, Listing, ancestors, candidates, is_foreign, migration_stem, passed_over,
};
use super::layout::{self, Layout, LayoutEvidence};
use super::near::near;
use super::read::{DraftSet, TreeReader};
use super::runner::{Sending, Wrap};
use super::tree::{Tree, ending, file_name, is_under, join, parent};
use super::unmigrated::{self, Unmigrated};
use super::{MigrationSet, Project, Unjudged, Unsupported, foreign, fragment};
use crate::error::Result;
use crate::glob::Glob;
use crate::source::Source;
use crate::sql::Dialect;
use crate::tool::{Scripts, Tool, sqlc};

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Sets that configuration describes; they are found whatever they look like.
    pub sets: Vec<ConfiguredSet>,
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
pub struct ConfiguredSet {
    /// The folder, relative to the repository's root.
    pub folder: String,
    /// The tool; found out if left open.
    pub runner: Option<Tool>,
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
    /// A dump of the schema that the first migration finds.
    pub start: Option<String>,
}

impl ConfiguredSet {
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
            || self.start.as_deref() == Some(path)
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
            // Some configurations name files anywhere; a folder of
            // schemas only looks like migrations.
            let is_schemas = |folder: &str| {
                folder
                    .split('/')
                    .any(|part| matches!(part, "schema" | "schemas"))
            };
            let anywhere = |set: &MigrationSet| {
                set.runner.schema_lies_anywhere()
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

    /// The files that say where its schema is, or how its files are to be read.
    pub(crate) fn configuration(&self) -> impl Iterator<Item = &str> {
        let schema = self.config.iter().map(|config| &config.path);
        let all = self.related.iter().chain(schema);
        let unique: BTreeSet<&str> = all.map(String::as_str).collect();
        unique.into_iter()
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

/// Whether sqlc may speak of a folder from somewhere else in the repository.
fn is_of_go(listing: &Listing, folder: &str) -> bool {
    let says = |above| {
        ["go.mod", "go.work"]
            .into_iter()
            .chain(sqlc::config::NAMES)
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
            let kind = kinds.remove(&config.folder).unwrap_or(FolderKind::Flat);
            self.add(&mut project, &config.folder, kind, Some(config))?;
        }
        let root = kinds.remove("").map(|kind| (String::new(), kind));
        for (folder, kind) in kinds.into_iter().chain(root) {
            self.add(&mut project, &folder, kind, None)?;
        }
        // A file that is the schema of a set is not one of the loose migrations.
        Tool::attach_all(self.tree, self.listing, &mut project)?;
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
        fragment::mark(&mut project, &self.options.sets);
        if project.sets.is_empty() {
            project.passed_over = passed_over(self.listing, &self.options.paths);
        }
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

    /// Rails is not the only tool that calls its dump `structure.sql`: without scripts, it belongs
    /// to the SQL that it is the schema of.
    fn drop_claimed(&self, project: &mut Project) {
        let sql = project
            .sets
            .iter()
            .filter(|set| set.runner.scripts().is_none());
        let claimed: Vec<String> = sql
            .flat_map(|set| set.declared.iter().map(|declared| declared.path.clone()))
            .collect();
        let has_scripts = |set: &MigrationSet, scripts: Scripts| {
            let mut files = self.listing.under(&set.folder).iter();
            files.any(|file| ending(file) == scripts.ending)
        };
        project.sets.retain(|set| {
            set.runner
                .scripts()
                .is_none_or(|scripts| has_scripts(set, scripts))
                || set.declared.is_empty()
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
        kind: FolderKind,
        config: Option<&ConfiguredSet>,
    ) -> Result<()> {
        // Reading what will be dropped again is wasted, but a schema file may belong to a set
        // anywhere.
        let site = LayoutEvidence {
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
        let reader = TreeReader {
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
            let named = |sketch: &DraftSet| {
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
            self.finish(project, &folder, layout, DraftSet::default(), None)?;
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
            let reader = TreeReader {
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
        sketch: DraftSet,
        config: Option<&ConfiguredSet>,
    ) -> Result<()> {
        let named = sketch.dialect.as_ref().map(|(name, _)| name.as_str());
        let search = Search {
            tree: self.tree,
            listing: self.listing,
            folder,
        };
        let mut found = layout.runner.find_schema(&search, named)?;
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
        let start = match config.and_then(|config| config.start.as_deref()) {
            Some(path) => {
                related.push(path.to_owned());
                let bytes = self.tree.read(path)?;
                bytes.map(|bytes| Source::from_bytes(path, bytes))
            }
            None => None,
        };
        let files = self.listing.under(folder);
        let extras = layout.runner.extras(self.tree, folder, files)?;
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
            fragment: None,
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
            start,
            extras,
        });
        Ok(())
    }

    fn dialect(
        &self,
        folder: &str,
        runner: Tool,
        sketch: &DraftSet,
        found: &DeclaredEvidence,
        config: Option<&ConfiguredSet>,
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
        if let Some(decision) = runner.dialect(self.tree, &found.declared)? {
            return Ok(decision);
        }
        let parts = sketch.migrations.iter().flat_map(|migration| &migration.up);
        let content = dialect::DialectEvidence::of(parts.map(|part| part.source.slice(part.span)));
        let manifests = !runner.names_its_dialect();
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
