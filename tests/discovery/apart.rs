//! Layouts in which the parts of a history lie apart, found without configuration.

use super::{load, one, summary};

#[test]
fn ups_and_downs_may_lie_apart() {
    let files = [
        ("a/src/m20240101_a_up.sql", "A;"),
        ("a/src/m20240101_a_down.sql", "B;"),
        ("a/src/m20240102_b_up.sql", "C;"),
        ("b/db/migrations_up/001_a.sql", "A;"),
        ("b/db/migrations_up/002_b.sql", "B;"),
        ("b/db/migrations_down/001_back.sql", "C;"),
        ("c/migrations/up/1_a.sql", "A;"),
        ("c/migrations/down/1_a.sql", "B;"),
        // Words that only end like that.
        ("d/migrations/1_sign_up.sql", "A;"),
        ("d/migrations/2_break_down.sql", "B;"),
    ];
    let project = load(&files, &[]);
    let all: Vec<String> = project.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        [
            "a/src plain postgres: m20240101_a~ m20240102_b",
            "b/db/migrations_up plain postgres: 001_a~ 002_b",
            "c/migrations/up plain postgres: 1_a~",
            "d/migrations plain postgres: 1_sign_up 2_break_down",
        ]
    );
    assert!(project.sets[1].belongs("b/db/migrations_down/001_back.sql"));
}

#[test]
fn graphile_migrate() {
    let set = one(&[
        (".gmrc", "{}"),
        (
            "migrations/committed/000001.sql",
            "--! Previous: -\n--! Hash: sha1:a\n\nA;\n",
        ),
        (
            "migrations/committed/000002-b.sql",
            "--! no-transaction\n--! Previous: sha1:a\n--! Hash: sha1:b\n\nB;\n",
        ),
        ("migrations/current.sql", "-- Enter migration here\nC;\n"),
    ]);
    assert_eq!(
        summary(&set),
        "migrations/committed graphile-migrate postgres: 000001 000002-b! current"
    );
    let empty = one(&[
        (
            "migrations/committed/000001.sql",
            "--! Previous: -\n--! Hash: sha1:a\n\nA;\n",
        ),
        ("migrations/current.sql", "-- Enter migration here\n"),
    ]);
    assert_eq!(empty.migrations.len(), 1);
    assert!(empty.belongs("migrations/current.sql"));
}

#[test]
fn folders_of_releases_are_one_history() {
    let set = one(&[
        ("migrations/v1.0.0/001_a.sql", "A;"),
        ("migrations/v1.10.0/001_d.sql", "D;"),
        ("migrations/v1.2.0/001_b.sql", "B;"),
        ("migrations/v1.2.0/010_c.sql", "C;"),
        ("migrations/v1.2.0/README.md", ""),
    ]);
    assert_eq!(
        summary(&set),
        "migrations plain postgres: v1.0.0/001_a v1.2.0/001_b v1.2.0/010_c v1.10.0/001_d"
    );
    assert!(set.fragment.is_none());
    let later = one(&[("db/2.1/001_a.sql", "A;"), ("db/2.2/001_b.sql", "B;")]);
    assert!(later.fragment.is_some());
}

#[test]
fn folders_of_deltas_are_one_history() {
    let set = one(&[
        ("schema/main/delta/9/01_a.sql", "A;"),
        ("schema/main/delta/58/05_b.sql.postgres", "B;"),
        ("schema/main/delta/58/05_b.sql.sqlite", "B;"),
        ("schema/main/delta/58/06_c.py", "run()"),
        ("schema/main/delta/58/10_d.sql", "D;"),
        ("db/migrations.md", ""),
    ]);
    assert_eq!(
        summary(&set),
        "schema/main/delta plain postgres: 9/01_a 58/10_d"
    );
    let skipped: Vec<&str> = set.skipped.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        skipped,
        [
            "schema/main/delta/58/05_b.sql.postgres",
            "schema/main/delta/58/05_b.sql.sqlite",
            "schema/main/delta/58/06_c.py"
        ]
    );
    // The versions between which each leads; before the first one there was a schema.
    let ranges = one(&[
        ("sql/mysql/delta/v040-v050/config.sql", "A;"),
        ("sql/mysql/delta/v060-v062/config-after.sql", "C;"),
        ("sql/mysql/delta/v060-v062/config.sql", "B;"),
    ]);
    assert_eq!(
        summary(&ranges),
        "sql/mysql/delta plain mysql: v040-v050/config v060-v062/config v060-v062/config-after"
    );
    assert!(ranges.fragment.is_some());
}

#[test]
fn a_dump_is_no_step_of_a_folder_without_numbers() {
    const DUMP: &str = "--\n-- PostgreSQL database dump\n--\nCREATE TABLE a (id int);";
    let dumps = [
        ("migrations/app.sql", DUMP),
        ("migrations/timetables.sql", DUMP),
        ("migrations/0001_a/up.sql", "A;"),
        ("migrations/0001_a/down.sql", "B;"),
    ];
    let set = one(&dumps[..2]);
    assert_eq!(set.migrations.len(), 0);
    assert_eq!(set.skipped.len(), 2);
    // The only file is what the history begins with, unless it says otherwise.
    assert_eq!(one(&dumps[..1]).migrations.len(), 1);
    assert_eq!(
        one(&[("migrations/db-dump.sql", DUMP), ("migrations/a.sql", "A;")])
            .migrations
            .len(),
        1
    );
    let numbered = [("migrations/1_a.sql", DUMP), ("migrations/2_b.sql", DUMP)];
    assert_eq!(one(&numbered).migrations.len(), 2);
}

