//! `driftlint verify` on servers: what is in the way, and that nothing is left behind.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Engine, Server};

/// Migrations of golang-migrate in a folder `db`.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn of(engine: Engine, files: &[(&str, &str)]) -> Self {
        Self {
            folder: project(engine, files),
        }
    }

    /// Exit status and what is said.
    pub(crate) fn verify(&self, arguments: &[&str]) -> (Option<i32>, String) {
        verify(&self.folder, arguments)
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = command(self.folder.path(), arguments)
            .args(["--format", "json"])
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON: {error}\n{text}"))
    }
}

fn project(engine: Engine, files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dialect = engine.dialect().name();
    let config = format!(
        "[[migrations]]\nfolder = \"db\"\nrunner = \"golang-migrate\"\ndialect = \"{dialect}\"\n"
    );
    fs::write(folder.path().join("driftlint.toml"), config).expect("a file");
    fs::create_dir(folder.path().join("db")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join("db").join(name), text).expect("a file");
    }
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.arg("verify").args(arguments).current_dir(folder);
    command
}

fn verify(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let output: Output = command(folder.path(), arguments)
        .output()
        .expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

const USERS: [(&str, &str); 4] = [
    (
        "1_users.up.sql",
        "CREATE TABLE users (id int PRIMARY KEY, email varchar(20) NOT NULL);\n",
    ),
    ("1_users.down.sql", "DROP TABLE users;\n"),
    (
        "2_bio.up.sql",
        "ALTER TABLE users ADD COLUMN bio varchar(9);\nCREATE INDEX users_bio ON users (bio);\n",
    ),
    ("2_bio.down.sql", "ALTER TABLE users DROP COLUMN bio;\n"),
];

/// The databases of a server.
fn databases(server: &Server) -> String {
    let query = match server.engine {
        Engine::Postgres(_) => "SELECT datname FROM pg_database ORDER BY 1",
        _ => "SHOW DATABASES",
    };
    let url = server.url(server.engine.base());
    let mut session = driftlint::database::DatabaseSession::open(&url).expect("a connection");
    let rows = session.query(query).expect("a list");
    let names: Vec<String> = rows.into_iter().flatten().flatten().collect();
    let own = names
        .into_iter()
        .filter(|name| name.starts_with("driftlint"));
    own.collect::<Vec<_>>().join(" ")
}

/// Tests of this file share servers, so that a database may be another one's, which goes soon.
pub(crate) fn assert_none_is_left(server: &Server) {
    let start = Instant::now();
    let mut left = databases(server);
    while !left.is_empty() && start.elapsed() < Duration::from_mins(5) {
        std::thread::sleep(Duration::from_millis(100));
        left = databases(server);
    }
    assert_eq!(left, "");
}

/// A named server: migrations apply, refusals have its code, and its databases are as before.
pub(crate) fn check(server: &Server) {
    let url = server.url_text(server.engine.base());
    let folder = project(server.engine, &USERS);
    let (status, said) = verify(&folder, &["--url", &url]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("2 of 2 migrations applied"), "{said}");
    assert!(
        said.contains("2 ways back tried, and the schema is what driftlint says"),
        "{said}"
    );

    fs::write(
        folder.path().join("db/3_again.up.sql"),
        "CREATE TABLE orders (id int);\nCREATE TABLE users (id int);\n",
    )
    .expect("a file");
    let (status, said) = verify(&folder, &["--url", &url]);
    assert_eq!(status, Some(1), "{said}");
    let code = match server.engine {
        Engine::Postgres(_) => "42P07",
        _ => "1050, 42S01",
    };
    assert!(
        said.contains(code) && said.contains("3_again.up.sql:2:"),
        "{said}"
    );
    assert_none_is_left(server);

    // What no migration makes says nothing of the migrations.
    if matches!(server.engine, Engine::Postgres(_)) {
        for (lacking, advice) in [
            ("CREATE EXTENSION no_such_thing;\n", "is not installed"),
            ("GRANT SELECT ON users TO noone;\n", "the whole server"),
            ("SELECT gen_random_bytes(8);\n", "no migration here creates"),
            (
                "CREATE TABLE p (a geometry);\n",
                "no migration here creates",
            ),
            ("CREATE TABLE p (a text COLLATE xx);\n", "the system's"),
            ("GRANT SELECT ON users TO :READER;\n", "may be filled in"),
        ] {
            fs::write(folder.path().join("db/3_again.up.sql"), lacking).expect("a file");
            let (status, said) = verify(&folder, &["--url", &url]);
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(status, Some(2), "{said}");
            assert!(said.contains(advice) && !said.contains("error["), "{said}");
        }
    }
    // MariaDB wants a value for every column where there is no row; MySQL does not.
    if matches!(server.engine, Engine::MariaDb) {
        let copied = "CREATE TABLE log (id int NOT NULL, made datetime NOT NULL);\nINSERT INTO log (id) SELECT id FROM users;\n";
        fs::write(folder.path().join("db/3_again.up.sql"), copied).expect("a file");
        let (status, said) = verify(&folder, &["--url", &url]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("MySQL and MariaDB differ there"), "{said}");
    }
}

/// Ctrl-C in the middle: status 2, and no database is left.
pub(crate) fn interrupt(server: &Server) {
    let sleep = match server.engine {
        Engine::Postgres(_) => "SELECT pg_sleep(100);\n",
        _ => "SELECT sleep(100);\n",
    };
    let folder = project(server.engine, &[("1_sleep.up.sql", sleep)]);
    let url = server.url_text(server.engine.base());
    let mut child = command(folder.path(), &["--url", &url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let start = Instant::now();
    while databases(server).is_empty() && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(2));
    assert!(
        start.elapsed() < Duration::from_mins(1),
        "the statement ended first"
    );
    assert_none_is_left(server);
}

/// Without a URL: a server that driftlint starts, and that is gone afterwards even when driftlint
/// is killed, together with its folder; while it is made, and while it works.
pub(crate) fn temporary(server: &Server) {
    let folder = project(server.engine, &USERS);
    // A temporary table of another server's, which MariaDB takes for one that it left behind.
    let other = format!("#sql-temptable-{}-0-0.MAI", std::process::id());
    let other = Path::new("/tmp").join(other);
    fs::write(&other, "").expect("/tmp can be written");
    let yielded = Command::new("chown").arg("65534").arg(&other).status();
    let (status, said) = verify(&folder, &[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(
        other.exists(),
        "{yielded:?}: a file of another server is gone"
    );
    fs::remove_file(&other).expect("it is ours");
    let (sleep, making, working) = match server.engine {
        Engine::Postgres(_) => ("SELECT pg_sleep(100);\n", "initdb", "synchronous_commit"),
        _ => (
            "SELECT sleep(100);\n",
            "mariadb-install-db",
            "--skip-networking",
        ),
    };
    let folder = project(server.engine, &[("1_sleep.up.sql", sleep)]);
    for (phase, signal) in [
        (making, "-KILL"),
        (making, "-INT"),
        (working, "-KILL"),
        (working, "-TERM"),
    ] {
        let mut child = command(folder.path(), &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let start = Instant::now();
        let is_there = |all: &[Started]| {
            all.iter()
                .any(|it| it.words.iter().any(|word| word.contains(phase)))
        };
        let mut started = Vec::new();
        while !is_there(&started) && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(5));
            started = children(child.id());
        }
        assert!(is_there(&started), "{phase} was not seen");
        let guard = started
            .iter()
            .find(|it| it.words.iter().any(|word| word.contains("group=")));
        let made = guard
            .and_then(|it| it.words.get(4))
            .expect("a guard and its folder");
        assert!(Path::new(made).is_dir(), "{made}");
        kill(signal, &child.id().to_string());
        let status = child.wait().expect("it ends");
        if signal != "-KILL" {
            assert_eq!(status.code(), Some(2), "{phase}");
        }
        let is_left = || started.iter().any(Started::runs) || Path::new(made).exists();
        let start = Instant::now();
        while is_left() && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(
            !is_left(),
            "{phase} {signal}: {made} or a process is still there"
        );
    }
}

/// A process that was started by another.
struct Started {
    id: String,
    words: Vec<String>,
}

impl Started {
    /// Whether it is more than an entry that nobody has read.
    fn runs(&self) -> bool {
        !words(&self.id).is_empty()
    }
}

fn children(parent: u32) -> Vec<Started> {
    let list = Command::new("pgrep")
        .args(["-P", &parent.to_string()])
        .output();
    let list = list.expect("pgrep runs").stdout;
    let ids = String::from_utf8_lossy(&list).into_owned();
    let started = ids.lines().map(|id| Started {
        id: id.to_owned(),
        words: words(id),
    });
    started.collect()
}

/// The command line of a process.
fn words(id: &str) -> Vec<String> {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let words = line
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty());
    words
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect()
}

fn kill(signal: &str, id: &str) {
    let killed = Command::new("kill").args([signal, id]).status();
    assert!(killed.is_ok_and(|status| status.success()));
}

/// What is in the way of a run, rather than of a migration: status 2, a word that says what, and
/// nothing left.
pub(crate) fn obstacles(server: &Server) {
    let mut owner = server.database("obstacles");
    let (prepare, ends) = match server.engine {
        Engine::Postgres(_) => (
            "CREATE ROLE nobody_much LOGIN; CREATE ROLE guarded LOGIN",
            "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());\n",
        ),
        _ => ("SELECT 1", "KILL CONNECTION_ID();\n"),
    };
    owner.execute(prepare).expect("roles");
    let url = server.url_text("obstacles");
    let folder = project(
        server.engine,
        &[
            ("1_users.up.sql", "CREATE TABLE users (id int);\n"),
            ("2_ends.up.sql", ends),
        ],
    );
    let (status, said) = verify(&folder, &["--url", &url]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("not tried to the end"), "{said}");
    assert_none_is_left(server);
    if let Engine::Postgres(_) = server.engine {
        let folder = project(server.engine, &USERS);
        let forbidden = url.replace("postgres@", "nobody_much@");
        let (status, said) = verify(&folder, &["--url", &forbidden]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(status, Some(2), "{said}");
        assert!(
            said.contains("42501") && said.contains("the right to create one"),
            "{said}"
        );
        let missing = url.replace("obstacles", "no_such_database");
        let (status, said) = verify(&folder, &["--url", &missing]);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("3D000"), "{said}");
    }
    // Two at once do not meet.
    let folder = project(server.engine, &USERS);
    let mut both: Vec<_> = (0..2)
        .map(|_| {
            command(folder.path(), &["--url", &url])
                .stdout(Stdio::null())
                .spawn()
                .expect("the binary runs")
        })
        .collect();
    for child in &mut both {
        assert!(child.wait().is_ok_and(|status| status.success()));
    }
    assert_none_is_left(server);
}

/// Encryption, and who the server is; and a password that is wrong.
pub(crate) fn encrypted() {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|it| it.local_addr())
        .expect("a port")
        .port();
    let certificates = tempfile::tempdir().expect("a temporary folder");
    let (key, certificate) = (
        certificates.path().join("server.key"),
        certificates.path().join("server.crt"),
    );
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        // What a CA's certificate is, no server may show.
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(Stdio::null())
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "openssl makes a certificate"
    );
    let port_setting = format!("port={port}");
    let settings = [
        "ssl=on",
        "listen_addresses=127.0.0.1",
        port_setting.as_str(),
    ];
    let Some(server) = crate::server::another_postgres(&settings, |data| {
        // As the owner of the data, who alone may read the key.
        let install = |from: &Path, mode: &str| {
            let owner = fs::metadata(data)
                .map(|it| (it.uid(), it.gid()))
                .expect("the data folder");
            let to = data.join(from.file_name().expect("a name"));
            fs::copy(from, &to).expect("a copy");
            std::os::unix::fs::chown(&to, Some(owner.0), Some(owner.1)).expect("an owner");
            let changed = Command::new("chmod").arg(mode).arg(&to).status();
            assert!(changed.is_ok_and(|status| status.success()));
        };
        install(&key, "600");
        install(&certificate, "644");
        fs::write(
            data.join("pg_hba.conf"),
            "local all all trust\nhostssl all guarded 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 trust\n",
        )
        .expect("a file");
    }) else {
        return;
    };
    let folder = project(server.engine, &USERS);
    let root = format!("sslrootcert={}", certificate.display());
    server
        .database("encrypted")
        .execute("CREATE ROLE guarded LOGIN CREATEDB PASSWORD 'of the guard'")
        .expect("a role");
    for (login, host, parameters, wanted) in [
        ("postgres", "localhost", "sslmode=require", None),
        ("postgres", "127.0.0.1", "", None),
        ("postgres", "localhost", "sslmode=disable", Some("28000")),
        (
            "postgres",
            "localhost",
            "sslmode=verify-full",
            Some("UnknownIssuer"),
        ),
        (
            "postgres",
            "localhost",
            &format!("sslmode=verify-full&{root}"),
            None,
        ),
        (
            "postgres",
            "127.0.0.1",
            &format!("sslmode=verify-full&{root}"),
            Some("not valid for name"),
        ),
        (
            "postgres",
            "localhost",
            "sslmode=verify-full&sslrootcert=nowhere.pem",
            Some("nowhere.pem"),
        ),
        (
            "guarded:of%20the%20guard",
            "localhost",
            "sslmode=require",
            None,
        ),
        (
            "guarded:sesame",
            "localhost",
            "sslmode=require",
            Some("28P01"),
        ),
    ] {
        let url = format!("postgres://{login}@{host}:{port}/postgres?{parameters}");
        let (status, said) = verify(&folder, &["--url", &url]);
        match wanted {
            None => assert_eq!(status, Some(0), "{url}: {said}"),
            Some(word) => {
                let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
                assert_eq!(status, Some(2), "{url}: {said}");
                assert!(
                    said.contains(word) && !said.contains("sesame"),
                    "{url}: {said}"
                );
            }
        }
    }
}
