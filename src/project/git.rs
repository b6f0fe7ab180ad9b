//! What git knows: the index, commits, and what changed between them.
//!
//! Lists and differences come from the `git` command: it is on the path of every hook, needs 2 to 3
//! ms, and is right where libgit2 is not (sparse and split indexes, SHA-256, reftable,
//! `GIT_INDEX_FILE` relative to the top, `safe.directory` from the environment). Contents and
//! ignore rules come from libgit2, in this process, and from the command where it fails.

mod command;
mod guard;
mod merged;
mod objects;
mod patient;
mod renames;
mod snapshot;
mod tracked;

use std::path::{Path, PathBuf};
use std::rc::Rc;

pub use snapshot::TreeSnapshot;

use self::command::Git;
use self::guard::GitGuard;
use self::objects::Objects;
use self::renames::RenameFinder;
use self::snapshot::{ListedFile, RawChange};
use super::relevance::{Relevance, relevance};
use super::tree::{Tree, path_text};
use super::worktree::Worktree;
use crate::error::{Error, Result};
use crate::project::FileStatus;
use crate::tool::Tool;

/// A repository with a working tree.
pub struct Repository {
    root: PathBuf,
    index: PathBuf,
    shallow: bool,
    git: Git,
    objects: Rc<Objects>,
}

/// What pre-commit passes to a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// `PRE_COMMIT`: pre-commit or prek runs us.
    pub pre_commit: bool,
    /// `PRE_COMMIT_FROM_REF` and `PRE_COMMIT_TO_REF`: check this range, not what is staged.
    pub range: Option<RevisionRange>,
}

/// Two revisions, as pre-commit names what is pushed or merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionRange {
    /// What the other side has.
    pub from: String,
    /// What is new.
    pub to: String,
}

impl Hook {
    /// Reads what pre-commit has put into the environment.
    pub fn from_env() -> Self {
        let value = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let range = value("PRE_COMMIT_FROM_REF").zip(value("PRE_COMMIT_TO_REF"));
        let range = range.map(|(from, to)| RevisionRange { from, to });
        Self {
            pre_commit: value("PRE_COMMIT").is_some(),
            range,
        }
    }
}

/// How much of a comparison is to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the changes touch.
    Changes,
    /// Everything: pre-commit ran with nothing staged and no range, which is how `--all-files`
    /// looks to a hook.
    Everything,
}

/// Two trees of one repository and the files that differ.
pub struct TreeComparison {
    /// What it is compared with, for people: "HEAD", "the merge base with origin/main (1a2b3c4)".
    pub base_name: String,
    /// The tree that was there before.
    pub base: TreeSnapshot,
    /// The tree to check.
    pub head: Box<dyn Tree>,
    /// Every file that differs, by path; links and submodules left out. One that was renamed is
    /// deleted and added: see [`TreeComparison::following`].
    pub files: Vec<Changed>,
    /// How much of the project may report.
    pub extent: Extent,
    renames: RenameFinder,
}

impl TreeComparison {
    /// The files that differ, with those that matter and were renamed as such. git reads the content
    /// of these, and of no others.
    pub fn following(&self, matters: &dyn Fn(&str) -> bool) -> Result<Vec<Changed>> {
        self.renames.follow(&self.files, matters)
    }
}

/// A file that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its path now; for a deleted file, the path it had.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
}

impl Repository {
    /// The repository that `start` lies in, or that the `GIT_…` variables of a hook name. `None`
    /// outside of one.
    pub fn discover(start: &Path) -> Result<Option<Self>> {
        // git sets it for hooks, relative to the folder that it runs them in.
        let cwd = if std::env::var_os("GIT_DIR").is_some() {
            PathBuf::from(".")
        } else {
            start.to_owned()
        };
        let git = Git::new(cwd);
        let Some(found) = git.locate(start)? else {
            return Ok(None);
        };
        let guard = GitGuard::of(&git, Path::new(&found.common), Path::new(&found.own))?;
        let git = git.guarded(guard);
        let root = PathBuf::from(found.root);
        // `--git-path` repeats the variable as it is, and git reads it from the top of the working
        // tree.
        let index = match std::env::var_os("GIT_INDEX_FILE") {
            Some(file) => root.join(file),
            None => PathBuf::from(found.index),
        };
        let objects = Rc::new(Objects::new(git.clone()));
        Ok(Some(Self {
            root,
            index,
            shallow: found.shallow,
            git,
            objects,
        }))
    }

    /// The top of the working tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files on disk, without those that git ignores.
    pub fn worktree(&self) -> Worktree {
        Worktree::with_ignored(self.root.clone(), self.objects.ignored())
    }

    /// The files on disk of the repository at `root`, without those that git ignores. Where libgit2
    /// can open it, no process is started.
    pub fn worktree_at(root: &Path) -> Result<Option<Worktree>> {
        if std::env::var_os("GIT_DIR").is_none()
            && let Some(objects) = Objects::open(root)
        {
            return Ok(Some(Worktree::with_ignored(
                root,
                Rc::new(objects).ignored(),
            )));
        }
        Ok(Self::discover(root)?.map(|repository| repository.worktree()))
    }

