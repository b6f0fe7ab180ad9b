//! What is no set, no pair, or only a part of one.

use super::{load, one, summary};

#[test]
fn plain_files_are_numbered_or_lie_in_migrations() {
    let set = one(&[
        ("sql/10.sql", "AUTOINCREMENT"),
        ("sql/9-b.sql", ""),
        ("sql/schema.sql", ""),
    ]);
    assert_eq!(summary(&set), "sql plain sqlite: 9-b 10");
    assert_eq!(
        summary(&one(&[("x/migrations/init.sql", "")])),
        "x/migrations plain postgres: init"
    );
    for files in [
        ["queries/1_a.sql", "queries/2_b.sql"],
        ["db/seeds/01_users.sql", "db/seeds/02_posts.sql"],
        ["src/a.sql", "src/2_b.sql"],
        ["one/1_a.sql", "two/1_a.sql"],
        ["fixtures/migrations/1_a.sql", "vendor/x/migrations/1_a.sql"],
        ["tools/migrate/backfill.sql", "docs/migration.sql"],
    ] {
        let project = load(&files.map(|path| (path, "SELECT 1")), &[]);
        assert!(project.sets.is_empty(), "{files:?}: {:?}", project.sets);
    }
}

#[test]
fn servers_of_other_kinds_are_named_and_not_judged() {
    let project = load(
        &[
            ("clickhouse/migrations/1_a.up.sql", ""),
            (
                "events/migrations/1.sql",
                "CREATE TABLE e (d Date) ENGINE = MergeTree ORDER BY d",
            ),
            (
                "prisma/migrations/migration_lock.toml",
                "provider = \"sqlserver\"",
            ),
            ("prisma/migrations/1_a/migration.sql", ""),
        ],
        &[],
    );
    assert!(project.sets.is_empty());
    let all: Vec<_> = project
        .unsupported
        .iter()
        .map(|other| (other.folder.as_str(), other.reason.as_str()))
        .collect();
    assert_eq!(
        all,
        [
            ("clickhouse/migrations", "written for ClickHouse"),
            ("events/migrations", "written for ClickHouse"),
            ("prisma/migrations", "written for SQL Server"),
        ]
    );
}

#[test]
fn a_path_selects_the_sets_it_lies_in() {
    let files = [
        ("a/prisma/schema.prisma", ""),
        ("a/prisma/migrations/1_a/migration.sql", ""),
        ("a/prisma/migrations/2_b/migration.sql", ""),
        ("b/migrations/1_a.up.sql", ""),
        ("fixtures/p/migrations/1_a.sql", ""),
        ("loose/fix.sql", "SELECT 1"),
        ("odd/alpha.sql", ""),
        ("odd/beta.sql", ""),
    ];
    for (path, expected) in [
        ("a", "a/prisma/migrations prisma postgres: 1_a 2_b"),
        (
            "a/prisma/migrations",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/migrations/2_b",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/migrations/2_b/migration.sql",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/schema.prisma",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "b/migrations/1_a.up.sql",
            "b/migrations golang-migrate postgres: 1_a",
        ),
        ("fixtures/p", "fixtures/p/migrations plain postgres: 1_a"),
        ("loose/fix.sql", "loose plain postgres: fix"),
        ("odd", "odd plain postgres: alpha beta"),
        ("odd/beta.sql", "odd plain postgres: beta"),
    ] {
        let found: Vec<String> = load(&files, &[path]).sets.iter().map(summary).collect();
        assert_eq!(found, [expected], "{path}");
    }
    assert!(load(&files, &["nowhere"]).sets.is_empty());
}

#[test]
fn a_pointer_is_no_migration() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let set = one(&[
        ("migrations/1_a.sql", pointer),
        ("migrations/2_b.sql", "B;"),
    ]);
    assert_eq!(set.migrations.len(), 1);
    assert!(set.skipped[0].reason.contains("LFS"), "{:?}", set.skipped);
}

