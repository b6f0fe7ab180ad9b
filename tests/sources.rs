//! Which sources of truth are compared, and what is said of those that are not: the real binary in
//! projects as users have them.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with files.
struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().expect("a temporary folder"));
        // The folder is a repository of its own, wherever temporary folders lie.
        fs::create_dir(project.0.path().join(".git")).expect("a folder");
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a path inside the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// The exit status and all that was said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        let output = command
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect("driftlint runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        // Lines are filled to the width of a terminal.
        (
            output.status.code(),
            said.split_whitespace().collect::<Vec<_>>().join(" "),
        )
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command
            .args(arguments)
            .args(["--format", "json"])
            .current_dir(self.0.path());
        serde_json::from_slice(&command.output().expect("driftlint runs").stdout)
            .expect("pure JSON")
    }
}

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const USERS_PRISMA: &str =
    "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel users {\n  id Int @id\n}\n";
const USERS_DRIZZLE: &str = "import { integer, pgTable, text } from 'drizzle-orm/pg-core';\n\
                             export const users = pgTable('users', { id: integer().primaryKey(), bio: text() });\n";

#[test]
fn configured_schemas_are_compared_each() {
    let set = "[[migrations]]\nfolder = \"db/migrations\"\nschema = [\"db/*.sql\", \"prisma\", \"src/schema.ts\"]\n";
    let project = Project::new(&[
        ("driftlint.toml", set),
        ("db/migrations/0001_users.sql", USERS),
        (
            "db/tables.sql",
            "CREATE TABLE users (id integer PRIMARY KEY, age int);\n",
        ),
        (
            "prisma/schema.prisma",
            &USERS_PRISMA.replace("@id\n", "@id\n  nick String?\n"),
        ),
        ("prisma/seed.ts", "export const seed = 1;\n"),
        ("src/schema.ts", USERS_DRIZZLE),
    ]);
    let report = project.json(&["drift"]);
    let found = report["diagnostics"].as_array().expect("a list");
    let mut objects: Vec<_> = found
        .iter()
        .map(|one| (one["object"]["name"].as_str(), one["file"].as_str()))
        .collect();
    objects.sort_unstable();
    let expected = [
        ("age", "db/tables.sql"),
        ("bio", "src/schema.ts"),
        ("nick", "prisma/schema.prisma"),
    ];
    assert_eq!(
        objects,
        expected.map(|(name, file)| (Some(name), Some(file)))
    );
    let with = serde_json::json!(["Prisma schema", "Drizzle schema", "SQL schema"]);
    assert_eq!(report["summary"]["compared"][0]["with"], with);
    // A schema picks its set.
    assert_eq!(project.run(&["check", "db/tables.sql"]).0, Some(1));
}

#[test]
fn a_configured_schema_must_be_there() {
    let project = Project::new(&[("db/0001_users.sql", USERS), ("app/models.py", "\n")]);
    for (schema, why) in [
        (
            "db/schema.prisma",
            "driftlint.toml names `db/schema.prisma` as `schema`: there is no such file",
        ),
        (
            "app",
            "driftlint.toml names `app` as `schema`: driftlint reads `.prisma`",
        ),
    ] {
        project.write(
            "driftlint.toml",
            &format!("[[migrations]]\nfolder = \"db\"\nschema = \"{schema}\"\n"),
        );
        for command in ["check", "drift"] {
            let (code, said) = project.run(&[command]);
            assert!(
                code == Some(2) && said.contains(why),
                "{command} {schema}: {said}"
            );
        }
    }
}

#[test]
fn overrides_that_cover_nothing_are_named() {
    let project = Project::new(&[
        (
            "driftlint.toml",
            "[[overrides]]\npaths = [\"legcy/**\", \"migrations\", \"*/*.sql\"]\nrules = { all = \"off\" }\n",
        ),
        ("migrations/0001_users.sql", USERS),
    ]);
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("warning:").count(), 1, "{said}");
    assert!(
        said.contains("no file lies at `legcy/**`, so this override changes nothing"),
        "{said}"
    );
    assert!(!project.run(&["check", "-q"]).1.contains("warning"));
}

