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
