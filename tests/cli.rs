//! The binary as a user meets it: flags, exit codes, streams, colour, configuration errors.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";
const BAD: &str = "DROP TABLE IF EXISTS users;\n";
const RULE: &str = "drop-table";

/// A folder with the given files, in a git repository that has never been committed to.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join(".git"))
        .expect("a folder that ends the search for a configuration");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

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
fn colour_is_for_terminals_and_those_who_ask() {
    let folder = warned();
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = driftlint(folder.path(), arguments)
            .envs(variables.iter().copied())
            .output()
            .expect("the binary runs");
        stdout(&output).contains('\u{1b}')
    };
    assert!(!colored(&["check"], &[]), "a pipe is no terminal");
    assert!(colored(
        &["check", "--color", "always"],
        &[("NO_COLOR", "1")]
    ));
    assert!(colored(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(
        &["check"],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!colored(&["check"], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(
        &["check", "--color", "never"],
        &[("FORCE_COLOR", "1")]
    ));
    assert!(
        !colored(&["check", "--format", "json", "--color", "always"], &[]),
        "JSON is never coloured"
    );
}

#[test]
fn lines_fit_eighty_columns() {
    let wide = format!(
        "ALTER TABLE users ADD COLUMN a{} text; DROP TABLE users;\n",
        "b".repeat(200)
    );
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_drop.sql", &wide),
    ]);
    let text = stdout(&run(&folder, &["check"]));
    assert!(text.contains("DROP TABLE users"), "{text}");
    for line in text.lines() {
        assert!(
            line.chars().count() <= 80,
            "{} columns: {line}",
            line.chars().count()
        );
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let many: String = (0..2_000)
        .flat_map(|number| {
            [
                "DROP TABLE t".to_owned(),
                number.to_string(),
                ";\n".to_owned(),
            ]
        })
        .collect();
    let folder = project(&[("db/migrations/0001_drop.sql", &many)]);
    let mut child = driftlint(folder.path(), &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut first = [0; 16];
    child
        .stdout
        .take()
        .expect("piped")
        .read_exact(&mut first)
        .expect("the first bytes");
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(stderr(&output), "");
    assert_code(&output, 0);
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
    assert!(
        text.starts_with("db/migrations/0002_drop.sql:1:1: "),
        "{text}"
    );
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
    assert_eq!(found("a"), ["a/migrations/0002_drop.sql"]);
    assert_eq!(found("b/migrations"), ["b/migrations/0002_drop.sql"]);
    assert_eq!(
        found("docs"),
        ["a/migrations/0002_drop.sql", "b/migrations/0002_drop.sql"]
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
fn an_output_file_takes_the_diagnostics() {
    let folder = warned();
    let output = run(
        &folder,
        &[
            "check",
            "--format",
            "json",
            "--output-file",
            "out.json",
            "--color",
            "always",
        ],
    );
    assert_eq!(stdout(&output), "");
    let text = fs::read_to_string(folder.path().join("out.json")).expect("the file was written");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["summary"]["warnings"], 1);
}

#[test]
fn statistics_and_quiet() {
    let folder = warned();
    let text = stdout(&run(&folder, &["check", "--statistics", "-q"]));
    assert_eq!(text, format!("     1  warning  {RULE}\n"));
    assert_eq!(
        stdout(&run(&folder, &["check", "-q", "--ignore", RULE])),
        ""
    );
}

#[test]
fn configuration_is_found_upward_and_is_strict() {
    let folder = warned();
    let write = |text: &str| {
        fs::write(folder.path().join("driftlint.toml"), text).expect("a configuration");
    };
    write(&format!("[rules]\n{RULE} = \"error\"\n"));
    let output = driftlint(&folder.path().join("db/migrations"), &["check"])
        .output()
        .expect("the binary runs");
    assert_code(&output, 1);
    assert_code(&run(&folder, &["check", "--no-config"]), 0);
    write(&format!(
        "[[overrides]]\npaths = [\"db/**\"]\nrules = {{ {RULE} = \"off\" }}\n"
    ));
    assert!(stdout(&run(&folder, &["check"])).ends_with("no problems\n"));
    write("baseline = \"0002\"\n");
    assert!(
        stdout(&run(&folder, &["check"])).ends_with("no problems\n"),
        "the baseline is replayed and not judged"
    );

    for (text, words) in [
        ("[rulez]\n", "did you mean `rule`?"),
        (
            "[rules]\ndrop-tabel-without-if-exists = \"off\"\n",
            "did you mean `drop-table-without-if-exists`?",
        ),
        (
            &format!("[rules]\n{RULE} = \"warn\"\n"),
            "did you mean `warning`?",
        ),
        (
            &format!("[rules]\n{RULE} = true\n"),
            "must be a string, not a boolean",
        ),
        (
            "[[migrations]]\nfolder = \"db\"\nruner = \"prisma\"\n",
            "did you mean `runner`?",
        ),
        (
            "[[migrations]]\nrunner = \"prisma\"\n",
            "this set has no `folder`",
        ),
        ("dialect = \"postgrse\"\n", "did you mean `postgres`?"),
        ("rules = [\n", "driftlint.toml:1:10"),
        ("baseline = \"0009\"\n", "no migration is called `0009`"),
    ] {
        write(text);
        let output = run(&folder, &["check"]);
        assert_code(&output, 2);
        assert!(
            stderr(&output).contains(words),
            "{text}: {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "");
    }
    write("[rulez]\n");
    let caret = stderr(&run(&folder, &["check"]));
    assert!(
        caret.contains("driftlint.toml:1:2")
            && caret.contains("[rulez]")
            && caret.contains("^^^^^"),
        "{caret}"
    );
    write("");
    fs::write(folder.path().join(".driftlint.toml"), "").expect("a second configuration");
    let both = run(&folder, &["check"]);
    assert_code(&both, 2);
    assert!(
        stderr(&both).contains("holds both driftlint.toml and .driftlint.toml"),
        "{}",
        stderr(&both)
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
fn suppressions_say_what_they_allow() {
    let suppressed = format!("-- driftlint: allow({RULE}) -- nobody has it\n{BAD}");
    let files = [
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_drop.sql", suppressed.as_str()),
    ];
    let folder = project(&files);
    let text = stdout(&run(&folder, &["check", "--dialect", "postgres"]));
    assert_eq!(text, "checked 2 migrations: no problems, 1 allowed\n");
    // A rule that is off could not have used it.
    let text = stdout(&run(&folder, &["check", "--ignore", RULE]));
    assert!(text.ends_with("no problems\n"), "{text}");

    fs::write(
        folder.path().join("driftlint.toml"),
        "require-reason = true\n",
    )
    .expect("a configuration");
    assert!(stdout(&run(&folder, &["check"])).ends_with("no problems, 1 allowed\n"));
    let silent = format!("-- driftlint: allow({RULE})\n{BAD}");
    fs::write(folder.path().join("db/migrations/0002_drop.sql"), silent).expect("a migration");
    let text = stdout(&run(&folder, &["check"]));
    assert!(
        text.contains("so nothing is") && text.contains(&format!("warning[{RULE}]")),
        "{text}"
    );
}

#[test]
fn unused_suppressions_are_reported() {
    let text =
        format!("{INIT}-- driftlint: allow({RULE})\n-- driftlint: allow(drop-tabel)\nSELECT 1;\n");
    let folder = project(&[("db/migrations/0001_init.sql", &text)]);
    let said = stdout(&run(&folder, &["check", "--format", "concise", "-q"]));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(
        lines[0].starts_with("db/migrations/0001_init.sql:2:21: ")
            && lines[0].contains("[unused-suppression]"),
        "{said}"
    );
    assert!(
        lines[1].starts_with("db/migrations/0001_init.sql:3:21: ")
            && lines[1].contains("no rule `drop-tabel`"),
        "{said}"
    );
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

#[test]
fn a_configured_folder_that_is_not_there_is_an_error() {
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        (
            "driftlint.toml",
            "[[migrations]]\nfolder = \"db/migration\"\n",
        ),
    ]);
    let output = run(&folder, &["check"]);
    assert_code(&output, 2);
    assert!(
        stderr(&output).contains("there is no folder db/migration"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_server_is_named_alike_everywhere() {
    let folder = project(&[("db/migrations/0001_init.sql", INIT)]);
    for dialect in ["postgres", "postgresql", "mysql", "mariadb", "sqlite"] {
        for command in ["check", "schema"] {
            assert_code(
                &run(&folder, &[command, "--dialect", dialect, "db/migrations"]),
                0,
            );
        }
        // There is no schema to compare with: the dialect is taken all the same.
        let drift = run(
            &folder,
            &["drift", "--dialect", dialect, "--pg-version", "16"],
        );
        assert!(
            !stderr(&drift).contains("invalid value"),
            "{}",
            stderr(&drift)
        );
    }
    let wrong = run(&folder, &["check", "--dialect", "oracle"]);
    assert_code(&wrong, 2);
    assert!(stderr(&wrong).contains("postgres, mysql, mariadb or sqlite"));
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

#[test]
fn every_override_counts() {
    let mut config = String::new();
    let mut files = Vec::new();
    for number in 0..65 {
        let level = match number {
            0 => "note",
            64 => "off",
            _ => "warning",
        };
        config.push_str(&format!(
            "[[overrides]]\npaths = [\"m{number}\"]\nrules = {{ {RULE} = \"{level}\" }}\n"
        ));
    }
    for set in ["m0", "m64"] {
        files.push((format!("{set}/migrations/0001_init.sql"), INIT));
        files.push((format!("{set}/migrations/0002_drop.sql"), BAD));
    }
    let mut files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    files.push(("driftlint.toml", &config));
    let folder = project(&files);
    let found = stdout(&run(&folder, &["check", "--format", "concise"]));
    assert!(
        found.contains("m0/migrations/0002_drop.sql:1:1: note["),
        "{found}"
    );
    assert!(!found.contains("m64/"), "{found}");
}

#[test]
fn json_says_why_nothing_was_judged() {
    let folder = project(&[("README.md", "nothing")]);
    let output = run(&folder, &["check", "--format", "json"]);
    assert_code(&output, 2);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(document["version"], 1);
    assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(0));
    let message = document["error"]["message"].as_str().expect("a message");
    assert!(message.contains("no migrations"), "{message}");
    assert!(document["error"]["help"].is_string());
    let file = run(
        &folder,
        &["check", "--format", "json", "--output-file", "out.json"],
    );
    assert_code(&file, 2);
    assert_eq!(stdout(&file), "");
    assert_eq!(
        fs::read_to_string(folder.path().join("out.json")).expect("the document"),
        stdout(&output)
    );
}

#[test]
fn statistics_are_counted_in_json_too() {
    let output = run(&warned(), &["check", "--statistics", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let row = &document["statistics"][0];
    assert_eq!((&row["rule"], &row["count"]), (&RULE.into(), &1.into()));
    assert_eq!(document["summary"]["migrations"], 2);
}

#[test]
fn columns_are_counted_in_bytes_too() {
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_drop.sql", "/* é */ DROP TABLE users;\n"),
    ]);
    let output = run(&folder, &["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let start = &document["diagnostics"][0]["span"]["start"];
    assert_eq!(
        (&start["column"], &start["byte_column"]),
        (&9.into(), &10.into())
    );
}
