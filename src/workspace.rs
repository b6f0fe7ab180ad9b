//! Loading a project: the root of its repository, the configuration that applies there, the paths
//! that were named, and what is read of it.
//!
//! Nothing here knows the command line, standard streams, the environment or the current folder:
//! the command line hands them in, and an editor's server or a test can do the same.

mod ahead;
mod draft;
mod fix;
mod read;
mod rebase;
mod workflows;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

pub use draft::{SetName, WritePlan};
pub(crate) use fix::Judged;
pub use fix::{Fixed, PlannedEdit, is_better, write};
pub use read::Selection;
pub use rebase::{Contested, Onto, Rebased, Renaming};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::fix::FileTexts;
use crate::glob::Glob;
use crate::project::declared::idle;
use crate::project::tree::{Tree, path_text};
use crate::project::worktree::Worktree;
use crate::project::{ConfiguredSet, LoadOptions, MigrationSet, Project, Unjudged, Unnamed};
use crate::replay::KeptReplays;
use crate::report::ReaderFolder;
use crate::sql::Dialect;

/// A repository, or a folder that git knows nothing about.
#[derive(Debug)]
pub struct Workspace {
    /// The root of the repository.
    pub root: PathBuf,
    /// Whether it is a git repository.
    pub git: bool,
    /// What `driftlint.toml` says, its paths made relative to the root.
    pub config: Config,
    /// The paths that were named, relative to the root; the root itself is the empty path.
    pub paths: Vec<String>,
    /// The folder that the user stands in, relative to the root; what lies there is meant where no
    /// path is named.
    pub here: String,
    /// The same folder, for paths that people read; it may also lie above the root.
    pub reader: ReaderFolder,
    /// Whether merged migrations are asked about like new ones.
    pub all: bool,
    /// Texts that stand for files on disk: what fixes make of them before anything is written.
    pub edited: FileTexts,
    /// Files on disk that are taken away, as a migration that gets another name.
    pub removed: BTreeSet<String>,
    /// Replays of earlier checks of a session.
    pub(crate) kept: KeptReplays,
}

/// Where the configuration is taken from.
#[derive(Clone, Copy, Debug)]
pub enum Configuration<'a> {
    /// The nearest `driftlint.toml`, from the first path upward to the root of the repository.
    Nearest,
    /// This file; its paths are relative to the root.
    File(&'a Path),
    /// None, as if there were no `driftlint.toml`.
    None,
}

impl Workspace {
    /// Finds the repository of the first path, or of the folder that the user stands in. Paths are
    /// relative to that folder, and need not exist.
    ///
    /// # Errors
    /// Where a path lies outside of the repository, or the configuration cannot be read.
    pub fn open(here: &Path, paths: &[&str], configuration: Configuration) -> Result<Self> {
        let start = paths
            .first()
            .map_or(here.to_path_buf(), |path| resolve(&here.join(path)));
        let folder = if start.is_dir() {
            start.clone()
        } else {
            start.parent().unwrap_or(&start).to_path_buf()
        };
        let found = git_root(&folder);
        let git = found.is_some();
        let here = resolve(here);
        // Without git, paths are shown relative to where the user stands, if they lie there.
        let root = found.unwrap_or_else(|| {
            if folder.starts_with(&here) {
                here.clone()
            } else {
                folder.clone()
            }
        });
        let mut relative = Vec::new();
        for path in paths {
            let full = resolve(&here.join(path));
            let inside = full.strip_prefix(&root).map_err(|_| Error::Usage {
                message: format!("{path} lies outside of {}", root.display()),
                help: Some("check one repository at a time".to_owned()),
            })?;
            relative.push(text(inside));
        }
        let config = configured(configuration, &folder, &root)?;
        let reader = match (here.strip_prefix(&root), root.strip_prefix(&here)) {
            (Ok(below), _) if below != Path::new("") => ReaderFolder::Below(text(below)),
            (Err(_), Ok(above)) => ReaderFolder::Above(text(above)),
            _ => ReaderFolder::Root,
        };
        let here = here.strip_prefix(&root).map(text).unwrap_or_default();
        Ok(Self {
            root,
            git,
            config,
            paths: relative,
            here,
            reader,
            all: false,
            edited: FileTexts::new(),
            removed: BTreeSet::new(),
            kept: KeptReplays::default(),
        })
    }

