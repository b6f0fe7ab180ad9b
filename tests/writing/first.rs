//! The first of all: a migration where there is none, a snapshot where none was kept, and the files
//! with which a project takes back what its tool runs.

use super::Folder;

const SCHEMA: &str = "import { integer, pgTable, text } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: integer().primaryKey(), name: text() });\n";
const CONFIG: &str =
    "export default { schema: './schema.ts', out: './drizzle', dialect: 'postgresql' };\n";
const JOURNAL: &str = r#"{"version": "7", "dialect": "postgresql", "entries": [
    {"idx": 0, "version": "7", "when": 1700000000000, "tag": "0000_init", "breakpoints": true},
    {"idx": 1, "version": "7", "when": 1700000001000, "tag": "0001_name", "breakpoints": true}
]}
"#;

#[test]
fn the_first_migration_is_named_as_its_tool_names_it() {
    let prisma = Folder::new(&[("prisma/schema.prisma", super::MODEL)]);
    prisma.says(&["drift", "--write", "init", "--yes"]);
    let files = prisma.files();
    let migration = files
        .iter()
        .find(|name| name.ends_with("_init/migration.sql"));
    let text = prisma.read(migration.expect("a migration"));
    assert!(text.contains("CREATE TABLE \"users\""), "{text}");
    let lock = prisma.read("prisma/migrations/migration_lock.toml");
    assert!(lock.ends_with("provider = \"postgresql\"\n"), "{lock}");
    assert!(prisma.says(&["check"]).ends_with("no problems\n"));

    let drizzle = Folder::new(&[("drizzle.config.ts", CONFIG), ("schema.ts", SCHEMA)]);
    drizzle.says(&["drift", "--write", "init", "--yes"]);
    let journal = drizzle.read("drizzle/meta/_journal.json");
    assert!(journal.contains("\"tag\": \"0000_init\""), "{journal}");
    let snapshot = drizzle.read("drizzle/meta/0000_snapshot.json");
    assert!(snapshot.contains("\"public.users\""), "{snapshot}");
    assert!(drizzle.says(&["check"]).ends_with("no problems\n"));
    drizzle.write(
        "schema.ts",
        &SCHEMA.replace("name: text()", "name: text(), age: integer()"),
    );
    drizzle.says(&["drift", "--write", "age", "--yes"]);
    let second = drizzle.read("drizzle/meta/0001_snapshot.json");
    assert!(second.contains("\"age\""), "{second}");
    assert!(drizzle.says(&["check"]).ends_with("no problems\n"));
}

fn drizzle() -> Folder {
    Folder::new(&[
        ("drizzle.config.ts", CONFIG),
        ("schema.ts", SCHEMA),
        ("drizzle/meta/_journal.json", JOURNAL),
        (
            "drizzle/0000_init.sql",
            "CREATE TABLE \"users\" (\"id\" integer PRIMARY KEY);\n",
        ),
        (
            "drizzle/0001_name.sql",
            "ALTER TABLE \"users\" ADD COLUMN \"name\" text;\n",
        ),
        (
            "drizzle/0001_name-rollback.sql",
            "ALTER TABLE \"users\" DROP COLUMN \"name\";\n",
        ),
    ])
}

#[test]
fn a_journal_without_snapshots_gets_its_first_one() {
    let folder = drizzle();
    folder.says(&["snapshot", "--yes"]);
    let text = folder.read("drizzle/meta/0001_snapshot.json");
    assert!(
        text.contains("00000000-0000-0000-0000-000000000000"),
        "{text}"
    );
    assert!(text.contains("\"name\": \"name\""), "{text}");
    assert!(folder.says(&["check"]).ends_with("no problems\n"));
    let text = folder.says(&["snapshot", "--yes"]);
    assert!(text.contains("nothing to write"), "{text}");
}

