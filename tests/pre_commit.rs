//! The hook definition under the real pre-commit, with real commits in scratch repositories.
//!
//! Except in the test that installs it, the hook comes from this repository's
//! `.pre-commit-hooks.yaml`; only `language` and the path of the binary are overridden, so that the
//! binary under test runs instead of a fresh build. `./test` installs pre-commit and names it in
//! `DRIFTLINT_PRE_COMMIT`.

#![expect(clippy::print_stderr, reason = "a skipped test must say so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const SCHEMA: &str = "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"postgresql\"\n}\n\n\
                      model User {\n  id Int @id\n}\n";
const INIT: &str = "-- CreateTable\nCREATE TABLE \"User\" (\n    \"id\" INTEGER NOT NULL,\n\n    CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\")\n);\n";

/// A scratch repository with pre-commit installed as its hook, and one migration committed.
struct Repository {
    folder: TempDir,
    hooks: TempDir,
    pre_commit: PathBuf,
}

impl Repository {
    /// `None`, loudly, where pre-commit is not installed and nobody asked for it.
    fn new() -> Option<Self> {
        let Some(pre_commit) = std::env::var_os("DRIFTLINT_PRE_COMMIT").map(PathBuf::from) else {
            assert!(
                std::env::var_os("DRIFTLINT_REQUIRE_SERVERS").is_none(),
                "DRIFTLINT_PRE_COMMIT is not set"
            );
            eprintln!(
                "skipped: DRIFTLINT_PRE_COMMIT does not name a pre-commit; ./test installs one"
            );
            return None;
        };
        let system = format!(
            "    language: system\n    entry: {} check --staged --hook\n",
            env!("CARGO_BIN_EXE_driftlint")
        );
        Some(Self::with_hook(
            pre_commit,
            &[".pre-commit-hooks.yaml".to_owned()],
            &system,
        ))
    }

    /// The hook repository holds these files of ours; `overrides` are lines of its entry in the
    /// configuration.
    fn with_hook(pre_commit: PathBuf, files: &[String], overrides: &str) -> Self {
        let hooks = tempfile::tempdir().expect("a temporary folder");
        run(hooks.path(), "git", &["init", "-q", "-b", "main"]);
        for file in files {
            let copy = hooks.path().join(file);
            fs::create_dir_all(copy.parent().expect("a file in a folder")).expect("a folder");
            fs::copy(root().join(file), copy).expect("a file of this repository");
        }
        commit_all(hooks.path(), "hooks");
        let revision = stdout(&run(hooks.path(), "git", &["rev-parse", "HEAD"]));

        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Self {
            folder,
            hooks,
            pre_commit,
        };
        run(repository.path(), "git", &["init", "-q", "-b", "main"]);
        let place = repository.hooks.path().display();
        let config = format!(
            "repos:\n- repo: {place}\n  rev: {}\n  hooks:\n  - id: driftlint\n{overrides}",
            revision.trim()
        );
        repository.write(".pre-commit-config.yaml", &config);
        repository.write("prisma/schema.prisma", SCHEMA);
        repository.write(
            "prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        );
        repository.write("prisma/migrations/20240101000000_init/migration.sql", INIT);
        commit_all(repository.path(), "init");
        let types = ["pre-commit", "pre-merge-commit", "pre-push"];
        let arguments: Vec<&str> = types
            .into_iter()
            .flat_map(|stage| ["--hook-type", stage])
            .collect();
        let installed = repository.pre_commit(&[&["install"], arguments.as_slice()].concat());
        assert!(installed.status.success(), "{}", all(&installed));
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a path inside the repository")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn pre_commit(&self, arguments: &[&str]) -> Output {
        git_free(
            Command::new(&self.pre_commit)
                .args(arguments)
                .current_dir(self.path()),
        )
        .output()
        .expect("pre-commit runs")
    }

    fn git(&self, arguments: &[&str]) -> Output {
        git_free(Command::new("git").args(arguments).current_dir(self.path()))
            .output()
            .expect("git runs")
    }

    /// Stages everything and commits through the hook.
    fn commit(&self) -> Output {
        assert!(self.git(&["add", "-A"]).status.success());
        self.git(&["commit", "-m", "change"])
    }

    /// Stages everything and commits past the hook.
    fn sneak_in(&self) {
        passes(&self.git(&["add", "-A"]));
        passes(&self.git(&["commit", "-q", "--no-verify", "-m", "sneaked in"]));
    }

    fn migration(&self, name: &str, sql: &str) {
        self.write(&format!("prisma/migrations/{name}/migration.sql"), sql);
    }

    fn model(&self, fields: &str) {
        self.write(
            "prisma/schema.prisma",
            &SCHEMA.replace("id Int @id", &format!("id Int @id\n  {fields}")),
        );
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Without what an outer hook or a CI job would set, and with an author.
fn git_free(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GIT_") || text.starts_with("PRE_COMMIT") {
            command.env_remove(&name);
        }
    }
    for (name, value) in [("NAME", "t"), ("EMAIL", "t@example.com")] {
        command
            .env(format!("GIT_AUTHOR_{name}"), value)
            .env(format!("GIT_COMMITTER_{name}"), value);
    }
    command
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let output = git_free(Command::new(program).args(arguments).current_dir(folder))
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        all(&output)
    );
    output
}

