//! Schemas in SQL, as tools dump them and as people write them, against migrations: what is taken
//! for a schema, and what differs.

mod dumps;
mod prepared;

use driftlint::check::{Scope, compare};
use driftlint::config::Config;
use driftlint::project::tree::Memory;
use driftlint::project::{LoadOptions, Project};
use driftlint::schema::input::Input;
use driftlint::sql::on_big_stack;

/// What is said of a tree: the drift, then what was not judged, a line each.
fn said(files: &[(&str, &str)], options: &LoadOptions) -> String {
    on_big_stack(|| {
        let tree: Memory = files.iter().copied().collect();
        let config = Config::default();
        let project = Project::load(&tree, options).expect("memory never fails");
        let input =
            Input::read(&tree, project, config.versions(), |_| true).expect("memory never fails");
        let report = compare(&input, &config, &Scope::default());
        let mut lines: Vec<String> = report
            .diagnostics
            .iter()
            .map(|it| {
                format!(
                    "{}:{} {}",
                    it.source.path(),
                    it.source.position(it.span.start).line,
                    it.message
                )
            })
            .collect();
        lines.extend(
            report
                .summary
                .compared
                .iter()
                .map(|it| format!("{} compared with {:?}", it.folder, it.with)),
        );
        lines.extend(
            report
                .summary
                .ledger
                .entries()
                .iter()
                .map(|it| format!("{} not judged: {}", it.path, it.reason)),
        );
        lines.join("\n").replace("public.", "")
    })
}

fn drift(files: &[(&str, &str)]) -> String {
    said(files, &LoadOptions::default())
}

const USERS: &str = "-- migrate:up\nCREATE TYPE role AS ENUM ('admin', 'member');\nCREATE TABLE users (\n  id bigserial PRIMARY KEY,\n  \
                     name varchar(20) NOT NULL,\n  role role DEFAULT 'member',\n  seen timestamptz DEFAULT now()\n);\n\
                     CREATE INDEX users_name ON users (lower(name));\n-- migrate:down\nDROP TABLE users;\n";

#[test]
fn sqlc_names_schemas_anywhere() {
    let migration = "CREATE TABLE a (id bigint PRIMARY KEY, n text NOT NULL DEFAULT ''); CREATE INDEX a_n ON a (n);";
    let config = "version: \"2\"\nsql:\n  - engine: postgresql\n    schema: [../sql/schema, ../sql/more.sql]\n    queries: q.sql\n";
    let files = |schema: &'static str| {
        [
            ("go.mod", "module m"),
            ("cmd/migrations/1_a.sql", migration),
            ("pkg/sqlc.yaml", config),
            ("sql/schema/b.sql", "ALTER TABLE a ADD n text NOT NULL;"),
            ("sql/schema/a.sql", schema),
            ("sql/schema/.hidden.sql", "DROP TABLE a;"),
            // Such a schema describes relations of the server's own, too.
            (
                "sql/more.sql",
                "CREATE TYPE unused AS ENUM ('x'); CREATE TABLE pg_stat_activity (state text);",
            ),
        ]
    };
    // Types for queries: neither defaults nor indexes are spoken of.
    let said = drift(&files("CREATE TABLE a (id bigint PRIMARY KEY);"));
    assert_eq!(
        said,
        "sql/more.sql:1 enum `unused` is declared, and no migration makes it\ncmd/migrations compared with [sqlc schema]"
    );
    let said = drift(&files("CREATE TABLE a (id int PRIMARY KEY);"));
    assert!(
        said.contains("sql/schema/a.sql:1 the type of `a.id`"),
        "{said}"
    );
    // Asking for the migrations by name finds the same.
    let options = LoadOptions {
        paths: vec!["cmd/migrations/1_a.sql".to_owned()],
        ..LoadOptions::default()
    };
    assert_eq!(
        self::said(&files("CREATE TABLE a (id int PRIMARY KEY);"), &options),
        said
    );
}

