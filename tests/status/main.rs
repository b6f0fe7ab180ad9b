//! `driftlint status` on SQLite files, with the rows that each tool writes.

#![cfg(feature = "server")]

mod tools;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use driftlint::project::bookkeeping::digest::sha256;
use rusqlite::Connection;
use tempfile::TempDir;

const USERS: &str = "CREATE TABLE users (\n  id integer PRIMARY KEY,\n  name text NOT NULL\n);\n";
const POSTS: &str = "CREATE TABLE posts (id integer PRIMARY KEY, title text);\n";
const TAGS: &str = "CREATE TABLE tags (id integer PRIMARY KEY);\n";

/// A project and a database in a folder.
struct Case {
    folder: TempDir,
}

/// What `driftlint status` said.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        let case = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for (path, text) in files {
            case.write(path, text);
        }
        case.sql("");
        case
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Runs statements on the database.
    fn sql(&self, sql: &str) {
        let database = Connection::open(self.path("app.db")).expect("a database");
        database.execute_batch(sql).expect("statements");
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .arg("status")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .env("COLUMNS", "80")
            .envs(variables.iter().copied())
            .output()
            .expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn status(&self, arguments: &[&str]) -> Said {
        self.run(&[&["--url", "sqlite:app.db"], arguments].concat(), &[])
    }

    /// The states in the JSON, `name state` each, and how many objects differ.
    fn states(&self, arguments: &[&str]) -> (Vec<String>, usize) {
        let said = self.status(&[&["--format", "json"], arguments].concat());
        let json: serde_json::Value =
            serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{}", said.stderr));
        let rows = json["migrations"].as_array().expect("migrations");
        let state = |row: &serde_json::Value| {
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            format!("{} {}", text("name"), text("state"))
        };
        let differences = json["schema"]["differences"].as_array().expect("a list");
        (rows.iter().map(state).collect(), differences.len())
    }
}

fn prisma() -> Case {
    let case = Case::new(&[
        (
            "prisma/schema.prisma",
            "datasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n",
        ),
        (
            "prisma/migrations/migration_lock.toml",
            "provider = \"sqlite\"\n",
        ),
        ("prisma/migrations/1_users/migration.sql", USERS),
        ("prisma/migrations/2_posts/migration.sql", POSTS),
        ("prisma/migrations/3_tags/migration.sql", TAGS),
    ]);
    case.sql(
        "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, finished_at DATETIME,
           migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL DEFAULT current_timestamp,
           applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0);",
    );
    case
}

impl Case {
    /// Runs one of Prisma's migrations as Prisma does.
    fn prisma(&self, name: &str, sql: &str) {
        let sum = sha256(sql.as_bytes());
        self.sql(&format!(
            "{sql}INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
             VALUES ('{name}', '{sum}', 1700000000000, '{name}', 1700000000000, 1);"
        ));
    }
}

#[test]
fn a_database_that_has_everything_agrees() {
    let case = prisma();
    for (name, sql) in [("1_users", USERS), ("2_posts", POSTS), ("3_tags", TAGS)] {
        case.prisma(name, sql);
    }
    let before = fs::read(case.path("app.db")).expect("a file");
    let said = case.status(&[]);
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    let version = rusqlite::version();
    assert_eq!(
        said.stdout,
        format!(
            "sqlite:app.db (SQLite {version})\nprisma/migrations, run by prisma: 3 applied\nagrees: 3 applied\n"
        )
    );
    assert_eq!(before, fs::read(case.path("app.db")).expect("a file"));
    let said = case.status(&["--format", "one-line"]);
    assert_eq!(
        said.stdout,
        "agrees: 3 applied (prisma/migrations, sqlite:app.db)\n"
    );
}