fn commit_all(folder: &Path, message: &str) {
    run(folder, "git", &["add", "-A"]);
    run(folder, "git", &["commit", "-q", "-m", message]);
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn all(output: &Output) -> String {
    stdout(output) + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn blocked(output: &Output, rule: &str) {
    assert!(
        !output.status.success(),
        "should be blocked:\n{}",
        all(output)
    );
    assert!(
        all(output).contains(rule),
        "should name {rule}:\n{}",
        all(output)
    );
}

#[track_caller]
fn passes(output: &Output) {
    assert!(output.status.success(), "should pass:\n{}", all(output));
}

#[test]
fn clean_commits_pass() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.write("README.md", "# app\n");
    passes(&repository.commit());
    repository.model("email String?");
    repository.migration(
        "20240102000000_email",
        "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"email\" TEXT;\n",
    );
    passes(&repository.commit());
}

#[test]
fn a_schema_change_without_a_migration_is_blocked() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.model("email String?");
    blocked(&repository.commit(), "declared-not-migrated");
}

#[test]
fn models_in_another_language_are_watched() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let set = "[[migrations]]\nfolder = \"prisma/migrations\"\nmodels = [\"app/models/**/*.py\"]\n";
    repository.write(
        "driftlint.toml",
        &format!("[rules]\nschema-changed-without-migration = \"error\"\n{set}"),
    );
    repository.write("app/models/user.py", "class User: ...\n");
    repository.sneak_in();
    repository.write("app/views.py", "\n");
    passes(&repository.commit());
    passes(&repository.git(&["rm", "-q", "app/models/user.py"]));
    blocked(
        &repository.git(&["commit", "-m", "remove"]),
        "schema-changed-without-migration",
    );
}

#[test]
fn an_unsafe_migration_is_blocked() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.model("email String");
    repository.migration(
        "20240102000000_email",
        "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"email\" TEXT NOT NULL;\n",
    );
    blocked(&repository.commit(), "not-null-without-default");
}

#[test]
fn a_commit_that_only_deletes_a_migration_is_blocked() {
    let Some(repository) = Repository::new() else {
        return;
    };
    passes(&repository.git(&["rm", "-rq", "prisma/migrations/20240101000000_init"]));
    blocked(
        &repository.git(&["commit", "-m", "remove"]),
        "edited-migration",
    );
    passes(&repository.git(&["rm", "-rq", "prisma"]));
    blocked(
        &repository.git(&["commit", "-m", "remove all of it"]),
        "edited-migration",
    );
}

#[test]
fn an_unstaged_mistake_does_not_block_and_a_staged_one_does() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.write("README.md", "# app\n");
    passes(&repository.git(&["add", "README.md"]));
    repository.migration(
        "20240102000000_email",
        "ALTER TABLE \"User\" ADD COLUMN \"email\" TEXT NOT NULL;\n",
    );
    passes(&repository.git(&["commit", "-m", "docs only"]));
    passes(&repository.git(&["add", "-A"]));
    repository.migration("20240102000000_email", "SELECT 1;\n");
    blocked(
        &repository.git(&["commit", "-m", "staged content counts"]),
        "not-null-without-default",
    );
}

#[test]
fn merges_are_checked_where_they_are_made() {
    let Some(repository) = Repository::new() else {
        return;
    };
    passes(&repository.git(&["checkout", "-q", "-b", "feature"]));
    repository.migration(
        "20240102000000_a",
        "ALTER TABLE \"User\" ADD COLUMN \"email\" TEXT;\n",
    );
    repository.model("email String?");
    passes(&repository.commit());
    passes(&repository.git(&["checkout", "-q", "main"]));
    repository.write("README.md", "# app\n");
    passes(&repository.commit());
    passes(&repository.git(&["merge", "--no-edit", "feature"]));

    // Each branch is right by itself; together, one drops what the other indexes.
    passes(&repository.git(&["checkout", "-q", "-b", "drop"]));
    repository.migration(
        "20240103000000_drop",
        "ALTER TABLE \"User\" DROP COLUMN \"email\";\n",
    );
    repository.write("prisma/schema.prisma", SCHEMA);
    passes(&repository.commit());
    passes(&repository.git(&["checkout", "-q", "main"]));
    repository.migration(
        "20240104000000_index",
        "CREATE INDEX \"User_email_idx\" ON \"User\"(\"email\");\n",
    );
    repository.model("email String?\n\n  @@index([email])");
    passes(&repository.commit());
    blocked(
        &repository.git(&["merge", "--no-edit", "-X", "ours", "drop"]),
        "migration-will-fail",
    );
}

