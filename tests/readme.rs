//! What the README shows is what driftlint does. `BLESS=1` rewrites the generated parts; read the
//! difference.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use driftlint::config::Config;
use driftlint::rules;
use driftlint::rules::Group;
use driftlint::sql::Dialect;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md can be read")
}

/// Puts `new` in the place of what stands between the two marks, or says that it differs.
fn generated(open: &str, close: &str, new: &str) {
    let readme = readme();
    let start = readme
        .find(open)
        .unwrap_or_else(|| panic!("README.md has no `{open}`"))
        + open.len();
    let end = start
        + readme[start..]
            .find(close)
            .unwrap_or_else(|| panic!("README.md has no `{close}` after `{open}`"));
    let all = format!("{}{new}{}", &readme[..start], &readme[end..]);
    written("README.md", &all);
}

/// Makes sure that a page reads so, or says that it does not.
fn written(page: &str, text: &str) {
    let path = root().join(page);
    if fs::read_to_string(&path).ok().as_deref() == Some(text) {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{page} is out of date, run BLESS=1 cargo test --test readme:\n{text}"
    );
    fs::write(path, text).expect("the page can be written");
}

fn blocks(language: &str) -> Vec<String> {
    let readme = readme();
    let fence = format!("```{language}\n");
    let parts = readme.split(&fence).skip(1);
    parts
        .filter_map(|part| Some(part.split_once("\n```")?.0.to_owned() + "\n"))
        .collect()
}

fn driftlint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command
        .args(arguments)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .envs([("COLUMNS", "80"), ("LC_ALL", "C.UTF-8")]);
    command
}

#[test]
fn the_session_is_real() {
    let output = driftlint(&["check", "fixtures/demo"])
        .output()
        .expect("driftlint runs");
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    assert_eq!(output.status.code(), Some(1), "{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
    generated("$ driftlint check fixtures/demo\n", "```", &text);
}

/// What the rules of a group have in common.
fn about(group: Group) -> &'static str {
    match group {
        Group::Drift => {
            "The declared schema, the generator's snapshot and the migrations disagree."
        }
        Group::History => "A merged migration was changed, or a new one does not come last.",
        Group::DataLoss => "Rows or values are gone afterwards.",
        Group::Lock => "Others wait while it runs.",
        Group::Compatibility => "What runs now breaks on the new schema.",
        Group::Correctness => "It fails, or does not do what it says.",
        Group::Transaction => "It cannot run in this transaction, or only half of it is kept.",
        Group::Workflow => "Commands and services around migrations.",
        Group::Style => "A matter of taste; off unless it is asked for.",
    }
}

#[test]
fn the_page_of_rules_is_complete() {
    let mut page = String::from(
        "# Rules\n\nThis page is written by a test. A group or a rule is turned on, off or to another severity under `[rules]` in\n\
         [driftlint.toml](configuration.md#rules), for some files under `[[overrides]]`, in one place by a comment:\n\
         `-- driftlint: allow(drop-table) -- moved to the archive`. `driftlint explain RULE` prints a page.\n",
    );
    for group in Group::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| rule | severity | servers | what it is about |\n|---|---|---|---|\n",
            group.name(),
            about(group)
        );
        for rule in rules::all().iter().filter(|rule| rule.meta.group == group) {
            let meta = &rule.meta;
            let on = if meta.on { "" } else { ", off by default" };
            let servers: Vec<&str> = meta.dialects.iter().map(|it| it.name()).collect();
            let servers = if servers.len() == Dialect::ALL.len() {
                "all".to_owned()
            } else {
                servers.join(", ")
            };
            let _ = writeln!(
                page,
                "| [`{0}`](https://github.com/driftlint/driftlint/blob/main/rules/{0}.md) | {1}{on} | {servers} | {2} |",
                meta.name,
                meta.severity.name(),
                meta.title
            );
        }
    }
    written("docs/rules.md", &page);
}

#[test]
fn the_rule_index_is_complete() {
    let mut index = String::from("\n| rule | severity | what it is about |\n|---|---|---|\n");
    for rule in rules::all() {
        let meta = &rule.meta;
        let on = if meta.on { "" } else { ", off by default" };
        writeln!(
            index,
            "| [`{0}`](rules/{0}.md) | {1}{on} | {2} |",
            meta.name,
            meta.severity.name(),
            meta.title
        )
        .expect("a String takes any text");
    }
    generated("<!-- rules -->\n", "<!-- /rules -->", &(index + "\n"));
}

#[test]
fn the_configuration_is_accepted() {
    let blocks = blocks("toml");
    assert!(!blocks.is_empty(), "README.md shows no configuration");
    for text in blocks {
        if let Err(error) = Config::parse("README.md", &text) {
            panic!("{error}\n{text}");
        }
    }
}

#[test]
fn the_hook_exists() {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml"))
        .expect("the hook definition can be read");
    let shown = blocks("yaml");
    let id = shown
        .iter()
        .flat_map(|text| text.lines())
        .find_map(|line| line.trim().strip_prefix("- id: "));
    let id = id.expect("README.md shows the hook");
    assert!(hooks.contains(&format!("- id: {id}\n")), "no hook `{id}`");
}

#[test]
fn the_editor_recipe_gives_json_for_the_buffer_alone() {
    let path = "fixtures/demo/drizzle/0001_enhance_chat_sessions.sql";
    let buffer = "ALTER TABLE \"chat_sessions\" ADD COLUMN \"owner_id\" text NOT NULL;\n";
    let mut child = driftlint(&["check", "--format", "json", "--stdin-filename", path, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("driftlint runs");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    stdin
        .write_all(buffer.as_bytes())
        .expect("driftlint reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("driftlint ends");
    let json: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("standard output is nothing but JSON");
    let diagnostics = json["diagnostics"]
        .as_array()
        .expect("a list of diagnostics");
    let rules: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| (diagnostic["file"].as_str(), diagnostic["rule"].as_str()))
        .collect();
    assert!(
        rules.contains(&(Some(path), Some("not-null-without-default"))),
        "{rules:?}"
    );
    assert!(
        rules.iter().all(|(file, _)| *file == Some(path)),
        "{rules:?}"
    );
}
