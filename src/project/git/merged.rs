//! What is merged: what the default branch has.

use std::collections::BTreeSet;
use std::path::Path;

use super::Repository;
use super::objects::Objects;
use crate::error::Result;
use crate::project::git::TreeSnapshot;
use crate::project::tree::{Tree, path_text};

/// References that may name the default branch, the first that is there counting. A clone without a
/// remote has a branch of its own.
const DEFAULTS: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

impl Repository {
    /// The tree of the newest commit that `HEAD` shares with the default branch, or with the
    /// revision that is configured as `base`; that of `HEAD` where nothing says which branch that
    /// is. `None` before the first commit.
    ///
    /// # Errors
    /// Where git does not know the configured base.
    pub fn merged(&self, base: Option<&str>) -> Result<Option<TreeSnapshot>> {
        let head = self
            .git
            .succeeds(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?;
        if head.is_none() {
            return Ok(None);
        }
        let branch = match base {
            Some(base) => Some(self.resolve(base)?),
            None => self.default_branch()?,
        };
        let shared = match &branch {
            Some(branch) => self.git.succeeds(&["merge-base", "HEAD", branch])?,
            None => None,
        };
        let commit = shared.map(|id| String::from_utf8_lossy(id.trim_ascii()).into_owned());
        self.tree(commit.as_deref().unwrap_or("HEAD")).map(Some)
    }

    /// The paths of [`Repository::merged`] in some folders, for the repository at `root`, if there
    /// is one. Each folder's ancestors are among the folders. Where libgit2 can open it, no process
    /// is started.
    ///
    /// # Errors
    /// Where git does not know the configured base.
    pub fn merged_paths(
        root: &Path,
        base: Option<&str>,
        folders: &BTreeSet<&str>,
    ) -> Result<Option<BTreeSet<String>>> {
        // Every check of a whole repository asks. git answers in five processes, which took 45 ms
        // of 200; libgit2 is open already, and does not know what `GIT_DIR` may point to.
        if std::env::var_os("GIT_DIR").is_none()
            && let Some(found) = Objects::open(root)
                .and_then(|objects| objects.shared_paths(base, &DEFAULTS, folders))
        {
            return Ok(Some(found));
        }
        // Where git has nothing to say, all is new; a base that is configured must be there.
        let Some(repository) = Self::discover(root).ok().flatten() else {
            return Ok(None);
        };
        match repository.merged(base) {
            Ok(Some(tree)) => Ok(Some(tree.files()?.into_iter().collect())),
            Ok(None) => Ok(None),
            Err(error) if base.is_some() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// What a branch's own migrations come after, as a revision and in words: the other side of a
    /// merge or rebase that has stopped, else the default branch or the configured base. On the
    /// default branch it is that branch itself.
    ///
    /// # Errors
    /// Where nothing says which branch is meant.
    pub fn upstream(&self, base: Option<&str>) -> Result<String> {
        let known = |name: &str| {
            self.git.succeeds(&[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("{name}^{{commit}}"),
            ])
        };
        if let Some(onto) = self.of_stopped_rebase("onto")? {
            return Ok(onto);
        }
        let branch = match base {
            Some(base) => Some(base.to_owned()),
            None => self.default_branch()?,
        };
        if known("MERGE_HEAD")?.is_some() {
            // Merged into the default branch, the other side is what is new.
            let merged = |of: &str| -> Result<bool> {
                let branch = branch.as_deref().unwrap_or("HEAD");
                let arguments = ["merge-base", "--is-ancestor", of, branch];
                Ok(self.git.succeeds(&arguments)?.is_some())
            };
            let other = !merged("HEAD")? || merged("MERGE_HEAD")?;
            return Ok(if other { "MERGE_HEAD" } else { "HEAD" }.to_owned());
        }
        branch.ok_or_else(|| crate::error::Error::Usage {
            message: "nothing says which branch the migrations come after".to_owned(),
            help: Some("name it: `driftlint rebase --onto origin/main`".to_owned()),
        })
    }

    /// What the branch that stands here shares with a revision: the tree from which both grew. In
    /// the middle of a rebase that is asked of the branch as it was. `None` where they have no
    /// commit in common, or the branch holds all of the revision, so that git does not tell any more.
    ///
    /// # Errors
    /// Where git does not know the revision.
    pub fn forked(&self, revision: &str) -> Result<Option<TreeSnapshot>> {
        let onto = self.resolve(revision)?;
        let head = self.of_stopped_rebase("orig-head")?;
        let head = head.as_deref().unwrap_or("HEAD");
        let shared = self.git.succeeds(&["merge-base", head, &onto])?;
        let shared = shared.map(|id| path_text(id.trim_ascii()));
        let shared = shared.filter(|shared| *shared != onto);
        shared.map(|id| self.tree(&id)).transpose()
    }

    /// What git remembers of a rebase that has stopped, by the name of its file.
    fn of_stopped_rebase(&self, name: &str) -> Result<Option<String>> {
        for folder in ["rebase-merge", "rebase-apply"] {
            let file = format!("{folder}/{name}");
            let path =
                self.git
                    .run(&["rev-parse", "--path-format=absolute", "--git-path", &file])?;
            let path = path_text(path.trim_ascii());
            if let Ok(text) = std::fs::read_to_string(path) {
                return Ok(Some(text.trim().to_owned()));
            }
        }
        Ok(None)
    }

    fn default_branch(&self) -> Result<Option<String>> {
        let mut arguments = vec!["for-each-ref", "--format=%(refname)"];
        arguments.extend(DEFAULTS);
        let listed = self.git.run(&arguments)?;
        let listed = String::from_utf8_lossy(&listed);
        Ok(DEFAULTS
            .into_iter()
            .find(|name| listed.lines().any(|line| line == *name))
            .map(str::to_owned))
    }
}