#[test]
fn what_waits_was_edited_failed_or_is_unknown_is_said() {
    let case = prisma();
    case.prisma("0_gone", "CREATE TABLE gone (id integer);\n");
    case.prisma("1_users", USERS);
    case.write(
        "prisma/migrations/1_users/migration.sql",
        &USERS.replace("NOT NULL", "NOT NULL DEFAULT 'x'"),
    );
    case.sql(
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at)
         VALUES ('p', 'x', '2_posts', 'A migration failed to apply.\n\nDatabase error:\ntable posts: no such thing\nmore', 1700000001000);",
    );
    let said = case.status(&[]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    let body = said.stdout.split_once('\n').expect("lines").1;
    let expected = "prisma/migrations, run by prisma: 0 applied, 1 edited, 1 failed, 1 pending, 1
  unknown
  edited       1_users: it was applied with another text: put that back, and
               write a new migration; prisma finds that too
  failed       2_posts: table posts: no such thing
  pending      3_tags
  unknown      0_gone: the database has applied it, and no file here is of it
  table `gone` is in the database, and no applied migration makes it
  the default of `users.name` is nothing in the database, and the applied
    migrations make `'x'`
";
    assert!(body.starts_with(expected), "{body}");
    assert!(said.stdout.contains("what they made is taken back by this"));
    assert!(
        said.stdout
            .lines()
            .all(|line| line.chars().count() <= 80 || line.starts_with("--"))
    );
}

#[test]
fn waiting_migrations_may_be_allowed() {
    let case = prisma();
    case.prisma("1_users", USERS);
    assert_eq!(case.status(&[]).code, Some(1));
    let said = case.status(&["--allow-pending", "--format", "one-line"]);
    assert_eq!(said.code, Some(0));
    assert_eq!(
        said.stdout,
        "agrees: 1 applied, 2 pending (prisma/migrations, sqlite:app.db)\n"
    );
    // A new database has applied nothing, and that is no mystery.
    let new = prisma();
    new.sql("DROP TABLE _prisma_migrations;");
    let (states, differences) = new.states(&[]);
    assert_eq!(
        states,
        ["1_users pending", "2_posts pending", "3_tags pending"]
    );
    assert_eq!(differences, 0);
}

#[test]
fn what_was_changed_by_hand_is_brought_back() {
    let case = prisma();
    case.prisma("1_users", USERS);
    case.prisma("2_posts", POSTS);
    case.prisma("3_tags", TAGS);
    case.sql(
        "ALTER TABLE users ADD COLUMN by_hand text; CREATE INDEX titles ON posts (title); DROP TABLE tags;
         CREATE TABLE pushed (id integer PRIMARY KEY);",
    );
    let (_, differences) = case.states(&[]);
    assert_eq!(differences, 4);
    // What somebody else manages may be there.
    assert_eq!(
        case.states(&["--except", "pushed", "--except", "users.*"])
            .1,
        2
    );
    case.write(
        "driftlint.toml",
        "[[allow]]\nobjects = [\"posts\", \"tags\"]\nreason = \"theirs\"\n",
    );
    assert_eq!(case.states(&[]).1, 2);
    case.write("driftlint.toml", "");
    let said = case.status(&["--format", "sql"]);
    assert_eq!(said.code, Some(1));
    case.sql(&said.stdout);
    let after = case.status(&[]);
    assert_eq!(after.code, Some(0), "{}\n{}", said.stdout, after.stdout);
}

#[test]
fn what_was_pushed_before_its_migration_ran_is_told_apart() {
    let case = prisma();
    case.prisma("1_users", USERS);
    case.sql(POSTS);
    let said = case.status(&[]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.stdout
            .contains("no applied migration makes it; one that\n    waits does")
            && said.stdout.contains("driftlint guide after-push"),
        "{}",
        said.stdout
    );
    // That one waits is allowed, that it was pushed is not.
    assert_eq!(case.status(&["--allow-pending"]).code, Some(1));
    assert_eq!(
        case.status(&["--allow-pending", "--no-schema"]).code,
        Some(0)
    );
}

