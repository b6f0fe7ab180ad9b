//! What a language cannot say is no difference.

use crate::sql::Dialect::{MySql, Postgres, Sqlite};

use super::{compare, declared, drift, lines, migrated};
use crate::catalog::{ColumnName, QName};
use crate::compare::Side;
use crate::schema::{Declared, Language};
use crate::tool::Tool;

#[test]
fn a_check_that_is_written_in_sql_is_compared_also_where_an_orm_holds_it() {
    let table = |check: &str| format!("CREATE TABLE t (a int, CONSTRAINT c CHECK ({check}));");
    for (language, expected) in [
        (Language::of(Tool::Drizzle), Some("~ check t c")),
        (Language::snapshot_of(Tool::Drizzle), Some("~ check t c")),
        (Language::of(Tool::Prisma), None),
    ] {
        for dialect in [Postgres, MySql, Sqlite] {
            assert_eq!(
                drift(language, dialect, &table("t.a >= 18"), &table("a > 0")),
                Vec::from_iter(expected)
            );
            assert_eq!(
                drift(language, dialect, &table("t.a >= 18"), &table("a >= 18")),
                [""; 0]
            );
        }
    }
}

#[test]
fn a_vector_of_libsql_has_its_dimensions() {
    let vector = |kind: &str| format!("CREATE TABLE t (a {kind});");
    assert_eq!(
        compare(Sqlite, &vector("F32_BLOB(3)"), &vector("F32_BLOB(4)")),
        ["~ type t a"]
    );
    assert_eq!(
        compare(Sqlite, &vector("F32_BLOB(3)"), &vector("blob")),
        ["~ type t a"]
    );
    assert_eq!(
        compare(Sqlite, &vector("F32_BLOB(3)"), &vector("f32_blob( 3 )")),
        [""; 0]
    );
    assert_eq!(
        compare(Sqlite, &vector("text(3)"), &vector("text(4)")),
        [""; 0]
    );
}

#[test]
fn a_virtual_table_is_nothing_that_an_orm_could_declare() {
    let (schema, made) = (
        "CREATE TABLE t (a int);",
        "CREATE TABLE t (a int); CREATE VIRTUAL TABLE v USING fts5(a);",
    );
    for (language, expected) in [
        (Language::of(Tool::Drizzle), None),
        (Language::of(Tool::Prisma), None),
        (Language::of(Tool::Plain), Some("+ table v v")),
    ] {
        assert_eq!(
            drift(language, Sqlite, schema, made),
            Vec::from_iter(expected)
        );
    }
}

#[test]
fn drizzle_kit_asks_for_no_not_null_at_a_primary_key_of_sqlite() {
    let key = |columns: &str| format!("CREATE TABLE t ({columns});");
    let (bare, written) = (
        key("id text PRIMARY KEY, a text"),
        key("id text PRIMARY KEY NOT NULL, a text"),
    );
    for language in [
        Language::of(Tool::Drizzle),
        Language::snapshot_of(Tool::Drizzle),
    ] {
        assert_eq!(drift(language, Sqlite, &bare, &written), [""; 0]);
        // Before 1.0, it did.
        assert_eq!(
            drift(language, Sqlite, &written, &bare),
            ["~ nullable t id"]
        );
    }
    assert_eq!(
        drift(Language::of(Tool::Plain), Sqlite, &bare, &written),
        ["~ nullable t id"]
    );
    let (bare, written) = (
        key("id text, a text, PRIMARY KEY (id, a)"),
        key("id text NOT NULL, a text, PRIMARY KEY (id, a)"),
    );
    assert_eq!(
        drift(Language::of(Tool::Drizzle), Sqlite, &bare, &written),
        ["~ nullable t id"]
    );
}

#[test]
fn a_default_that_only_the_database_has_may_be_there_on_purpose() {
    let schema = "CREATE TABLE t (id int, a int NOT NULL);";
    let added = "CREATE TABLE t (id int); ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1;";
    let made = "CREATE TABLE t (id int, a int NOT NULL DEFAULT 1);";
    assert_eq!(
        drift(Language::of(Tool::Drizzle), Postgres, schema, added),
        [""; 0],
        "the rows that were there needed it"
    );
    assert_eq!(
        drift(Language::of(Tool::Drizzle), Postgres, schema, made),
        ["~ default t a?"]
    );
    let nullable = [
        "CREATE TABLE t (id int, a int);",
        "CREATE TABLE t (id int); ALTER TABLE t ADD COLUMN a int DEFAULT 1;",
    ];
    assert_eq!(
        drift(
            Language::of(Tool::Drizzle),
            Postgres,
            nullable[0],
            nullable[1]
        ),
        ["~ default t a?"],
        "nulls would have done"
    );
    assert_eq!(
        drift(Language::of(Tool::Drizzle), Postgres, made, schema),
        ["~ default t a?"],
        "a declared one is wanted"
    );
    // The client fills the column.
    let mut declared = declared(Language::of(Tool::Prisma), Postgres, schema);
    declared
        .client_defaults
        .insert(ColumnName::new(QName::new("public", "t"), "a"));
    assert_eq!(
        lines(
            Side::declared(&declared),
            Side::migrated(&migrated(Postgres, made))
        ),
        [""; 0]
    );
}

