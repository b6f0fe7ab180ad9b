//! What other programs read: SARIF, GitLab, JUnit, checkstyle, GitHub's annotations and job
//! summaries, Markdown for a pull request. Each is read back by a reader that knows nothing of its
//! writer.

#[path = "common/folder.rs"]
mod folder;
#[path = "common/xml.rs"]
mod xml;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use folder::project;
use serde_json::Value;
use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE TABLE \"a<b>&\" (id int);\n";

const CHANGE: &str = "ALTER TABLE users ADD COLUMN bio text NOT NULL;\nALTER TABLE users DROP COLUMN email;\nALTER TABLE users RENAME COLUMN name TO full_name;\n\
                      CREATE INDEX users_bio ON users (bio);\nDROP TABLE \"a<b>&\";\nCREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users (id));\n";

fn changed() -> TempDir {
    project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_change.sql", CHANGE),
    ])
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(folder);
    for name in [
        "DRIFTLINT_FORMAT",
        "GITHUB_STEP_SUMMARY",
        "GIT_DIR",
        "GIT_INDEX_FILE",
    ] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    command(folder.path(), arguments)
        .output()
        .expect("the binary runs")
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

#[test]
fn sarif_says_what_code_scanning_asks_for() {
    let folder = changed();
    let found = run(&folder, &["check", "--format", "sarif"]);
    assert_eq!(found.status.code(), Some(1));
    let log = json(&printed(&found));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = list(&run["tool"]["driver"]["rules"]);
    assert!(rules.len() > 80, "all rules are listed");
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[key]["text"].is_string(), "{rule}");
        }
        assert!(
            rule["helpUri"]
                .as_str()
                .is_some_and(|it| it.starts_with("https://"))
        );
    }
    let results = list(&run["results"]);
    assert!(results.len() >= 4, "{results:?}");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("a number");
        let rule = &rules[usize::try_from(index).expect("a small number")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(
            rule["help"]["markdown"].is_string(),
            "the page of a rule that is reported"
        );
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            place["artifactLocation"]["uri"],
            "db/migrations/0002_change.sql"
        );
        let region = &place["region"];
        let at = |key: &str| region[key].as_u64().expect("a number");
        assert!((at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")));
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
    }
    let clean = json(&printed(&run_clean("sarif")));
    assert_eq!(list(&clean["runs"][0]["results"]).len(), 0);
}

#[test]
fn sarif_has_the_fixes() {
    let unused = "-- driftlint: allow(drop-column) -- nothing\nCREATE TABLE t (id int);\n";
    let folder = project(&[("db/migrations/0001_t.sql", unused)]);
    let log = json(&printed(&run(&folder, &["check", "--format", "sarif"])));
    let fix = &log["runs"][0]["results"][0]["fixes"][0];
    assert!(fix["description"]["text"].is_string(), "{log}");
    let change = &fix["artifactChanges"][0];
    assert_eq!(
        change["artifactLocation"]["uri"],
        "db/migrations/0001_t.sql"
    );
    let replaced = &change["replacements"][0];
    assert_eq!(replaced["deletedRegion"]["startLine"], 1);
    assert!(replaced["insertedContent"]["text"].is_string());
}

/// A run that finds nothing.
fn run_clean(format: &str) -> Output {
    let folder = project(&[("db/migrations/0001_init.sql", INIT)]);
    let output = run(&folder, &["check", "--format", format]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    output
}

#[test]
fn sarif_escapes_paths() {
    let folder = project(&[
        ("db/m é%/migrations/0001_init.sql", INIT),
        ("db/m é%/migrations/0002_change.sql", CHANGE),
    ]);
    let log = json(&printed(&run(&folder, &["check", "--format", "sarif"])));
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "db/m%20%C3%A9%25/migrations/0002_change.sql"
    );
}

#[test]
fn gitlab_has_a_fingerprint_for_each_issue() {
    let report = json(&printed(&run(&changed(), &["check", "--format", "gitlab"])));
    let issues = list(&report);
    let mut seen: Vec<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().expect("a text"))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), issues.len() >= 4), (issues.len(), true));
    for issue in issues {
        assert_eq!(issue["location"]["path"], "db/migrations/0002_change.sql");
        assert!(issue["location"]["positions"]["begin"]["line"].as_u64() >= Some(1));
        let levels = ["info", "minor", "major", "critical", "blocker"];
        assert!(levels.contains(&issue["severity"].as_str().expect("a text")));
    }
    assert_eq!(printed(&run_clean("gitlab")), "[]\n");
}

#[test]
fn junit_fails_a_case_for_each_error() {
    let folder = changed();
    let text = printed(&run(&folder, &["check", "--format", "junit"]));
    let root = xml::read(&text);
    assert_eq!(root.name, "testsuites");
    let suite = &root.children[0];
    assert_eq!(suite.attributes["name"], "db/migrations/0002_change.sql");
    let with = |name: &str| {
        let cases = suite.children.iter();
        cases
            .filter(|case| case.children.iter().any(|it| it.name == name))
            .count()
    };
    assert_eq!(suite.attributes["failures"], with("failure").to_string());
    assert_eq!(suite.attributes["tests"], suite.children.len().to_string());
    assert!(with("failure") >= 1 && with("system-out") >= 1, "{text}");
    assert!(text.contains("a&lt;b&gt;&amp;"), "{text}");
    let clean = xml::read(&printed(&run_clean("junit")));
    assert_eq!(
        (
            clean.attributes["tests"].as_str(),
            clean.attributes["failures"].as_str()
        ),
        ("1", "0")
    );
}

