//! Reads real repositories, in the environments that real hooks run in.
//!
//! A hook is this very test binary, started by git with [`probe`]: it writes what the library sees
//! to a file.

#![cfg(unix)]

mod odd;
#[path = "../common/repository.rs"]
mod repository;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use driftlint::error::Error;
use driftlint::project::FileStatus;
use driftlint::project::git::{Extent, Hook, Repository, TreeComparison};
use repository::{Repo, isolate};

/// Run by hooks: says what is staged, by the library, into `$PROBE_OUT`.
#[test]
#[ignore = "run by the hooks of the other tests"]
fn probe() {
    let Some(out) = std::env::var_os("PROBE_OUT") else {
        return;
    };
    fs::write(out, look(Path::new("."), &Hook::from_env())).expect("the answer can be written");
}

/// What is staged, one line for each file; the content of `.sql` files follows.
fn look(cwd: &Path, hook: &Hook) -> String {
    match Repository::discover(cwd) {
        Ok(Some(repository)) => repository
            .staged(hook)
            .map_or_else(|error| complaint(&error), |found| shown(&found)),
        Ok(None) => "no repository".to_owned(),
        Err(error) => complaint(&error),
    }
}

fn complaint(error: &Error) -> String {
    match error {
        Error::Git { message, help } => format!("error: {message}\nhelp: {help}"),
        other => format!("other error: {other}"),
    }
}

fn shown(found: &TreeComparison) -> String {
    let mut text = String::new();
    if found.extent == Extent::Everything {
        text.push_str("everything\n");
    }
    let files = found.following(&|_| true).expect("git answers");
    for file in &files {
        let letter = match &file.status {
            FileStatus::Added => "A".to_owned(),
            FileStatus::Modified => "M".to_owned(),
            FileStatus::Deleted => "D".to_owned(),
            FileStatus::Renamed { from } => format!("R {from} ->"),
        };
        let old = if let FileStatus::Renamed { from } = &file.status {
            from
        } else {
            &file.path
        };
        let content = |bytes: Option<Vec<u8>>| {
            bytes.map_or("-".into(), |bytes| {
                String::from_utf8_lossy(&bytes).into_owned()
            })
        };
        let before = content(found.base.tree_read(old));
        let after = content(found.head.read(&file.path).expect("the head can be read"));
        writeln!(
            text,
            "{letter} {} [{}] [{}]",
            file.path,
            before.trim_end(),
            after.trim_end()
        )
        .expect("text takes text");
    }
    text
}

trait Read {
    fn tree_read(&self, path: &str) -> Option<Vec<u8>>;
}

impl<T: driftlint::project::tree::Tree> Read for T {
    fn tree_read(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path).expect("the base can be read")
    }
}

/// What hooks see, and what the library sees without one.
impl Repo {
    /// Makes the probe a hook, run in a folder below the top.
    fn hook(&self, name: &str, folder: &str) {
        Self::hook_at(&self.path().join(".git/hooks"), name, folder);
    }

    fn hook_at(hooks: &Path, name: &str, folder: &str) {
        use std::os::unix::fs::PermissionsExt;
        let binary = std::env::current_exe().expect("a test knows its binary");
        let script = format!(
            "#!/bin/sh\ncd './{folder}' && exec '{}' --exact probe --ignored -q\n",
            binary.display()
        );
        fs::create_dir_all(hooks).expect("a folder can be made");
        fs::write(hooks.join(name), script).expect("a file can be written");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(hooks.join(name), mode).expect("a mode can be set");
    }

    /// What the hook saw, once.
    fn saw(&self) -> String {
        let out = self.path().join(".probe");
        let text = fs::read_to_string(&out).unwrap_or_else(|_| "the hook did not run".to_owned());
        let _ = fs::remove_file(out);
        text
    }

    /// What is staged, seen by the library in this process.
    fn staged(&self) -> String {
        look(self.path(), &Hook::default())
    }

