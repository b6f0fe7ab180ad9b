//! What is named on the command line: files, folders, standard input.

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use super::{BAD, INIT, RULE, assert_code, driftlint, project, run, stderr, stdout, warned};

#[test]
#[cfg(unix)]
fn links_are_files_and_closed_folders_are_named() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("shared/drop.sql", BAD),
        ("db/closed/a.sql", BAD),
    ]);
    symlink(
        "../../shared/drop.sql",
        folder.path().join("db/migrations/0002_drop.sql"),
    )
    .expect("a link");
    let closed = folder.path().join("db/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000))
        .expect("a folder that nobody may read");
    let output = run(&folder, &["check", "db"]);
    let readable = fs::read_dir(&closed).is_ok();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755))
        .expect("the folder can be removed");
    assert!(
        stdout(&output).contains("db/migrations/0002_drop.sql:1:1"),
        "{}",
        stdout(&output)
    );
    // The superuser may read anything.
    let said = stdout(&output).contains("not judged: db/closed: a folder that may not be read");
    assert!(said != readable, "{}", stdout(&output));
}

fn with_stdin(folder: &TempDir, arguments: &[&str], text: &str) -> Output {
    let mut child = driftlint(folder.path(), arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(text.as_bytes())
        .expect("it reads");
    child.wait_with_output().expect("the binary ends")
}

#[test]
fn standard_input_stands_in_for_a_file_and_reports_on_it_alone() {
    let folder = warned();
    let check = [
        "check",
        "--format",
        "concise",
        "-q",
        "--stdin-filename",
        "db/migrations/0003_new.sql",
        "-",
    ];
    let output = with_stdin(&folder, &check, "SELECT 1;\nDROP TABLE accounts;\n");
    let line = format!("db/migrations/0003_new.sql:2:1: warning[{RULE}]");
    assert!(
        stdout(&output).starts_with(&line),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert_eq!(stdout(&output).lines().count(), 1, "{}", stdout(&output));
    // The buffer wins over what is on disk.
    let check = [
        "check",
        "--format",
        "concise",
        "-q",
        "--stdin-filename",
        "db/migrations/0002_drop.sql",
        "-",
    ];
    assert_eq!(stdout(&with_stdin(&folder, &check, "SELECT 1;\n")), "");
}

#[test]
fn paths_may_be_given_from_a_subfolder() {
    let folder = warned();
    let output = driftlint(
        &folder.path().join("db"),
        &["check", "-q", "--format", "concise", "migrations"],
    )
    .output();
    let text = stdout(&output.expect("the binary runs"));
    assert!(text.starts_with("migrations/0002_drop.sql:1:1: "), "{text}");
}

#[test]
fn a_subfolder_stands_for_what_lies_in_it_or_else_for_the_repository() {
    let folder = project(&[
        ("a/migrations/0001_init.sql", INIT),
        ("a/migrations/0002_drop.sql", BAD),
        ("b/migrations/0001_init.sql", INIT),
        ("b/migrations/0002_drop.sql", BAD),
        ("docs/README.md", "# Docs\n"),
    ]);
    let found = |place: &str| {
        let place = folder.path().join(place);
        let output = driftlint(&place, &["check", "--format", "concise", "--quiet"])
            .output()
            .expect("the binary runs");
        stdout(&output)
            .lines()
            .map(|line| line.split(':').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    // Each path is one that the shell there knows.
    assert_eq!(found("a"), ["migrations/0002_drop.sql"]);
    assert_eq!(found("b/migrations"), ["0002_drop.sql"]);
    assert_eq!(
        found("docs"),
        [
            "../a/migrations/0002_drop.sql",
            "../b/migrations/0002_drop.sql"
        ]
    );
}

#[test]
fn naming_the_root_is_naming_nothing() {
    let folder = warned();
    fs::write(
        folder.path().join("reindex.sql"),
        "REINDEX TABLE CONCURRENTLY users;\n",
    )
    .expect("a file");
    let all = stdout(&run(&folder, &["check"]));
    assert!(all.contains("checked 2 migrations"), "{all}");
    assert_eq!(stdout(&run(&folder, &["check", "."])), all);
    // Where there is nothing else, the root is the folder of migrations that was named.
    let alone = project(&[("init.sql", INIT)]);
    assert!(stdout(&run(&alone, &["check", "."])).contains("checked 1 migration:"));
}

#[test]
fn files_can_be_shown_without_judging_them() {
    let folder = warned();
    let output = run(&folder, &["check", "--show-files"]);
    assert_code(&output, 0);
    let text = stdout(&output);
    for words in [
        "db/migrations: ",
        "dialect postgres",
        "1  0001_init",
        "2  0002_drop",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_migration_is_called_alike_by_every_command() {
    let folder = project(&[
        ("prisma/migrations/20240101000000_a/migration.sql", INIT),
        (
            "prisma/migrations/20240102000000_b/migration.sql",
            "CREATE TABLE b (id int);\n",
        ),
    ]);
    let tables = |name: &str| run(&folder, &["schema", "prisma/migrations", "--at", name]);
    for name in [
        "20240101000000",
        "20240101000000_a",
        "20240101000000_a/migration.sql",
        "prisma/migrations/20240101000000_a/migration.sql",
    ] {
        let first = tables(name);
        assert_code(&first, 0);
        assert!(
            !stdout(&first).contains("table b"),
            "{name}: {}",
            stdout(&first)
        );
        fs::write(
            folder.path().join("driftlint.toml"),
            format!("baseline = \"{name}\"\n"),
        )
        .expect("a configuration");
        assert_code(&run(&folder, &["check"]), 0);
        fs::remove_file(folder.path().join("driftlint.toml")).expect("the configuration");
    }
    // Both migrations have a file of that name: the first one is not what was asked for.
    let both = tables("migration.sql");
    assert_code(&both, 2);
    assert!(stderr(&both).contains("2 migrations are called `migration.sql`"));
}