#[test]
fn checkstyle_groups_by_file() {
    let text = printed(&run(&changed(), &["check", "--format", "checkstyle"]));
    let root = xml::read(&text);
    assert_eq!((root.name.as_str(), root.children.len()), ("checkstyle", 1));
    let file = &root.children[0];
    assert_eq!(file.attributes["name"], "db/migrations/0002_change.sql");
    let dropped = file
        .children
        .iter()
        .find(|error| error.attributes["source"] == "driftlint.drop-table")
        .expect("the dropped table");
    assert_eq!(dropped.attributes["line"], "5");
    assert!(dropped.attributes["message"].contains("a<b>&"));
    let clean = xml::read(&printed(&run_clean("checkstyle")));
    assert_eq!(clean.children.len(), 0);
}

#[test]
fn several_reports_are_written_at_once() {
    let folder = changed();
    let arguments = [
        "check",
        "--output",
        "sarif=a.sarif",
        "--output",
        "JUnit=b.xml",
        "--output",
        "json=c.json",
        "--format",
        "concise",
    ];
    let output = run(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).starts_with("db/migrations/0002_change.sql:1:"));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a report");
    assert_eq!(json(&text("a.sarif"))["version"], "2.1.0");
    assert_eq!(json(&text("c.json"))["version"], 1);
    xml::read(&text("b.xml"));
    let wrong = run(&folder, &["check", "--output", "sarfi=x"]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        said.contains("no format `sarfi`") && said.contains("sarif"),
        "{said}"
    );
}

#[test]
fn no_report_looks_clean_where_nothing_was_judged() {
    let folder = project(&[("README.md", "nothing")]);
    let failed = |format: &str| {
        let output = run(&folder, &["check", "--format", format]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        printed(&output)
    };
    let log = json(&failed("sarif"));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = &invocation["toolExecutionNotifications"][0]["message"]["text"];
    assert!(
        said.as_str().is_some_and(|it| it.contains("no migrations")),
        "{said}"
    );
    assert_eq!(json(&failed("gitlab"))[0]["severity"], "blocker");
    let junit = xml::read(&failed("junit"));
    assert_eq!(junit.attributes["errors"], "1");
    let checkstyle = xml::read(&failed("checkstyle"));
    assert_eq!(
        checkstyle.children[0].children[0].attributes["severity"],
        "error"
    );
    assert!(failed("github").starts_with("::error title=driftlint::there are no migrations"));
    assert!(failed("markdown").starts_with("### driftlint could not judge"));
    let file = run(&folder, &["check", "--output", "gitlab=out.json"]);
    assert_eq!(file.status.code(), Some(2));
    let written = fs::read_to_string(folder.path().join("out.json")).expect("the report");
    assert_eq!(json(&written)[0]["check_name"], "not-judged");
}

#[test]
fn github_shows_one_annotation_for_a_cause_and_a_summary() {
    let mut indexes = String::new();
    for number in 0..12 {
        indexes += &format!("CREATE INDEX i{number} ON users (email);\n");
    }
    let drops: String = (0..11)
        .map(|number| format!("SELEKT {number};\n"))
        .collect();
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_index.sql", &indexes),
        ("db/migrations/0003_wrong.sql", &drops),
    ]);
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").expect("a file");
    let output = command(folder.path(), &["check", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .expect("the binary runs");
    let text = printed(&output);
    let of_index = text
        .lines()
        .filter(|line| line.contains("(blocking-index)"));
    assert_eq!(of_index.count(), 1, "{text}");
    assert!(text.contains("1 more stand in this log"), "{text}");
    let page = fs::read_to_string(&summary).expect("the summary");
    assert!(
        page.starts_with("before\n### driftlint: 11 errors"),
        "{page}"
    );
    assert!(page.contains("`db/migrations/0003_wrong.sql:11`"), "{page}");
}

#[test]
fn markdown_says_what_a_change_does() {
    let folder = changed();
    let arguments = [
        "check",
        "db/migrations/0002_change.sql",
        "--format",
        "markdown",
    ];
    let text = printed(&run(&folder, &arguments));
    for line in [
        "* column `users.name` is now `full_name`",
        "* `a<b>&` **dropped** table",
        "* `posts` **new** table: `id bigint not null`, `author bigint`",
        "  * **new** column `bio`: `text not null`",
        "  * **dropped** column `email`: `text`",
        "  * **new** index `users_bio`: `btree (bio)`",
        "#### Locks",
        "#### What cannot be undone",
        "* `users.email` comes back without its values, which only a backup has",
    ] {
        assert!(text.contains(line), "no `{line}` in\n{text}");
    }
    assert!(
        !text.contains("`full_name`: "),
        "a column that is renamed is none that comes or goes:\n{text}"
    );
}

#[test]
fn markdown_tells_sets_apart_and_says_nothing_twice() {
    let change = "ALTER TABLE users DROP COLUMN email;\nUPDATE users SET name = 'a' WHERE id = 1;\nUPDATE users SET name = 'b' WHERE id = 2;\n";
    let folder = project(&[
        ("one/migrations/0001_init.sql", INIT),
        ("one/migrations/0002_change.sql", change),
        ("two/migrations/0001_init.sql", INIT),
        ("two/migrations/0002_change.sql", change),
    ]);
    let arguments = [
        "check",
        "one/migrations/0002_change.sql",
        "two/migrations/0002_change.sql",
        "--format",
        "markdown",
    ];
    let text = printed(&run(&folder, &arguments));
    let count = |line: &str| text.lines().filter(|it| *it == line).count();
    assert_eq!(count("#### What it does to the schema"), 1, "{text}");
    assert_eq!(count("#### What cannot be undone"), 1, "{text}");
    assert_eq!(count("migrations of `one/migrations`"), 2, "{text}");
    let lost = "* values that UPDATE changed in `users` stay as they are";
    assert_eq!(count(lost), 2, "{text}");
}