#[test]
fn what_sqlc_reads_may_be_the_migrations_themselves() {
    let files = [
        (
            "sqlc.yml",
            "version: 1\npackages:\n  - schema: ./db/migrations\n    queries: q\n",
        ),
        ("db/migrations/1_a.sql", "CREATE TABLE a (id int);"),
        ("db/schema.sql", "CREATE TABLE a (id int, b int);"),
    ];
    assert!(
        drift(&files).starts_with("db/schema.sql:1 column `a.b` is declared"),
        "{}",
        drift(&files)
    );
}

#[test]
fn atlas_may_write_the_migrations_of_another_tool() {
    let atlas = |folder: &str| {
        format!(
            "data \"external_schema\" \"orm\" {{\n  program = [\n    \"npx\",\n    \"drizzle-kit\",\n    \"export\",\n  ]\n}}\nenv \"local\" {{\n  src = data.external_schema.orm.url\n  migration {{\n    dir = \"file://{folder}\"\n  }}\n}}\n"
        )
    };
    let said = |config: &str| {
        drift(&[
            ("atlas.hcl", config),
            (
                "drizzle.config.ts",
                "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };",
            ),
            (
                "schema.ts",
                "import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const a = pgTable('a', { id: integer().primaryKey(), b: integer() });",
            ),
            (
                "drizzle/meta/_journal.json",
                r#"{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_a","breakpoints":true}]}"#,
            ),
            (
                "drizzle/0000_a.sql",
                "CREATE TABLE \"a\" (\"id\" integer PRIMARY KEY NOT NULL);",
            ),
            (
                "migrations/20240101000000_a.sql",
                "CREATE TABLE \"a\" (\"id\" integer PRIMARY KEY NOT NULL, \"b\" integer);",
            ),
            ("migrations/atlas.sum", ""),
        ])
    };
    assert!(said(&atlas("drizzle")).contains("column `a.b` is declared"));
    let elsewhere = said(&atlas("migrations"));
    assert!(!elsewhere.contains("is declared"), "{elsewhere}");
}

#[test]
fn atlas_names_its_source() {
    let config = "env \"local\" {\n  src = \"file://sql\"\n  migration {\n    dir = \"file://migrations?format=goose\"\n  }\n}\n";
    let files = |source: (&'static str, &'static str)| {
        [
            ("atlas.hcl", config),
            (
                "migrations/1_a.sql",
                "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (id int REFERENCES b);",
            ),
            ("migrations/atlas.sum", ""),
            source,
        ]
    };
    let said = drift(&files((
        "sql/tables.sql",
        "CREATE TABLE a (id int); CREATE TABLE b (id int PRIMARY KEY);",
    )));
    assert_eq!(
        said.lines().next(),
        Some(
            "migrations/1_a.sql:1 foreign key `a_id_fkey` of `a` is made by migrations, and not declared"
        ),
        "{said}"
    );
    let said = drift(&files(("sql/tables.hcl", "table \"a\" {}")));
    assert_eq!(
        said,
        "sql not judged: atlas.hcl names it as the schema, and driftlint reads SQL only there"
    );
}

#[test]
fn what_cannot_be_made_is_said_and_the_rest_compared() {
    let migration = "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL DEFAULT 1, CONSTRAINT few CHECK (n < 10));\nCREATE INDEX a_n ON a (n);\n\
                     CREATE TABLE b (id int REFERENCES a (id)); ALTER TABLE b ADD m int NOT NULL DEFAULT 2;";
    let dump = "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL DEFAULT 1, CONSTRAINT few CHECK (n < 99));\n\
                CREATE INDEX a_n ON a (gone);\nCREATE TABLE b (id int REFERENCES a (id), m int NOT NULL);";
    let said = drift(&[
        ("db/migrations/1_a.sql", migration),
        ("db/schema.sql", dump),
    ]);
    for expected in [
        "db/schema.sql:1 check `few` of `a` is declared as `(n < 99)`",
        "db/migrations/1_a.sql:2 index `a_n` of `a` is made by migrations",
        "db/schema.sql:3 the default of `b.m` is declared as nothing",
        "db/schema.sql not judged: 1 of its statements are not judged, the first because the statement would fail: column `gone`",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(said.lines().count(), 5, "{said}");
}

#[test]
fn a_schema_may_come_in_any_order() {
    let files = |last: &'static str| {
        [
            (
                "supabase/migrations/1_a.sql",
                "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (id int REFERENCES b (id)); ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON a USING (true);",
            ),
            (
                "supabase/config.toml",
                "[db.migrations]\nschema_paths = [\"./schemas/b/*.sql\", \"schemas/*.sql\", \"!schemas/old.sql\"]\n",
            ),
            (
                "supabase/schemas/a.sql",
                "CREATE TABLE a (id int REFERENCES b (id)); GRANT SELECT ON a TO anon; ALTER TABLE a ENABLE ROW LEVEL SECURITY;\n\
                                        CREATE POLICY p ON a USING (true);",
            ),
            ("supabase/schemas/b/1.sql", last),
            ("supabase/schemas/old.sql", "CREATE TABLE old (id int);"),
        ]
    };
    assert_eq!(
        drift(&files("CREATE TABLE b (id int PRIMARY KEY);")),
        "supabase/migrations compared with [SQL schema]"
    );
    let said = drift(&files("CREATE TABLE c (id int PRIMARY KEY);"));
    assert!(
        said.starts_with("supabase/migrations/1_a.sql:1 table `b` is made by migrations"),
        "{said}"
    );
    assert!(
        said.contains("a.sql not judged: 1 of its statements are not judged"),
        "{said}"
    );
}