const USERS_MIGRATED: &str =
    "CREATE TABLE \"users\" (\"id\" integer NOT NULL, PRIMARY KEY (\"id\"));\n";
const CONFIG: &str =
    "export default { schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql' };\n";
const JOURNAL: &str = "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"version\":\"7\",\"when\":1,\"tag\":\"0000_init\"}]}\n";

fn prisma(schema: &str) -> Project {
    Project::new(&[
        ("prisma/schema.prisma", schema),
        (
            "prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
        (
            "prisma/migrations/20240101000000_init/migration.sql",
            USERS_MIGRATED,
        ),
    ])
}

fn drizzle(config: &str, schema: &str, snapshot: &str) -> Project {
    Project::new(&[
        ("drizzle.config.ts", config),
        ("src/schema.ts", schema),
        (
            "drizzle/0000_init.sql",
            "CREATE TABLE \"users\" (\"id\" integer PRIMARY KEY NOT NULL, \"bio\" text);\n",
        ),
        ("drizzle/meta/_journal.json", JOURNAL),
        ("drizzle/meta/0000_snapshot.json", snapshot),
    ])
}

const SNAPSHOT: &str = r#"{"id":"a","prevId":"00000000-0000-0000-0000-000000000000","version":"7","dialect":"postgresql",
"tables":{"public.users":{"name":"users","schema":"","columns":{"id":{"name":"id","type":"integer","primaryKey":true,"notNull":true},
"bio":{"name":"bio","type":"text","primaryKey":false,"notNull":false}},"indexes":{},"foreignKeys":{},"compositePrimaryKeys":{},
"uniqueConstraints":{}}},"enums":{},"schemas":{}}"#;

