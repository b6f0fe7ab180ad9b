//! Which sources of truth are compared, and what is said of those that are not: the real binary in
//! projects as users have them.

mod doubt;
mod policies;
mod unjudged;

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
