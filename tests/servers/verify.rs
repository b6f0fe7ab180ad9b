//! `driftlint verify` on servers: what is in the way, and that nothing is left behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::server::{Engine, Server};

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
    assert_eq!(databases(server), "");

    // What no migration makes says nothing of the migrations.
    if matches!(server.engine, Engine::Postgres(_)) {
        for (lacking, advice) in [
            (
                "CREATE EXTENSION no_such_thing;\n",
                "is not installed there",
            ),
            (
                "GRANT SELECT ON users TO nobody_here;\n",
                "belongs to the whole server",
            ),
        ] {
            fs::write(folder.path().join("db/3_again.up.sql"), lacking).expect("a file");
            let (status, said) = verify(&folder, &["--url", &url]);
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(status, Some(2), "{said}");
            assert!(said.contains(advice) && !said.contains("error["), "{said}");
        }
    }
}

/// Ctrl-C in the middle: status 2, and no database is left.
pub(crate) fn interrupt(server: &Server) {
    let sleep = match server.engine {
        Engine::Postgres(_) => "SELECT pg_sleep(100);\n",
        _ => "SELECT sleep(3);\n",
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
    assert_eq!(databases(server), "");
}

/// Without a URL: a server that driftlint starts, and that is gone afterwards even when driftlint
/// is killed.
pub(crate) fn temporary(server: &Server) {
    let folder = project(server.engine, &USERS);
    let (status, said) = verify(&folder, &[]);
    assert_eq!(status, Some(0), "{said}");
    let folder = project(
        server.engine,
        &[("1_sleep.up.sql", "SELECT pg_sleep(100);\n")],
    );
    let mut child = command(folder.path(), &[])
        .spawn()
        .expect("the binary runs");
    let servers = || {
        let list = Command::new("pgrep")
            .args(["-P", &child.id().to_string()])
            .output();
        list.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default()
    };
    let start = Instant::now();
    while servers().is_empty() && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let shell = servers();
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let alive = || {
        Command::new("kill")
            .args(["-0", &shell])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success())
    };
    let start = Instant::now();
    while alive() && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!alive(), "the watchdog {shell} is still there");
}
