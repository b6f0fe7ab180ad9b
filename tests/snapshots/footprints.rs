//! What a snapshot says that its changes touch, which `drizzle-kit check` compares between branches.
//! Each line is what drizzle-kit 1.0.0-rc.5 writes for the same change, without its checksums.

use serde_json::{Value, json};

use super::{base, by_hand, column, said, table, written};

/// A table that refers to another, with one of each kind of part.
fn entities() -> Value {
    let part = |kind: &str, name: &str, rest: Value| {
        let mut made = json!({"schema": "public", "table": "t", "name": name, "entityType": kind});
        let rest = rest.as_object().expect("fields").clone();
        made.as_object_mut().expect("an entity").extend(rest);
        made
    };
    let mut id = column("users", "id", "integer");
    id["notNull"] = json!(true);
    let mut mood = column("t", "mood", "mood");
    mood["typeSchema"] = json!("public");
    base(&[
        json!({"schema": "public", "name": "mood", "values": ["a", "b"], "entityType": "enums"}),
        table("users"),
        id,
        json!({"schema": "public", "table": "users", "name": "users_pkey", "columns": ["id"],
               "nameExplicit": false, "entityType": "pks"}),
        table("t"),
        column("t", "a", "integer"),
        column("t", "b", "integer"),
        mood,
        part(
            "uniques",
            "t_b_key",
            json!({"columns": ["b"], "nameExplicit": false, "nullsNotDistinct": false}),
        ),
        part("checks", "positive", json!({"value": "a > 0"})),
        part(
            "indexes",
            "by_a",
            json!({"columns": [{"value": "a", "isExpression": false, "asc": true, "nullsFirst": false, "opclass": null}],
                   "isUnique": true, "where": null, "with": "", "method": "btree", "concurrently": false, "nameExplicit": true}),
        ),
    ])
}

const BEFORE: &str = "CREATE TYPE mood AS ENUM ('a', 'b');\n\
    CREATE TABLE users (id integer PRIMARY KEY);\n\
    CREATE TABLE t (a integer, b integer, mood mood, CONSTRAINT t_b_key UNIQUE (b), CONSTRAINT positive CHECK (a > 0));\n\
    CREATE UNIQUE INDEX by_a ON t (a);\n";

