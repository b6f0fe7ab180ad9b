//! The workflow around migrations: the situations in `fixtures/workflow`, each broken and repaired.
//!
//! `expected.txt` lists what is reported in `broken`, as `rule file:line`; nothing is in `fixed`. A
//! name that begins with `dot-` stands for one that begins with a dot, which git would obey.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use driftlint::check::{Scope, Workflows, check};
use driftlint::config::{Config, Selector};
use driftlint::project::tree::Memory;
use driftlint::project::{LoadOptions, Project};
use driftlint::rules::Group;
use driftlint::schema::input::Input;
use driftlint::sql::{Versions, on_big_stack};
use driftlint::workflow::Workflow;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflow")
}

/// Every file below a folder.
fn tree(root: &Path) -> Memory {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of fixtures") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(root).expect("inside of the fixture");
                let name = inside.to_string_lossy().replace('\\', "/");
                let content = fs::read(&path).expect("a fixture");
                files.push((name.replace("dot-", "."), content));
            }
        }
    }
    Memory::from_iter(files)
}

/// What the rules about workflows say, as `rule file:line`.
fn findings(tree: &Memory) -> BTreeSet<String> {
    let config = Config {
        select: vec![Selector::Group(Group::Workflow)],
        ..Config::default()
    };
    on_big_stack(|| {
        let project = Project::load(tree, &LoadOptions::default()).expect("memory never fails");
        let now = Workflow::read(tree, &project).expect("memory never fails");
        assert!(now.unread.is_empty(), "{:?}", now.unread);
        let scope = Scope {
            workflows: Some(Workflows { now, base: None }),
            ..Scope::default()
        };
        let input =
            Input::read(tree, project, Versions::default(), |_| false).expect("memory never fails");
        let report = check(&input, &config, &scope);
        let line = |at: usize, source: &driftlint::source::Source| source.position(at).line;
        report
            .diagnostics
            .iter()
            .map(|it| {
                format!(
                    "{} {}:{}",
                    it.rule,
                    it.source.path(),
                    line(it.span.start, &it.source)
                )
            })
            .collect()
    })
}

#[test]
fn every_situation_is_found_and_its_repair_is_silent() {
    let none = BTreeSet::new();
    for entry in fs::read_dir(fixtures()).expect("fixtures/workflow") {
        let folder = entry.expect("an entry").path();
        let expected = fs::read_to_string(folder.join("expected.txt")).expect("expected.txt");
        let expected: BTreeSet<String> = expected
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| line.replace("dot-", "."))
            .collect();
        assert_eq!(
            findings(&tree(&folder.join("broken"))),
            expected,
            "{}",
            folder.display()
        );
        assert_eq!(
            findings(&tree(&folder.join("fixed"))),
            none,
            "{}",
            folder.display()
        );
    }
}

#[test]
fn code_that_cannot_be_parsed_is_said_to_be_unread() {
    let tree = Memory::from_iter([
        ("package.json", "{}"),
        ("Procfile", "web: node src/main.js\n"),
        (
            "src/main.js",
            "import { migrate } from 'umzug';\nawait migrate(;\n",
        ),
    ]);
    let unread = on_big_stack(|| {
        let project = Project::load(&tree, &LoadOptions::default()).expect("memory never fails");
        let workflow = Workflow::read(&tree, &project).expect("memory never fails");
        let unread = workflow.unread.into_iter();
        unread.map(|file| file.path).collect::<Vec<_>>()
    });
    assert_eq!(unread, ["src/main.js"]);
}

/// What the binary says of what is staged, one finding a line, without messages.
fn staged(root: &Path) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command
        .args([
            "check", "--staged", "--select", "workflow", "--format", "concise", "-q",
        ])
        .current_dir(root);
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let short = |line: &str| {
        let (place, rest) = line.split_once(": ").unwrap_or((line, ""));
        let rule = rest.split(['[', ']']).nth(1).unwrap_or_default();
        format!("{rule} {place}")
    };
    text.lines().map(short).collect()
}

fn git(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c"])
        .args(arguments)
        .current_dir(root);
    let output = command.output().expect("git can be run");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_staged_check_reports_what_the_change_brings() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    git(root, &["init", "-q"]);
    write("Procfile", "web: npx prisma db push && node dist/main.js\n");
    write(
        "package.json",
        "{\"dependencies\": {\"prisma\": \"^6.0.0\"}}\n",
    );
    write("src/main.ts", "listen(3000);\n");
    git(root, &["add", "."]);
    git(root, &["commit", "-qm", "start"]);
    // Nothing that runs commands.
    write("README.md", "words\n");
    git(root, &["add", "."]);
    assert_eq!(staged(root), [""; 0]);
    // What was there before is not told again.
    write(
        "Procfile",
        "# how it is started\nweb: npx prisma db push && node dist/main.js\n",
    );
    git(root, &["add", "."]);
    assert_eq!(staged(root), [""; 0]);
    // Only code, whose name says nothing.
    git(root, &["commit", "-qm", "comment"]);
    write(
        "src/main.ts",
        "import { execSync } from 'node:child_process';\nexecSync('npx prisma db push --accept-data-loss');\nlisten(3000);\n",
    );
    git(root, &["add", "."]);
    assert_eq!(staged(root), ["push-instead-of-migrate src/main.ts:2:11"]);
}
