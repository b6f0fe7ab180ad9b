//! `driftlint verify` on SQLite, which is compiled in.
#![cfg(feature = "server")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A project of golang-migrate's files for SQLite.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let config = "[[migrations]]\nfolder = \"db/migrations\"\nrunner = \"golang-migrate\"\ndialect = \"sqlite\"\n";
    write(&folder.path().join("driftlint.toml"), config);
    for (name, text) in files {
        write(&folder.path().join("db/migrations").join(name), text);
    }
    folder
}

fn verify(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_driftlint"))
        .arg("verify")
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the binary runs")
}

fn json(folder: &TempDir, arguments: &[&str]) -> Value {
    let all = [arguments, &["--format", "json"]].concat();
    let output = verify(folder, &all);
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("no JSON: {error}\n{text}"))
}

fn rules(report: &Value) -> Vec<&str> {
    let all = report["diagnostics"].as_array().into_iter().flatten();
    all.filter_map(|it| it["rule"].as_str()).collect()
}

#[test]
fn what_applies_and_leads_back_is_clean() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nCREATE INDEX users_email ON users (email);\n",
        ),
        ("1_users.down.sql", "DROP TABLE users;\n"),
        ("2_bio.up.sql", "ALTER TABLE users ADD COLUMN bio TEXT;\n"),
        ("2_bio.down.sql", "ALTER TABLE users DROP COLUMN bio;\n"),
    ]);
    let output = verify(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("db/migrations: 2 of 2 migrations applied on SQLite 3."),
        "{said}"
    );
    assert!(
        said.contains("2 ways back tried, and the schema is what driftlint says"),
        "{said}"
    );
    let report = json(&folder, &["--no-down"]);
    assert_eq!(report["verified"][0]["applied"], 2);
    assert_eq!(report["verified"][0]["downs"], 0);
}

/// SQLite writes them in single quotes when it writes the table again.
#[test]
fn texts_in_double_quotes_are_texts() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, \"name\" TEXT CHECK (\"name\" <> \"it's me\"), label TEXT GENERATED ALWAYS AS (name || \"x\") STORED, bio TEXT, CHECK (bio IN (\"a\", \"b\")));\nCREATE INDEX users_bio ON users (bio) WHERE bio <> \"c\";\n",
        ),
        (
            "2_bio.up.sql",
            "ALTER TABLE users RENAME COLUMN bio TO about;\n",
        ),
    ]);
    let output = verify(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("the schema is what driftlint says"), "{said}");
}

#[test]
fn what_the_server_refuses_is_said_in_its_words_and_at_its_place() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
        ),
        (
            "2_more.up.sql",
            "CREATE TABLE orders (id INTEGER);\nINSERT INTO orders (idd) VALUES (1);\n",
        ),
        ("3_never.up.sql", "CREATE TABLE never (id INTEGER);\n"),
    ]);
    let output = verify(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    let report = json(&folder, &[]);
    assert_eq!(rules(&report), ["migration-will-fail"]);
    let found = &report["diagnostics"][0];
    let message = found["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("table orders has no column named idd (SQLITE_ERROR)"),
        "{message}"
    );
    assert_eq!(found["file"], "db/migrations/2_more.up.sql");
    assert_eq!(found["span"]["start"]["line"], 2);
    assert_eq!(report["verified"][0]["applied"], 1);
}

#[test]
fn ways_back_are_tried() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY);\n",
        ),
        ("1_users.down.sql", "DROP TABLE user;\n"),
        (
            "2_bio.up.sql",
            "ALTER TABLE users ADD COLUMN bio TEXT;\nCREATE INDEX users_bio ON users (bio);\n",
        ),
        ("2_bio.down.sql", "DROP INDEX users_bio;\n"),
        ("3_name.up.sql", "ALTER TABLE users ADD COLUMN name TEXT;\n"),
        (
            "3_name.down.sql",
            "-- driftlint: allow(down-not-inverse) -- names stay\nSELECT 1;\n",
        ),
    ]);
    let report = json(&folder, &[]);
    assert_eq!(
        rules(&report),
        ["down-will-fail", "down-not-inverse"],
        "{report:#}"
    );
    assert_eq!(report["verified"][0]["applied"], 3);
    assert_eq!(verify(&folder, &["--no-down"]).status.code(), Some(0));
}

#[test]
fn rows_of_the_migrations_themselves_count() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nINSERT INTO users (email) VALUES ('a'), ('a');\n",
        ),
        (
            "2_unique.up.sql",
            "CREATE UNIQUE INDEX users_email ON users (email);\n",
        ),
    ]);
    let report = json(&folder, &[]);
    let message = report["diagnostics"][0]["message"]
        .as_str()
        .unwrap_or_default();
    assert!(
        message.contains("UNIQUE constraint failed: users.email (SQLITE_CONSTRAINT)"),
        "{report:#}"
    );
}

