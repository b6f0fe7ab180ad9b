//! Throw-away database servers: found, started on a Unix socket in a temporary folder, stopped when
//! the test process ends.

mod started;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use driftlint::database::{DatabaseUrl, unprivileged};
use driftlint::sql::Dialect;
use tempfile::TempDir;

use crate::session::Session;
use started::{on_path, public_folder, readable, watched};

/// A server that tests run against. Started by the first test that asks, shared by the others; each
/// test makes its own database.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) engine: Engine,
    folder: TempDir,
    /// Ends the server when its standard input closes, which the end of this process does even when
    /// it is killed.
    _watchdog: Option<Child>,
}

/// What is behind the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// PostgreSQL with its major version.
    Postgres(u16),
    MariaDb,
    Sqlite,
}

impl Engine {
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::MariaDb => Dialect::MySql,
            Self::Sqlite => Dialect::Sqlite,
        }
    }
}

impl Engine {
    /// A database that every server of its kind has.
    pub(crate) fn base(self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::MariaDb => "mysql",
            Self::Sqlite => "base.db",
        }
    }
}

static POSTGRES_12: LazyLock<Option<Server>> = LazyLock::new(|| postgres(from_npm("postgres-12")));
static POSTGRES_SYSTEM: LazyLock<Option<Server>> = LazyLock::new(|| postgres(system_postgres()));
static POSTGRES_NEWEST: LazyLock<Option<Server>> =
    LazyLock::new(|| postgres(from_npm("postgres-latest")));
static MARIADB: LazyLock<Option<Server>> = LazyLock::new(mariadb);
static SQLITE: LazyLock<Option<Server>> = LazyLock::new(sqlite);

/// The oldest PostgreSQL that driftlint knows.
pub(crate) fn postgres_12() -> Option<&'static Server> {
    required("PostgreSQL 12", POSTGRES_12.as_ref())
}

/// The distribution's PostgreSQL.
pub(crate) fn postgres_system() -> Option<&'static Server> {
    required("the system's PostgreSQL", POSTGRES_SYSTEM.as_ref())
}

/// The newest PostgreSQL that npm has.
pub(crate) fn postgres_newest() -> Option<&'static Server> {
    required("the newest PostgreSQL", POSTGRES_NEWEST.as_ref())
}

/// The distribution's MariaDB.
pub(crate) fn mariadb_system() -> Option<&'static Server> {
    required("MariaDB", MARIADB.as_ref())
}

/// The distribution's SQLite.
pub(crate) fn sqlite_system() -> Option<&'static Server> {
    required("SQLite", SQLITE.as_ref())
}

/// The server, or a loud word that its tests did not run: past the test harness, which hides what a
/// passing test prints.
fn required(name: &str, server: Option<&'static Server>) -> Option<&'static Server> {
    if server.is_none() {
        assert!(
            std::env::var_os("DRIFTLINT_REQUIRE_SERVERS").is_none(),
            "{name} is not installed; tests/servers/install.sh installs it"
        );
        let word = format!(
            "SKIPPED: {name} is not installed, so a test did not run; see tests/servers/install.sh\n"
        );
        std::io::stderr()
            .write_all(word.as_bytes())
            .expect("stderr can be written");
    }
    server
}

fn from_npm(folder: &str) -> Option<PathBuf> {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/servers")
        .join(folder)
        .join("native/bin");
    bin.join("postgres").exists().then_some(bin)
}

fn system_postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut bins: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    bins.retain(|bin| bin.join("postgres").exists());
    bins.sort();
    bins.pop()
}

fn postgres(bin: Option<PathBuf>) -> Option<Server> {
    postgres_with(bin, &["listen_addresses="], |_| {})
}

/// The system's PostgreSQL once more, with settings of a test's own; `prepare` gets its data folder
/// before it starts.
pub(crate) fn another_postgres(settings: &[&str], prepare: impl FnOnce(&Path)) -> Option<Server> {
    postgres_with(system_postgres(), settings, prepare)
}