#[test]
fn callbacks_of_flyway_are_called_so() {
    let set = one(&[
        ("db/migration/V1__a.sql", "A;"),
        ("db/migration/V2__b.sql", "A;"),
        ("db/migration/V3__c.sql", "A;"),
        ("db/migration/V4__d.sql", "A;"),
        ("db/migration/afterMigrateApplied__000_views.sql", "B;"),
        ("db/migration/createSchema.sql", "C;"),
        ("db/migration/beforehand.sql", "D;"),
    ]);
    let callbacks = set
        .skipped
        .iter()
        .map(|file| file.reason.starts_with("a callback"));
    assert_eq!(callbacks.collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn what_is_not_read_is_named_by_its_language() {
    let project = load(
        &[
            ("crates/migration/src/m20220101_000001_a.rs", "fn a() {}"),
            ("app/alembic/versions/e2412789c190_a.py", "revision = 1"),
            (
                "src/main/resources/db/changelog/a.yaml",
                "databaseChangeLog:\n",
            ),
            ("docs/changelog.yaml", "- fixed\n"),
            (
                "src/main/resources/liquibase/001-first.xml",
                "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\"/>",
            ),
        ],
        &[],
    );
    let said = project
        .unsupported
        .iter()
        .map(|other| other.reason.as_str());
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            "migrations in Python, which driftlint does not read",
            "migrations in Rust, which driftlint does not read",
            "changelogs of Liquibase's, which driftlint does not read",
            "changelogs of Liquibase's, which driftlint does not read",
        ]
    );
}

#[test]
fn a_folder_of_another_server_beside_ours_is_that_servers() {
    let text = "ALTER TABLE a ADD COLUMN IF NOT EXISTS `b` VARCHAR(255);";
    let files = [
        ("src/main/resources/db/migration/h2/V1__a.sql", text),
        ("src/main/resources/db/migration/mysql/V1__a.sql", text),
    ];
    let project = load(&files, &[]);
    let all: Vec<String> = project.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        ["src/main/resources/db/migration/mysql flyway mysql: V1__a"]
    );
    assert!(project.unsupported[0].reason.contains("H2"));
}

#[test]
fn sqitch() {
    let plan = "%syntax-version=1.0.0\n%project=shop\n\n\
        zoo 2026-01-01T00:00:00Z A <a@example.org> # first\n\
        fn/feed [zoo] 2026-01-01T00:00:00Z A <a@example.org>\n\
        @v1 2026-01-01T00:00:00Z A <a@example.org>\n\
        fn/feed [fn/feed@v1] 2026-01-01T00:00:00Z A <a@example.org>\n";
    let files = [
        ("db/sqitch.conf", "[core]\n\tengine = sqlite\n"),
        ("db/sqitch.plan", plan),
        ("db/deploy/fn/feed.sql", "C;"),
        ("db/deploy/fn/feed@v1.sql", "B;"),
        ("db/deploy/old.sql", "D;"),
        ("db/deploy/zoo.sql", "A;"),
        ("db/revert/fn/feed@v1.sql", "B;"),
        ("db/revert/zoo.sql", "A;"),
        ("db/verify/fn/feed.sql", "SELECT 1;"),
        ("db/verify/zoo.sql", "SELECT 1;"),
    ];
    let set = one(&files);
    assert_eq!(
        summary(&set),
        "db/deploy sqitch sqlite: zoo~ fn/feed@v1~ fn/feed"
    );
    assert_eq!(set.dialect_from, "`engine` in sqitch.conf");
    let skipped: Vec<&str> = set.skipped.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(skipped, ["db/deploy/old.sql"]);
    for named in [
        "db/deploy/zoo.sql",
        "db/revert/fn/feed@v1.sql",
        "db/verify/zoo.sql",
        "db/sqitch.plan",
    ] {
        let project = load(&files, &[named]);
        assert_eq!(project.sets.len(), 1, "{named}");
        assert_eq!(project.sets[0].migrations.len(), 3, "{named}");
    }
    // One plan for several servers, and one whose scripts lie elsewhere.
    let several = load(
        &[
            (
                "sqitch.conf",
                "[engine \"pg\"]\n  top_dir = pg\n[engine \"firebird\"]\n  top_dir = fb\n",
            ),
            ("sqitch.plan", plan),
            ("fb/deploy/zoo.sql", "A;"),
            ("fb/revert/zoo.sql", "A;"),
            ("pg/deploy/zoo.sql", "A;"),
            ("pg/revert/zoo.sql", "A;"),
            ("other/sqitch.plan", plan),
            ("other/scripts/zoo.sql", "A;"),
        ],
        &[],
    );
    let all: Vec<String> = several.sets.iter().map(summary).collect();
    assert_eq!(all, ["pg/deploy sqitch postgres: zoo~"]);
    assert_eq!(several.unsupported[0].reason, "written for Firebird");
    assert_eq!(several.unmigrated[0].path, "other/sqitch.plan");
}
