//! A database server that lives as long as driftlint does: on a socket in a temporary folder, with
//! nothing written to disk for certain.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{ConnectionFault, DatabaseSession, DatabaseUrl, is_interrupted};
use crate::error::{Error, Result};
use crate::server::on_server;
use crate::sql::{Dialect, Versions};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that was started for this run.
#[derive(Debug)]
pub(crate) struct TemporaryServer {
    /// A database of it that is always there.
    pub(crate) url: DatabaseUrl,
    /// Ends the server and removes its folder when its standard input closes, which the end of this
    /// process does even when it is killed.
    watchdog: Child,
}

/// How a server is made and started in a folder, as its room knows.
#[derive(Debug)]
pub(crate) struct Launch {
    /// Fills the folder.
    pub(crate) initialise: Command,
    /// Runs until it gets `signal`.
    pub(crate) serve: Command,
    pub(crate) signal: &'static str,
    pub(crate) url: DatabaseUrl,
}

impl TemporaryServer {
    /// Starts a server from programs on the machine, of the release that was asked for if it is
    /// there.
    pub(crate) fn start(dialect: Dialect, versions: Versions) -> Result<Self> {
        let folder = folder()?;
        let launch = on_server!(dialect => host::launch(folder.path(), versions));
        let Some(mut launch) = launch else {
            return Err(Error::Database {
                message: format!(
                    "there is no {} on this machine to try the migrations on",
                    dialect.label()
                ),
                help: Some(on_server!(dialect => host::how_to_get_one()).to_owned()),
            });
        };
        let output = launch.initialise.output();
        let output = output.map_err(|error| failed(&launch.initialise, &error.to_string()))?;
        if !output.status.success() {
            let said = [output.stderr, output.stdout].concat();
            return Err(failed(&launch.initialise, &String::from_utf8_lossy(&said)));
        }
        let watchdog = watched(&launch.serve, folder.path(), launch.signal)
            .map_err(|error| failed(&launch.serve, &error.to_string()))?;
        // From here on the watchdog clears the folder.
        let folder = folder.keep();
        let mut server = Self {
            url: launch.url,
            watchdog,
        };
        server.wait(&folder, &launch.serve)?;
        Ok(server)
    }

    fn wait(&mut self, folder: &Path, serve: &Command) -> Result<()> {
        let start = Instant::now();
        loop {
            match DatabaseSession::connect(&self.url) {
                Ok(_) => return Ok(()),
                Err(error) if error.fault == Some(ConnectionFault::Interrupted) => {
                    return Err(error.into_error("cannot start a server"));
                }
                Err(error) => {
                    let ended = matches!(self.watchdog.try_wait(), Ok(Some(_)));
                    if ended || start.elapsed() > PATIENCE {
                        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
                        return Err(failed(serve, &format!("{log}\n{error}")));
                    }
                }
            }
            if is_interrupted() {
                return Err(super::ServerError::interrupted().into_error(""));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for TemporaryServer {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // Until the server has ended and its folder is gone.
        let _ = self.watchdog.wait();
    }
}

fn failed(command: &Command, said: &str) -> Error {
    const SHOWN: usize = 5;
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
    let program = command
        .get_args()
        .find(|word| word.to_string_lossy().starts_with('/'));
    let program = program.unwrap_or(command.get_program()).to_string_lossy();
    Error::Database {
        message: format!("{program} does not start a server: {last}"),
        help: Some("name a server that runs with `--url`".to_owned()),
    }
}

/// A temporary folder that a server's own user may write, with a path short enough for a socket.
fn folder() -> Result<tempfile::TempDir> {
    let root = Path::new("/tmp");
    let root = if root.is_dir() {
        root.to_owned()
    } else {
        std::env::temp_dir()
    };
    let made = tempfile::Builder::new()
        .prefix("driftlint-")
        .tempdir_in(&root);
    made.and_then(|folder| {
        if is_root() {
            open_to_all(folder.path())?;
        }
        Ok(folder)
    })
    .map_err(|source| Error::Io {
        action: "write",
        path: root.display().to_string(),
        source,
    })
}

#[cfg(unix)]
fn open_to_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777))
}

#[cfg(not(unix))]
fn open_to_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// A command that does not run as root, which database servers refuse to do and CI usually does.
pub fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(program)
        .env("HOME", "/nonexistent");
    command
}

/// The first folder of those that has the program.
pub(crate) fn folder_with(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path);
    let mut all = folders.iter().cloned().chain(in_path);
    all.find(|folder| folder.join(program).is_file())
}

/// Runs the command under a shell that waits for the end of its input, then stops the server and
/// clears its folder. It is in a process group of its own, for Ctrl-C goes to all of ours.
fn watched(command: &Command, folder: &Path, signal: &str) -> std::io::Result<Child> {
    const SCRIPT: &str = r#"folder=$1 signal=$2; shift 2; "$@" </dev/null & server=$!; read -r _; kill -s "$signal" $server; wait; rm -rf "$folder""#;
    let mut log = std::fs::File::create(folder.join("log"))?;
    log.flush()?;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", SCRIPT, "sh"])
        .arg(folder)
        .arg(signal)
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log);
    own_group(&mut shell);
    shell.spawn()
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}