#[test]
fn what_cannot_be_tried_is_no_success() {
    let folder = project(&[]);
    fs::create_dir_all(folder.path().join("db/migrations")).expect("a folder");
    assert_eq!(verify(&folder, &[]).status.code(), Some(2));
    let folder = project(&[("1_users.up.sql", "CREATE TABLE users (id INTEGER);\n")]);
    for url in [
        "postgres://ann:secret@localhost/x",
        "oracle://ann:secret@h/x",
        "postgres://ann:secret@localhost:x/x",
    ] {
        let output = verify(&folder, &["--url", url]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

/// Nobody knows whether the migration fails where the application runs it.
#[test]
fn what_an_application_registers_is_not_judged() {
    let folder = project(&[
        ("1_users.up.sql", "CREATE TABLE users (name TEXT);\n"),
        (
            "2_normal.up.sql",
            "SELECT 1;\nUPDATE users SET name = normalize(name, 'nfc');\n",
        ),
    ]);
    assert_eq!(verify(&folder, &[]).status.code(), Some(2));
    let report = json(&folder, &[]);
    assert!(rules(&report).is_empty(), "{report}");
    let said = report.to_string();
    assert!(said.contains("refuses line 2") && said.contains("may register it"));
}

#[test]
fn what_only_a_fork_takes_is_not_judged() {
    let folder = project(&[
        (
            "1_a.up.sql",
            "CREATE TABLE a (id INTEGER PRIMARY KEY, n text);",
        ),
        (
            "2_b.up.sql",
            "ALTER TABLE `a` ALTER COLUMN \"n\" TO \"n\" text NOT NULL;",
        ),
    ]);
    let output = verify(&folder, &["--no-down"]);
    let said = String::from_utf8_lossy(&output.stdout);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("only a fork of the server does"), "{said}");
    assert!(!said.contains("migration-will-fail"), "{said}");
}

#[test]
fn what_was_left_out_may_have_made_what_is_missing() {
    let folder = project(&[
        (
            "1_users.sql",
            "-- +goose Up\nCREATE TABLE users (name TEXT);\n",
        ),
        ("2_orders.go", "package migrations\n"),
        (
            "3_orders.sql",
            "-- +goose Up\nALTER TABLE orders ADD COLUMN at TEXT;\n",
        ),
    ]);
    let file = folder.path().join("driftlint.toml");
    let config = fs::read_to_string(&file).expect("a file");
    fs::write(file, config.replace("golang-migrate", "goose")).expect("a file");
    assert_eq!(verify(&folder, &[]).status.code(), Some(2));
    let report = json(&folder, &[]);
    assert!(rules(&report).is_empty(), "{report}");
    assert!(
        report
            .to_string()
            .contains("2_orders.go` was left out before it"),
        "{report}"
    );
}

#[test]
fn a_file_that_is_named_stays_as_it_is() {
    let folder = project(&[("1_users.up.sql", "CREATE TABLE users (id INTEGER);\n")]);
    let output = verify(&folder, &["--url", "sqlite:dev.db"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!folder.path().join("dev.db").exists());
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_so() {
    let folder = project(&[("1_users.up.sql", "CREATE TABLE users (id INTEGER);\n")]);
    let file = folder.path().join("driftlint.toml");
    let config = fs::read_to_string(&file).expect("a file");
    for (dialect, url) in [
        ("postgres", "postgres://ann:secret@127.0.0.1:1/x"),
        ("mysql", "mysql://ann:secret@127.0.0.1:1/x"),
    ] {
        fs::write(
            &file,
            config.replace("\"sqlite\"", &format!("\"{dialect}\"")),
        )
        .expect("a file");
        let output = verify(&folder, &["--url", url]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("cannot connect to") && !said.contains("secret"),
            "{said}"
        );
    }
}

/// That is no fault of the migration.
#[test]
fn a_disk_without_room_is_no_refusal() {
    let folder = project(&[
        (
            "1_users.up.sql",
            "CREATE TABLE users (name TEXT);\nPRAGMA max_page_count = 20;\n",
        ),
        (
            "2_many.up.sql",
            "INSERT INTO users SELECT hex(randomblob(90000));\n",
        ),
    ]);
    let output = verify(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("SQLITE_FULL") && said.contains("give it room"),
        "{said}"
    );
}

/// A `docker` that writes down what it is asked for, and fails.
#[test]
#[cfg(unix)]
fn a_container_has_the_release_that_the_project_names() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = project(&[("1_users.up.sql", "CREATE TABLE users (id INTEGER);\n")]);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let config = fs::read_to_string(folder.path().join("driftlint.toml")).expect("a file");
    let log = folder.path().join("log");
    let docker = folder.path().join("docker");
    write(
        "docker",
        &format!(
            "#!/bin/sh\necho \"$@\" >>'{}'\n[ \"$1\" = image ] || {{ echo no daemon >&2; exit 1; }}\n",
            log.display()
        ),
    );
    fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!(
        "{}:{}",
        folder.path().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let asked = |dialect: &str, versions: &str, compose: &str| {
        write(
            "driftlint.toml",
            &format!(
                "{}{versions}",
                config.replace("\"sqlite\"", &format!("\"{dialect}\""))
            ),
        );
        write("compose.yml", compose);
        let _ = fs::remove_file(&log);
        let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .args(["verify", "--docker"])
            .env("PATH", &path)
            .current_dir(folder.path())
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("no daemon"), "{said}");
        fs::read_to_string(&log).expect("docker was asked")
    };
    let compose =
        "services:\n  db:\n    image: pgvector/pgvector:pg17\n  app:\n    image: node:22\n";
    let said = asked("postgres", "", compose);
    let run = said
        .lines()
        .find(|line| line.starts_with("run "))
        .unwrap_or_default();
    assert!(run.starts_with("run --rm --name driftlint-"), "{said}");
    assert!(
        run.contains(" pgvector/pgvector:pg17 -c fsync=off"),
        "{said}"
    );
    assert!(said.contains("rm --force --volumes driftlint-"), "{said}");
    let said = asked("postgres", "[versions]\npostgres = 16\n", "services: {}\n");
    assert!(said.contains(" postgres:16 "), "{said}");
    let said = asked("mysql", "", "services:\n  db:\n    image: mariadb:10.11\n");
    assert!(said.contains(" mariadb:10.11 "), "{said}");
}
