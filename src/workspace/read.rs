//! What is read and what may report: the working tree, the index, or a range of commits.

use std::collections::BTreeSet;

use super::workflows::{touches_workflow, workflows};
use super::{Workspace, ahead};
use crate::check::known::{self, Known};
use crate::check::{Scope, Workflows, is_same, wants_workflow};
use crate::drift;
use crate::error::{Error, Result};
use crate::fix::FileTexts;
use crate::history::{ChangeSet, FileChange, Merged, moved};
use crate::project::bounded::{Bounded, DEFAULT_LIMIT};
use crate::project::discover::ancestors;
use crate::project::git::{Changed, Extent, Hook, Repository, TreeComparison};
use crate::project::relevance::{Relevance, relevance};
use crate::project::tree::{Overlay, Tree, parent};
use crate::project::worktree::Worktree;
use crate::project::{FileStatus, LoadOptions, MigrationSet, Project};
use crate::replay::KeptReplays;
use crate::rules;
use crate::schema::input::Input;
use crate::schema::load::Schemas;
use crate::source::Source;
use crate::workflow::Workflow;

/// What is to be checked.
#[derive(Clone, Debug)]
pub enum Selection<'a> {
    /// All that is on disk.
    Everything,
    /// What is staged, or what the hook that asks is about to let through.
    Staged(Hook),
    /// What has changed since the merge base with a revision.
    Since(&'a str),
}

impl Workspace {
    /// Reads the project, and says what in it may report.
    pub fn read(&self, range: &Selection, options: &LoadOptions) -> Result<(Input, Scope)> {
        let (input, mut scope) = match range {
            Selection::Everything => self.everything(options),
            Selection::Staged(hook) => self.staged(hook, options),
            Selection::Since(revision) => {
                compare(repository(self)?.since(revision)?, self, options)
            }
        }?;
        scope.known = self.known()?;
        Ok((input, scope))
    }

    /// The baseline of findings, if there is one.
    fn known(&self) -> Result<Option<Known>> {
        let path = self.root.join(known::FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(super::io("read", &path, error)),
        };
        Known::parse(&text).map(Some).map_err(|why| Error::Usage {
            message: format!("{} is no baseline of findings: {why}", known::FILE),
            help: Some("`driftlint baseline --findings` writes it".to_owned()),
        })
    }

    fn everything(&self, options: &LoadOptions) -> Result<(Input, Scope)> {
        let disk = self.worktree();
        let edited = Overlay::of_texts(&disk, &self.edited).without(&self.removed);
        let files: &dyn Tree = if self.edited.is_empty() && self.removed.is_empty() {
            &disk
        } else {
            &edited
        };
        self.must_exist(files)?;
        let bounded = self.bounded(files);
        let tree: &dyn Tree = &bounded;
        // Whoever stands in a folder means what lies there; if that is nothing, the repository.
        if self.paths.is_empty() && !self.here.is_empty() {
            let paths = vec![self.here.clone()];
            let near = LoadOptions {
                paths: paths.clone(),
                ..options.clone()
            };
            let project = Project::load(tree, &near)?;
            if project.lies_under(&self.here) {
                let input = self.input(tree, project)?;
                let workflows = workflows(tree, &input.project, self, &paths)?;
                let merged = self.merged(&input.project)?;
                let scope = Scope {
                    paths,
                    workflows,
                    default_branch: self.default_branch(&input, merged.as_ref(), options)?,
                    merged,
                    ..Scope::default()
                };
                return Ok((input, scope));
            }
        }
        let project = Project::load(tree, options)?;
        let input = self.input(tree, project)?;
        let mut scope = scope(self, None);
        scope.workflows = workflows(tree, &input.project, self, &scope.paths)?;
        // Whoever names a path asks about all of it.
        if scope.paths.is_empty() {
            scope.merged = self.merged(&input.project)?;
            let merged = scope.merged.as_ref();
            scope.default_branch = self.default_branch(&input, merged, options)?;
        }
        Ok((input, scope))
    }

