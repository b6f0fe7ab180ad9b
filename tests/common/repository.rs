//! Scratch repositories, made and used with git itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository with one commit: `m/1.sql` and `m/2.sql`.
pub(crate) struct Repo {
    folder: TempDir,
}

impl Repo {
    /// A folder, for git to make a repository in.
    pub(crate) fn unmade() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        }
    }

    /// A repository without commits; `None` where this git knows no such option of `git init`.
    pub(crate) fn empty(options: &[&str]) -> Option<Self> {
        let repo = Self::unmade();
        let mut arguments = vec!["init", "-q", "-b", "main"];
        arguments.extend(options);
        repo.try_git(repo.path(), &arguments)
            .status
            .success()
            .then_some(repo)
    }

    pub(crate) fn new() -> Self {
        let repo = Self::empty(&[]).expect("git can make a repository");
        repo.first_commit();
        repo
    }

    pub(crate) fn first_commit(&self) {
        self.write("m/1.sql", "one");
        self.write("m/2.sql", "two");
        self.git(&["add", "."]);
        self.git(&["commit", "-qm", "first"]);
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// What git answers; it must not refuse.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(self.path(), arguments);
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs git; hooks find in `$PROBE_OUT` the file to write what they saw to.
    pub(crate) fn try_git(&self, cwd: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new("git");
        command
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(cwd);
        isolate(&mut command);
        command
            .env("PROBE_OUT", self.path().join(".probe"))
            .output()
            .expect("git is installed")
    }
}

/// No configuration but ours, and none of the variables that a hook running these tests would pass
/// on.
pub(crate) fn isolate(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_")
            || name.to_string_lossy().starts_with("PRE_COMMIT")
        {
            command.env_remove(name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "A")
            .env(format!("GIT_{who}_EMAIL"), "a@example.org");
    }
}