/// The footprints of a migration, sorted: `statement target: writes < reads ~ shared writes`.
fn footprints(sql: &str) -> Vec<String> {
    let repo = by_hand("postgresql", &entities(), sql);
    repo.write("drizzle/20250101000000_init/migration.sql", BEFORE);
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("written"), "{sql}: {said}");
    let made = written(&repo, "20250102000000_hand");
    let footprints = made["footprints"].as_array().expect("footprints");
    let list = |footprint: &Value, field: &str, lead: &str, sign: &str| {
        let nodes = footprint[field].as_array().cloned().unwrap_or_default();
        let nodes: Vec<&str> = nodes.iter().filter_map(Value::as_str).collect();
        if nodes.is_empty() {
            return String::new();
        }
        format!("{lead}{}", nodes.join(sign))
    };
    let line = |footprint: &Value| {
        format!(
            "{} {}: {}{}{}",
            footprint["statementType"].as_str().expect("a statement"),
            list(footprint, "statementTarget", "", "."),
            list(footprint, "writes", "", " "),
            list(footprint, "reads", " < ", " "),
            list(footprint, "sharedWrites", " ~ ", " "),
        )
    };
    let mut lines: Vec<String> = footprints.iter().map(line).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_change_names_what_it_touches() {
    let cases: &[(&str, &[&str])] = &[
        (
            "ALTER TABLE t ADD COLUMN m mood;",
            &[
                "add_column column.public.t.m: s|col|public.t.m n|col|public.t.m e|col|public.t.m \
               < n|tbl|public.t n|sch|public n|enum|public.mood",
            ],
        ),
        (
            "ALTER TABLE t ALTER COLUMN b SET NOT NULL;",
            &[
                "alter_column column.public.t.b: s|colprop|public.t.b.notNull \
               < n|tbl|public.t n|sch|public n|col|public.t.b",
            ],
        ),
        (
            "ALTER TABLE t ALTER COLUMN b TYPE bigint;",
            &[
                "alter_column column.public.t.b: s|colprop|public.t.b.type s|colprop|public.t.b.default \
               < n|tbl|public.t n|sch|public n|col|public.t.b",
            ],
        ),
        (
            "ALTER TABLE t DROP COLUMN mood;",
            &[
                "drop_column column.public.t.mood: s|col|public.t.mood n|col|public.t.mood e|col|public.t.mood \
               < n|tbl|public.t n|sch|public",
            ],
        ),
        (
            "CREATE TABLE v (id integer CONSTRAINT v_pkey PRIMARY KEY, m mood, u integer CONSTRAINT v_u REFERENCES users (id));",
            &[
                "create_table table.public.v: s|tbl|public.v n|tbl|public.v e|tbl|public.v n|rel|public.v n|type|public.v \
                 n|rel|public.v_pkey < n|sch|public n|enum|public.mood",
                "create_fk table.public.v: s|fk|public.v.v_u n|fk|public.v.v_u e|fk|public.v.v_u n|con|public.v.v_u \
                 < n|tbl|public.v n|sch|public n|tbl|public.users n|sch|public n|col|public.v.u n|col|public.users.id \
                 e|uniqueness|public.users.id",
            ],
        ),
        (
            "DROP TABLE t;",
            &[
                "drop_table table.public.t: s|tbl|public.t n|tbl|public.t e|tbl|public.t n|rel|public.t n|type|public.t \
               < n|sch|public",
            ],
        ),
        (
            "DROP INDEX by_a;",
            &[
                "drop_index index.public.t.by_a: s|idx|public.by_a n|idx|public.by_a e|idx|public.by_a n|rel|public.by_a \
               < n|tbl|public.t n|sch|public e|col|public.t.a ~ e|uniqueness|public.t.a",
            ],
        ),
        (
            "CREATE INDEX i ON t (b, lower(a::text));",
            &[
                "create_index index.public.t.i: s|idx|public.i n|idx|public.i e|idx|public.i n|rel|public.i \
               < n|tbl|public.t n|sch|public n|col|public.t.b",
            ],
        ),
        (
            "ALTER TABLE t DROP CONSTRAINT t_b_key;",
            &[
                "drop_unique table.public.t: s|uq|public.t.t_b_key n|uq|public.t.t_b_key e|uq|public.t.t_b_key \
               n|con|public.t.t_b_key n|rel|public.t_b_key < n|tbl|public.t n|sch|public e|col|public.t.b \
               ~ e|uniqueness|public.t.b",
            ],
        ),
        (
            "ALTER TABLE t DROP CONSTRAINT positive;\nALTER TABLE t ADD CONSTRAINT positive CHECK (b > 1);",
            &[
                "alter_check table.public.t: s|ck|public.t.positive < n|tbl|public.t n|sch|public n|col|public.t.b \
               e|col|public.t.a",
            ],
        ),
        (
            "ALTER TYPE mood ADD VALUE 'c';",
            &["alter_enum enum.public.mood: s|enum|public.mood < n|sch|public"],
        ),
        (
            "CREATE SCHEMA n;\nCREATE TYPE e AS ENUM ('x');",
            &[
                "create_enum enum.public.e: s|enum|public.e n|enum|public.e e|enum|public.e n|type|public.e < n|sch|public",
            ],
        ),
        (
            "ALTER TABLE users DROP CONSTRAINT users_pkey;",
            &[
                "drop_pk table.public.users: s|pk|public.users n|pk|public.users e|pk|public.users \
               n|con|public.users.users_pkey n|rel|public.users_pkey < n|tbl|public.users n|sch|public \
               e|col|public.users.id ~ e|uniqueness|public.users.id",
            ],
        ),
    ];
    for (sql, expected) in cases {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(footprints(sql), expected, "{sql}");
    }
}

/// What is made again is gone for a moment, with all that uses it.
#[test]
fn a_type_that_is_made_again_takes_its_columns_along() {
    let sql = "ALTER TABLE t ALTER COLUMN mood TYPE text;\nDROP TYPE mood;\n\
        CREATE TYPE mood AS ENUM ('a');\nALTER TABLE t ALTER COLUMN mood TYPE mood USING mood::mood;\n";
    let expected = "recreate_enum enum.public.mood: s|enum|public.mood n|enum|public.mood e|enum|public.mood \
        n|type|public.mood s|colprop|public.t.mood.type s|colprop|public.t.mood.default \
        < n|sch|public n|tbl|public.t n|sch|public n|col|public.t.mood";
    assert_eq!(footprints(sql), [expected]);
}