#[test]
fn a_habit_of_up_without_any_down_is_no_pair() {
    let set = one(&[
        ("migrations/1_a.up.sql", "A;"),
        ("migrations/2_b.sql", "B;"),
        ("migrations/3_c.up.sql", "C;"),
    ]);
    assert_eq!(
        summary(&set),
        "migrations plain postgres: 1_a.up 2_b 3_c.up"
    );
}

#[test]
fn an_up_and_a_down_of_one_version_are_a_pair_whatever_their_names() {
    let set = one(&[
        ("migrations/1_a..up.sql", "A;"),
        ("migrations/1_a.down.sql", "-A;"),
        ("migrations/2_b.up.sql", "B;"),
    ]);
    assert_eq!(
        summary(&set),
        "migrations golang-migrate postgres: 1_a.~ 2_b"
    );
}

#[test]
fn the_folder_of_one_release_is_a_fragment_of_the_history() {
    let project = load(
        &[
            ("migration/0.17/00_a.sql", "A;"),
            ("migration/0.17/01_b.sql", "B;"),
            ("migrations/1_c.sql", "C;"),
        ],
        &[],
    );
    let fragments: Vec<bool> = project
        .sets
        .iter()
        .map(|set| set.fragment.is_some())
        .collect();
    assert_eq!(fragments, [true, false]);
}

#[test]
fn migrations_of_tests_are_judged_where_they_are_named() {
    let files = [
        ("db/migrations/0001_a.up.sql", "A;"),
        ("db/migrations/0001_a.down.sql", "B;"),
        ("tests/migrations/0001_b.up.sql", "A;"),
        ("app/src/test/resources/db/migration/V1__c.sql", "C;"),
        ("e2e/prisma/migrations/20240101000000_d/migration.sql", "D;"),
        ("latest/migrations/0001_e.up.sql", "E;"),
    ];
    let folders = |paths: &[&str]| -> Vec<String> {
        let project = load(&files, paths);
        project.sets.into_iter().map(|set| set.folder).collect()
    };
    assert_eq!(folders(&[]), ["db/migrations", "latest/migrations"]);
    assert_eq!(folders(&["tests/migrations"]), ["tests/migrations"]);
    assert_eq!(
        folders(&["e2e/prisma/migrations"]),
        ["e2e/prisma/migrations"]
    );
    // Where there is nothing else, it is said that they are there.
    let alone = load(&files[2..5], &[]);
    assert!(alone.sets.is_empty());
    assert_eq!(
        alone.passed_over,
        [
            "app/src/test/resources/db/migration",
            "e2e/prisma/migrations",
            "tests/migrations"
        ]
    );
}

#[test]
fn a_prisma_schema_that_nobody_runs_is_not_compared() {
    const SCHEMA: &str =
        "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n}";
    let mut files = vec![
        ("packages/db/package.json", "{}"),
        ("packages/db/prisma/schema.prisma", SCHEMA),
        (
            "packages/db/prisma/migrations/20240101000000_a/migration.sql",
            "CREATE TABLE \"A\" (id int PRIMARY KEY);",
        ),
        ("apps/events/package.json", "{}"),
        (
            "apps/events/docs/reference/other.prisma",
            "datasource db {\n  provider = \"postgresql\"\n}\nmodel B {\n  id Int @id\n}",
        ),
    ];
    let project = load(&files, &[]);
    assert_eq!(project.sets.len(), 1);
    assert_eq!(
        project.unmigrated[0].path,
        "apps/events/docs/reference/other.prisma"
    );
    // A script that names it runs it.
    files[3].1 =
        "{\"scripts\": {\"push\": \"prisma db push --schema docs/reference/other.prisma\"}}";
    assert_eq!(load(&files, &[]).sets.len(), 2);
    // Alone, it is the schema of the project.
    assert_eq!(load(&files[4..], &[]).sets.len(), 1);
}