    /// Reads what stands beside the sets, while their migrations are read on other threads.
    fn input(&self, tree: &dyn Tree, project: Project) -> Result<Input> {
        let ahead = ahead::of(&project, &self.config, &self.paths);
        Ok(schemas(tree, project, self, |_| true)?.read_by(ahead))
    }

    /// What the default branch declares, where that can matter: a migration that is not merged
    /// drops something, beside a schema that code is made from. Reading a second tree costs as much
    /// as the first.
    fn default_branch(
        &self,
        input: &Input,
        merged: Option<&BTreeSet<String>>,
        options: &LoadOptions,
    ) -> Result<Option<Input>> {
        let Some(merged) = merged else {
            return Ok(None);
        };
        let mut sets = input.sets();
        if !sets.any(|beside| {
            beside
                .schemas
                .is_some_and(|schemas| may_ask(beside.set, schemas, merged))
        }) {
            return Ok(None);
        }
        let Some(tree) = repository(self)?.merged(self.config.base.as_deref())? else {
            return Ok(None);
        };
        let tree = self.bounded(&tree);
        let everywhere = LoadOptions {
            paths: Vec::new(),
            ..options.clone()
        };
        let base = Project::load(&tree, &everywhere)?;
        schemas(&tree, base, self, |_| true).map(Some)
    }

    /// The migrations that the default branch has, with the files beside them; `None` where git
    /// does not know, or nobody wants to.
    fn merged(&self, project: &Project) -> Result<Option<BTreeSet<String>>> {
        if self.all {
            return Ok(None);
        }
        self.merged_files(project)
    }

    /// The same, whoever wants to know; `None` where git does not.
    pub(crate) fn merged_files(&self, project: &Project) -> Result<Option<BTreeSet<String>>> {
        if !self.git {
            return Ok(None);
        }
        let folders: BTreeSet<&str> = project
            .parts()
            .flat_map(|part| ancestors(parent(part.source.path())))
            .collect();
        Repository::merged_paths(&self.root, self.config.base.as_deref(), &folders)
    }

    fn staged(&self, hook: &Hook, options: &LoadOptions) -> Result<(Input, Scope)> {
        let repository = repository(self)?;
        let wanted = wants_workflow(&self.config);
        if !repository.staged_matters(
            hook,
            &|path| {
                options.sets.iter().any(|set| set.covers(path))
                    || (wanted && Workflow::may_hold(path))
            },
            wanted.then(Workflow::mention).as_deref(),
        )? {
            let nothing = ChangeSet {
                base_name: "HEAD".to_owned(),
                files: Vec::new(),
                base: Input::default(),
            };
            return Ok((Input::default(), scope(self, Some(nothing))));
        }
        let (input, mut scope) = compare(repository.staged(hook)?, self, options)?;
        if let Some(changes) = &mut scope.changes {
            self.ask_what_is_merged(&repository, changes)?;
        }
        Ok((input, scope))
    }

    /// Finds out which of the migrations that a commit changes are merged. Correcting one's own
    /// migration before it is merged, and amending its commit, is ordinary work.
    fn ask_what_is_merged(&self, repository: &Repository, changes: &mut ChangeSet) -> Result<()> {
        let base = &changes.base.project;
        let migrations: BTreeSet<&str> = base.parts().map(|part| part.source.path()).collect();
        let mut edited: Vec<&mut FileChange> = changes
            .files
            .iter_mut()
            .filter(|file| migrations.contains(file.old_path()))
            .collect();
        if edited.is_empty() {
            return Ok(());
        }
        let tree = repository.merged(self.config.base.as_deref())?;
        for file in &mut edited {
            let path = file.moved_from.as_deref().unwrap_or(file.old_path());
            let merged = match &tree {
                Some(tree) => text(tree, path)?,
                None => None,
            };
            file.merged = merged.map_or(Merged::Not, Merged::As);
        }
        Ok(())
    }

