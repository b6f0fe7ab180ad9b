//! `init`, `install-hook` and `uninstall-hook` in real repositories.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "NO_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.output().expect("the program runs")
}

fn driftlint(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(folder, env!("CARGO_BIN_EXE_driftlint"), arguments);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("UTF-8");
    (output.status.code().expect("it exits"), text)
}

/// A repository with these files.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(run(folder.path(), "git", &["init", "-q"]).status.success());
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap_or_default()
}

const PRISMA: &[(&str, &str)] = &[
    (
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\nmodel A {\n  id Int @id\n}\n",
    ),
    (
        "prisma/migrations/20250101000000_init/migration.sql",
        "CREATE TABLE \"A\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\"));\n",
    ),
    (
        "prisma/migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    ),
    ("package.json", "{}"),
    (".github/workflows/test.yml", "on: push\njobs: {}\n"),
];

#[test]
fn init_shows_asks_and_writes_once() {
    let folder = repository(PRISMA);
    let (code, text) = driftlint(folder.path(), &["init", "--dry-run"]);
    assert_eq!(code, 0, "{text}");
    for part in [
        "1 migration of prisma, postgres",
        "+++ driftlint.toml",
        "+++ .github/workflows/driftlint.yml",
        "hooks: git's own",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!folder.path().join("driftlint.toml").exists());
    let (code, text) = driftlint(folder.path(), &["init"]);
    assert_eq!(
        (code, text.contains("there is no terminal to ask on")),
        (2, true),
        "{text}"
    );
    let (code, text) = driftlint(folder.path(), &["init", "--yes"]);
    assert_eq!(code, 0, "{text}");
    let job = read(&folder, ".github/workflows/driftlint.yml");
    assert!(
        job.contains("run: npx prisma migrate deploy") && job.contains("image: postgres:17"),
        "{job}"
    );
    assert!(read(&folder, ".git/hooks/pre-commit").contains("driftlint check --staged"));
    // What it wrote is accepted, and is all that it has to say.
    assert_eq!(driftlint(folder.path(), &["check"]).0, 0);
    let (code, text) = driftlint(folder.path(), &["init", "--yes"]);
    assert_eq!(
        (code, text.contains("nothing to write")),
        (0, true),
        "{text}"
    );
}

#[test]
fn init_adds_to_the_manager_that_is_there() {
    for (path, text, added) in [
        (
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks: []\n",
            "- repo: https://github.com/driftlint/driftlint\n",
        ),
        (
            "lefthook.yml",
            "pre-commit:\n  commands:\n    lint:\n      run: eslint\n",
            "    driftlint:\n      run: driftlint check --staged\n",
        ),
        (
            ".husky/pre-commit",
            "npm test\n",
            "npm test\ndriftlint check --staged\n",
        ),
    ] {
        let folder = repository(&[
            (path, text),
            ("db/migrations/0001_a.sql", "CREATE TABLE a (id int);\n"),
        ]);
        let (code, said) = driftlint(folder.path(), &["init", "--yes"]);
        assert_eq!(code, 0, "{said}");
        let now = read(&folder, path);
        assert!(now.contains(added), "{path}: {now}");
        assert!(
            !folder.path().join(".git/hooks/pre-commit").exists(),
            "{path}"
        );
        let (code, said) = driftlint(folder.path(), &["install-hook"]);
        assert_eq!(
            (
                code,
                said.contains("belong to another") && said.contains("driftlint init"),
                said.contains('\u{fffd}')
            ),
            (2, true, false),
            "{said}"
        );
    }
}

#[test]
fn a_foreign_hook_is_never_lost() {
    let folder = repository(&[("a.txt", "")]);
    let hook = folder.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\nexit 3\n").expect("a hook");
    let (code, text) = driftlint(folder.path(), &["install-hook"]);
    assert_eq!(
        (code, text.contains("is there already")),
        (2, true),
        "{text}"
    );
    let (code, text) = driftlint(folder.path(), &["install-hook", "--force"]);
    assert_eq!(code, 0, "{text}");
    assert!(read(&folder, ".git/hooks/pre-commit.legacy").contains("exit 3"));
    // A second time changes nothing.
    assert_eq!(driftlint(folder.path(), &["install-hook"]).0, 0);
    assert!(read(&folder, ".git/hooks/pre-commit.legacy").contains("exit 3"));
    let (code, text) = driftlint(folder.path(), &["uninstall-hook"]);
    assert_eq!((code, text.contains("is back")), (0, true), "{text}");
    assert_eq!(
        read(&folder, ".git/hooks/pre-commit"),
        "#!/bin/sh\nexit 3\n"
    );
    assert!(!folder.path().join(".git/hooks/pre-merge-commit").exists());
    let (_, text) = driftlint(folder.path(), &["uninstall-hook"]);
    assert!(text.contains("no hook of driftlint"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_hook_without_driftlint_stops_the_commit() {
    let folder = repository(&[("a.txt", "")]);
    assert_eq!(driftlint(folder.path(), &["install-hook"]).0, 0);
    let mut command = Command::new("/bin/sh");
    command
        .arg(".git/hooks/pre-commit")
        .current_dir(folder.path())
        .env("PATH", "/nowhere");
    let output = command.output().expect("a shell");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not on the PATH"));
}
