//! The HTML page: well-formed, harmless whatever things are called, complete, and the same each time.

#[path = "common/folder.rs"]
mod folder;
#[path = "common/xml.rs"]
mod xml;

use std::fmt::Write as _;
use std::process::{Command, Output};

use folder::project;
use serde_json::Value;
use tempfile::TempDir;
use xml::Element;

const INIT: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\n\
                    CREATE TABLE old (id bigint PRIMARY KEY);\n";
const CHANGE: &str = "ALTER TABLE users DROP COLUMN email;\nALTER TABLE users ADD COLUMN mood mood;\nDROP TABLE old;\n\
                      CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users (id));\n";

/// A name that would leave a script, an attribute, a comment and a line.
const HOSTILE: &str = "</script></style><img src=x onerror=alert(1)>'&--><!--\u{202e}\u{1b}[31m";

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(folder.path());
    for name in ["DRIFTLINT_FORMAT", "GIT_DIR", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.output().expect("the binary runs")
}

fn printed(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The page as an XML reader sees it, which knows no text that is not to be read.
fn read(page: &str) -> Element {
    let mut page = page
        .strip_prefix("<!DOCTYPE html>\n")
        .expect("a document type")
        .to_owned();
    for name in ["script", "style"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let mut from = 0;
        while let Some(start) = page[from..].find(&open).map(|at| from + at + open.len()) {
            let end = start + page[start..].find(&close).expect("its end");
            page.replace_range(start..end, "");
            from = start;
        }
    }
    xml::read(&format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{page}"))
}

fn all<'e>(element: &'e Element, found: &mut Vec<&'e Element>) {
    found.push(element);
    for child in &element.children {
        all(child, found);
    }
}

fn elements(root: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    all(root, &mut found);
    found
}

fn with_class<'e>(all: &[&'e Element], class: &str) -> Vec<&'e Element> {
    let has = |element: &&&Element| {
        let classes = element.attributes.get("class");
        classes.is_some_and(|it| it.split(' ').any(|name| name == class))
    };
    all.iter().filter(has).copied().collect()
}

fn changed() -> TempDir {
    project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_change.sql", CHANGE),
        (
            "other/migrations/0001_one.sql",
            "CREATE TABLE one (id int);\n",
        ),
    ])
}