fn postgres_with(
    bin: Option<PathBuf>,
    settings: &[&str],
    prepare: impl FnOnce(&Path),
) -> Option<Server> {
    on_path("psql")?;
    let folder = public_folder();
    let bin = readable(&bin?, &folder);
    let data = folder.path().join("data");
    let initdb = unprivileged(&bin.join("initdb"))
        .args([
            "--auth=trust",
            "--username=postgres",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ])
        .arg(&data)
        .output()
        .expect("initdb can be run");
    assert!(
        initdb.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&initdb.stderr)
    );
    prepare(&data);
    let mut command = unprivileged(&bin.join("postgres"));
    command.arg("-D").arg(&data).arg("-k").arg(folder.path());
    let usual = [
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "jit=off",
    ];
    for setting in settings.iter().chain(&usual) {
        command.arg("-c").arg(setting);
    }
    let watchdog = watched(&command, folder.path(), "INT");
    let server = Server {
        engine: Engine::Postgres(major(&bin)),
        folder,
        _watchdog: Some(watchdog),
    };
    server.wait(|| server.client("postgres").args(["-c", "select 1"]).output());
    Some(server)
}

fn major(bin: &Path) -> u16 {
    let output = Command::new(bin.join("postgres"))
        .arg("--version")
        .output()
        .expect("postgres can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end]
        .parse()
        .expect("`postgres --version` starts with the major version")
}

fn mariadb() -> Option<Server> {
    let daemon = on_path("mariadbd")?;
    let install = on_path("mariadb-install-db")?;
    let folder = public_folder();
    let data = folder.path().join("data");
    let installed = unprivileged(&install)
        .args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-log-bin",
        ])
        .arg(format!("--datadir={}", data.display()))
        .env("TMPDIR", folder.path())
        .output()
        .expect("mariadb-install-db can be run");
    assert!(
        installed.status.success(),
        "mariadb-install-db: {}",
        String::from_utf8_lossy(&installed.stdout)
    );
    let mut command = unprivileged(&daemon);
    command
        .args([
            "--no-defaults",
            "--skip-networking",
            "--skip-grant-tables",
            "--skip-log-bin",
        ])
        .args([
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-fast-shutdown=2",
            "--innodb-buffer-pool-size=64M",
        ])
        .args([
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
        ])
        // A server that starts clears the temporary files of others.
        .arg(format!("--tmpdir={}", folder.path().display()))
        .arg(format!("--datadir={}", data.display()))
        .arg(format!(
            "--socket={}",
            folder.path().join("socket").display()
        ))
        .arg(format!(
            "--pid-file={}",
            folder.path().join("pid").display()
        ));
    let watchdog = watched(&command, folder.path(), "KILL");
    let server = Server {
        engine: Engine::MariaDb,
        folder,
        _watchdog: Some(watchdog),
    };
    server.wait(|| server.client("").args(["-e", "select 1"]).output());
    Some(server)
}

fn sqlite() -> Option<Server> {
    on_path("sqlite3")?;
    Some(Server {
        engine: Engine::Sqlite,
        folder: public_folder(),
        _watchdog: None,
    })
}

impl Server {
    /// The engine's own command-line client, which reads statements from standard input.
    pub(crate) fn client(&self, database: &str) -> Command {
        let folder = self.folder.path();
        match self.engine {
            Engine::Postgres(_) => {
                let mut psql = Command::new("psql");
                psql.args(["-X", "-q", "-A", "-t", "-U", "postgres", "-h"])
                    .arg(folder)
                    .arg("-d")
                    .arg(database);
                psql.env("PGOPTIONS", "-c client_min_messages=error")
                    .env("PGCLIENTENCODING", "UTF8");
                if let Some(port) = self.port() {
                    psql.env("PGPORT", port);
                }
                psql
            }
            Engine::MariaDb => {
                let mut mariadb = Command::new("mariadb");
                mariadb.args([
                    "--no-defaults",
                    "--batch",
                    "--raw",
                    "--skip-column-names",
                    "--unbuffered",
                    "--force",
                ]);
                mariadb
                    .args(["--default-character-set=utf8mb4", "-u", "root", "-S"])
                    .arg(folder.join("socket"));
                mariadb.arg(database);
                mariadb
            }
            Engine::Sqlite => {
                let mut sqlite = Command::new("sqlite3");
                sqlite
                    .args(["-batch", "-noheader", "-init", "/dev/null"])
                    .arg(folder.join(database));
                sqlite
            }
        }
    }