    /// The folder that git's own hooks lie in, shared by all working trees.
    pub fn hooks(&self) -> Result<PathBuf> {
        let path = self
            .git
            .run(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?;
        Ok(PathBuf::from(path_text(path.trim_ascii())))
    }

    /// `core.hooksPath`, where it is set.
    pub fn hooks_path(&self) -> Result<Option<String>> {
        let value = self.git.succeeds(&["config", "--get", "core.hooksPath"])?;
        Ok(value.map(|value| path_text(value.trim_ascii())))
    }

    /// The tree of a revision.
    pub fn commit(&self, revision: &str) -> Result<TreeSnapshot> {
        let commit = self.resolve(revision)?;
        self.tree(&commit)
    }

    /// The index: what the next commit will hold.
    pub fn index(&self) -> Result<TreeSnapshot> {
        self.require_index()?;
        let listed = self
            .git
            .run(&["ls-files", "-s", "-z", "--full-name", "--", ":/"])?;
        let (listed, conflicts) = snapshot::parse_index(&listed)?;
        if let Some(path) = conflicts.first() {
            return Err(conflict(path));
        }
        self.snapshot(listed)
    }

    /// What a commit would record, against `HEAD`; or, under pre-commit, the range it names.
    pub fn staged(&self, hook: &Hook) -> Result<TreeComparison> {
        if let Some(RevisionRange { from, to }) = &hook.range {
            return self.range(from, to);
        }
        let files = self.staged_changes()?;
        let extent = if hook.pre_commit && files.is_empty() {
            Extent::Everything
        } else {
            Extent::Changes
        };
        // Renames come later: what names alone can answer is answered before git reads any content.
        let head = self.index()?;
        let base = head.before(&files);
        Ok(TreeComparison {
            base_name: "HEAD".to_owned(),
            base,
            head: Box::new(head),
            files: changed(&files),
            extent,
            renames: self.renames(&["--cached"]),
        })
    }

    /// The paths that are staged, at the price of one process: enough to see that none of them
    /// matters.
    pub fn staged_paths(&self) -> Result<Vec<Changed>> {
        Ok(changed(&self.staged_changes()?))
    }

    /// Whether a staged check can have anything to say. One process if the names alone answer; a
    /// second if scripts or Rust are staged, and a schema may be such a file. `configured` knows
    /// what matters though its name does not say so; a script matters too if one of its changed
    /// lines fits `mentioned`, an extended regular expression.
    pub fn staged_matters(
        &self,
        hook: &Hook,
        configured: &dyn Fn(&str) -> bool,
        mentioned: Option<&str>,
    ) -> Result<bool> {
        let paths = match &hook.range {
            Some(RevisionRange { from, to }) => self.range(from, to)?.files,
            None => self.staged_paths()?,
        };
        if hook.range.is_none() && hook.pre_commit && paths.is_empty() {
            return Ok(true);
        }
        let all = paths.iter().map(|file| &file.path);
        let mut readers: Vec<&str> = Vec::new();
        let mut scripts = false;
        for path in all {
            scripts |= relevance(path) == Relevance::Script;
            match relevance(path) {
                _ if configured(path) => return Ok(true),
                Relevance::Full => return Ok(true),
                Relevance::None => {}
                doubtful => {
                    let traces = Tool::traces(doubtful);
                    readers.extend(
                        traces
                            .filter(|trace| !readers.contains(trace))
                            .collect::<Vec<_>>(),
                    );
                }
            }
        }
        if readers.is_empty() {
            return Ok(false);
        }
        let mut arguments = vec!["ls-files", "-z", "--full-name", "--"];
        arguments.extend(readers);
        Ok(!self.git.run(&arguments)?.is_empty() || (scripts && self.mentions(hook, mentioned)?))
    }

    /// Whether a changed line of what is staged fits. A range of commits is always worth a look.
    fn mentions(&self, hook: &Hook, pattern: Option<&str>) -> Result<bool> {
        let Some(pattern) = pattern else {
            return Ok(false);
        };
        if hook.range.is_some() {
            return Ok(true);
        }
        let lines = format!("-G{pattern}");
        let arguments = [
            "diff",
            "--cached",
            "--name-only",
            "--no-ext-diff",
            "--no-textconv",
            &lines,
        ];
        Ok(!self.git.run(&arguments)?.is_empty())
    }

    /// What the working tree, untracked files included, has that the merge base of `revision` and
    /// `HEAD` has not. In CI the working tree is the checked-out commit; at a desk it is what will
    /// be pushed.
    pub fn since(&self, revision: &str) -> Result<TreeComparison> {
        let base = self.merge_base(revision, "HEAD")?;
        let mut arguments = [DIFF, &["--no-renames"]].concat();
        arguments.push(&base);
        let mut files = self.changes(&arguments)?;
        let untracked = self.git.run(&[
            "ls-files",
            "--others",
            "--exclude-standard",
            "-z",
            "--full-name",
            "--",
            ":/",
        ])?;
        files.extend(snapshot::parse_untracked(&untracked));
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(TreeComparison {
            base_name: merge_base_name(revision, &base),
            renames: self.renames(&[&base]),
            base: self.tree(&base)?,
            head: Box::new(self.worktree()),
            files: changed(&files),
            extent: Extent::Changes,
        })
    }

    /// A range of commits, as pre-commit names it: what `to` has that its merge base with `from`
    /// has not.
    pub fn range(&self, from: &str, to: &str) -> Result<TreeComparison> {
        let base = self.merge_base(from, to)?;
        let head = self.resolve(to)?;
        let mut arguments = [DIFF, &["--no-renames"]].concat();
        arguments.extend([base.as_str(), head.as_str()]);
        let files = self.changes(&arguments)?;
        let renames = self.renames(&[&base, &head]);
        let head = self.tree(&head)?;
        Ok(TreeComparison {
            base_name: merge_base_name(from, &base),
            renames,
            base: head.before(&files),
            head: Box::new(head),
            files: changed(&files),
            extent: Extent::Changes,
        })
    }

    fn staged_changes(&self) -> Result<Vec<RawChange>> {
        self.require_index()?;
        let mut arguments = [DIFF, &["--no-renames"]].concat();
        arguments.push("--cached");
        self.changes(&arguments)
    }

    fn renames(&self, sides: &[&str]) -> RenameFinder {
        RenameFinder {
            git: self.git.clone(),
            sides: sides.iter().map(|&side| side.to_owned()).collect(),
        }
    }

    fn changes(&self, arguments: &[&str]) -> Result<Vec<RawChange>> {
        let (changes, conflicts) = snapshot::parse_diff(&self.git.run(arguments)?)?;
        match conflicts.first() {
            Some(path) => Err(conflict(path)),
            None => Ok(changes),
        }
    }

    fn tree(&self, commit: &str) -> Result<TreeSnapshot> {
        let listed = self
            .git
            .run(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
        self.snapshot(snapshot::parse_tree(&listed)?)
    }

    fn snapshot(&self, listed: ListedFile) -> Result<TreeSnapshot> {
        TreeSnapshot::new(listed, Rc::clone(&self.objects))
    }

    /// git takes a missing index for an empty one, and every file for deleted.
    fn require_index(&self) -> Result<()> {
        if self.index.exists()
            || self
                .git
                .succeeds(&["rev-parse", "--verify", "--quiet", "HEAD"])?
                .is_none()
        {
            return Ok(());
        }
        Err(Error::Git {
            message: format!("there is no index at {}, though HEAD has files", self.index.display()),
            help: "run `git reset` to write it again, or correct GIT_INDEX_FILE: it is read from the top of the working tree"
                .to_owned(),
        })
    }

    fn resolve(&self, revision: &str) -> Result<String> {
        let commit = format!("{revision}^{{commit}}");
        let found = self.git.succeeds(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ])?;
        found.map(|id| path_text(id.trim_ascii())).ok_or_else(|| Error::Git {
            message: format!("git knows no commit `{revision}` here"),
            help: if self.shallow {
                "this clone is shallow: check out with `fetch-depth: 0`, or run `git fetch --unshallow`".to_owned()
            } else {
                format!("fetch it first: `git fetch origin {}`", revision.strip_prefix("origin/").unwrap_or(revision))
            },
        })
    }

    fn merge_base(&self, one: &str, other: &str) -> Result<String> {
        let (left, right) = (self.resolve(one)?, self.resolve(other)?);
        let found = self.git.succeeds(&["merge-base", &left, &right])?;
        found.map(|id| path_text(id.trim_ascii())).ok_or_else(|| Error::Git {
            message: format!("`{one}` and `{other}` have no commit in common here"),
            help: if self.shallow {
                "this clone is shallow: check out with `fetch-depth: 0`, or run `git fetch --unshallow`".to_owned()
            } else {
                "name a revision that both grew from".to_owned()
            },
        })
    }
}

/// Paths from the top, whole ids, nothing that the user's configuration could change. Renames are
/// found where somebody asks for them.
const DIFF: &[&str] = &[
    "diff",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
];

fn changed(changes: &[RawChange]) -> Vec<Changed> {
    changes
        .iter()
        .map(|change| Changed {
            path: change.path.clone(),
            status: change.status.clone(),
        })
        .collect()
}

fn merge_base_name(revision: &str, commit: &str) -> String {
    format!(
        "the merge base with {revision} ({})",
        commit.get(..7).unwrap_or(commit)
    )
}

fn conflict(path: &str) -> Error {
    Error::Git {
        message: format!("`{path}` is in conflict: the index holds several versions of it"),
        help: "resolve the conflict and `git add` the file, then check again".to_owned(),
    }
}
