//! What configuration and comments say, as far as the command line shows it.

use std::fs;

use super::{BAD, INIT, RULE, assert_code, driftlint, project, run, stderr, stdout, warned};

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
        stdout(&run(&folder, &["check"])).ends_with("nothing new to check\n"),
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
