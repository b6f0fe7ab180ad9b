//! The binary as a user meets it: flags, exit codes, streams, colour, configuration errors.

mod configured;
mod decided;
#[path = "../common/folder.rs"]
mod folder;
mod output;
mod paths;

use std::path::Path;
use std::process::{Command, Output};

use folder::project;
use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";

const BAD: &str = "DROP TABLE IF EXISTS users;\n";

const RULE: &str = "drop-table";

/// Two migrations, of which the second drops a table that the first made.
fn warned() -> TempDir {
    project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_drop.sql", BAD),
    ])
}

fn driftlint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(folder);
    for name in [
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "DRIFTLINT_FORMAT",
        "RUST_BACKTRACE",
        "GIT_DIR",
        "GIT_INDEX_FILE",
    ] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    driftlint(folder.path(), arguments)
        .output()
        .expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout:\n{}\nstderr:\n{}",
        stdout(output),
        stderr(output)
    );
}

#[test]
fn the_exit_code_says_whether_to_go_on() {
    let folder = warned();
    // A warning is shown and fails nothing, unless asked to.
    let output = run(&folder, &["check"]);
    assert_code(&output, 0);
    assert!(
        stdout(&output).contains(&format!("warning[{RULE}]")),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).ends_with("checked 2 migrations: 1 warning\n"));
    assert_eq!(stderr(&output), "");
    assert_code(&run(&folder, &["check", "--fail-on", "warning"]), 1);
    assert_code(
        &run(&folder, &["check", "--fail-on", "warning", "--exit-zero"]),
        0,
    );
    assert_code(
        &run(
            &folder,
            &["check", "--fail-on", "warning", "--ignore", RULE],
        ),
        0,
    );
    assert_code(
        &run(
            &folder,
            &["check", "--fail-on", "warning", "--select", "history"],
        ),
        0,
    );
    assert_code(
        &run(
            &folder,
            &[
                "check",
                "--fail-on",
                "warning",
                "db/migrations/0001_init.sql",
            ],
        ),
        0,
    );
    assert_code(&run(&folder, &["check", "--fail-on", "warning", "db"]), 1);
}

#[test]
fn what_cannot_be_judged_is_never_clean() {
    let folder = warned();
    for (arguments, words) in [
        (&["check", "nowhere"][..], "nowhere does not exist"),
        (&["check", "db", "/tmp"][..], "lies outside of"),
        (
            &["check", "--select", "drop-tabel-without-if-exists"][..],
            "did you mean `drop-table-without-if-exists`",
        ),
        (
            &["check", "--dialct", "mysql"][..],
            "a similar argument exists: '--dialect'",
        ),
        (
            &["check", "--config", "nowhere.toml"][..],
            "cannot read nowhere.toml",
        ),
        (
            &["check", "--output-file", "no/such/folder/out"][..],
            "cannot write no/such/folder/out",
        ),
        (
            &["explain", "drop-tabel"][..],
            "there is no rule `drop-tabel`",
        ),
        (&["frobnicate"][..], "unrecognized subcommand"),
        (&[][..], "Usage"),
    ] {
        let output = run(&folder, arguments);
        assert_code(&output, 2);
        assert!(
            stderr(&output).contains(words),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
    let empty = project(&[("README", "no migrations here\n")]);
    let output = run(&empty, &["check"]);
    assert_code(&output, 2);
    assert!(
        stderr(&output).contains("there are no migrations in"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn versions_are_given_as_people_know_them() {
    let folder = warned();
    for version in ["16", "16.3", "9.6"] {
        assert_code(&run(&folder, &["check", "--pg-version", version]), 0);
    }
    let output = run(&folder, &["check", "--pg-version", "latest"]);
    assert_code(&output, 2);
    assert!(
        stderr(&output).contains("expected a major version, such as 16"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_backtrace_in_the_environment_changes_no_error() {
    let folder = warned();
    let plain = run(&folder, &["check", "nowhere"]);
    let traced = driftlint(folder.path(), &["check", "nowhere"])
        .env("RUST_BACKTRACE", "full")
        .output()
        .expect("it runs");
    assert_eq!(stderr(&plain), stderr(&traced));
}

#[test]
fn rules_explain_themselves() {
    let folder = warned();
    let output = run(&folder, &["explain", RULE]);
    assert_code(&output, 0);
    assert!(stdout(&output).starts_with(RULE), "{}", stdout(&output));
    let rules: serde_json::Value =
        serde_json::from_slice(&run(&folder, &["rules", "--format", "json"]).stdout).expect("JSON");
    let listed = rules["rules"].as_array().expect("an array");
    assert!(
        listed
            .iter()
            .any(|rule| rule["name"] == RULE && rule["default"] == true)
    );
    assert_eq!(
        stdout(&run(&folder, &["rules"])).lines().count(),
        listed.len()
    );
}
