//! Runs the `git` command.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Result};

/// The command, always started in the same folder, so that relative variables mean what they meant
/// to our caller.
#[derive(Clone, Debug)]
pub(super) struct Git {
    cwd: PathBuf,
}

impl Git {
    pub(super) fn new(cwd: PathBuf) -> Self {
        Self { cwd }
    }

    /// Top of the working tree, whether the clone is shallow, place of the index. `None` outside of
    /// a repository.
    pub(super) fn locate(&self, start: &Path) -> Result<Option<[String; 3]>> {
        let arguments = [
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--is-shallow-repository",
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
            return match (lines.next(), lines.next(), lines.next()) {
                (Some(root), Some(shallow), Some(index)) => Ok(Some([root, shallow, index])),
                _ => Err(failed(&arguments, &output)),
            };
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
        let output = self
            .command(arguments)
            .output()
            .map_err(|error| cannot_start(&error))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(arguments, &output))
        }
    }

    /// What the command prints; `None` if it answers "no" with status 1 or does not know a
    /// revision.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>> {
        let output = self
            .command(arguments)
            .output()
            .map_err(|error| cannot_start(&error))?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            Some(128) if output.stderr.is_empty() => Ok(None),
            _ => Err(failed(arguments, &output)),
        }
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
