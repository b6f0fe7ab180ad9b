//! `driftlint locks`: what each statement locks, in each format and for the releases that matter.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";
const TYPE: &str = "ALTER TABLE users ALTER COLUMN id TYPE text;\nCREATE INDEX users_email ON users (email);\nSELECT 1;\n";
const ADDED: &str = "ALTER TABLE users ADD COLUMN a int;\nALTER TABLE users ADD COLUMN b int FIRST;\nALTER TABLE users DROP COLUMN a;\n";
const REFERENCES: &str = "ALTER TABLE users ADD COLUMN o bigint REFERENCES users (id);\n";
const CHECK: &str = "ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0);\n";

fn locks(migration: &str, arguments: &[&str]) -> String {
    let folder: TempDir = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("db/migrations");
    fs::create_dir_all(&path).expect("a folder");
    fs::write(path.join("0001_init.sql"), INIT).expect("a file");
    fs::write(path.join("0002_more.sql"), migration).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
        .args(["locks", "db/migrations/0002_more.sql"])
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn text_says_the_lock_of_each_statement() {
    assert_eq!(
        locks(TYPE, &[]),
        "db/migrations/0002_more.sql:1: ALTER TABLE users ALTER COLUMN id TYPE text
    ACCESS EXCLUSIVE on public.users: blocks reads and writes, while the table is rewritten
db/migrations/0002_more.sql:2: CREATE INDEX users_email ON users (email)
    SHARE on public.users: blocks writes, while the index is built
db/migrations/0002_more.sql:3: SELECT 1
    locks nothing that was there before
"
    );
}

#[test]
fn markdown_is_a_table() {
    let said = locks(TYPE, &["--format", "markdown"]);
    let rows: Vec<&str> = said.lines().collect();
    assert_eq!(rows.len(), 5, "{said}");
    assert_eq!(
        rows[3],
        "| db/migrations/0002_more.sql:2 | `CREATE INDEX users_email ON users (email)` | SHARE on `public.users` | writes | while the index is built |"
    );
}

#[test]
fn json_says_what_is_scanned_built_and_rewritten() {
    let said: serde_json::Value =
        serde_json::from_str(&locks(TYPE, &["--format", "json"])).expect("JSON");
    assert_eq!(said["version"], 1);
    let lock = &said["statements"][1]["locks"][0];
    assert_eq!(lock["mode"], "SHARE");
    assert_eq!(lock["builds_index"], true);
    assert_eq!(lock["rewrites"], false);
    assert_eq!(said["statements"][2]["locks"], serde_json::json!([]));
}

/// The algorithm of each statement.
fn algorithms(migration: &str, server: &[&str]) -> Vec<String> {
    let mut arguments = vec!["--dialect", "mysql"];
    arguments.extend(server);
    let said = locks(migration, &arguments);
    let modes = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("ALGORITHM="));
    modes
        .map(|line| line.split(" on ").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn mysql_and_mariadb_do_it_online_from_the_release_that_can() {
    const INSTANT: &str = "INSTANT";
    const INPLACE: &str = "INPLACE, LOCK=NONE";
    for (server, wanted) in [
        (
            &["--mysql-version", "8.0.11"][..],
            [INPLACE, INPLACE, INPLACE],
        ),
        (&["--mysql-version", "8.0.12"], [INSTANT, INPLACE, INPLACE]),
        (&["--mysql-version", "8.0.28"], [INSTANT, INPLACE, INPLACE]),
        (&["--mysql-version", "8.0.29"], [INSTANT, INSTANT, INSTANT]),
        (&["--mysql-version", "8.0"], [INSTANT, INSTANT, INSTANT]),
        (
            &["--mariadb-version", "10.3.1"],
            [INPLACE, INPLACE, INPLACE],
        ),
        (
            &["--mariadb-version", "10.3.2"],
            [INSTANT, INPLACE, INPLACE],
        ),
        (
            &["--mariadb-version", "10.4.0"],
            [INSTANT, INSTANT, INSTANT],
        ),
    ] {
        assert_eq!(algorithms(ADDED, server), wanted, "{server:?}");
    }
}

#[test]
fn mysql_and_mariadb_copy_for_what_they_check() {
    let copy = ["COPY, LOCK=SHARED"];
    assert_eq!(algorithms(CHECK, &["--mysql-version", "8.0.16"]), copy);
    assert_ne!(algorithms(CHECK, &["--mysql-version", "8.0.15"]), copy);
    assert_eq!(
        algorithms(REFERENCES, &["--mariadb-version", "10.5.0"])[..1],
        copy
    );
    assert_ne!(
        algorithms(REFERENCES, &["--mariadb-version", "10.4.30"])[..1],
        copy
    );
}
