//! What is listed and what is not: one line for each difference, `-` for what only the left side
//! has, `+` for what only the right one has, `~` for what both have; `?` stands after what is a
//! warning.

mod alike;
mod languages;

use Dialect::{MySql, Postgres, Sqlite};

use super::{Presence, Side, diff};
use crate::catalog::Catalog;
use crate::diagnostic::Severity;
use crate::replay::{Replay, Step};
use crate::schema::{Declared, Language, dump};
use crate::source::{Source, Span};
use crate::sql::{Dialect, Unit, Versions, script};
use crate::tool::Tool;

/// What migrations make.
fn migrated(dialect: Dialect, sql: &str) -> Catalog {
    let (versions, source) = (Versions::default(), Source::new("0001_a.sql", sql));
    let script = script(
        &source,
        Span::new(0, sql.len()),
        dialect,
        versions,
        Unit::Statement,
    );
    let mut replay = Replay::new(dialect, versions, Tool::Plain);
    replay.begin(&Step::bare(0, &script.statements));
    for statement in &script.statements {
        assert!(
            !statement.changes.is_empty(),
            "not understood: {}",
            statement.text()
        );
        let refused = replay.statement(0, statement);
        assert!(refused.is_empty(), "{}: {refused:?}", statement.text());
    }
    replay.into_catalog()
}

/// What somebody declares, as far as the language can say it.
fn declared(language: Language, dialect: Dialect, sql: &str) -> Declared {
    let mut declared = dump::read(
        &[Source::new("schema.sql", sql)],
        dialect,
        Versions::default(),
    );
    declared.language = language;
    declared
}

fn lines(left: Side, right: Side) -> Vec<String> {
    let line = |it: super::Difference| {
        let sign = match it.direction {
            Presence::LeftOnly => '-',
            Presence::RightOnly => '+',
            Presence::Differs => '~',
        };
        let doubt = if it.severity == Severity::Warning {
            "?"
        } else {
            ""
        };
        format!(
            "{sign} {} {} {}{doubt}",
            it.slot.part.kind(),
            it.slot.owner.name,
            it.name
        )
    };
    diff(left, right).into_iter().map(line).collect()
}

/// Two catalogs.
fn compare(dialect: Dialect, left: &str, right: &str) -> Vec<String> {
    lines(
        Side::migrated(&migrated(dialect, left)),
        Side::migrated(&migrated(dialect, right)),
    )
}

/// A declaration and migrations.
fn drift(language: Language, dialect: Dialect, schema: &str, migrations: &str) -> Vec<String> {
    lines(
        Side::declared(&declared(language, dialect, schema)),
        Side::migrated(&migrated(dialect, migrations)),
    )
}

const BASE: &str = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL);";

#[test]
fn what_one_side_lacks_is_listed_once_and_is_an_error() {
    let all = [Postgres, MySql, Sqlite].as_slice();
    let postgres = [Postgres].as_slice();
    let alters = [Postgres, MySql].as_slice();
    for (dialects, extra, expected) in [
        (
            all,
            "CREATE TABLE z (id int PRIMARY KEY, a int NOT NULL DEFAULT 1 UNIQUE, CHECK (a > 0));",
            "table z z",
        ),
        (all, "ALTER TABLE t ADD COLUMN c int;", "column t c"),
        (all, "CREATE INDEX i ON t (a);", "index t i"),
        (all, "CREATE UNIQUE INDEX u ON t (a);", "unique t u"),
        (all, "CREATE VIEW v AS SELECT id FROM t;", "view v v"),
        (
            alters,
            "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);",
            "unique t u",
        ),
        (
            alters,
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES o (id);",
            "foreign_key t f",
        ),
        (
            alters,
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
            "check t c",
        ),
        (
            postgres,
            "CREATE INDEX i ON t (lower(a::text)) WHERE a > 0;",
            "index t i",
        ),
        (
            postgres,
            "CREATE UNIQUE INDEX u ON t (a) WHERE b > 0;",
            "unique t u",
        ),
        (postgres, "CREATE TYPE e AS ENUM ('x');", "enum e e"),
        (
            postgres,
            "CREATE MATERIALIZED VIEW v AS SELECT id FROM t;",
            "view v v",
        ),
    ] {
        for &dialect in dialects {
            let with = format!("{BASE} {extra}");
            assert_eq!(
                compare(dialect, &with, BASE),
                [format!("- {expected}")],
                "{extra}"
            );
            assert_eq!(
                compare(dialect, BASE, &with),
                [format!("+ {expected}")],
                "{extra}"
            );
            assert_eq!(compare(dialect, &with, &with), [""; 0], "{extra}");
        }
    }
    let keyed = "CREATE TABLE t (id int NOT NULL PRIMARY KEY);";
    let bare = "CREATE TABLE t (id int NOT NULL);";
    for &dialect in all {
        assert_eq!(compare(dialect, keyed, bare), ["- primary_key t id"]);
        assert_eq!(compare(dialect, bare, keyed), ["+ primary_key t id"]);
    }
    let labels = [
        "CREATE TYPE e AS ENUM ('x', 'y');",
        "CREATE TYPE e AS ENUM ('z', 'x');",
    ];
    assert_eq!(
        compare(Postgres, labels[0], labels[1]),
        ["- enum_value e y", "+ enum_value e z"]
    );
}