    /// The same with variables, in a process of its own.
    fn staged_with(&self, cwd: &Path, variables: &[(&str, &str)]) -> String {
        let mut command = Command::new(std::env::current_exe().expect("a test knows its binary"));
        command
            .args(["--exact", "probe", "--ignored", "-q"])
            .current_dir(cwd);
        isolate(&mut command);
        command
            .env("PROBE_OUT", self.path().join(".probe"))
            .envs(variables.iter().copied());
        let output = command.output().expect("the test binary runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        self.saw()
    }

    fn open(&self) -> Repository {
        Repository::discover(self.path())
            .expect("git answers")
            .expect("a repository is found")
    }
}

#[test]
fn plain_commit_even_from_a_subfolder() {
    let repo = Repo::new();
    let mut before = "two";
    for (folder, staged) in [("", "from the top"), ("m", "from below")] {
        repo.hook("pre-commit", folder);
        repo.write("m/2.sql", staged);
        repo.git(&["add", "."]);
        repo.write("m/2.sql", "not staged");
        repo.git(&["commit", "-qm", "x"]);
        assert_eq!(repo.saw(), format!("M m/2.sql [{before}] [{staged}]\n"));
        before = staged;
    }
}

#[test]
fn commit_all_and_commit_of_a_path_use_their_own_index() {
    let repo = Repo::new();
    repo.hook("pre-commit", "m");
    repo.write("m/1.sql", "uno");
    repo.git(&["commit", "-qam", "x"]);
    assert_eq!(repo.saw(), "M m/1.sql [one] [uno]\n");
    repo.write("m/1.sql", "eins");
    repo.write("m/2.sql", "zwei");
    repo.git(&["add", "m/2.sql"]);
    repo.git(&["commit", "-qm", "x", "m/1.sql"]);
    assert_eq!(repo.saw(), "M m/1.sql [uno] [eins]\n");
}

#[test]
fn a_missing_index_is_no_deletion_of_everything() {
    let repo = Repo::new();
    let said = repo.staged_with(
        &repo.path().join("m"),
        &[("GIT_INDEX_FILE", ".git/nothing")],
    );
    assert!(said.starts_with("error: there is no index at "), "{said}");
    assert!(said.contains("git reset"), "{said}");
    let said = repo.staged_with(&repo.path().join("m"), &[("GIT_INDEX_FILE", ".git/index")]);
    assert_eq!(said, "");
}

#[test]
fn a_repository_named_by_variables_only() {
    let repo = Repo::new();
    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    repo.write("m/3.sql", "three");
    repo.git(&["add", "."]);
    let (git_dir, top) = (repo.path().join(".git"), repo.path());
    let variables = [
        ("GIT_DIR", git_dir.to_str()),
        ("GIT_WORK_TREE", top.to_str()),
    ];
    let variables =
        variables.map(|(name, value)| (name, value.expect("temporary folders are UTF-8")));
    assert_eq!(
        repo.staged_with(elsewhere.path(), &variables),
        "A m/3.sql [-] [three]\n"
    );
}

#[test]
fn the_first_commit_adds_everything() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    assert_eq!(repo.staged(), "");
    repo.hook("pre-commit", "");
    repo.first_commit();
    assert_eq!(repo.saw(), "A m/1.sql [-] [one]\nA m/2.sql [-] [two]\n");
}