#[test]
fn a_table_that_is_only_mentioned_puts_nothing_else_in_doubt() {
    let migrations = (
        "db/migrations/1_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int);",
    );
    for (dump, expected) in [
        (
            "CREATE INDEX x ON missing (n);\nCREATE TABLE a (id int PRIMARY KEY, n int);",
            "table `missing` does not exist",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int);\nALTER TABLE missing ADD m int;",
            "table `missing` does not exist",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int REFERENCES auth.users (id));",
            "",
        ),
        (
            "CREATE INDEX x ON auth.users (n);\nCREATE TABLE a (id int PRIMARY KEY, n int);",
            "",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int);\nCREATE VIEW v AS SELECT * FROM missing;",
            "table `missing` does not exist",
        ),
    ] {
        let said = drift(&[migrations, ("db/schema.sql", dump)]);
        assert!(
            said.contains(
                "db/migrations/1_a.sql:1 table `b` is made by migrations, and not declared"
            ),
            "{said}"
        );
        assert!(
            !said.contains("not all of it is understood") && !said.contains("table `missing` is"),
            "{said}"
        );
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // What comes later in the file is not missing.
    let said = drift(&[
        (
            "db/migrations/1_a.sql",
            "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE INDEX a_n ON a (n);",
        ),
        (
            "db/schema.sql",
            "CREATE INDEX a_n ON a (n); CREATE TABLE IF NOT EXISTS a (id int PRIMARY KEY, n int);",
        ),
    ]);
    assert_eq!(said, "db/migrations compared with [SQL schema]");
}

#[test]
fn a_schema_of_others_says_nothing_of_public() {
    let migration = "CREATE TABLE a (id int);\nCREATE TABLE app.b (id int, n int);";
    let said = drift(&[
        (
            "db/migrations/1_a.sql",
            &format!("CREATE SCHEMA app;\n{migration}"),
        ),
        (
            "db/schema.sql",
            "CREATE SCHEMA app;\nCREATE TABLE app.b (id int);\nCREATE TABLE app.c (id int);",
        ),
    ]);
    assert!(!said.contains("table `a`"), "{said}");
    assert!(
        said.contains("`app.b.n` is made by migrations")
            && said.contains("table `app.c` is declared"),
        "{said}"
    );
}

#[test]
fn a_function_that_only_makes_takes_nothing_away() {
    let function = "CREATE FUNCTION watch(t regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n\
                    EXECUTE format('CREATE TRIGGER w BEFORE UPDATE ON %s EXECUTE FUNCTION touch()', t);\nEND $$;\n";
    let migration = format!("{function}CREATE TABLE a (id int, n int);\nSELECT watch('a');");
    let said = drift(&[
        ("db/migrations/1_a.sql", &migration),
        ("db/schema.sql", "CREATE TABLE a (id int);"),
    ]);
    assert!(
        said.contains("column `a.n` is made by migrations, and not declared"),
        "{said}"
    );
}
