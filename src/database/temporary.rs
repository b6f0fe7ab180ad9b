//! A database server that lives as long as driftlint does: on a socket in a temporary folder, with
//! nothing written to disk for certain.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use super::docker;
use super::watchdog::Watchdog;
use super::{ConnectionFault, DatabaseSession, DatabaseUrl, ServerError, is_interrupted};
use crate::error::{Error, Result};
use crate::server::on_server;
use crate::sql::{Dialect, Versions};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often is looked whether something has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// A server that was started for this run.
#[derive(Debug)]
pub(crate) struct TemporaryServer {
    /// A database of it that is always there.
    pub(crate) url: DatabaseUrl,
    watchdog: Watchdog,
    log: PathBuf,
}

/// What server is wanted.
#[derive(Clone, Debug)]
pub struct WantedServer {
    /// The kind of server.
    pub dialect: Dialect,
    /// Its release, as far as somebody has said.
    pub versions: Versions,
    /// The container image that the project runs it from, if that is known.
    pub image: Option<String>,
    /// Whether it is to run in a container, whatever the machine has.
    pub in_container: bool,
}

impl WantedServer {
    /// One of that kind, as the images say from which the project runs its databases: where they
    /// agree, and where nobody has said more.
    pub fn of<'i>(
        dialect: Dialect,
        versions: Versions,
        images: impl IntoIterator<Item = &'i str>,
    ) -> Self {
        let mut found: Option<(&str, Versions)> = None;
        let none = Self {
            dialect,
            versions,
            image: None,
            in_container: false,
        };
        for image in images {
            let (path, tag) = image.split_once(':').unwrap_or((image, ""));
            let name = path.rsplit('/').next().unwrap_or_default();
            let known = on_server!(dialect => host::of_image(name, tag, versions));
            match (known, found) {
                (None, _) => {}
                (Some(versions), None) => found = Some((image, versions)),
                (Some(_), Some((other, _))) if other == image => {}
                (Some(_), Some(_)) => return none,
            }
        }
        found.map_or(none, |(image, versions)| Self {
            dialect,
            versions,
            // Whoever reads `$VERSION` gets none.
            image: Some(image.to_owned()).filter(|image| !image.contains('$')),
            in_container: false,
        })
    }
}

/// How a server is made and started in a folder, as its room knows.
#[derive(Debug)]
pub(crate) struct Launch {
    /// Fills the folder, or gets what is needed.
    pub(crate) initialise: Command,
    /// Runs until it gets `signal`.
    pub(crate) serve: Command,
    pub(crate) signal: &'static str,
    /// What is run after it has ended.
    pub(crate) farewell: Option<Command>,
    pub(crate) url: DatabaseUrl,
}

impl TemporaryServer {
    /// Starts a server from programs on the machine, of the release that was asked for if it is
    /// there; else in a container.
    pub(crate) fn start(wanted: &WantedServer) -> Result<Self> {
        let WantedServer {
            dialect, versions, ..
        } = *wanted;
        let folder = folder()?;
        let launch = if wanted.in_container {
            None
        } else {
            on_server!(dialect => host::launch(folder.path(), versions))
        };
        let launch = launch.or_else(|| docker::launch(wanted));
        let Some(launch) = launch else {
            return Err(Error::Database {
                message: format!(
                    "there is no {} on this machine to try the migrations on, and no docker to get one",
                    dialect.label()
                ),
                help: Some(on_server!(dialect => host::how_to_get_one()).to_owned()),
            });
        };
        let unable = |error: std::io::Error| failed(&launch.serve, &error.to_string(), dialect);
        let watchdog = Watchdog::over(folder.path(), launch.farewell.as_ref()).map_err(unable)?;
        // From here on the watchdog clears the folder.
        let folder = folder.keep();
        let mut server = Self {
            url: launch.url,
            watchdog,
            log: folder.join("log"),
        };
        server
            .watchdog
            .start(&launch.initialise, "TERM", &server.log)
            .map_err(unable)?;
        let status = server.end_of_initialisation()?;
        if !status.success() {
            return Err(failed(&launch.initialise, &server.said(), dialect));
        }
        server
            .watchdog
            .start(&launch.serve, launch.signal, &server.log)
            .map_err(unable)?;
        server.wait(&launch.serve)?;
        Ok(server)
    }

    fn end_of_initialisation(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.watchdog.ended() {
                return Ok(status);
            }
            if is_interrupted() {
                return Err(ServerError::interrupted().into_error(""));
            }
            std::thread::sleep(GLANCE);
        }
    }

    fn wait(&mut self, serve: &Command) -> Result<()> {
        let start = Instant::now();
        loop {
            match DatabaseSession::connect(&self.url) {
                Ok(_) => return Ok(()),
                Err(error) if error.fault == Some(ConnectionFault::Interrupted) => {
                    return Err(error.into_error("cannot start a server"));
                }
                Err(error) => {
                    let ended = self.watchdog.ended().is_some();
                    if ended || start.elapsed() > PATIENCE {
                        let said = format!("{}\n{error}", self.said());
                        return Err(failed(serve, &said, self.url.dialect));
                    }
                }
            }
            if is_interrupted() {
                return Err(ServerError::interrupted().into_error(""));
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// What the program wrote that runs, or ran last.
    fn said(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

fn failed(command: &Command, said: &str, dialect: Dialect) -> Error {
    const SHOWN: usize = 5;
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(SHOWN)..].join("; ");
    let program = command
        .get_args()
        .find(|word| word.to_string_lossy().starts_with('/'));
    let program = program.unwrap_or(command.get_program()).to_string_lossy();
    Error::Database {
        message: format!("{program} does not start a server: {last}"),
        help: Some(format!(
            "name a server that runs with `--url`, or get one: {}",
            on_server!(dialect => host::how_to_get_one())
        )),
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
