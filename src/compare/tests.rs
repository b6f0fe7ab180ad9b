//! What is listed and what is not: one line for each difference, `-` for what only the left side
//! has, `+` for what only the right one has, `~` for what both have; `?` stands after what is a
//! warning.

use super::{Presence, Side, diff};
use crate::catalog::{Catalog, Knowledge, Part, QName, Slot};
use crate::diagnostic::Severity;
use crate::project::runner::Runner;
use crate::replay::{Replay, Step};
use crate::schema::{Declared, Language, dump};
use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::{Dialect, Versions, script};

use crate::tool::Tool;
use Dialect::{MySql, Postgres, Sqlite};

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
    let mut replay = Replay::new(dialect, versions, Runner::Plain);
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
        (Postgres, "USING gin (a)", "USING gin (a gin_trgm_ops)"),
        (Postgres, "(a text_pattern_ops DESC)", "(a DESC)"),
        (Postgres, "(a) INCLUDE (b)", "(a)"),
        (Postgres, "(a DESC NULLS LAST)", "(a DESC)"),
        (MySql, "(a(10))", "(a(20))"),
    ] {
        let index = |rest: &str| format!("{table} CREATE INDEX i ON t {rest};");
        let [left, right] = [left, right].map(|rest| migrated(dialect, &index(rest)));
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
fn names_spelling_and_order_are_no_difference() {
    for (left, right) in [
        (
            "id int, CONSTRAINT one PRIMARY KEY (id)",
            "id int, CONSTRAINT two PRIMARY KEY (id)",
        ),
        (
            "a int, b int, PRIMARY KEY (a, b)",
            "a int, b int, PRIMARY KEY (b, a)",
        ),
        (
            "a int, b int, CONSTRAINT one UNIQUE (a, b)",
            "a int, b int, CONSTRAINT two UNIQUE (b, a)",
        ),
        (
            "a int, CONSTRAINT one CHECK (a > 0)",
            "a int, CONSTRAINT two CHECK ((a > 0))",
        ),
        (
            "a int REFERENCES o (id)",
            "a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o",
        ),
        ("a int, b text", "b text, a int"),
        (
            "a int4, b varchar, c timestamptz",
            "a integer, b character varying, c timestamp with time zone",
        ),
        (
            "a boolean DEFAULT true, b text DEFAULT 'x'",
            "a bool DEFAULT 't'::boolean, b text DEFAULT 'x'::text",
        ),
        (
            "a timestamptz DEFAULT now()",
            "a timestamptz DEFAULT CURRENT_TIMESTAMP",
        ),
        ("a numeric DEFAULT 0", "a numeric DEFAULT 0.0"),
        ("a serial", "a int GENERATED BY DEFAULT AS IDENTITY"),
        ("a int DEFAULT NULL", "a int"),
        (
            "a jsonb DEFAULT '{\"x\": 1, \"y\": 2}'",
            "a jsonb DEFAULT '{\"y\":2,\"x\":1}'",
        ),
    ] {
        let table = |columns: &str| {
            format!("CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t ({columns});")
        };
        assert_eq!(
            compare(Postgres, &table(left), &table(right)),
            [""; 0],
            "{left} | {right}"
        );
        assert_eq!(
            compare(Postgres, &table(right), &table(left)),
            [""; 0],
            "{right} | {left}"
        );
    }
    for (left, right) in [
        (
            "CREATE INDEX one ON t (a, b);",
            "CREATE INDEX two ON t USING btree (a, b);",
        ),
        (
            "CREATE UNIQUE INDEX one ON t (a);",
            "ALTER TABLE t ADD CONSTRAINT two UNIQUE (a);",
        ),
        (
            "CREATE TYPE e AS ENUM ('x', 'y');",
            "CREATE TYPE e AS ENUM ('y', 'x');",
        ),
        (
            "CREATE VIEW v AS SELECT a FROM t;",
            "CREATE VIEW v AS SELECT b FROM t;",
        ),
    ] {
        let [left, right] = [left, right].map(|extra| format!("{BASE} {extra}"));
        assert_eq!(
            compare(Postgres, &left, &right),
            [""; 0],
            "{left} | {right}"
        );
    }
    // RESTRICT can wait nowhere but on PostgreSQL, and MySQL makes an index for a foreign key by
    // itself.
    let key = |action: &str| {
        format!(
            "{BASE} CREATE TABLE k (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id) {action});"
        )
    };
    let (restrict, silent) = (key("ON DELETE RESTRICT"), key(""));
    assert_eq!(compare(Postgres, &restrict, &silent), ["~ foreign_key k f"]);
    assert_eq!(compare(MySql, &restrict, &silent), [""; 0]);
    assert_eq!(
        compare(
            MySql,
            &format!("{silent} CREATE INDEX i ON k (a);"),
            &silent
        ),
        [""; 0]
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
        .insert((QName::new("public", "t"), "a".to_owned()));
    assert_eq!(
        lines(
            Side::declared(&declared),
            Side::migrated(&migrated(Postgres, made))
        ),
        [""; 0]
    );
}

#[test]
fn what_is_not_known_is_not_compared() {
    let made = "CREATE TABLE t (id int, a int DEFAULT 1, b text, c int NOT NULL); CREATE TYPE e AS ENUM ('x');";
    let right = migrated(Postgres, made);
    let table = QName::new("public", "t");
    let schema =
        "CREATE TABLE t (id int, a int DEFAULT 2, b int, c int); CREATE TYPE e AS ENUM ('y');";
    let listed = [
        "~ default t a?",
        "~ type t b",
        "~ nullable t c",
        "- enum_value e y",
        "+ enum_value e x",
    ];
    assert_eq!(
        drift(Language::of(Tool::Plain), Postgres, schema, made),
        listed
    );
    let source = Source::new("schema.sql", schema);
    let mut left = declared(Language::of(Tool::Plain), Postgres, schema);
    for part in [
        Part::Default("a".to_owned()),
        Part::Type("b".to_owned()),
        Part::Nullable("c".to_owned()),
    ] {
        left.poison(
            Slot::new(&table, part),
            &source,
            Span::default(),
            "a function that cannot be followed",
        );
    }
    assert_eq!(
        lines(Side::declared(&left), Side::migrated(&right)),
        listed[3..]
    );

    // A history that starts in the middle: of a table that it only alters, the rest may be there,
    // and so may other tables.
    let partial = migrated(Postgres, "ALTER TABLE t ADD COLUMN d int;");
    let whole = migrated(
        Postgres,
        &format!("{BASE} CREATE INDEX i ON t (a); CREATE TYPE e AS ENUM ('x');"),
    );
    assert_eq!(
        lines(Side::migrated(&whole), Side::migrated(&partial)),
        ["+ column t d"]
    );
    assert_eq!(
        lines(Side::migrated(&partial), Side::migrated(&whole)),
        ["- column t d"]
    );
    // And what may be declared elsewhere.
    let mut open = declared(
        Language::of(Tool::Drizzle),
        Postgres,
        "CREATE TABLE t (id int);",
    );
    open.catalog.knowledge = Knowledge::Unknown("an import that cannot be followed".to_owned());
    let more = migrated(
        Postgres,
        "CREATE TABLE t (id int); CREATE TABLE u (id int); CREATE TYPE e AS ENUM ('x');",
    );
    assert_eq!(lines(Side::declared(&open), Side::migrated(&more)), [""; 0]);
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
fn a_foreign_key_that_could_not_be_read_is_not_compared() {
    let made = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, o int REFERENCES o (id), p int REFERENCES o (id));";
    let schema =
        "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, o int, p int);";
    let mut declared = declared(Language::of(Tool::Drizzle), Postgres, schema);
    let key = Slot::new(
        &QName::new("public", "t"),
        Part::ForeignKey(vec!["o".to_owned()]),
    );
    declared
        .unknown
        .insert(key, "an import that cannot be followed".to_owned());
    let migrated = migrated(Postgres, made);
    assert_eq!(
        lines(Side::declared(&declared), Side::migrated(&migrated)),
        ["+ foreign_key t t_p_fkey"]
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