#[test]
fn a_report_is_complete() {
    let folder = changed();
    let page = printed(&run(&folder, &["report", "--html", "-"]));
    let root = read(&page);
    let found = elements(&root);
    let sets = with_class(&found, "set");
    assert_eq!(sets.len(), 2);
    let of_first = elements(sets[0]);
    assert_eq!(with_class(&of_first, "step").len(), 2);
    for name in ["users", "old", "posts"] {
        assert!(
            page.contains(&format!("<summary><code>{name}</code>")),
            "{name}"
        );
    }
    // What is gone is there for the steps that had it, and hidden at the end.
    let gone: Vec<_> = with_class(&of_first, "box")
        .into_iter()
        .filter(|it| it.attributes.contains_key("data-to"))
        .collect();
    assert!(!gone.is_empty());
    assert!(gone.iter().all(|it| it.attributes.contains_key("hidden")));
    assert!(!with_class(&of_first, "line").is_empty());
    assert!(page.contains("enum mood (&apos;sad&apos;, &apos;ok&apos;)"));

    let json = run(&folder, &["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let diagnostics = report["diagnostics"].as_array().expect("an array");
    assert!(diagnostics.len() > 1);
    assert_eq!(with_class(&found, "finding").len(), diagnostics.len());
    for diagnostic in diagnostics {
        let start = &diagnostic["span"]["start"];
        let file = diagnostic["file"].as_str().expect("a path");
        let place = format!("<code>{file}:{}:{}</code>", start["line"], start["column"]);
        assert!(page.contains(&place), "{place}");
    }
    // Each link within the page leads somewhere, and no identity is given twice.
    let mut ids: Vec<&String> = found
        .iter()
        .filter_map(|it| it.attributes.get("id"))
        .collect();
    for link in found.iter().filter_map(|it| it.attributes.get("href")) {
        if let Some(id) = link.strip_prefix('#') {
            assert!(ids.iter().any(|known| *known == id), "{link}");
        } else {
            assert!(link.starts_with("https://"), "{link}");
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for label in found.iter().filter_map(|it| it.attributes.get("for")) {
        assert!(ids.contains(&label), "{label}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_differs() {
    let folder = changed();
    let page = printed(&run(&folder, &["report", "--html", "-"]));
    assert_eq!(page, printed(&run(&folder, &["report", "--html", "-"])));
    let root = read(&page);
    for element in elements(&root) {
        let loads = ["src", "srcset", "data", "action", "style"];
        assert!(
            loads
                .iter()
                .all(|name| !element.attributes.contains_key(*name))
        );
        let handler = element
            .attributes
            .keys()
            .find(|name| name.starts_with("on"));
        assert_eq!(handler, None);
        assert!(!["link", "img", "iframe", "base", "object"].contains(&element.name.as_str()));
    }
    assert!(
        page.contains(
            "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
        )
    );
    let wrote = run(&folder, &["report", "--html", "page.html"]);
    assert_eq!(String::from_utf8_lossy(&wrote.stderr), "wrote page.html\n");
    let written = std::fs::read_to_string(folder.path().join("page.html")).expect("the page");
    assert_eq!(written, page);
}

#[test]
fn names_are_text_whatever_they_are() {
    let quoted = HOSTILE.replace('"', "\"\"");
    let sql = format!(
        "CREATE TABLE \"{quoted}\" (\"{quoted}\" int PRIMARY KEY, b text DEFAULT '</script>');\n\
         CREATE TABLE child (a int REFERENCES \"{quoted}\" (\"{quoted}\"));\n"
    );
    let folder = project(&[
        ("migrations/0001_a.sql", &sql),
        (
            "migrations/0002_'<b>&.sql",
            "DROP TABLE child;\nALTER TABLE nowhere ADD x int;\n",
        ),
    ]);
    let plain = project(&[
        (
            "migrations/0001_a.sql",
            &sql.replace(&quoted, "a_parent").replace("</script>", "x"),
        ),
        (
            "migrations/0002_b.sql",
            "DROP TABLE child;\nALTER TABLE nowhere ADD x int;\n",
        ),
    ]);
    let of = |folder: &TempDir| printed(&run(folder, &["report", "--html", "-"]));
    let (page, plain) = (of(&folder), of(&plain));
    for sign in ['\u{202e}', '\u{1b}'] {
        assert!(!page.contains(sign), "{sign:?}");
    }
    // Names change what is written, never which elements there are.
    let names = |page: &str| -> Vec<String> {
        let root = read(page);
        elements(&root).iter().map(|it| it.name.clone()).collect()
    };
    assert_eq!(names(&page), names(&plain));
    assert_eq!(page.matches("</script>").count(), 1);
}

#[test]
fn a_schema_is_a_page_of_its_own() {
    let folder = changed();
    let page = printed(&run(
        &folder,
        &[
            "schema",
            "db/migrations",
            "--format",
            "html",
            "--at",
            "0001_init",
        ],
    ));
    let root = read(&page);
    let found = elements(&root);
    assert_eq!(with_class(&found, "step").len(), 1);
    assert!(with_class(&found, "finding").is_empty());
    assert!(page.contains("<summary><code>old</code>"));
    assert!(!page.contains("posts"));
}

#[test]
fn two_hundred_tables_are_drawn() {
    let mut sql = String::from("CREATE TABLE t0 (id int PRIMARY KEY);\n");
    for number in 1..200 {
        let parent = number / 3;
        let _ = writeln!(
            sql,
            "CREATE TABLE t{number} (id int PRIMARY KEY, p int REFERENCES t{parent} (id));"
        );
    }
    let folder = project(&[("migrations/0001_all.sql", &sql)]);
    let page = printed(&run(&folder, &["schema", "--format", "html"]));
    let root = read(&page);
    let found = elements(&root);
    assert_eq!(with_class(&found, "box").len(), 200);
    assert_eq!(with_class(&found, "line").len(), 199);
}

#[test]
fn what_cannot_be_judged_is_no_page() {
    let empty = project(&[("README.md", "nothing\n")]);
    let output = run(&empty, &["report", "--html", "page.html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!empty.path().join("page.html").exists());
}

#[test]
fn what_was_not_compared_has_no_differences_to_deny() {
    let page = printed(&run(&changed(), &["report", "--html", "-"]));
    assert!(page.contains("No migrations were compared with a schema."));
    assert!(!page.contains("No differences."), "{page}");
}