#[test]
fn a_language_answers_for_what_it_can_say() {
    let schema = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL);";
    let more = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, d text, CONSTRAINT k CHECK (a > 0));
                CREATE INDEX i ON t (a); CREATE INDEX p ON t (a) WHERE a > 0; CREATE UNIQUE INDEX u ON t (lower(d));
                CREATE VIEW v AS SELECT a FROM t; CREATE TYPE e AS ENUM ('x'); ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;";
    let all = [
        "+ column t d",
        "~ default t a?",
        "+ unique t u",
        "+ index t i",
        "+ index t p",
        "+ check t k",
        "+ enum e e",
        "+ view v v",
    ];
    for (language, silent) in [
        (Language::of(Tool::Plain), [].as_slice()),
        (
            Language::of(Tool::Sqlc),
            &["check", "view", "unique", "index", "default"],
        ),
        (Language::of(Tool::Drizzle), &["check", "view"]),
        (
            Language::of(Tool::Prisma),
            &["check", "view", "unique", "index t p"],
        ),
        (
            Language::of(Tool::Diesel),
            &["check", "view", "unique", "index", "enum", "default"],
        ),
    ] {
        let mut found = drift(language, Postgres, schema, more);
        let mut expected: Vec<&str> = all.to_vec();
        expected.retain(|line| !silent.iter().any(|word| line[2..].starts_with(word)));
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{language:?}");
    }
    // A view that Drizzle declares is made by drizzle-kit, unless it is too old for that. Prisma's
    // views are made by hand.
    let view =
        "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL); CREATE VIEW v AS SELECT a FROM t;";
    for (language, expected) in [
        (Language::of(Tool::Plain), ["- view v v"].as_slice()),
        (Language::of(Tool::Sqlc), &["- view v v"]),
        (Language::of(Tool::Drizzle), &["- view v v"]),
        (Language::of(Tool::Prisma), &[]),
    ] {
        assert_eq!(
            drift(language, Postgres, view, schema),
            expected,
            "{language:?}"
        );
    }
    let old = Declared {
        makes_views: false,
        ..declared(Language::of(Tool::Drizzle), Postgres, view)
    };
    assert_eq!(
        lines(
            Side::declared(&old),
            Side::migrated(&migrated(Postgres, schema))
        ),
        [""; 0]
    );
    let snapshot = declared(Language::snapshot_of(Tool::Drizzle), Postgres, view);
    let dropped = declared(Language::of(Tool::Drizzle), Postgres, schema);
    assert_eq!(
        lines(Side::declared(&dropped), Side::declared(&snapshot)),
        ["+ view v v"],
        "generate has made it"
    );
    // Nobody declares what tools and extensions make, nor a schema of which the declaration does
    // not speak.
    let others = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL); CREATE TABLE spatial_ref_sys (id int); CREATE SCHEMA s; CREATE TABLE s.x (id int);";
    assert_eq!(
        drift(Language::of(Tool::Drizzle), Postgres, schema, others),
        [""; 0]
    );
    assert_eq!(
        drift(Language::of(Tool::Plain), Postgres, schema, others),
        ["+ table x x"]
    );
    let mut foreign = declared(
        Language::of(Tool::Prisma),
        Postgres,
        "CREATE TABLE t (id int);",
    );
    foreign.foreign.insert(QName::new("public", "t"));
    assert_eq!(
        lines(
            Side::declared(&foreign),
            Side::migrated(&migrated(Postgres, "CREATE TABLE t (a text);"))
        ),
        [""; 0]
    );
}

#[test]
fn sqlite_numbers_rows_with_and_without_memory() {
    let schema = "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text);";
    let without = "CREATE TABLE t (id integer PRIMARY KEY, a text);";
    for (language, expected) in [
        (Language::of(Tool::Plain), ["~ default t id?"].as_slice()),
        (Language::of(Tool::Drizzle), &["~ default t id?"]),
        (Language::of(Tool::Prisma), &[]),
    ] {
        assert_eq!(
            drift(language, Sqlite, schema, without),
            expected,
            "{language:?}"
        );
        assert_eq!(
            drift(language, Sqlite, without, schema),
            expected,
            "{language:?}"
        );
        assert_eq!(
            drift(language, Sqlite, schema, schema),
            [""; 0],
            "{language:?}"
        );
    }
}
