//! What is written, and where to: colour, width, files, statistics, JSON.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use super::{INIT, RULE, assert_code, driftlint, project, run, stderr, stdout, warned};

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

#[test]
fn a_way_down_points_at_its_own_file() {
    let folder = project(&[
        (
            "db/migrations/1_init.up.sql",
            "CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (id bigint PRIMARY KEY);\n",
        ),
        (
            "db/migrations/1_init.down.sql",
            "DROP TABLE b;\nDROP TABLE a;\nALTER TABLE a DROP COLUMN id;\n",
        ),
    ]);
    let said = stdout(&run(&folder, &["check", "--format", "json"]));
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let related = &said["diagnostics"][0]["related"][0];
    assert_eq!(related["file"], "db/migrations/1_init.down.sql", "{said}");
    assert_eq!(related["span"]["start"]["line"], 2, "{said}");
}

#[test]
fn remarks_about_one_file_are_few() {
    let tables: String = (0..9)
        .map(|number| format!("CREATE TABLE t{number} (a int REFERENCES later{number});\n"))
        .collect();
    let folder = project(&[
        (
            "driftlint.toml",
            "[[migrations]]\nfolder = \"db/migrations\"\nschema = \"schema.sql\"\n",
        ),
        ("schema.sql", tables.as_str()),
        ("db/migrations/0001_init.sql", INIT),
    ]);
    let said = stderr(&run(&folder, &["drift"]));
    assert_eq!(said.matches("would fail").count(), 5, "{said}");
    assert!(said.contains("schema.sql: 4 more"), "{said}");
}