    /// The port of a PostgreSQL server, after which its socket is called.
    fn port(&self) -> Option<String> {
        let files = std::fs::read_dir(self.folder.path()).ok()?;
        let names = files.flatten().map(|file| file.file_name());
        let mut names = names.filter_map(|name| name.into_string().ok());
        names.find_map(|name| {
            let port = name.strip_prefix(".s.PGSQL.")?;
            port.parse::<u16>().ok().map(|port| port.to_string())
        })
    }

    /// Where driftlint finds a database of it.
    pub(crate) fn url(&self, database: &str) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url_text(database)).expect("a URL")
    }

    /// The same as people write it.
    pub(crate) fn url_text(&self, database: &str) -> String {
        let folder = self.folder.path().display();
        match self.engine {
            Engine::Postgres(_) => format!("postgres://postgres@/{database}?host={folder}"),
            Engine::MariaDb => format!("mariadb://root@/{database}?socket={folder}/socket"),
            Engine::Sqlite => format!("sqlite:{folder}/{database}"),
        }
    }

    /// A new database with that name and a session in it.
    pub(crate) fn database(&self, name: &str) -> Session {
        match self.engine {
            Engine::Postgres(_) => self.run(
                "postgres",
                &format!("CREATE DATABASE \"{name}\" TEMPLATE template0"),
            ),
            Engine::MariaDb => self.run("", &format!("CREATE DATABASE `{name}`")),
            Engine::Sqlite => {}
        }
        Session::new(self.engine, self.client(name))
    }

    /// What the engine's own tool writes of a database without its rows, in the tool's styles;
    /// nothing where the tool is missing or too old.
    pub(crate) fn dumps(&self, database: &str) -> Vec<(String, String)> {
        let folder = self.folder.path();
        let styles: &[&[&str]] = match self.engine {
            Engine::Postgres(_) => &[&[], &["--no-owner", "--quote-all-identifiers"]],
            Engine::MariaDb => &[&["--routines"], &["--compact"]],
            Engine::Sqlite => &[&[".schema"], &[".schema --indent"]],
        };
        let dump = |style: &&[&str]| {
            let mut command = match self.engine {
                Engine::Postgres(_) => {
                    let mut dump = Command::new(system_postgres()?.join("pg_dump"));
                    dump.args(["--schema-only", "-U", "postgres", "-h"])
                        .arg(folder)
                        .args(*style)
                        .arg(database);
                    dump
                }
                Engine::MariaDb => {
                    let mut dump =
                        Command::new(on_path("mariadb-dump").or_else(|| on_path("mysqldump"))?);
                    dump.args(["--no-defaults", "--no-data", "-u", "root", "-S"])
                        .arg(folder.join("socket"));
                    dump.args(*style).arg(database);
                    dump
                }
                Engine::Sqlite => {
                    let mut shell = self.client(database);
                    shell.args(*style);
                    shell
                }
            };
            let output = command.output().expect("the tool can be run");
            let complaint = String::from_utf8_lossy(&output.stderr);
            if complaint.contains("server version mismatch") {
                return None;
            }
            assert!(output.status.success(), "{command:?}: {complaint}");
            Some((
                format!("dump {}", style.join(" ")),
                String::from_utf8(output.stdout).expect("dumps are UTF-8"),
            ))
        };
        styles.iter().filter_map(dump).collect()
    }

    /// Drops a database whose session has ended.
    pub(crate) fn drop_database(&self, name: &str) {
        match self.engine {
            Engine::Postgres(_) => self.run("postgres", &format!("DROP DATABASE \"{name}\"")),
            Engine::MariaDb => self.run("", &format!("DROP DATABASE `{name}`")),
            Engine::Sqlite => {
                std::fs::remove_file(self.folder.path().join(name)).unwrap_or_default();
            }
        }
    }

    fn run(&self, database: &str, sql: &str) {
        let flag = if self.engine == Engine::MariaDb {
            "-e"
        } else {
            "-c"
        };
        let output = self
            .client(database)
            .arg(flag)
            .arg(sql)
            .output()
            .expect("the client can be run");
        assert!(
            output.status.success(),
            "{sql}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn wait(&self, mut attempt: impl FnMut() -> std::io::Result<std::process::Output>) {
        let start = Instant::now();
        while !attempt().is_ok_and(|output| output.status.success()) {
            if start.elapsed() > Duration::from_mins(1) {
                let log =
                    std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("{:?} does not answer:\n{log}", self.engine);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
