//! What shells, editors and scripts ask driftlint about itself: completions, the manual, versions,
//! JSON Schemas, diagrams. `BLESS=1` writes the schemas again; read the difference.

#[path = "common/folder.rs"]
mod folder;
#[path = "common/json_schema.rs"]
mod json_schema;

#[expect(
    dead_code,
    reason = "what is drawn needs few of a repository's abilities"
)]
#[path = "common/repository.rs"]
mod repository;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use driftlint::config::keys::TABLES;
use folder::project;
use repository::Repo;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(folder);
    command
        .env_remove("DRIFTLINT_FORMAT")
        .output()
        .expect("the binary runs")
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

#[test]
fn the_published_schemas_are_those_that_are_printed() {
    for (file, arguments) in [
        ("schemas/driftlint.toml.json", &["config", "schema"][..]),
        ("schemas/check-output.json", &["check", "--json-schema"][..]),
    ] {
        let text = printed(root(), arguments);
        let path = root().join(file);
        if fs::read_to_string(&path).ok().as_deref() == Some(&text) {
            continue;
        }
        assert!(
            std::env::var_os("BLESS").is_some(),
            "{file} is out of date: BLESS=1 cargo test --test integrations"
        );
        fs::write(path, text).expect("the schema can be written");
    }
}

#[test]
fn every_output_fits_its_schema() {
    let schema = json(&printed(root(), &["check", "--json-schema"]));
    let mut seen = 0;
    let fixtures = root().join("fixtures/projects");
    for entry in fs::read_dir(fixtures).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy().into_owned();
        for more in [
            &[][..],
            &["--statistics"],
            &["--all", "--min-confidence", "low"],
        ] {
            let arguments = [&["check", &name, "--format", "json"], more].concat();
            let output = run(root(), &arguments);
            let value = json(&String::from_utf8(output.stdout).expect("UTF-8"));
            let errors = json_schema::errors(&schema, &value);
            assert!(errors.is_empty(), "{arguments:?}: {errors:#?}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} outputs");
    let demo = json(
        &String::from_utf8(run(root(), &["check", "fixtures/demo", "--format", "json"]).stdout)
            .expect("UTF-8"),
    );
    let report = &schema["definitions"]["report"];
    assert!(!json_schema::errors(report, &Value::Null).is_empty());
    assert_eq!(json_schema::errors(&schema, &demo), Vec::<String>::new());
    let mut wrong = demo;
    wrong["diagnostics"][0]["sverity"] = "error".into();
    assert!(!json_schema::errors(&schema, &wrong).is_empty());
}

#[test]
fn the_examples_of_the_configuration_fit_its_schema() {
    let schema = json(&printed(root(), &["config", "schema"]));
    for table in TABLES {
        let mut text = String::new();
        if !table.heading.is_empty() {
            text += &format!("{}\n", table.heading);
        }
        for key in table
            .keys
            .iter()
            .filter(|key| !matches!(key.example, "[]" | "{}"))
        {
            text += &format!("{} = {}\n", key.name, key.example);
        }
        let value: toml::Value = toml::from_str(&text).expect("TOML");
        let value = serde_json::to_value(value).expect("JSON");
        assert_eq!(
            json_schema::errors(&schema, &value),
            Vec::<String>::new(),
            "{text}"
        );
    }
    for wrong in [
        r#"{"baselin": "x"}"#,
        r#"{"rules": {"drop-table": "maybe"}}"#,
        r#"{"dialect": "oracle"}"#,
    ] {
        assert!(
            !json_schema::errors(&schema, &json(wrong)).is_empty(),
            "{wrong}"
        );
    }
}

#[test]
fn shells_get_completions() {
    for (shell, holds) in [
        ("bash", "complete -F _driftlint"),
        ("zsh", "#compdef driftlint"),
        ("fish", "complete -c driftlint"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let text = printed(root(), &["completions", shell]);
        assert!(text.contains(holds), "{shell}:\n{text}");
        // PowerShell completes no values.
        let value = if shell == "powershell" {
            "check"
        } else {
            "sarif"
        };
        for word in ["check", "stdin-filename", "not-null", value] {
            assert!(text.contains(word), "{shell} lacks {word}");
        }
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let page = printed(root(), &["man"]);
    assert!(
        page.contains(".TH driftlint 1") && page.contains("not\\-null"),
        "{page}"
    );
    let check = printed(root(), &["man", "check"]);
    assert!(
        check.contains("\\-\\-stdin\\-filename") && check.contains("Examples"),
        "{check}"
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    printed(folder.path(), &["man", "--output", "man1"]);
    let pages = fs::read_dir(folder.path().join("man1"))
        .expect("the pages")
        .count();
    assert!(pages > 30, "{pages} pages");
    assert!(folder.path().join("man1/driftlint-check.1").exists());
    assert_eq!(run(root(), &["man", "nonsense"]).status.code(), Some(2));
}

#[test]
fn help_is_a_command_too() {
    let all = printed(root(), &["help"]);
    assert!(
        all.contains("Write migrations:") && all.contains("  report "),
        "{all}"
    );
    let check = printed(root(), &["help", "check"]);
    assert!(
        check.contains("Usage: driftlint check [OPTIONS] [PATH]...") && check.contains("Examples:"),
        "{check}"
    );
    assert!(!check.contains('\u{1b}'), "no colour in a pipe");
    assert_eq!(run(root(), &["help", "nonsense"]).status.code(), Some(2));
}

#[test]
fn what_is_in_the_baseline_is_not_called_checked() {
    let folder = project(&[
        ("migrations/0001_a.sql", "CREATE TABLE t (id int);\n"),
        (
            "driftlint.toml",
            "baseline = \"0001_a\"\ndialect = \"postgres\"\n",
        ),
    ]);
    assert_eq!(printed(folder.path(), &["check"]), "nothing new to check\n");
}

#[test]
fn the_version_is_said_to_programs_too() {
    let release = env!("CARGO_PKG_VERSION");
    assert_eq!(
        printed(root(), &["version"]),
        format!("driftlint {release}\n")
    );
    let value = json(&printed(root(), &["version", "--format", "json"]));
    assert_eq!(
        (&value["version"], &value["driftlint"]),
        (&1.into(), &release.into())
    );
    assert!(
        value["dialects"]
            .as_array()
            .is_some_and(|all| all.len() == 3)
    );
}

#[test]
fn a_rule_is_explained_to_programs_too() {
    let value = json(&printed(
        root(),
        &["explain", "drop-column", "--format", "json"],
    ));
    assert_eq!(
        (&value["version"], &value["name"]),
        (&1.into(), &"drop-column".into())
    );
    assert!(
        value["page"]
            .as_str()
            .is_some_and(|page| page.starts_with("# ")),
        "{value}"
    );
    assert!(
        value["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/rules/drop-column.md"))
    );
}

#[test]
fn what_is_configured_can_be_seen() {
    let folder = project(&[
        (
            "driftlint.toml",
            "base = \"develop\"\n[rules]\ndrop-table = \"off\"\n[[overrides]]\npaths = [\"old\"]\nrules = { lock = \"note\" }\n",
        ),
        ("old/x.sql", ""),
    ]);
    let shown = printed(folder.path(), &["config", "show"]);
    for line in [
        "# from driftlint.toml",
        "base = \"develop\"",
        "drop-table = \"off\"",
        "blocking-index = \"warning\"",
    ] {
        assert!(
            shown.lines().any(|it| it == line),
            "no `{line}` in\n{shown}"
        );
    }
    toml::from_str::<toml::Value>(&shown).expect("it is TOML");
    let old = json(&printed(
        folder.path(),
        &["config", "show", "old/x.sql", "--format", "json"],
    ));
    assert_eq!(old["rules"]["blocking-index"], "note");
    let none = project(&[]);
    assert!(printed(none.path(), &["config", "show"]).starts_with("# no driftlint.toml"));
}

#[test]
fn schemas_are_drawn() {
    let sql = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(20) NOT NULL UNIQUE);\n\
               CREATE TABLE \"my posts\" (id int PRIMARY KEY, author bigint NOT NULL REFERENCES users (id), price numeric(10,2), \"a<b\" text);\n";
    let folder = project(&[("db/migrations/0001_init.sql", sql)]);
    let mermaid = printed(folder.path(), &["schema", "--format", "mermaid"]);
    for line in [
        "erDiagram",
        "        bigint id PK",
        "        character_varying(20) email UK",
        "    \"my posts\" {",
        "        numeric(10-2) price \"nullable\"",
        "    \"my posts\" }o--|| users : \"author\"",
    ] {
        assert!(
            mermaid.lines().any(|it| it == line),
            "no `{line}` in\n{mermaid}"
        );
    }
    let dot = printed(folder.path(), &["schema", "--format", "dot"]);
    assert!(
        dot.contains("\"my posts\" -> \"users\" [label=\"author\"];") && dot.contains("a&lt;b"),
        "{dot}"
    );
}

#[test]
fn a_change_is_drawn() {
    let Some(repo) = Repo::empty(&[]) else { return };
    repo.write(
        "migrations/0001_a.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE TABLE old (id int);\n",
    );
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "one"]);
    repo.write(
        "migrations/0002_b.sql",
        "ALTER TABLE users DROP COLUMN email;\nALTER TABLE users RENAME COLUMN name TO full_name;\n\
         ALTER TABLE users ADD COLUMN bio text;\nDROP TABLE old;\nCREATE TABLE posts (id int PRIMARY KEY);\n",
    );
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "two"]);
    let text = printed(
        repo.path(),
        &["schema", "--since", "HEAD~1", "--format", "mermaid"],
    );
    for line in [
        "        dropped email \"column: text\"",
        "        new bio \"column: text\"",
        "        dropped old \"table\"",
        "        new id \"integer not null\"",
    ] {
        assert!(text.lines().any(|it| it == line), "no `{line}` in\n{text}");
    }
    assert!(
        text.contains("was users.name") || text.contains("was name"),
        "{text}"
    );
    let other = run(repo.path(), &["schema", "--since", "HEAD~1"]);
    assert_eq!(other.status.code(), Some(2));
}

