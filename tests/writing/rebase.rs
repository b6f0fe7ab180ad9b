//! Two branches that both added a migration, in every layout and in every state that git stops in.

use std::process::Command;

use super::repository::Repo;

const TABLE: &str = "CREATE TABLE a (id integer PRIMARY KEY, c text);\n";
const OURS: &str = "ALTER TABLE a ADD COLUMN ours text;\n";
const THEIRS: &str = "ALTER TABLE a ADD COLUMN theirs text;\n";
const BACK: &str = "ALTER TABLE a DROP COLUMN ours;\n";

type Files = Vec<(&'static str, String)>;

/// A project of which two branches went on.
struct Branches {
    base: Files,
    ours: Files,
    theirs: Files,
    /// The files that take the place of ours, as far as no clock is in their names.
    after: &'static [&'static str],
}

/// How the two branches come together.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Joined {
    /// Not at all so far.
    Apart,
    Merging,
    Merged,
    Rebased,
}

fn goose(up: &str, down: &str) -> String {
    format!("-- +goose Up\n{up}-- +goose Down\n{down}")
}

fn owned(files: &[(&'static str, &str)]) -> Files {
    let one = |(name, text): &(&'static str, &str)| (*name, (*text).to_owned());
    files.iter().map(one).collect()
}

fn layouts() -> Vec<(&'static str, Branches)> {
    let drop_table = "DROP TABLE a;\n";
    vec![
        (
            "golang-migrate",
            Branches {
                base: owned(&[
                    ("m/000001_init.up.sql", TABLE),
                    ("m/000001_init.down.sql", drop_table),
                ]),
                ours: owned(&[
                    ("m/000002_ours.up.sql", OURS),
                    ("m/000002_ours.down.sql", BACK),
                ]),
                theirs: owned(&[
                    ("m/000002_theirs.up.sql", THEIRS),
                    (
                        "m/000002_theirs.down.sql",
                        "ALTER TABLE a DROP COLUMN theirs;\n",
                    ),
                ]),
                after: &["m/000003_ours.up.sql", "m/000003_ours.down.sql"],
            },
        ),
        (
            "goose",
            Branches {
                base: vec![("m/00001_init.sql", goose(TABLE, drop_table))],
                ours: vec![("m/00002_ours.sql", goose(OURS, BACK))],
                theirs: vec![(
                    "m/00002_theirs.sql",
                    goose(THEIRS, "ALTER TABLE a DROP COLUMN theirs;\n"),
                )],
                after: &["m/00003_ours.sql"],
            },
        ),
        (
            "plain, with a way back of its own",
            Branches {
                base: owned(&[("migrations/001_init.sql", TABLE)]),
                ours: owned(&[
                    ("migrations/002_ours.sql", OURS),
                    ("migrations/002_ours-rollback.sql", BACK),
                ]),
                theirs: owned(&[("migrations/002_theirs.sql", THEIRS)]),
                after: &[
                    "migrations/003_ours.sql",
                    "migrations/003_ours-rollback.sql",
                ],
            },
        ),
        (
            "flyway, with an undo",
            Branches {
                base: owned(&[("db/migration/V1__init.sql", TABLE)]),
                ours: owned(&[
                    ("db/migration/V2__ours.sql", OURS),
                    ("db/migration/U2__ours.sql", BACK),
                ]),
                theirs: owned(&[("db/migration/V2__theirs.sql", THEIRS)]),
                after: &["db/migration/V3__ours.sql", "db/migration/U3__ours.sql"],
            },
        ),
        (
            "diesel",
            Branches {
                base: owned(&[
                    ("migrations/2024-01-01-000000_init/up.sql", TABLE),
                    ("migrations/2024-01-01-000000_init/down.sql", drop_table),
                ]),
                ours: owned(&[
                    ("migrations/2024-01-02-000000_ours/up.sql", OURS),
                    ("migrations/2024-01-02-000000_ours/down.sql", BACK),
                ]),
                theirs: owned(&[
                    ("migrations/2024-01-03-000000_theirs/up.sql", THEIRS),
                    (
                        "migrations/2024-01-03-000000_theirs/down.sql",
                        "ALTER TABLE a DROP COLUMN theirs;\n",
                    ),
                ]),
                after: &[],
            },
        ),
        (
            "prisma",
            Branches {
                base: owned(&[
                    (
                        "prisma/migrations/migration_lock.toml",
                        "provider = \"postgresql\"\n",
                    ),
                    ("prisma/migrations/20240101000000_init/migration.sql", TABLE),
                ]),
                ours: owned(&[("prisma/migrations/20240102000000_ours/migration.sql", OURS)]),
                theirs: owned(&[(
                    "prisma/migrations/20240103000000_theirs/migration.sql",
                    THEIRS,
                )]),
                after: &[],
            },
        ),
        (
            "supabase",
            Branches {
                base: owned(&[
                    ("supabase/config.toml", "project_id = \"x\"\n"),
                    ("supabase/migrations/20240101000000_init.sql", TABLE),
                ]),
                ours: owned(&[("supabase/migrations/20240102000000_ours.sql", OURS)]),
                theirs: owned(&[("supabase/migrations/20240103000000_theirs.sql", THEIRS)]),
                after: &[],
            },
        ),
    ]
}

fn joined(branches: &Branches, how: Joined) -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let commit = |files: &Files, message: &str| {
        for (name, text) in files {
            repo.write(name, text);
        }
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", message]);
    };
    commit(&branches.base, "base");
    repo.git(&["checkout", "-qb", "feature"]);
    commit(&branches.ours, "ours");
    repo.git(&["checkout", "-q", "main"]);
    commit(&branches.theirs, "theirs");
    repo.git(&["checkout", "-q", "feature"]);
    match how {
        Joined::Apart => String::new(),
        Joined::Merging => repo.git(&["merge", "-q", "--no-commit", "main"]),
        Joined::Merged => repo.git(&["merge", "-q", "-m", "merge", "main"]),
        Joined::Rebased => repo.git(&["rebase", "-q", "main"]),
    };
    repo
}

fn run(repo: &Repo, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    let output = command.args(arguments).current_dir(repo.path()).output();
    let output = output.expect("driftlint runs");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn this_branch_comes_last_in_every_layout() {
    for (name, branches) in layouts() {
        for how in [Joined::Merging, Joined::Merged, Joined::Rebased] {
            let repo = joined(&branches, how);
            let (code, text) = run(&repo, &["rebase", "--yes"]);
            assert_eq!(code, Some(0), "{name}, {how:?}: {text}");
            assert!(text.contains("ours becomes "), "{name}, {how:?}: {text}");
            for (path, _) in &branches.ours {
                assert!(!repo.path().join(path).exists(), "{name}: {path} is left");
            }
            for path in branches.after {
                assert!(repo.path().join(path).exists(), "{name}: {path}: {text}");
            }
            for (path, _) in branches.theirs.iter().chain(&branches.base) {
                assert!(repo.path().join(path).exists(), "{name}: {path} is gone");
            }
            let (code, text) = run(&repo, &["check", "--all", "--fail-on", "error"]);
            assert_eq!(code, Some(0), "{name}, {how:?}: {text}");
            // Names that are times are not counted on each time that somebody asks.
            let (code, text) = run(&repo, &["rebase", "--yes"]);
            assert_eq!(code, Some(0), "{name}, {how:?}: {text}");
            assert!(text.starts_with("nothing to rebase"), "{name}: {text}");
        }
    }
}

fn plain(ours: &str, theirs: &str) -> Branches {
    Branches {
        base: owned(&[("migrations/001_init.sql", TABLE)]),
        ours: vec![("migrations/002_ours.sql", ours.to_owned())],
        theirs: vec![("migrations/002_theirs.sql", theirs.to_owned())],
        after: &[],
    }
}

#[test]
fn what_both_branches_changed_is_said() {
    let type_of = |length: u32| format!("ALTER TABLE a ALTER COLUMN c TYPE varchar({length});\n");
    let drop = "ALTER TABLE a DROP COLUMN c;\n";
    let cases = [
        (
            type_of(10),
            type_of(20),
            "changes the type of `public.a.c` to `character varying(10)`, and the other branch changed it to `character varying(20)`",
        ),
        (
            drop.to_owned(),
            type_of(20),
            "drops column `public.a.c`, although the other branch changed the type of `public.a.c`",
        ),
        (
            "DROP TABLE a;\n".to_owned(),
            THEIRS.to_owned(),
            "drops table `public.a`, although the other branch changed column `public.a.theirs`",
        ),
    ];
    for (ours, theirs, said) in cases {
        for how in [Joined::Merging, Joined::Merged, Joined::Rebased] {
            let repo = joined(&plain(&ours, &theirs), how);
            let (code, text) = run(&repo, &["rebase", "--yes"]);
            assert_eq!(code, Some(0), "{how:?}: {text}");
            assert!(text.contains(said), "{how:?}: {said}: {text}");
        }
    }
    let repo = joined(&plain(OURS, THEIRS), Joined::Merging);
    let (_, text) = run(&repo, &["rebase", "--yes"]);
    assert!(!text.contains("the other branch"), "{text}");
}

#[test]
fn what_cannot_run_after_the_other_branch_is_not_written() {
    for (ours, theirs, said) in [
        (OURS, OURS, "column `ours` of table `a` already exists"),
        (
            "ALTER TABLE a ALTER COLUMN c SET NOT NULL;\n",
            "ALTER TABLE a DROP COLUMN c;\n",
            "column `c` of table `a` does not exist",
        ),
    ] {
        let repo = joined(&plain(ours, theirs), Joined::Merging);
        let (code, text) = run(&repo, &["rebase", "--yes"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("nothing is written"), "{text}");
        assert!(text.contains(said), "{text}");
        assert!(repo.path().join("migrations/002_ours.sql").exists());
        assert!(!repo.path().join("migrations/003_ours.sql").exists());
    }
}

#[test]
fn the_other_branch_has_to_be_here() {
    let repo = joined(&plain(OURS, THEIRS), Joined::Apart);
    let (code, text) = run(&repo, &["rebase", "--yes"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is not here yet"), "{text}");
    assert!(repo.path().join("migrations/002_ours.sql").exists());
}
