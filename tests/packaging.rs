//! What is published from the repository: the action's scripts with a `gh` that writes down what it is
//! asked, the formula of Homebrew filled in, and workflows whose every action is pinned.
#![cfg(unix)]

#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use folder::project;
use serde_json::Value;
use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The machine of a job: a project, driftlint and a `gh` on the path, a folder for files.
struct Runner {
    project: TempDir,
    files: TempDir,
}

impl Runner {
    fn new(change: &str) -> Self {
        let runner = Self {
            project: project(&[
                ("migrations/0001_init.sql", INIT),
                ("migrations/0002_change.sql", change),
            ]),
            files: tempfile::tempdir().expect("a temporary folder"),
        };
        // Each argument in a line of its own; a line break in one is written as a tab.
        let gh = "#!/bin/sh\nfor word; do printf '%s' \"$word\" | tr '\\n' '\\t'; echo; done >>\"$GH_LOG\"\n\
                  case \"$*\" in *--paginate*) cat \"$GH_COMMENTS\" 2>/dev/null || true ;; esac\n";
        let path = runner.files.path().join("gh");
        fs::write(&path, gh).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        runner
    }

    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    fn script(&self, name: &str, environment: &[(&str, &str)]) -> Output {
        let binary = Path::new(env!("CARGO_BIN_EXE_driftlint"));
        let folders = [self.files.path(), binary.parent().expect("its folder")];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = folders.iter().map(PathBuf::from);
        let path = std::env::join_paths(folders.chain(std::env::split_paths(&path)));
        let output = Command::new("bash")
            .arg(root().join("action").join(name))
            .current_dir(self.project.path())
            .env("PATH", path.expect("a path"))
            .env("RUNNER_TEMP", self.files.path())
            .env("GITHUB_OUTPUT", self.file("output"))
            .env("GH_LOG", self.file("log"))
            .env("GH_COMMENTS", self.file("comments"))
            .env("REPOSITORY", "o/r")
            .env_remove("GITHUB_STEP_SUMMARY")
            .envs(environment.iter().copied())
            .output()
            .expect("bash runs");
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    /// Runs the check as the action does; the status that it puts out.
    fn check(&self) -> String {
        let none = [
            ("SINCE", ""),
            ("BASE_REF", ""),
            ("PATHS", ""),
            ("SARIF", ""),
            ("FAIL_ON", "error"),
        ];
        self.script("check.sh", &none);
        let status = self.text("output");
        let status = status.trim().strip_prefix("status=").expect("a status");
        status.to_owned()
    }

    /// Writes a check run; how it ended, and its title.
    fn check_run(&self, status: &str) -> [String; 2] {
        let environment = [("STATUS", status), ("HEAD_SHA", "abc")];
        self.script("check-run.sh", &environment);
        let log = self.text("log");
        assert!(log.contains("repos/o/r/check-runs\n") && log.contains("head_sha=abc\n"));
        ["conclusion=", "output[title]="].map(|key| {
            let line = log.lines().find_map(|line| line.strip_prefix(key));
            line.expect("the field").to_owned()
        })
    }
}

#[test]
fn a_check_run_is_neutral_for_warnings() {
    for (change, status, conclusion, title) in [
        (
            "CREATE TABLE posts (id bigint PRIMARY KEY);\n",
            "0",
            "success",
            "no problems",
        ),
        (
            "ALTER TABLE users DROP COLUMN email;\n",
            "0",
            "neutral",
            "0 errors, 1 warnings",
        ),
        (
            "ALTER TABLE users ADD COLUMN a text NOT NULL;\n",
            "1",
            "failure",
            "1 errors, 0 warnings",
        ),
        ("SELECT (;\n", "2", "failure", "driftlint could not judge"),
    ] {
        let runner = Runner::new(change);
        let ended = if status == "2" {
            fs::remove_dir_all(runner.project.path().join("migrations")).expect("no migrations");
            runner.check()
        } else {
            runner.check()
        };
        assert_eq!(ended, status, "{change}");
        assert_eq!(runner.check_run(&ended), [conclusion, title], "{change}");
    }
}

#[test]
fn one_comment_is_written_again_in_its_place() {
    let runner = Runner::new(
        "CREATE INDEX i ON users (email);\nALTER TABLE users ALTER COLUMN id TYPE text;\n",
    );
    runner.check();
    let environment = [("NUMBER", "7")];
    runner.script("comment.sh", &environment);
    let log = runner.text("log");
    assert!(log.contains("POST\nrepos/o/r/issues/7/comments\n"), "{log}");
    // The heaviest lock stands first.
    let (heavy, light) = (log.find("reads and writes"), log.find("SHARE on"));
    assert!(heavy.is_some() && light.is_some() && heavy < light, "{log}");

    fs::write(runner.file("comments"), "41\n").expect("a comment that is there");
    fs::remove_file(runner.file("log")).expect("the log");
    runner.script("comment.sh", &environment);
    let log = runner.text("log");
    assert!(
        log.contains("PATCH\nrepos/o/r/issues/comments/41\n") && !log.contains("POST"),
        "{log}"
    );
}

#[test]
fn the_formula_is_filled_in() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let targets = [
        "aarch64-apple-darwin",
        "x86_64-apple-darwin",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-musl",
    ];
    for (number, target) in (1..).zip(targets) {
        let name = format!("driftlint-{target}.tar.gz");
        let sum = format!("{number:064x}  {name}\n");
        fs::write(folder.path().join(format!("{name}.sha256")), sum).expect("a checksum");
    }
    let fill = || {
        Command::new(root().join("packaging/fill.sh"))
            .arg("1.2.3")
            .arg(folder.path())
            .output()
            .expect("bash runs")
    };
    let output = fill();
    let formula = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        output.status.success() && !formula.replace("at signs", "").contains('@'),
        "{formula}"
    );
    for number in 1..=4 {
        assert!(
            formula.contains(&format!("sha256 \"{number:064x}\"")),
            "{formula}"
        );
    }
    assert!(formula.contains("/releases/download/v1.2.3/driftlint-aarch64-apple-darwin.tar.gz"));
    let broken = folder
        .path()
        .join("driftlint-x86_64-apple-darwin.tar.gz.sha256");
    fs::write(broken, "not found\n").expect("a file");
    assert!(!fill().status.success());
}

#[test]
fn the_flake_and_the_workflows_name_what_is_there() {
    let flake = fs::read_to_string(root().join("flake.nix")).expect("the flake");
    let code: String = flake
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    for [open, close] in [['{', '}'], ['[', ']'], ['(', ')']] {
        assert_eq!(
            code.matches(open).count(),
            code.matches(close).count(),
            "{open}"
        );
    }
    for word in ["./Cargo.lock", "./Cargo.toml"] {
        assert!(flake.contains(word) && root().join(word).exists());
    }
    let workflow = root().join(".github/workflows/release.yml");
    let workflow = fs::read_to_string(workflow).expect("the workflow");
    let actions = workflow.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("- ");
        line.strip_prefix("uses: ")
    });
    for action in actions {
        let (_, pinned) = action.split_once('@').expect("a version");
        let (commit, tag) = pinned.split_once(" # v").expect("a commit, and its tag");
        let is_commit = commit.len() == 40 && commit.chars().all(|it| it.is_ascii_hexdigit());
        assert!(is_commit && !tag.is_empty(), "{action}");
    }
    let main: Value = serde_json::from_str(
        &fs::read_to_string(root().join("npm/driftlint/package.json")).expect("the package"),
    )
    .expect("JSON");
    assert_eq!(main["name"], "driftlint");
}