#[test]
fn drift_is_drawn() {
    let output = run(root(), &["drift", "fixtures/demo", "--format", "mermaid"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(
        text,
        "erDiagram\n    \"public.chat_sessions\" {\n        text rating \"declared not migrated\"\n    }\n"
    );
}

#[test]
fn people_read_paths_from_where_they_stand() {
    let folder = project(&[
        (
            "apps/web/migrations/0001_a.sql",
            "ALTER TABLE t ADD COLUMN a int;\nDROP TABLE u;\n",
        ),
        ("apps/api/.keep", ""),
    ]);
    let said = |from: &str, arguments: &[&str]| {
        let output = run(&folder.path().join(from), arguments);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    for (from, path) in [
        ("apps/web", "migrations/0001_a.sql:2:1"),
        ("apps/web/migrations", "0001_a.sql:2:1"),
        ("apps/api", "../web/migrations/0001_a.sql:2:1"),
        ("", "apps/web/migrations/0001_a.sql:2:1"),
    ] {
        let text = said(from, &["check"]);
        assert!(text.contains(&format!("[{path}]")), "{from}:\n{text}");
        let lines = said(from, &["check", "--format", "concise"]);
        let mut starts = lines.lines().filter(|line| line.starts_with(path));
        assert!(starts.next().is_some(), "{from}:\n{lines}");
        let locks = said(from, &["locks"]);
        let place = path.trim_end_matches(":1");
        assert!(
            locks.starts_with(&place.replace(":2", ":1")),
            "{from}:\n{locks}"
        );
        // Programs read them from the root of the repository, wherever that is.
        let value = json(&said(from, &["check", "--format", "json"]));
        assert_eq!(
            value["diagnostics"][0]["file"],
            "apps/web/migrations/0001_a.sql"
        );
    }
    // The repository may lie below the folder, too.
    let above = folder.path().parent().expect("a folder");
    let name = folder.path().file_name().expect("a name").to_string_lossy();
    let output = run(above, &["check", &name]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let place = format!("[{name}/apps/web/migrations/0001_a.sql:2:1]");
    assert!(text.contains(&place), "{text}");
}