    /// Reads the project on disk with a text in the place of one file, the first of the paths that
    /// were named; that file alone reports.
    pub fn read_buffer(&self, text: Vec<u8>, options: &LoadOptions) -> Result<(Input, Scope)> {
        let path = self.paths.first().cloned().unwrap_or_default();
        let disk = self.worktree();
        let disk = self.bounded(&disk);
        self.read_tree(&Overlay::new(&disk, path, text), options)
    }

    /// Reads the project of a tree; the paths that were named alone report.
    pub(crate) fn read_tree(
        &self,
        tree: &dyn Tree,
        options: &LoadOptions,
    ) -> Result<(Input, Scope)> {
        let tree = self.bounded(tree);
        let project = Project::load(&tree, options)?;
        let input = schemas(&tree, project, self, |_| true)?;
        let scope = Scope {
            paths: self.paths.clone(),
            ..Scope::default()
        };
        Ok((input, scope))
    }

    /// A tree without the files that are too large to be read.
    pub(crate) fn bounded<'a>(&self, tree: &'a dyn Tree) -> Bounded<'a> {
        Bounded::new(tree, self.config.max_file_size.unwrap_or(DEFAULT_LIMIT))
    }

    /// The files on disk, without those that git ignores.
    pub(crate) fn worktree(&self) -> Worktree {
        // Without a repository, or with a broken one, there is nothing to ask about ignored files.
        let known = if self.git {
            Repository::worktree_at(&self.root).ok().flatten()
        } else {
            None
        };
        known.unwrap_or_else(|| Worktree::new(&self.root))
    }
}