#[test]
fn all_files_judges_the_whole_tree() {
    let Some(repository) = Repository::new() else {
        return;
    };
    passes(&repository.pre_commit(&["run", "--all-files"]));
    repository.model("email String");
    repository.migration(
        "20240102000000_email",
        "ALTER TABLE \"User\" ADD COLUMN \"email\" TEXT NOT NULL;\n",
    );
    repository.sneak_in();
    blocked(
        &repository.pre_commit(&["run", "--all-files"]),
        "not-null-without-default",
    );
}

#[test]
fn a_range_judges_what_it_brings() {
    let Some(repository) = Repository::new() else {
        return;
    };
    repository.model("email String");
    repository.migration(
        "20240102000000_email",
        "ALTER TABLE \"User\" ADD COLUMN \"email\" TEXT NOT NULL;\n",
    );
    repository.sneak_in();
    let range = ["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"];
    blocked(&repository.pre_commit(&range), "not-null-without-default");
    repository.write("README.md", "# app\n");
    repository.sneak_in();
    passes(&repository.pre_commit(&range));
}

#[test]
fn a_push_judges_what_it_sends() {
    let Some(repository) = Repository::new() else {
        return;
    };
    let remote = tempfile::tempdir().expect("a temporary folder");
    run(remote.path(), "git", &["init", "-q", "--bare"]);
    passes(&repository.git(&[
        "remote",
        "add",
        "origin",
        &remote.path().display().to_string(),
    ]));
    passes(&repository.git(&["push", "-q", "-u", "origin", "main"]));
    repository.migration("20240102000000_drop", "DROP TABLE \"Gone\";\n");
    repository.sneak_in();
    blocked(
        &repository.git(&["push", "origin", "main"]),
        "migration-will-fail",
    );

    // pre-commit names no range for the first push of a repository: everything is judged.
    let fresh = tempfile::tempdir().expect("a temporary folder");
    run(fresh.path(), "git", &["init", "-q", "--bare"]);
    passes(&repository.git(&[
        "remote",
        "add",
        "fresh",
        &fresh.path().display().to_string(),
    ]));
    blocked(
        &repository.git(&["push", "fresh", "main"]),
        "migration-will-fail",
    );
    // Nor may the first push of a branch pass what the remote has not seen.
    passes(&repository.git(&["checkout", "-q", "-b", "feature"]));
    blocked(
        &repository.git(&["push", "origin", "feature"]),
        "migration-will-fail",
    );
}

/// What users get: pre-commit clones this repository, builds it as `language: rust` says, and runs
/// it at the next commit. It does not ask Cargo.lock, so this also shows that the newest versions
/// of what we depend on still fit.
#[test]
fn pre_commit_builds_the_hook_from_this_repository() {
    let Some(pre_commit) = std::env::var_os("DRIFTLINT_PRE_COMMIT").map(PathBuf::from) else {
        return;
    };
    if std::env::var_os("DRIFTLINT_TEST_INSTALL").is_none() {
        eprintln!("skipped: it takes minutes; ./test sets DRIFTLINT_TEST_INSTALL");
        return;
    }
    let listed = run(
        root(),
        "git",
        &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
    );
    let files: Vec<String> = stdout(&listed)
        .split_terminator('\0')
        .map(str::to_owned)
        .collect();
    let files: Vec<String> = files
        .into_iter()
        .filter(|file| root().join(file).is_file())
        .collect();
    let repository = Repository::with_hook(pre_commit, &files, "");
    // As fast to build as can be, and the dependencies stay for the next run.
    let settings = [
        (
            "CARGO_TARGET_DIR",
            root().join("target/installed").into_os_string(),
        ),
        ("CARGO_PROFILE_RELEASE_LTO", "off".into()),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0".into()),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16".into()),
    ];
    let home = tempfile::tempdir().expect("a temporary folder");
    let commit = || {
        passes(&repository.git(&["add", "-A"]));
        let mut command = Command::new("git");
        command
            .args(["commit", "-m", "change"])
            .current_dir(repository.path());
        git_free(&mut command)
            .envs(settings.iter().cloned())
            .env("PRE_COMMIT_HOME", home.path());
        command.output().expect("git runs")
    };
    repository.model("email String?");
    repository.migration(
        "20240102000000_email",
        "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"email\" TEXT;\n",
    );
    passes(&commit());
    repository.model("email String?\n  name String");
    repository.migration(
        "20240103000000_name",
        "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"name\" TEXT NOT NULL;\n",
    );
    blocked(&commit(), "not-null-without-default");
}