#[test]
fn a_database_of_another_tool_or_of_nobody_is_no_answer() {
    let case = prisma();
    case.sql(&format!("DROP TABLE _prisma_migrations; {USERS}"));
    let said = case.status(&[]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
    assert!(
        said.stderr
            .contains("prisma has applied nothing to sqlite:app.db")
            && said.stderr.contains("push"),
        "{}",
        said.stderr
    );
    case.sql("CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER, is_applied INTEGER);");
    let said = case.status(&[]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("which is goose's"), "{}", said.stderr);
    // One that was given another name.
    case.sql("CREATE TABLE mine AS SELECT '1_users' migration_name, 'x' checksum, 1 finished_at, NULL rolled_back_at, 1 started_at, NULL logs;");
    let (states, _) = case.states(&["--table", "mine"]);
    assert_eq!(
        states,
        ["1_users edited", "2_posts pending", "3_tags pending"]
    );
    assert_eq!(case.status(&["--table", "users"]).code, Some(2));
}

#[test]
fn which_migrations_are_meant_must_be_clear() {
    let case = prisma();
    case.prisma("1_users", USERS);
    case.write(
        "other/0001_a.sql",
        "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\n",
    );
    case.write("driftlint.toml", "dialect = \"sqlite\"\n");
    let said = case.status(&[]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("2 migration sets lie there"),
        "{}",
        said.stderr
    );
    assert_eq!(case.status(&["prisma"]).code, Some(1));
    let said = case.run(&["prisma", "--url", "postgres://localhost/app"], &[]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("SQLite"), "{}", said.stderr);
    assert_eq!(case.status(&["nowhere"]).code, Some(2));
    let said = case.run(&["prisma", "--url", "sqlite:missing.db"], &[]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("there is no file missing.db"),
        "{}",
        said.stderr
    );
    assert!(!case.path("missing.db").exists());
}

#[test]
fn the_url_comes_from_the_environment_or_a_file_and_is_never_shown() {
    let case = prisma();
    case.prisma("1_users", USERS);
    case.write(
        ".env",
        "# secrets\nexport OTHER=\"sqlite:${FILE}\"\nFILE=none\n",
    );
    let url = [("DATABASE_URL", "sqlite:app.db?authToken=hidden")];
    assert_eq!(case.run(&["--allow-pending"], &url).code, Some(0));
    let from_file = [
        "--env-file",
        ".env",
        "--env-name",
        "OTHER",
        "--allow-pending",
    ];
    let said = case.run(&from_file, &[("FILE", "app.db")]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(case.run(&["--env-file", ".env"], &[]).code, Some(2));
    assert_eq!(case.run(&[], &[]).code, Some(2));
    let postgres = Case::new(&[(
        "m/0001_a.sql",
        "-- +goose Up\nCREATE TABLE a (id serial);\n-- +goose Down\nDROP TABLE a;\n",
    )]);
    let secret = "postgres://ann:hidden@127.0.0.1:1/app?password=hidden";
    for (arguments, variables) in [
        (vec!["--url", secret], vec![]),
        (vec![], vec![("DATABASE_URL", secret)]),
        (vec![secret], vec![]),
        (vec!["--url", "postgres:ann:hidden@h"], vec![]),
        (vec!["--url", secret, "--env-file", "x"], vec![]),
        (vec!["--help"], vec![("DATABASE_URL", secret)]),
        (
            vec!["-vv", "--format", "json"],
            vec![("DATABASE_URL", secret)],
        ),
    ] {
        let said = postgres.run(&arguments, &variables);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(!all.contains("hidden"), "{arguments:?}: {all}");
        assert_eq!(
            said.code,
            Some(if arguments == ["--help"] { 0 } else { 2 }),
            "{all}"
        );
    }
}

#[test]
fn json_names_what_differs() {
    let case = prisma();
    case.prisma("1_users", USERS);
    case.prisma("2_old_name", POSTS);
    case.sql("ALTER TABLE users ADD COLUMN by_hand text;");
    let said = case.status(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(json["version"], 1);
    assert_eq!(json["agrees"], false);
    assert_eq!(json["tool"], "prisma");
    assert_eq!(json["table"], "_prisma_migrations");
    assert_eq!(
        json["migrations"][0]["file"],
        "prisma/migrations/1_users/migration.sql"
    );
    assert_eq!(json["unknown"][0]["renamed_to"], "2_posts");
    let difference = &json["schema"]["differences"][0];
    assert_eq!(difference["kind"], "table");
    assert_eq!(difference["pending"], true);
    let difference = &json["schema"]["differences"][1];
    assert_eq!(difference["kind"], "column");
    assert_eq!(difference["table"], "users");
    assert_eq!(difference["name"], "by_hand");
    assert_eq!(difference["direction"], "database-not-migrated");
    assert_eq!(json["summary"]["differences"], 2);
}