#[test]
fn what_was_not_judged_is_never_clean() {
    let missing = CONFIG.replace("./src/schema.ts", "./src/tables/*.ts");
    let dynamic = "import { tables } from '@acme/db';\nexport const users = tables.users;\n";
    let cases: [(Project, i32, i32, &str); 12] = [
        (
            prisma(""),
            0,
            2,
            "prisma/schema.prisma: driftlint finds no table in it",
        ),
        (
            prisma(&USERS_PRISMA.replace("model", "modle")),
            2,
            2,
            "prisma/schema.prisma: line 5, column 1: expected `model`",
        ),
        (
            prisma(&format!("{USERS_PRISMA}\nmodle X {{\n}}\n")),
            2,
            2,
            "line 9, column 1: expected `model`",
        ),
        (
            prisma(&USERS_PRISMA.replace("postgresql", "mongodb")),
            0,
            2,
            "driftlint does not know its `provider`",
        ),
        (
            prisma("datasource db {\n  provider = \"postgresql\"\n}\n"),
            1,
            1,
            "table `public.users` is made by migrations, and not declared",
        ),
        (
            drizzle(&missing, USERS_DRIZZLE, SNAPSHOT),
            2,
            2,
            "drizzle.config.ts: its `schema` names `src/tables/*.ts`, where no file is",
        ),
        (
            drizzle(CONFIG, dynamic, SNAPSHOT),
            0,
            2,
            "src/schema.ts: driftlint finds no table in it",
        ),
        (
            drizzle(CONFIG, USERS_DRIZZLE, "garbage"),
            1,
            0,
            "0000_snapshot.json: it is not JSON: expected value",
        ),
        (
            Project::new(&[("prisma/schema.prisma", USERS_PRISMA)]),
            1,
            1,
            "table `public.users` is declared, and no migration makes it",
        ),
        (
            Project::new(&[(
                "schema.prisma",
                &USERS_PRISMA.replace("postgresql", "mongodb"),
            )]),
            2,
            2,
            "schema.prisma: written for MongoDB",
        ),
        (
            Project::new(&[
                ("drizzle.config.ts", CONFIG),
                ("src/schema.ts", USERS_DRIZZLE),
            ]),
            2,
            1,
            "table `public.users` is declared, and no migration makes it",
        ),
        (
            Project::new(&[("clickhouse/migrations/0001_a.sql", USERS)]),
            2,
            2,
            "written for ClickHouse",
        ),
    ];
    let mut failures = Vec::new();
    for (project, check, drift, why) in cases {
        for (command, code) in [("check", check), ("drift", drift)] {
            let (got, said) = project.run(&[command]);
            if got != Some(code) || !said.contains(why) {
                failures.push(format!(
                    "{command} exits with {got:?}, not {code}: {said}\n{why}"
                ));
            }
            if code == 0 {
                assert!(said.ends_with(" not judged"), "{said}");
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn a_push_only_project_beside_others_is_named() {
    let project = prisma(USERS_PRISMA);
    project.write("apps/web/drizzle.config.ts", CONFIG);
    project.write("apps/web/src/schema.ts", USERS_DRIZZLE);
    // The client that Prisma generates keeps a copy of its schema.
    project.write("apps/web/client/schema.prisma", USERS_PRISMA);
    // The schema that is configured has no migration, which is an error, and its folder is missing.
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(2), "{said}");
    let missing = "not judged: apps/web/drizzle.config.ts: its `out` is `apps/web/drizzle`";
    assert!(said.contains(missing), "{said}");
    assert!(said.ends_with(", 1 not judged"), "{said}");
    let (code, said) = project.run(&["drift"]);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(
        project.json(&["check", "prisma"])["summary"]["not_judged"],
        serde_json::json!([])
    );
}

#[test]
fn check_counts_what_could_not_be_evaluated() {
    let schema = "import { thing } from 'somewhere';\n".to_owned()
        + &USERS_DRIZZLE.replace("bio: text()", "bio: text().default(thing())");
    let project = drizzle(CONFIG, &schema, SNAPSHOT);
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(
            "schemas: 1 of 2 declared columns evaluated, 1 remark: see `driftlint drift`"
        ),
        "{said}"
    );
    let (_, said) = project.run(&["drift"]);
    assert!(
        said.contains(
            "note: src/schema.ts:1:23: not compared: it comes from the package `somewhere`"
        ),
        "{said}"
    );
    for command in ["check", "drift"] {
        let summary = &project.json(&[command])["summary"];
        assert_eq!(summary["remarks"][0]["file"], "src/schema.ts");
        assert_eq!(summary["remarks"][0]["span"]["start"]["line"], 1);
        assert_eq!(summary["compared"][0]["evaluated"], 1);
    }
}

/// A folder of Diesel's migrations that holds another file, and schema.rs with a column that only
/// this file makes.
fn switched(name: &str, text: &str) -> Project {
    let up = "CREATE TABLE users (id integer PRIMARY KEY, old text);\nCREATE TABLE gone (id integer PRIMARY KEY);\n";
    Project::new(&[
        (
            "Cargo.toml",
            "[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }\n",
        ),
        ("diesel.toml", "[print_schema]\nfile = \"schema.rs\"\n"),
        (
            "schema.rs",
            "diesel::table! {\n    users (id) {\n        id -> Int4,\n        bio -> Nullable<Text>,\n    }\n}\n",
        ),
        ("migrations/2024-01-01-000000_users/up.sql", up),
        (name, text),
    ])
}

#[test]
fn a_tool_that_takes_over_goes_on_or_begins_anew() {
    let goes_on = "ALTER TABLE users ADD bio text, DROP old;\nDROP TABLE gone;\n";
    let begins_anew = "CREATE TABLE users (id integer PRIMARY KEY, bio text);\n";
    for text in [goes_on, begins_anew] {
        let project = switched("migrations/20250101000000_next.sql", text);
        for command in ["drift", "check"] {
            let (status, said) = project.run(&[command]);
            assert_eq!(status, Some(0), "{text}: {said}");
        }
    }
    let (status, said) = switched("migrations/7_next.sql", goes_on).run(&["drift"]);
    let why = "migrations: its migrations are folders and numbered files (7_next.sql), and no version says which come first";
    assert!(said.contains(why), "{said}");
    assert_eq!(status, Some(2), "{said}");
}

#[test]
fn what_a_template_makes_is_in_doubt() {
    let made = "CREATE TABLE t (id int, a text);\nCREATE TABLE o (id int);\nCREATE TYPE mood AS ENUM ('sad');\n";
    let declared = "CREATE TABLE t (id int, a text, b text);\nCREATE TABLE o (id int, x int);\nCREATE TABLE n (id int);\n\
                    CREATE TYPE mood AS ENUM ('sad', 'ok');\n";
    let mut failures = Vec::new();
    for (template, opaque, expected) in [
        (
            "ALTER TABLE {{.Schema}}.t ADD b text;",
            1,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TABLE ${schema}.t ADD b text;",
            1,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TABLE \"${schema}\".t ADD b text;",
            1,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TYPE {{ schema }}.mood ADD VALUE 'ok';",
            1,
            vec!["o.x", "t.b"],
        ),
        (
            "{{ if .New }}\nALTER TABLE t ADD b text;\nALTER TABLE o ADD x int;\n{{ end }}",
            3,
            vec!["mood.ok"],
        ),
        (
            "{% if x %}\nDROP TABLE o;\n{% else %}\nALTER TABLE t DROP a;\n{% endif %}",
            3,
            vec!["mood.ok"],
        ),
        // Nobody knows which statements these are.
        ("{{ template \"columns\" . }}", 1, vec![]),
        // What no mark touches runs as it stands.
        (
            "ALTER TABLE t ADD b text;\nALTER TABLE o ADD COLUMN {{ .Column }} int;",
            1,
            vec!["mood.ok"],
        ),
        // Nothing of a template.
        (
            "INSERT INTO t VALUES (1, '{{name}} ${x}');",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
        (
            "/* {{ if }} */ SELECT '{{1,2}}'::int[];",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
        // A name in a string that is none.
        (
            "DO $$ BEGIN IF (SELECT to_regclass('{{s}}.t') IS NOT NULL) THEN ALTER TABLE t ADD b text; END IF; END $$ LANGUAGE 'plpgsql';",
            0,
            vec!["mood.ok", "n", "o.x"],
        ),
        (
            "DO $$ BEGIN IF (SELECT to_regclass('t') IS NULL) THEN ALTER TABLE t ADD b text; END IF; END $$ LANGUAGE 'plpgsql';",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
    ] {
        let set =
            "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
        let project = Project::new(&[
            ("driftlint.toml", set),
            ("m/1_a.up.sql", made),
            ("m/2_b.up.sql", template),
            ("m/2_b.down.sql", ""),
            ("schema.sql", declared),
        ]);
        let report = project.json(&["check", "--ignore", "down-not-inverse"]);
        let diagnostics = report["diagnostics"].as_array().expect("a list");
        let mut found = Vec::new();
        for one in diagnostics
            .iter()
            .filter(|one| one["rule"] != "unparsed-statement")
        {
            assert_eq!(one["rule"], "declared-not-migrated", "{template}: {one}");
            let (table, name) = (&one["object"]["table"], &one["object"]["name"]);
            let table = table
                .as_str()
                .map_or(String::new(), |table| table.replace("public.", ""));
            let name = name.as_str().expect("a name").replace("public.", "");
            found.push(if table.is_empty() || table == name {
                name
            } else {
                format!("{table}.{name}")
            });
        }
        found.sort();
        if found != expected || report["summary"]["opaque"] != opaque {
            failures.push(format!(
                "{template}: {found:?}, {}",
                report["summary"]["opaque"]
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_view_that_drizzle_kit_makes_has_to_be_migrated() {
    let schema = USERS_DRIZZLE
        .replace("pgTable", "pgTable, pgView")
        .replace("pgTable, pgView(", "pgTable(")
        + "import { sql } from 'drizzle-orm';\n\
           export const grown = pgView('grown', { id: integer() }).as(sql`select id from users where id > 17`);\n\
           export const theirs = pgView('theirs', { id: integer() }).existing();\n";
    let knows_views = SNAPSHOT.replace(r#""enums":{}"#, r#""enums":{},"views":{}"#);
    let found = drizzle(CONFIG, &schema, &knows_views).json(&["drift"]);
    let said = |at: usize| &found["diagnostics"][at];
    assert_eq!(said(0)["object"]["kind"], "view", "{found:#}");
    assert_eq!(said(0)["object"]["name"], "public.grown");
    assert_eq!(
        (&said(0)["file"], said(1)),
        (&"src/schema.ts".into(), &Value::Null)
    );
    // A generator that knows no views does not make them.
    let found = drizzle(CONFIG, &schema, SNAPSHOT).json(&["drift"]);
    assert_eq!(found["diagnostics"], serde_json::json!([]));
}

#[test]
fn migrations_of_a_schema_that_the_connection_chooses() {
    let set = "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
    let first = "CREATE SCHEMA app;\nCREATE TABLE app.teams (id int PRIMARY KEY);\n";
    let second = "CREATE TABLE app.users (id int, team int REFERENCES teams (id));\nALTER TABLE users ADD name text;\n";
    let declared = "CREATE SCHEMA app;\nCREATE TABLE app.teams (id int PRIMARY KEY);\n\
                    CREATE TABLE app.users (id int, team int REFERENCES app.teams (id), name text);\n";
    let files = [
        ("driftlint.toml", set),
        ("m/1_a.sql", first),
        ("m/2_b.sql", second),
        ("schema.sql", declared),
    ];
    let (status, said) = Project::new(&files).run(&["check"]);
    assert_eq!(status, Some(0), "{said}");
    // Whoever makes tables in `public` means `public`.
    let project = Project::new(&files);
    project.write("m/0_z.sql", "CREATE TABLE other (id int);\n");
    let (status, said) = project.run(&["check"]);
    assert!(
        status == Some(1) && said.contains("table `users` does not exist"),
        "{said}"
    );
}

#[test]
fn halves_in_other_languages_are_said() {
    let project = Project::new(&[
        (
            "go.mod",
            "module example.org/app\nrequire github.com/lib/pq v1.0.0\n",
        ),
        ("migrations/1_a.up.sql", "CREATE TABLE a (id int);\n"),
        ("migrations/1_a.down.sql", "DROP TABLE a;\n"),
        ("migrations/2_b.up.go", "package migrations\n"),
        ("migrations/2_b.down.sql", "ALTER TABLE a DROP COLUMN b;\n"),
        ("migrations/3_c.up..sql", "ALTER TABLE a ADD c int;\n"),
        ("migrations/3_c.down.sql", "ALTER TABLE a DROP COLUMN c;\n"),
    ]);
    let (status, said) = project.run(&["check"]);
    assert_eq!(status, Some(0), "{said}");
    for skipped in [
        "migrations/2_b.up.go: a script",
        "migrations/2_b.down.sql: what it undoes",
    ] {
        assert!(said.contains(skipped), "{said}");
    }
}

#[test]
fn a_script_puts_in_doubt_what_it_names() {
    let made = "CREATE TABLE t (id int, a text);\nCREATE TABLE o (id int, z int);\n";
    let declared = "CREATE TABLE t (id int, a text, b text);\nCREATE TABLE o (id int);\nCREATE TABLE n (id int);\n";
    let set = "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
    let mut failures = Vec::new();
    for (name, script, expected) in [
        (
            "2_b.go",
            "package m\nfunc up() { tx.Exec(\"UPDATE t SET a = 'drop'\") }\n",
            "n o.z t.b",
        ),
        (
            "2_b.go",
            "package m\nfunc up() { tx.Exec(`ALTER TABLE o DROP z`) }\n",
            "n t.b",
        ),
        (
            "2_b.go",
            "package m\n// o\nfunc up() { tx.Exec(`CREATE TABLE n (id int)`) }\n",
            "o.z t.b",
        ),
        (
            "2_b.go",
            "package m\nfunc up() { helpers.Change(tx) }\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(`create index on ${'o'} (id)`)\n",
            "n o.z t.b",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.schema.alterTable('t', (t) => t.string('b'))\n",
            "n o.z",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(`alter table ${old} drop z`)\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(readFileSync('x.sql'))\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(\"insert into t values (1, 'alter')\")\n",
            "n o.z t.b",
        ),
    ] {
        let project = Project::new(&[
            ("driftlint.toml", set),
            ("m/1_a.sql", made),
            (&format!("m/{name}"), script),
            ("m/3_c.sql", "SELECT 1;\n"),
            ("schema.sql", declared),
        ]);
        let report = project.json(&["drift"]);
        let diagnostics = report["diagnostics"].as_array().expect("a list");
        let object = |one: &Value| {
            let (table, name) = (&one["object"]["table"], &one["object"]["name"]);
            let of = |text: &Value| text.as_str().unwrap_or_default().replace("public.", "");
            let (table, name) = (of(table), of(name));
            if table.is_empty() || table == name {
                name
            } else {
                format!("{table}.{name}")
            }
        };
        let mut found: Vec<String> = diagnostics.iter().map(object).collect();
        found.sort();
        if found.join(" ") != expected {
            failures.push(format!("{script}: {found:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_kind_of_declared_schema_is_printed() {
    let migration = "CREATE TABLE users (id integer PRIMARY KEY);\n";
    let diesel = "diesel::table! {\n    users (id) {\n        id -> Int4,\n        nick -> Text,\n    }\n}\n";
    let declared = "CREATE TABLE users (id integer PRIMARY KEY, nick text NOT NULL);\n";
    let cases = [
        (
            Project::new(&[
                ("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n"),
                ("src/schema.rs", diesel),
                ("migrations/2024-01-01-000000_a/up.sql", migration),
                (
                    "migrations/2024-01-01-000000_a/down.sql",
                    "DROP TABLE users;\n",
                ),
            ]),
            "src/schema.rs",
            "migrations",
        ),
        (
            Project::new(&[
                ("db/structure.sql", declared),
                ("db/migrations/1_a.sql", migration),
            ]),
            "db/structure.sql",
            "db/migrations",
        ),
        (
            Project::new(&[
                ("supabase/config.toml", "project_id = \"x\"\n"),
                ("supabase/schemas/users.sql", declared),
                ("supabase/migrations/20240101000000_a.sql", migration),
            ]),
            "supabase/schemas/users.sql",
            "supabase/migrations",
        ),
    ];
    for (project, schema, migrations) in &cases {
        for path in [".", schema, migrations] {
            let (status, said) = project.run(&["schema", "--from", "declared", path]);
            assert!(
                status == Some(0) && said.contains("nick "),
                "{path}: {said}"
            );
        }
        let drift = project.run(&["drift", "-q"]);
        assert!(drift.1.contains("users.nick` is declared"), "{}", drift.1);
        assert_eq!(project.run(&["drift", "-q", migrations]), drift);
        assert_eq!(project.run(&["drift", "-q", schema]), drift);
        let (status, said) = project.run(&["schema", "--from", "snapshot"]);
        assert!(
            status == Some(2) && said.contains("there is no snapshot at this place"),
            "{said}"
        );
    }
    // The snapshot of a schema is found from the schema, too.
    let project = drizzle(CONFIG, USERS_DRIZZLE, SNAPSHOT);
    for path in [".", "drizzle", "src/schema.ts", "drizzle.config.ts"] {
        let (status, said) = project.run(&["schema", "--from", "snapshot", path]);
        assert!(
            status == Some(0) && said.contains("table users"),
            "{path}: {said}"
        );
    }
}

#[test]
fn folders_of_flyway_may_share_a_database() {
    let users = "CREATE TABLE users (id BIGINT PRIMARY KEY) ENGINE=InnoDB;\n";
    let usage = "ALTER TABLE rolled_up MODIFY amount decimal(18, 9) NOT NULL;\n";
    let folder = |module: &str| format!("{module}/src/main/resources/db/migration");
    let one = [
        (format!("{}/V1__a.sql", folder("users")), users),
        (format!("{}/V2__b.sql", folder("users")), usage),
    ];
    let files: Vec<(&str, &str)> = one
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let project = Project::new(&files);
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("`rolled_up` does not exist"), "{said}");
    project.write(
        &format!("{}/V3__c.sql", folder("usage")),
        "CREATE TABLE rolled_up_days (id BIGINT PRIMARY KEY) ENGINE=InnoDB;\n",
    );
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(0), "{said}");
}
