//! Runs the `git` command.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::guard::GitGuard;
use super::patient;
use crate::error::{Error, Result};

/// The command, always started in the same folder, so that relative variables mean what they meant
/// to our caller.
#[derive(Clone, Debug)]
pub(super) struct Git {
    cwd: PathBuf,
    guard: GitGuard,
    patience: Duration,
}

/// What `git rev-parse` says of a repository.
pub(super) struct Located {
    /// The top of the working tree.
    pub(super) root: String,
    /// Whether the clone is shallow.
    pub(super) shallow: bool,
    pub(super) index: String,
    /// The folder that all working trees share.
    pub(super) common: String,
    /// The folder of this working tree.
    pub(super) own: String,
}

/// How long git may be busy where it may have to ask a remote. A remote that does not answer is
/// otherwise waited for without an end.
const PATIENCE: Duration = Duration::from_mins(1);

impl Git {
    pub(super) fn new(cwd: PathBuf) -> Self {
        Self {
            cwd,
            guard: GitGuard::default(),
            patience: PATIENCE,
        }
    }

    /// The same, guarded against what the repository's configuration says.
    pub(super) fn guarded(self, guard: GitGuard) -> Self {
        Self { guard, ..self }
    }

    /// Whether git may have to ask a remote for what it is asked.
    pub(super) fn is_partial(&self) -> bool {
        self.guard.is_partial
    }

    /// Where the repository is. `None` outside of one.
    pub(super) fn locate(&self, start: &Path) -> Result<Option<Located>> {
        let arguments = [
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--is-shallow-repository",
            "--git-common-dir",
            "--git-dir",
            "--git-path",
            "index",
        ];
        let output = match self.command(&arguments).output() {
            Ok(output) => output,
            // Without git there may still be files to check, but nothing that was asked of git may
            // pass.
            Err(error)
                if error.kind() == ErrorKind::NotFound
                    && !start.ancestors().any(|folder| folder.join(".git").exists()) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(cannot_start(&error)),
        };
        if output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut lines = text.lines().map(str::to_owned);
            let mut next = || lines.next().ok_or_else(|| failed(&arguments, &output));
            return Ok(Some(Located {
                root: next()?,
                shallow: next()? == "true",
                common: next()?,
                own: next()?,
                index: next()?,
            }));
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        let outside = complaint.contains("not a git repository")
            || complaint.contains("must be run in a work tree");
        if outside {
            Ok(None)
        } else {
            Err(failed(&arguments, &output))
        }
    }

    /// What the command prints; an error if it fails.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = self.output(arguments)?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(arguments, &output))
        }
    }

    /// What the command prints; `None` if it answers "no" with status 1 or does not know a
    /// revision.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>> {
        let output = self.output(arguments)?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            Some(128) if output.stderr.is_empty() => Ok(None),
            _ => Err(failed(arguments, &output)),
        }
    }

    /// All that the command prints.
    fn output(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.command(arguments);
        let output = if self.guard.is_partial {
            patient::output(command, self.patience)
        } else {
            // A file system monitor is a program that the repository's configuration names. What
            // git complains of is matched as text, so it is to be in English; and a lint may not
            // take the index's lock, which git would to write down what it has looked at.
            command.output()
        };
        output.map_err(|error| match error.kind() {
            ErrorKind::TimedOut => Error::Git {
                message: format!(
                    "`git {}` did not end within {} seconds: the clone is partial, and a remote may not answer",
                    arguments.first().unwrap_or(&""),
                    self.patience.as_secs()
                ),
                help: "fetch what is missing first: `git fetch --refetch --no-filter`".to_owned(),
            },
            _ => cannot_start(&error),
        })
    }

    pub(super) fn cwd(&self) -> &Path {
        &self.cwd
    }

    pub(super) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new("git");
        command
            .args([
                "-c",
                "advice.sparseIndexExpanded=false",
                "-c",
                "core.fsmonitor=false",
            ])
            .args(arguments)
            .current_dir(&self.cwd)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .envs(self.guard.environment())
            .stdin(Stdio::null());
        command
    }
}

pub(super) fn cannot_start(error: &std::io::Error) -> Error {
    Error::Git {
        message: format!("cannot start `git`: {error}"),
        help: "install git, or add it to PATH".to_owned(),
    }
}

/// git's own words: it gives the same advice to its other users.
fn failed(arguments: &[&str], output: &Output) -> Error {
    let complaint = String::from_utf8_lossy(&output.stderr);
    let mut lines = complaint
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let first = lines.next().unwrap_or("it said nothing");
    let first = first
        .strip_prefix("fatal: ")
        .or_else(|| first.strip_prefix("error: "))
        .unwrap_or(first);
    let rest: Vec<&str> = lines.collect();
    Error::Git {
        message: format!("`git {}` failed: {first}", arguments.first().unwrap_or(&"")),
        help: if rest.is_empty() {
            format!("run `git {}` by hand to see more", arguments.join(" "))
        } else {
            rest.join(" ")
        },
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_remote_that_does_not_answer_is_not_waited_for() {
        // The system takes the connection, and nobody ever speaks.
        let remote = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = remote.local_addr().expect("a port is open").port();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut git = Git::new(folder.path().to_owned());
        let url = format!("git://127.0.0.1:{port}/x");
        for arguments in [
            &["init", "-q"][..],
            &["config", "core.repositoryFormatVersion", "1"],
            &["config", "extensions.partialClone", "origin"],
            &["config", "remote.origin.promisor", "true"],
            &["config", "remote.origin.url", &url],
        ] {
            git.run(arguments).expect("git does so");
        }
        let own = folder.path().join(".git");
        let guard = GitGuard::of(&git, &own, &own).expect("the configuration can be read");
        git = git.guarded(guard);
        git.patience = Duration::from_secs(1);
        let absent = "1234567890123456789012345678901234567890";
        let Err(Error::Git { message, .. }) = git.run(&["cat-file", "blob", absent]) else {
            panic!("nobody sends it");
        };
        assert!(message.contains("within 1 seconds"), "{message}");
    }
}