#[test]
fn what_both_sides_have_differs_by_its_weight() {
    for (dialect, left, right, expected) in [
        (Postgres, "a int", "a text", "~ type t a"),
        (Postgres, "a varchar(10)", "a varchar(20)", "~ type t a"),
        (Postgres, "a text", "a text[]", "~ type t a"),
        (MySql, "a int", "a int unsigned", "~ type t a"),
        (Sqlite, "a text", "a blob", "~ type t a"),
        (Postgres, "a int", "a int NOT NULL", "~ nullable t a"),
        // Rows that are written from now on get another value, and nothing fails.
        (
            Postgres,
            "a int DEFAULT 1",
            "a int DEFAULT 2",
            "~ default t a?",
        ),
        (Postgres, "a int DEFAULT 1", "a int", "~ default t a?"),
        (
            Sqlite,
            "a text DEFAULT 'x'",
            "a text DEFAULT 'y'",
            "~ default t a?",
        ),
        // Who counts on a number gets none.
        (Postgres, "a int NOT NULL", "a serial", "~ default t a"),
        (
            Postgres,
            "a int NOT NULL",
            "a int GENERATED ALWAYS AS IDENTITY",
            "~ default t a",
        ),
        (
            MySql,
            "a int NOT NULL, KEY (a)",
            "a int NOT NULL AUTO_INCREMENT, KEY (a)",
            "~ default t a",
        ),
        (
            Postgres,
            "a int, b int GENERATED ALWAYS AS (a + 1) STORED",
            "a int, b int GENERATED ALWAYS AS (a + 2) STORED",
            "~ default t b",
        ),
        (
            Postgres,
            "a int NOT NULL, b int NOT NULL, PRIMARY KEY (a)",
            "a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)",
            "~ primary_key t a",
        ),
        (
            Postgres,
            "a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)",
            "a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id) ON DELETE CASCADE",
            "~ foreign_key t f",
        ),
        (
            Postgres,
            "a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)",
            "a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
            "~ foreign_key t f",
        ),
    ] {
        let table = |columns: &str| {
            format!(
                "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t ({columns});"
            )
        };
        assert_eq!(
            compare(dialect, &table(left), &table(right)),
            [expected],
            "{left} | {right}"
        );
        assert_eq!(
            compare(dialect, &table(right), &table(left)).len(),
            1,
            "{right} | {left}"
        );
    }
    let index = |columns: &str| format!("{BASE} CREATE INDEX i ON t ({columns});");
    assert_eq!(
        compare(Postgres, &index("a"), &index("a, b")),
        ["~ index t i"]
    );
    assert_eq!(
        compare(Postgres, &index("a, b"), &index("b, a")),
        ["~ index t i"]
    );
    assert_eq!(
        compare(Postgres, &index("a"), &index("a DESC")),
        ["~ index t i"]
    );
}

#[test]
fn what_differs_in_an_index_can_be_seen() {
    let table = "CREATE TABLE t (a text, b text);";
    for (dialect, left, right) in [
        (
            Postgres,
            "USING gin ((a::jsonb))",
            "USING gin ((a::jsonb) jsonb_path_ops)",
        ),
        (Postgres, "(a text_pattern_ops DESC)", "(a DESC)"),
        (Postgres, "(a) INCLUDE (b)", "(a)"),
        (Postgres, "(a DESC NULLS LAST)", "(a DESC)"),
        (MySql, "(a(10))", "(a(20))"),
    ] {
        let [left, right] = [left, right]
            .map(|rest| migrated(dialect, &format!("{table} CREATE INDEX i ON t {rest};")));
        let found = diff(Side::migrated(&left), Side::migrated(&right));
        let [difference] = found.as_slice() else {
            panic!("one difference: {found:?}")
        };
        assert_ne!(difference.left, difference.right, "{found:?}");
    }
}

#[test]
fn a_unique_key_says_whether_null_is_one_value() {
    let table = |kind: &str, nulls: &str| {
        format!(
            "CREATE TABLE t (a int {kind}, b int NOT NULL, CONSTRAINT k UNIQUE {nulls} (b, a));"
        )
    };
    let (plain, counted) = (table("", ""), table("", "NULLS NOT DISTINCT"));
    for (language, expected) in [
        (Language::of(Tool::Drizzle), Some("~ unique t k")),
        (Language::of(Tool::Plain), Some("~ unique t k")),
        (Language::of(Tool::Prisma), None),
    ] {
        assert_eq!(
            drift(language, Postgres, &plain, &counted),
            Vec::from_iter(expected)
        );
        assert_eq!(drift(language, Postgres, &counted, &counted), [""; 0]);
    }
    // Where nothing can be NULL, it is all the same.
    assert_eq!(
        compare(
            Postgres,
            &table("NOT NULL", ""),
            &table("NOT NULL", "NULLS NOT DISTINCT")
        ),
        [""; 0]
    );
    let index = "CREATE TABLE t (a int, b int NOT NULL); CREATE UNIQUE INDEX k ON t (b, a) NULLS NOT DISTINCT;";
    assert_eq!(compare(Postgres, index, &counted), [""; 0]);
    assert_eq!(compare(Postgres, index, &plain), ["~ unique t k"]);
}

#[test]
fn the_order_is_that_of_the_names() {
    let statements = [
        "CREATE TABLE c (id int, x int, CHECK (x > 0));",
        "CREATE TABLE a (id int, z int, y int);",
        "CREATE TABLE b (id int); CREATE INDEX n ON b (id); CREATE INDEX m ON b (id);",
        "CREATE TYPE e AS ENUM ('x');",
        "CREATE VIEW v AS SELECT 1 AS one;",
    ];
    let base = "CREATE TABLE a (id int); CREATE TABLE b (id int);";
    let forwards = compare(Postgres, &statements.concat(), base);
    let backwards: String = statements.iter().rev().copied().collect();
    assert_eq!(forwards, compare(Postgres, &backwards, base));
    let expected = [
        "- column a z",
        "- column a y",
        "- index b n",
        "- index b m",
        "- table c c",
        "- enum e e",
        "- view v v",
    ];
    assert_eq!(forwards, expected);
}
