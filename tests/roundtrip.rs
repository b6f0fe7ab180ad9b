//! `driftlint schema --format sql` prints statements that replay to the same catalog: for every
//! fixture project, and for scripts that hold everything a catalog can hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// What `driftlint schema` prints for the migrations in a folder.
fn schema(folder: &Path, dialect: &str, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command
        .arg("schema")
        .arg(folder)
        .args(["--format", format, "--dialect", dialect])
        .current_dir(FIXTURES);
    let output = command.output().expect("driftlint can be run");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "`driftlint schema {} --format {format}`: {complaint}",
        folder.display()
    );
    String::from_utf8(output.stdout).expect("driftlint writes UTF-8")
}

/// The catalog, with parts that have no order on a server in one order.
fn catalog(folder: &Path, dialect: &str) -> Value {
    let mut catalog: Value = serde_json::from_str(&schema(folder, dialect, "json"))
        .expect("driftlint writes JSON when asked for it");
    let sort = |list: &mut Value| {
        let list = list.as_array_mut().expect("a list");
        list.sort_by_key(Value::to_string);
    };
    for table in catalog["tables"]
        .as_object_mut()
        .expect("tables by name")
        .values_mut()
    {
        for part in ["uniques", "foreign_keys", "checks", "indexes"] {
            sort(&mut table[part]);
        }
    }
    sort(&mut catalog["triggers"]);
    sort(&mut catalog["functions"]);
    catalog
}

/// Prints the catalog of a folder, replays what was printed, and compares. Returns the SQL.
fn replays_to_the_same(folder: &Path, dialect: &str) -> String {
    let before = catalog(folder, dialect);
    let sql = schema(folder, dialect, "sql");
    let copy = tempfile::tempdir().expect("a temporary folder");
    let migrations = copy.path().join("migrations");
    fs::create_dir(&migrations).expect("the folder is ours");
    fs::write(migrations.join("0001_schema.sql"), &sql).expect("the folder is ours");
    let after = catalog(&migrations, dialect);
    let text =
        |catalog: &Value| serde_json::to_string_pretty(catalog).expect("JSON can be written");
    same(&text(&before), &text(&after), folder, &sql);
    sql
}

/// Shows the first lines that differ, which is easier to read than two catalogs.
fn same(before: &str, after: &str, folder: &Path, sql: &str) {
    let differs = before
        .lines()
        .zip(after.lines())
        .position(|(one, other)| one != other);
    let around = |text: &str, at: usize| -> String {
        text.lines()
            .skip(at.saturating_sub(6))
            .take(12)
            .flat_map(|line| [line, "\n"])
            .collect()
    };
    if let Some(at) = differs {
        let (before, after) = (around(before, at), around(after, at));
        panic!(
            "{} comes back otherwise:\n{before}\n  instead of\n\n{after}\nfrom\n\n{sql}",
            folder.display()
        );
    }
    assert_eq!(
        before.lines().count(),
        after.lines().count(),
        "{}",
        folder.display()
    );
}

/// The folders below `fixtures` that hold migrations, with their dialects.
fn projects() -> Vec<(PathBuf, &'static str)> {
    use driftlint::project::worktree::Worktree;
    use driftlint::project::{LoadOptions, Project};
    let root = Path::new(FIXTURES).join("projects");
    let project = Project::load(&Worktree::new(&root), &LoadOptions::default())
        .expect("the fixtures can be read");
    project
        .sets
        .iter()
        .map(|set| (root.join(&set.folder), set.dialect.name()))
        .collect()
}

#[test]
fn fixture_projects_come_back() {
    let projects = projects();
    assert!(
        projects.len() >= 6,
        "there are six fixture projects, and more may come: {projects:?}"
    );
    for (folder, dialect) in projects {
        let sql = replays_to_the_same(&folder, dialect);
        assert!(
            !sql.contains("not printed exactly"),
            "{}:\n{sql}",
            folder.display()
        );
    }
}

#[test]
fn everything_that_a_catalog_holds_comes_back() {
    for dialect in ["postgres", "mysql", "sqlite"] {
        let folder = Path::new(FIXTURES).join("roundtrip").join(dialect);
        let sql = replays_to_the_same(&folder, dialect);
        assert!(
            !sql.contains("not printed exactly"),
            "{}:\n{sql}",
            folder.display()
        );
    }
}