    /// Makes sure that every named path is in the tree: a spelling mistake must not look like a
    /// clean bill.
    pub fn must_exist(&self, tree: &dyn Tree) -> Result<()> {
        for path in self.paths.iter().filter(|path| !path.is_empty()) {
            if self.root.join(path).exists()
                || tree.read(path)?.is_some()
                || !tree.files_under(path)?.is_empty()
            {
                continue;
            }
            return Err(Error::Usage {
                message: format!("{path} does not exist"),
                help: Some(format!("paths are looked up in {}", self.root.display())),
            });
        }
        Ok(())
    }

    /// Paths of `[[overrides]]` at which no file lies, so that the override changes nothing: a
    /// spelling mistake would go unnoticed.
    pub fn idle_overrides(&self) -> Result<Vec<&str>> {
        let tree = Worktree::new(&self.root);
        let overrides = self.config.overrides.iter();
        let globs: Vec<&Glob> = overrides.flat_map(|one| &one.paths).collect();
        idle(&tree, &globs)
    }

    /// How migration sets are found.
    pub fn load_options(&self, dialect: Option<Dialect>) -> LoadOptions {
        let sets = self.config.sets.iter().map(|set| ConfiguredSet {
            folder: set.folder.clone(),
            runner: set.runner,
            transaction: set.transaction,
            dialect: set.dialect.or(self.config.dialect),
            schema: set.schema.clone(),
            models: set.models.clone(),
            start: set.start.clone(),
        });
        LoadOptions {
            sets: sets.collect(),
            dialect: dialect.or(self.config.dialect),
            pushed: self.config.pushed.clone(),
            paths: self.paths.clone(),
        }
    }

    /// A folder that is not there would silently leave its migrations unjudged, a schema that is
    /// not there would leave them compared with nothing, a baseline that no set knows would report
    /// on everything.
    pub fn check_sets(&self, project: &Project) -> Result<()> {
        self.check_sets_but(project, &|_| false)
    }

    /// The same, for who can say something of sets although they hold no migration in SQL.
    pub fn check_sets_but(
        &self,
        project: &Project,
        may_be_empty: &dyn Fn(&MigrationSet) -> bool,
    ) -> Result<()> {
        let missing = self.config.sets.iter().find(|set| {
            let read = project
                .sets
                .iter()
                .any(|found| found.folder == set.folder && !found.migrations.is_empty());
            !read && !self.root.join(&set.folder).is_dir()
        });
        if let Some(set) = self.config.sets.iter().find(|set| {
            set.folder.starts_with("../") || &set.folder == ".." || set.folder.starts_with('/')
        }) {
            return Err(Error::Usage {
                message: format!(
                    "{}, which driftlint.toml names under `[[migrations]]`, lies outside of the repository",
                    set.folder
                ),
                help: Some("check one repository at a time".to_owned()),
            });
        }
        if let Some(set) = missing {
            return Err(Error::Usage {
                message: format!(
                    "there is no folder {}, which driftlint.toml names under `[[migrations]]`",
                    set.folder
                ),
                help: Some("folders are relative to the configuration file".to_owned()),
            });
        }
        let empty = project.sets.iter().find(|set| {
            set.migrations.is_empty()
                && !may_be_empty(set)
                && self.config.sets.iter().any(|one| one.folder == set.folder)
        });
        if let Some(set) = empty {
            let why = set.skipped.first().map_or_else(String::new, |file| {
                format!(" that driftlint reads ({}: {})", file.path, file.reason)
            });
            return Err(Error::Usage {
                message: format!(
                    "{}, which driftlint.toml names under `[[migrations]]`, holds no migration{why}",
                    set.folder
                ),
                help: Some("folders are relative to the configuration file".to_owned()),
            });
        }
        if let Some(Unjudged { path, reason, .. }) =
            project.sets.iter().find_map(|set| set.unmatched.first())
        {
            return Err(Error::Usage {
                message: format!("driftlint.toml names `{path}` as `schema`: {reason}"),
                help: Some(
                    "paths, folders and patterns are relative to the configuration file".to_owned(),
                ),
            });
        }
        let lost = self.config.sets.iter().find_map(|set| {
            let start = set.start.as_ref()?;
            let read = project
                .sets
                .iter()
                .any(|found| found.folder == set.folder && found.start.is_some());
            let named = project.sets.iter().any(|found| found.folder == set.folder);
            (named && !read).then_some(start)
        });
        if let Some(start) = lost {
            return Err(Error::Usage {
                message: format!("there is no file {start}, which driftlint.toml names as `start`"),
                help: Some(
                    "make it with `pg_dump --schema-only`, `mysqldump --no-data` or `.schema`"
                        .to_owned(),
                ),
            });
        }
        let Some((name, unnamed)) = self.config.unclear_baseline(project) else {
            return Ok(());
        };
        Err(Error::Usage {
            message: match &unnamed {
                Unnamed::Unknown => format!(
                    "no migration is called `{name}`, which driftlint.toml names as baseline"
                ),
                Unnamed::Ambiguous(ids) => format!(
                    "{} migrations are called `{name}`, which driftlint.toml names as baseline",
                    ids.len()
                ),
            },
            help: Some("`driftlint check --show-files` lists migrations by name".to_owned()),
        })
    }
}