#[test]
fn a_rollback_file_takes_back_the_migration_beside_it() {
    let folder = drizzle();
    assert!(folder.says(&["check", "--all"]).ends_with("no problems\n"));
    let files = folder.says(&["check", "--show-files"]);
    assert!(files.contains("0001_name, with down"), "{files}");
    folder.write(
        "drizzle/0001_name-rollback.sql",
        "ALTER TABLE \"users\" DROP COLUMN \"nam\";\n",
    );
    let output = folder.run(&["check", "--all", "--format", "concise"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("down-will-fail"), "{text}");

    for down in [
        "002_name-rollback.sql",
        "002_name.rollback.sql",
        "002_name_down.sql",
    ] {
        let plain = Folder::new(&[
            ("migrations/001_init.sql", super::TABLE),
            (
                "migrations/002_name.sql",
                "ALTER TABLE users ADD COLUMN age integer;\n",
            ),
        ]);
        plain.write(
            &format!("migrations/{down}"),
            "ALTER TABLE users DROP COLUMN age;\n",
        );
        let files = plain.says(&["check", "--show-files"]);
        assert!(files.contains("002_name, with down"), "{down}: {files}");
        plain.says(&["check", "--all"]);
    }
    // Without the migration that it would take back it is one itself.
    let alone = Folder::new(&[
        ("migrations/001_init.sql", super::TABLE),
        (
            "migrations/002_scale_down.sql",
            "ALTER TABLE users ADD COLUMN age integer;\n",
        ),
    ]);
    let files = alone.says(&["check", "--show-files"]);
    assert!(files.contains("002_scale_down"), "{files}");
}

#[test]
fn a_rollback_lies_where_no_tool_takes_it_for_a_migration() {
    let supabase = Folder::new(&[
        ("supabase/config.toml", "project_id = \"x\"\n"),
        ("supabase/migrations/20240101000000_init.sql", super::TABLE),
    ]);
    let text = supabase.says(&["rollback", "20240101000000_init"]);
    assert!(text.contains("DROP TABLE"), "{text}");
    supabase.refuses(&["rollback", "20240101000000_init", "--write", "--yes"]);
    assert_eq!(supabase.files().len(), 2, "{:?}", supabase.files());
    let plain = Folder::new(&[("migrations/001_init.sql", super::TABLE)]);
    plain.says(&["rollback", "001_init", "--write", "--yes"]);
    let text = plain.read("migrations/001_init-rollback.sql");
    assert!(text.contains("DROP TABLE"), "{text}");
    assert!(
        plain
            .says(&["check", "--show-files"])
            .contains("001_init, with down")
    );
    let prisma = Folder::new(&[
        ("prisma/schema.prisma", super::MODEL),
        (
            "prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
        (
            "prisma/migrations/20240101000000_init/migration.sql",
            "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n",
        ),
    ]);
    prisma.says(&["rollback", "20240101000000_init", "--write", "--yes"]);
    let files = prisma.says(&["check", "--show-files"]);
    assert!(files.contains("20240101000000_init, with down"), "{files}");
}

#[test]
fn a_snapshot_for_mysql_says_what_drizzle_kit_would() {
    let folder = Folder::new(&[
        (
            "drizzle.config.ts",
            "export default { schema: './schema.ts', out: './drizzle', dialect: 'mysql' };\n",
        ),
        (
            "schema.ts",
            "import { boolean, int, mysqlTable } from 'drizzle-orm/mysql-core';\nexport const users = mysqlTable('users', { id: int().primaryKey(), on: boolean().default(true) });\nexport const posts = mysqlTable('posts', { id: int().primaryKey(), user: int().references(() => users.id) });\n",
        ),
    ]);
    folder.says(&["drift", "--write", "init", "--yes"]);
    let text = folder.read("drizzle/meta/0000_snapshot.json");
    let snapshot: serde_json::Value = serde_json::from_str(&text).expect("a document");
    assert_eq!(
        snapshot["tables"]["posts"]["indexes"],
        serde_json::json!({})
    );
    let on = &snapshot["tables"]["users"]["columns"]["on"];
    assert_eq!(on["default"], serde_json::json!(true), "{text}");
}

/// drizzle-kit 0.31 and the three servers: it drops a generated column and makes it again where its
/// expression is spelled otherwise than in the schema (tried with the real one).
#[test]
fn a_snapshot_spells_expressions_as_the_schema_does() {
    let cases = [
        (
            "postgresql",
            "pg",
            "CREATE TABLE \"people\" (\"id\" integer PRIMARY KEY, \"a\" text, \"up\" text GENERATED ALWAYS AS (upper(a) || '!') STORED, CONSTRAINT \"some\" CHECK (a <> ''));\n",
            [
                "upper(\\\"people\\\".\\\"a\\\") || '!'",
                "\\\"people\\\".\\\"a\\\" <> ''",
            ],
        ),
        (
            "mysql",
            "mysql",
            "CREATE TABLE `people` (`id` int PRIMARY KEY, `a` varchar(9), `up` varchar(9) GENERATED ALWAYS AS ((upper(a) || '!')) VIRTUAL, CONSTRAINT `some` CHECK (a <> ''));\n",
            ["upper(`people`.`a`) || '!'", "`people`.`a` <> ''"],
        ),
        (
            "sqlite",
            "sqlite",
            "CREATE TABLE `people` (`id` integer PRIMARY KEY, `a` text, `up` text GENERATED ALWAYS AS (upper(a) || '!') VIRTUAL, CONSTRAINT `some` CHECK (a <> ''));\n",
            [
                "(upper(\\\"a\\\") || '!')",
                "\\\"people\\\".\\\"a\\\" <> ''",
            ],
        ),
    ];
    for (dialect, short, sql, spelled) in cases {
        let (id, text) = match short {
            "mysql" => ("int", "varchar({ length: 9 })"),
            _ => ("integer", "text()"),
        };
        let schema = format!(
            "import {{ sql }} from 'drizzle-orm';\nimport {{ check, int, integer, {short}Table, text, varchar }} from 'drizzle-orm/{short}-core';\n\
             export const people = {short}Table('people', {{ id: {id}().primaryKey(), a: {text},\n\
             up: {text}.generatedAlwaysAs(() => sql`upper(${{people.a}}) || '!'`) }},\n\
             (t) => [check('some', sql`${{t.a}} <> ''`)]);\n"
        );
        let config = format!(
            "export default {{ schema: './schema.ts', out: './drizzle', dialect: '{dialect}' }};\n"
        );
        let journal = format!(
            "{{\"version\":\"7\",\"dialect\":\"{dialect}\",\"entries\":[{{\"idx\":0,\"version\":\"7\",\"when\":1,\"tag\":\"0000_init\",\"breakpoints\":true}}]}}"
        );
        let folder = Folder::new(&[
            ("drizzle.config.ts", &config),
            ("schema.ts", &schema),
            ("drizzle/meta/_journal.json", &journal),
            ("drizzle/0000_init.sql", sql),
        ]);
        folder.says(&["snapshot", "--yes"]);
        let text = folder.read("drizzle/meta/0000_snapshot.json");
        for one in spelled {
            assert!(text.contains(&format!(": \"{one}\"")), "{one} in {text}");
        }
    }
}