#[test]
fn linked_worktree_commits_its_own_index() {
    let repo = Repo::new();
    repo.hook("pre-commit", "");
    let side = repo.path().join("side");
    repo.git(&["worktree", "add", "-q", "side"]);
    fs::write(side.join("m/1.sql"), "side").expect("a file can be written");
    let output = repo.try_git(&side, &["commit", "-qam", "x"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(repo.saw(), "M m/1.sql [one] [side]\n");
}

#[test]
fn submodules_are_left_out_and_can_commit_themselves() {
    let inner = Repo::new();
    let repo = Repo::new();
    let url = inner.path().to_str().expect("temporary folders are UTF-8");
    repo.git(&["submodule", "add", "-q", url, "sub"]);
    assert!(
        !repo.staged().contains("sub [") && repo.staged().contains("A .gitmodules"),
        "{}",
        repo.staged()
    );
    Repo::hook_at(
        &repo.path().join(".git/modules/sub/hooks"),
        "pre-commit",
        "",
    );
    fs::write(repo.path().join("sub/m/2.sql"), "inside").expect("a file can be written");
    let output = repo.try_git(&repo.path().join("sub"), &["commit", "-qam", "x"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(repo.saw(), "M m/2.sql [two] [inside]\n");
}

#[test]
fn merges_clean_and_conflicted() {
    let repo = Repo::new();
    repo.git(&["checkout", "-qb", "other"]);
    repo.write("m/3.sql", "three");
    repo.write("m/1.sql", "theirs");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "theirs"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("m/4.sql", "four");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "ours"]);
    repo.hook("pre-merge-commit", "");
    repo.git(&["merge", "-q", "--no-edit", "other"]);
    assert_eq!(
        repo.saw(),
        "M m/1.sql [one] [theirs]\nA m/3.sql [-] [three]\n"
    );
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.write("m/1.sql", "ours");
    repo.git(&["commit", "-qam", "ours too"]);
    assert!(
        !repo
            .try_git(repo.path(), &["merge", "-q", "other"])
            .status
            .success()
    );
    let said = repo.staged();
    assert!(
        said.starts_with("error: `m/1.sql` is in conflict"),
        "{said}"
    );
}

#[test]
fn shallow_clones_say_what_to_fetch() {
    let origin = Repo::new();
    origin.write("m/2.sql", "zwei");
    origin.git(&["commit", "-qam", "second"]);
    let clone = Repo::unmade();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["clone", "-q", "--depth", "1", &url, "."]);
    for revision in ["HEAD~1", "origin/nothing"] {
        let Err(error) = clone.open().since(revision) else {
            panic!("{revision} is not here")
        };
        assert!(
            complaint(&error).contains("fetch-depth: 0"),
            "{}",
            complaint(&error)
        );
    }
    let Err(error) = origin.open().since("nothing") else {
        panic!("there is no such commit")
    };
    assert!(
        complaint(&error).contains("git fetch origin nothing"),
        "{}",
        complaint(&error)
    );
}

#[test]
fn since_sees_commits_unstaged_and_untracked_files_and_nothing_ignored() {
    let repo = Repo::new();
    repo.git(&["checkout", "-qb", "feature"]);
    repo.write("m/3.sql", "three");
    repo.write(".gitignore", "scratch*\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "x"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("m/2.sql", "moved on");
    repo.git(&["commit", "-qam", "x"]);
    repo.git(&["checkout", "-q", "feature"]);
    repo.write("m/1.sql", "changed");
    repo.write("m/4.sql", "four");
    repo.write("scratch/5.sql", "five");
    let found = repo.open().since("main").expect("main is here");
    let expected = "A .gitignore [-] [scratch*]\nM m/1.sql [one] [changed]\nA m/3.sql [-] [three]\nA m/4.sql [-] [four]\n";
    assert_eq!(shown(&found), expected);
    assert!(
        found.base_name.starts_with("the merge base with main ("),
        "{}",
        found.base_name
    );
    let files = found.head.files().expect("the working tree can be listed");
    assert_eq!(
        files,
        [".gitignore", "m/1.sql", "m/2.sql", "m/3.sql", "m/4.sql"]
    );
}

#[test]
fn pre_commit_names_a_range_or_means_everything() {
    let repo = Repo::new();
    assert_eq!(
        repo.staged_with(repo.path(), &[("PRE_COMMIT", "1")]),
        "everything\n"
    );
    repo.write("m/3.sql", "three");
    repo.git(&["add", "."]);
    assert_eq!(
        repo.staged_with(repo.path(), &[("PRE_COMMIT", "1")]),
        "A m/3.sql [-] [three]\n"
    );
    repo.git(&["commit", "-qm", "x"]);
    repo.write("m/3.sql", "not committed");
    let range = [
        ("PRE_COMMIT", "1"),
        ("PRE_COMMIT_FROM_REF", "HEAD~1"),
        ("PRE_COMMIT_TO_REF", "HEAD"),
    ];
    assert_eq!(
        repo.staged_with(repo.path(), &range),
        "A m/3.sql [-] [three]\n"
    );
}
