//! Reads every migration set of a tree.

mod finish;

use std::collections::BTreeMap;

use super::discover::{
    FolderKind, Listing, ancestors, candidates, is_foreign, migration_stem, passed_over,
};
use super::layout::{self, LayoutEvidence};
use super::near::near;
use super::read::{DraftSet, TreeReader};
use super::runner::Wrap;
use super::tree::{Tree, ending, file_name, is_under, join, parent};
use super::unmigrated::{self, Unmigrated};
use super::{MigrationSet, Project, Unjudged, Unsupported, foreign, fragment};
use crate::error::Result;
use crate::glob::Glob;
use crate::sql::Dialect;
use crate::tool::Tool;

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
            let far = project.sets.iter().any(|set| {
                set.migrations.is_empty() || (set.declared.is_empty() && lies_anywhere(set, &near))
            });
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
}

/// Whether a set's schema may lie anywhere: some configurations name files anywhere, and a folder of
/// schemas only looks like migrations.
fn lies_anywhere(set: &MigrationSet, near: &Listing) -> bool {
    let mut parts = set.folder.split('/');
    set.runner.schema_lies_anywhere()
        || parts.any(|part| matches!(part, "schema" | "schemas"))
        || is_spoken_of(near, &set.folder)
}

/// Whether a tool may speak of a folder from somewhere else in the repository.
fn is_spoken_of(listing: &Listing, folder: &str) -> bool {
    ancestors(folder)
        .any(|above| Tool::all_speaking_from_afar().any(|name| listing.has(&join(above, name))))
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
        let configured = self.options.sets.iter().map(|set| set.folder.clone());
        let configured: Vec<String> = configured.collect();
        // What configuration names may lie in a folder of tests.
        let mut named = if configured.is_empty() {
            BTreeMap::new()
        } else {
            candidates(self.listing, &configured)
        };
        for config in &self.options.sets {
            kinds.remove(&config.folder);
            let kind = named.remove(&config.folder).unwrap_or(FolderKind::Flat);
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
        let refused = self
            .tree
            .unreadable()
            .into_iter()
            .filter(|file| !is_foreign(parent(&file.path), &self.options.paths));
        project.unsupported.extend(refused.map(|file| Unsupported {
            folder: file.path,
            files: 0,
            reason: file.reason,
            broken: true,
        }));
        let foreign = foreign::find(self.tree, self.listing, &project, &self.options.paths)?;
        project.unsupported.extend(foreign);
        self.add_unmigrated(&mut project)?;
        fragment::mark(&mut project, &self.options.sets);
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
        if project.sets.is_empty() {
            project.passed_over = self.for_tests()?;
        }
        Ok(project)
    }

    fn site<'s>(&'s self, folder: &'s str, kind: FolderKind) -> LayoutEvidence<'s> {
        LayoutEvidence {
            tree: self.tree,
            listing: self.listing,
            folder,
            kind,
        }
    }

    /// Folders that only what they are called keeps from being migrations: they lie in a folder of
    /// tests.
    fn for_tests(&self) -> Result<Vec<String>> {
        let asked = &self.options.paths;
        let reached =
            |folder: &str| asked.is_empty() || asked.iter().any(|path| is_under(folder, path));
        let mut found = Vec::new();
        for (folder, kind) in passed_over(self.listing, asked) {
            if reached(&folder) && layout::is_passed_over(&self.site(&folder, kind))? {
                found.push(folder);
            }
        }
        for (folder, kind) in candidates(self.listing, asked) {
            if reached(&folder) && layout::is_for_tests(&self.site(&folder, kind))? {
                found.push(folder);
            }
        }
        Ok(found)
    }

    /// Several tools call their dump `structure.sql`: without scripts, it belongs to the SQL that it
    /// is the schema of.
    fn drop_claimed(&self, project: &mut Project) {
        let sql = project
            .sets
            .iter()
            .filter(|set| set.runner.scripts().is_none());
        let claimed: Vec<String> = sql
            .flat_map(|set| set.declared.iter().map(|declared| declared.path.clone()))
            .collect();
        project.sets.retain(|set| {
            let mut files = self.listing.under(&set.folder).iter();
            set.runner
                .scripts()
                .is_none_or(|scripts| files.any(|file| ending(file) == scripts.ending))
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
        let site = self.site(folder, kind);
        // Who names the root means everything: it is a set only where there is no other.
        let named = self.options.paths.iter().any(|path| path == folder);
        // A file of a folder that is passed over for its name is one of its migrations all the same.
        let mut paths = self.options.paths.iter();
        let asked = config.is_some()
            || (named && (!folder.is_empty() || project.sets.is_empty()))
            || (paths.any(|path| parent(path) == folder) && layout::is_for_tests(&site)?);
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
                    .is_some_and(|it| Dialect::from_name(&it.name) == Some(asked))
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
            let mut scripts = project.unsupported.iter();
            if let Some(scripts) = scripts.find(|it| is_under(&it.folder, &folder)) {
                let reason = format!("{} holds {}", scripts.folder, scripts.reason);
                project.unmigrated.push(Unjudged::partly(path, reason));
                continue;
            }
            let taken = project.sets.iter().any(|set| set.folder == folder);
            let Some(layout) = layout::of_tool(runner).filter(|_| !taken) else {
                continue;
            };
            self.finish(project, &folder, layout, DraftSet::default(), None)?;
            let bare = project.sets.pop_if(|set| {
                set.folder == folder && set.runner == runner && set.declared.is_empty()
            });
            if bare.is_some() {
                let reason = "no file of a schema was found for it, and no migration";
                project.unmigrated.push(Unjudged::partly(path, reason));
            }
        }
        Ok(())
    }

    /// Files that were named and lie in no set are judged as they are.
    fn add_loose(&self, project: &mut Project) -> Result<()> {
        let files = self.options.paths.iter();
        let files = files.filter(|path| self.listing.has(path));
        let loose =
            files.filter(|path| migration_stem(file_name(path)).is_some() && !project.covers(path));
        let mut paths: Vec<&String> = loose.collect();
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
}