/// The changes of a comparison, and those that fixes would make beside them.
fn with_edited(
    mut files: Vec<Changed>,
    edited: &FileTexts,
    before: &dyn Tree,
) -> Result<Vec<Changed>> {
    for path in edited.keys() {
        if files.iter().any(|file| file.path == *path) {
            continue;
        }
        let status = if before.read(path)?.is_some() {
            FileStatus::Modified
        } else {
            FileStatus::Added
        };
        files.push(Changed {
            path: path.clone(),
            status,
        });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// Reads both sides of a comparison.
fn compare(
    comparison: TreeComparison,
    workspace: &Workspace,
    options: &LoadOptions,
) -> Result<(Input, Scope)> {
    let edited = Overlay::of_texts(&*comparison.head, &workspace.edited);
    let head: &dyn Tree = if workspace.edited.is_empty() {
        &*comparison.head
    } else {
        &edited
    };
    let head = workspace.bounded(head);
    let before = workspace.bounded(&comparison.base);
    let project = Project::load(&head, options)?;
    if comparison.extent == Extent::Everything {
        let input = schemas(&head, project, workspace, |_| true)?;
        let mut scope = scope(workspace, None);
        scope.workflows = workflows(&head, &input.project, workspace, &scope.paths)?;
        return Ok((input, scope));
    }
    // What belonged to a set at the base may have no set of its own any more, so the base is read
    // whole.
    let base = Project::load(
        &before,
        &LoadOptions {
            paths: Vec::new(),
            ..options.clone()
        },
    )?;
    let sets = || project.sets.iter().chain(&base.sets);
    let changed = comparison.following(&|path| {
        relevance(path) == Relevance::Full || sets().any(|set| set.belongs(path))
    })?;
    let changed = with_edited(changed, &workspace.edited, &before)?;
    let mut input = schemas(&head, project, workspace, |set| {
        changed.iter().any(|file| may_drift(set, file))
    })?;
    let project = &input.project;
    let moved = moved::moved(&base, project);
    let pairs = moved.iter().filter_map(|&moved::MovedSet { old, new }| {
        Some((base.sets.get(old)?.folder.clone(), project.sets.get(new)?))
    });
    let pairs: Vec<_> = pairs.collect();
    let mut base = schemas(&before, base, workspace, |base| {
        let with_schemas = input.sets().filter(|beside| beside.schemas.is_some());
        let mut sets = with_schemas.map(|beside| beside.set);
        let moved = pairs.iter().filter(|(folder, _)| *folder == base.folder);
        sets.any(|set| is_same(base, set) || moved.clone().any(|(_, now)| std::ptr::eq(*now, set)))
    })?;
    let workflows =
        if wants_workflow(&workspace.config) && touches_workflow(&changed, [&head, &before])? {
            Some(Workflows {
                now: Workflow::read(&head, project)?,
                base: Some(Workflow::read(&before, &base.project)?),
            })
        } else {
            None
        };
    let mut files = Vec::new();
    for Changed { path, status } in changed {
        let mut file = FileChange {
            path,
            status,
            before: None,
            after: None,
            merged: Merged::default(),
            moved_from: None,
        };
        let mut sets = project.sets.iter().chain(&base.project.sets);
        if sets.any(|set| set.belongs(file.old_path())) {
            file.before = text(&before, file.old_path())?;
        }
        if project.sets.iter().any(|set| set.declares(&file.path)) {
            file.after = text(&head, &file.path)?;
        }
        files.push(file);
    }
    moved::follow(&moved, &mut base.project, project, &mut files);
    // Both sides run the migrations that they have in common once.
    let kept = KeptReplays::of_comparison(project, &base.project);
    input.kept = kept.clone();
    base.kept = kept;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    let changes = ChangeSet {
        base_name: comparison.base_name,
        files,
        base,
    };
    let mut scope = scope(workspace, Some(changes));
    scope.workflows = workflows;
    Ok((input, scope))
}

pub(super) fn text(tree: &dyn Tree, path: &str) -> Result<Option<Source>> {
    Ok(tree
        .read(path)?
        .map(|bytes| Source::from_bytes(path.to_owned(), bytes)))
}

/// Reads the schemas beside the sets that are wanted, if any rule would compare them.
fn schemas(
    tree: &dyn Tree,
    project: Project,
    workspace: &Workspace,
    wanted: impl Fn(&MigrationSet) -> bool,
) -> Result<Input> {
    let config = &workspace.config;
    let mut active = rules::all().iter().filter(|rule| config.may_run(rule));
    if active.any(|rule| drift::speaks_for(rule.meta.name)) {
        Input::read_again(tree, project, config.versions(), wanted, &workspace.kept)
    } else {
        Ok(Input::from(project))
    }
}

/// Whether a changed file can change what a set and its schemas say. A schema that is a script
/// imports what it likes.
fn may_drift(set: &MigrationSet, changed: &Changed) -> bool {
    let imports =
        set.config.is_some() || set.declared.iter().any(|file| file.tool.imports_scripts());
    let matters =
        |path: &str| set.belongs(path) || (imports && relevance(path) == Relevance::Script);
    matters(&changed.path)
        || matches!(&changed.status, FileStatus::Renamed { from } if matters(from))
}

fn scope(workspace: &Workspace, changes: Option<ChangeSet>) -> Scope {
    // The root covers everything, which is what no path at all says.
    let paths = if workspace.paths.iter().any(String::is_empty) {
        Vec::new()
    } else {
        workspace.paths.clone()
    };
    Scope {
        paths,
        changes,
        ..Scope::default()
    }
}

pub(super) fn repository(workspace: &Workspace) -> Result<Repository> {
    Repository::discover(&workspace.root)?.ok_or_else(|| Error::Usage {
        message: format!(
            "{} is not in a git repository, so nothing can be compared",
            workspace.root.display()
        ),
        help: Some("run without --staged and --since to check everything".to_owned()),
    })
}

/// Whether a set's schema may have lost what the default branch still has: a new migration drops
/// something, and the schema is declared otherwise than in SQL.
fn may_ask(set: &MigrationSet, schemas: &Schemas, merged: &BTreeSet<String>) -> bool {
    let mut declared = schemas.declared.iter();
    let parts = set.migrations.iter().flat_map(|migration| &migration.up);
    let mut new = parts.filter(|part| !merged.contains(part.source.path()));
    declared.any(|declared| !declared.language.is_sql())
        && new.any(|part| {
            let mut words = part
                .text()
                .split(|letter: char| !letter.is_ascii_alphabetic());
            words.any(|word| word.eq_ignore_ascii_case("drop"))
        })
}