fn configured(choice: Configuration, start: &Path, root: &Path) -> Result<Config> {
    let path = match choice {
        Configuration::None => None,
        Configuration::File(path) => Some(path.to_path_buf()),
        Configuration::Nearest => Config::find(start)?,
    };
    let Some(path) = path else {
        return Ok(Config::default());
    };
    let bytes = fs::read(&path).map_err(|source| io("read", &path, source))?;
    let shown = resolve(&path);
    let shown = shown.strip_prefix(root).unwrap_or(&path);
    let content = String::from_utf8(bytes).map_err(|_| Error::Usage {
        message: format!("{} is not UTF-8", shown.display()),
        help: Some("save it as UTF-8".to_owned()),
    })?;
    let mut config = Config::parse(&text(shown), content.trim_start_matches('\u{feff}'))?;
    // A configuration file that was named elsewhere speaks about the root.
    let folder = match choice {
        Configuration::Nearest => shown.parent().map(text),
        Configuration::File(_) | Configuration::None => None,
    };
    config.below(folder.as_deref().unwrap_or_default());
    read_sizes(&mut config, root)?;
    Ok(config)
}

/// Reads the file that says how many rows tables have. What `[tables]` says itself wins.
fn read_sizes(config: &mut Config, root: &Path) -> Result<()> {
    let Some(file) = &config.sizes_file else {
        return Ok(());
    };
    let path = root.join(file);
    let text = fs::read_to_string(&path).map_err(|source| io("read", &path, source))?;
    let own = std::mem::take(&mut config.sizes);
    config.sizes.read(&text).map_err(|line| Error::Usage {
        message: format!("{file}, line {line}: no table with a number of rows"),
        help: Some(
            "each line is a table, a comma and a number: `public.events,120000000`".to_owned(),
        ),
    })?;
    config.sizes.extend(own);
    Ok(())
}

/// The root of the repository that a folder lies in.
pub(crate) fn root_of(folder: &Path) -> Option<PathBuf> {
    git_root(&resolve(folder))
}

/// The folder that holds `.git`, which is a file in linked worktrees and submodules.
fn git_root(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_path_buf)
}

/// The path without links, as far as it exists, and without `.` and `..`.
fn resolve(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            let rest = path.strip_prefix(ancestor).unwrap_or(Path::new(""));
            return normal(&real.join(rest));
        }
    }
    normal(path)
}

fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}

/// A path below the root as trees spell it.
fn text(path: &Path) -> String {
    let names = path
        .components()
        .map(|component| path_text(component.as_os_str().as_encoded_bytes()));
    names.collect::<Vec<_>>().join("/")
}

/// An error about a file.
pub(crate) fn io(action: &'static str, path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        action,
        path: path.display().to_string(),
        source,
    }
}
