//! Prisma projects from end to end: which files belong together, and which differences `prisma
//! migrate diff` would find too.

#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "../common/repository.rs"]
mod repository;
mod several;

use std::process::{Command, Output};

use repository::{Repo, isolate};
use serde_json::Value;

const POSTGRES: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn project(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    for (path, content) in files {
        repo.write(path, content);
    }
    repo
}

fn run(repo: &Repo, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(repo.path());
    isolate(&mut command);
    command.output().expect("the binary runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Each difference as `kind table name`.
fn differences(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let output = run(repo, &[&["drift", "--format", "json"], arguments].concat());
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let diagnostics = document["diagnostics"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let word = |object: &Value, key: &str| object[key].as_str().unwrap_or("-").to_owned();
    let line = |object: &Value| {
        ["kind", "table", "name"]
            .map(|key| word(object, key))
            .join(" ")
    };
    diagnostics
        .iter()
        .map(|diagnostic| line(&diagnostic["object"]))
        .collect()
}

/// The differences between PostgreSQL models and a migration.
fn between(models: &str, migration: &str) -> Vec<String> {
    let schema = format!("{POSTGRES}{models}");
    let repo = project(&[
        ("prisma/schema.prisma", schema.as_str()),
        ("prisma/migrations/1_init/migration.sql", migration),
    ]);
    differences(&repo, &[])
}

#[test]
fn times_keep_six_digits_unless_told_otherwise() {
    let models = "model A {\n  id Int @id\n  x DateTime @db.Timestamptz(6)\n  y DateTime @db.Timestamp\n  z DateTime @db.Time(3)\n}\n";
    let sql = "CREATE TABLE \"A\" (id integer PRIMARY KEY, x timestamptz NOT NULL, y timestamp(6) NOT NULL, z time NOT NULL);\n";
    assert_eq!(between(models, sql), ["type public.A z"]);
}

#[test]
fn operator_classes_of_sorted_indexes_are_seen_only_where_they_are_declared() {
    let models =
        |index: &str| format!("model A {{\n  id Int @id\n  x String\n  @@index({index})\n}}\n");
    let sql = |index: &str| {
        format!(
            "CREATE TABLE \"A\" (id integer PRIMARY KEY, x text NOT NULL);\nCREATE INDEX \"A_x_idx\" ON \"A\" {index};\n"
        )
    };
    let declared = "[x(ops: raw(\"text_pattern_ops\"))]";
    assert_eq!(
        between(&models("[x]"), &sql("(x text_pattern_ops)")),
        [""; 0]
    );
    assert_eq!(
        between(&models(declared), &sql("(x text_pattern_ops)")),
        [""; 0]
    );
    assert_eq!(
        between(&models(declared), &sql("(x)")),
        ["index public.A A_x_idx"]
    );
    assert_eq!(
        between(
            &models("[x], type: Gin"),
            &sql("USING gin (x gin_trgm_ops)")
        ),
        ["index public.A A_x_idx"]
    );
    // Prisma writes the parameters of a class as they are given, and reads none.
    let gist = |class: &str| models(&format!("[x(ops: raw(\"{class}\"))], type: Gist"));
    let made = |class: &str| sql(&format!("USING gist (x {class})"));
    let sized = |size: u8| format!("gist_trgm_ops(siglen={size})");
    assert_eq!(between(&gist(&sized(32)), &made(&sized(32))), [""; 0]);
    assert_eq!(
        between(&gist(&sized(32)), &made("gist_trgm_ops (siglen = '32')")),
        [""; 0]
    );
    assert_eq!(between(&gist("gist_trgm_ops"), &made(&sized(32))), [""; 0]);
    assert_eq!(
        between(&gist(&sized(32)), &made("gist_trgm_ops")),
        ["index public.A A_x_idx"]
    );
    assert_eq!(
        between(&gist(&sized(32)), &made(&sized(64))),
        ["index public.A A_x_idx"]
    );
    assert_eq!(
        between(
            &models("[x], type: Gist"),
            &made("tsvector_ops (siglen=100)")
        ),
        [""; 0]
    );
}

const EXTERNAL: &str = "import path from 'node:path';\nimport { defineConfig, env } from 'prisma/config';\n\
    const own = ['auth.users'] satisfies string[];\n\
    export default defineConfig({\n  experimental: { externalTables: true },\n  datasource: { url: env('DATABASE_URL') },\n\
      schema: path.join(import.meta.dirname, '..', 'db', 'models'),\n\
      migrations: { path: `${import.meta.dirname}/../db/history`, seed: 'tsx seed.ts', initShadowDb: 'CREATE TABLE x (id int)' },\n\
      tables: { external: [...own, \"public.sessions\"] },\n  enums: { external: ['public.role'] },\n\
      views: { path: './views' }, typedSql: { path: './sql' },\n});\n";

const EXTERNAL_MODELS: &str = "model Post {\n  id Int @id\n  userId Int\n  user users @relation(fields: [userId], references: [id])\n  role role\n\
    @@schema(\"public\")\n}\nmodel users {\n  id Int @id @default(autoincrement())\n  posts Post[]\n  @@schema(\"auth\")\n}\n\
    model Session {\n  id Int @id\n  @@map(\"sessions\")\n  @@schema(\"public\")\n}\nenum role {\n  admin\n  @@schema(\"public\")\n}\n";

#[test]
fn what_others_manage_is_left_to_them() {
    let sql = "CREATE TABLE \"Post\" (id integer PRIMARY KEY, \"userId\" integer NOT NULL, role public.role NOT NULL);\n\
        ALTER TABLE \"Post\" ADD CONSTRAINT \"Post_userId_fkey\" FOREIGN KEY (\"userId\") REFERENCES auth.users (id) ON DELETE RESTRICT ON UPDATE CASCADE;\n\
        CREATE TABLE public.sessions (id integer PRIMARY KEY, other text);\n";
    let root =
        "datasource db {\n  provider = \"postgresql\"\n  schemas = [\"public\", \"auth\"]\n}\n";
    let repo = project(&[
        (".config/prisma.ts", EXTERNAL),
        ("db/models/root.prisma", root),
        ("db/models/all/a.prisma", EXTERNAL_MODELS),
        ("db/history/1_init/migration.sql", sql),
        (
            "db/history/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
    ]);
    for arguments in [&[][..], &["db/history"]] {
        assert_eq!(differences(&repo, arguments), [""; 0], "{arguments:?}");
    }
    let check = text(&run(&repo, &["check"]));
    assert!(check.contains("no problems"), "{check}");
    let made = text(&run(
        &repo,
        &["schema", "--from", "migrations", "--format", "json"],
    ));
    assert!(
        made.contains("\"public.sessions\": {") && !made.contains("\"auth.users\": {"),
        "{made}"
    );
    assert!(!made.contains("\"public.role\""), "{made}");
    // Of a list that is not written out not all is known, and nothing that only one side has is
    // reported.
    repo.write(
        ".config/prisma.ts",
        &EXTERNAL.replace("\"public.sessions\"]", "...theirs]"),
    );
    repo.write(
        "db/history/2_more/migration.sql",
        "CREATE TABLE more (id int);\nALTER TABLE \"Post\" ADD COLUMN x int;\n",
    );
    let said = text(&run(&repo, &["drift"]));
    assert!(said.contains("`tables.external` is computed"), "{said}");
    assert_eq!(
        differences(&repo, &[]),
        ["column public.sessions other", "column public.Post x"]
    );
    // What is not listed is Prisma's own.
    repo.write(".config/prisma.ts", &EXTERNAL.replace("enums:", "tabels:"));
    assert_eq!(
        differences(&repo, &[]),
        [
            "table - public.more",
            "column public.Post x",
            "enum - public.role"
        ]
    );
}

#[test]
fn partial_indexes_are_compared_once_the_schema_has_any() {
    let models = |condition: &str| {
        format!(
            "model A {{\n  id Int @id\n  on Boolean @map(\"is_on\")\n  at DateTime?\n  @@index([at{condition})\n  @@map(\"a\")\n}}\n"
        )
    };
    let sql = |condition: &str| {
        let table =
            "CREATE TABLE a (id integer PRIMARY KEY, is_on boolean NOT NULL, at timestamp(3));";
        format!(
            "{table}\nCREATE INDEX a_at_idx ON a (at){condition};\nCREATE INDEX hand ON a (is_on) WHERE id > 5;\n"
        )
    };
    let object = "], where: { on: true, at: { not: null } }";
    let written = " WHERE is_on = true AND at IS NOT NULL";
    assert_eq!(
        between(&models("]"), &sql("")),
        [""; 0],
        "what is written by hand stays"
    );
    assert_eq!(
        between(&models(object), &sql(written)),
        ["index public.a hand"]
    );
    assert_eq!(
        between(
            &models("], where: raw(\"at IS NOT NULL AND is_on\")"),
            &sql(written)
        )
        .len(),
        2
    );
    assert_eq!(
        between(&models(object), &sql("")),
        ["index public.a hand", "index public.a a_at_idx"]
    );
}

#[test]
fn defaults_are_those_that_prisma_writes() {
    let models = "model A {\n  id BigInt @id @default(autoincrement())\n  a Decimal @default(\"2.00\")\n  b Json @default(\"{\\\"b\\\":1,\\\"aa\\\":2}\")\n\
        c DateTime @default(\"2020-01-02T03:04:05.5Z\")\n  d DateTime[] @default([\"2020-01-02T03:04:05Z\"])\n  e Int @default(dbgenerated(\"1 + 2\"))\n\
        f String @default(\"it's\")\n  bs B[] @relation(\"a_relation_of_a_name_so_long_that_the_server_has_to_cut_it\")\n}\n\
        model B {\n  id Int @id\n  as A[] @relation(\"a_relation_of_a_name_so_long_that_the_server_has_to_cut_it\")\n}\n";
    let repo = project(&[
        ("prisma/schema.prisma", &format!("{POSTGRES}{models}")),
        (
            "prisma/migrations/1_init/migration.sql",
            "CREATE TABLE x (id int);\n",
        ),
    ]);
    let output = run(&repo, &["schema", "--from", "declared", "--format", "json"]);
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let columns = document["tables"]["public.A"]["columns"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let defaults: Vec<&str> = columns
        .iter()
        .filter_map(|column| column["default"].as_str())
        .collect();
    let expected = [
        "nextval('\"A_id_seq\"'::regclass)",
        "2.00",
        "'{\"b\": 1, \"aa\": 2}'::jsonb",
        "'2020-01-02 03:04:05.5'::timestamp without time zone",
        "(ARRAY['2020-01-02 03:04:05 +00:00'])::timestamp(3) without time zone[]",
        "(1 + 2)",
        "'it''s'::text",
    ];
    assert_eq!(defaults, expected);
    // The join table's columns count nothing, and its keys are named as the server cuts them.
    assert_eq!(
        document["sequences"],
        serde_json::json!(["public.A_id_seq"])
    );
    let join =
        &document["tables"]["public._a_relation_of_a_name_so_long_that_the_server_has_to_cut_it"];
    assert_eq!(
        join["foreign_keys"][0]["name"],
        "_a_relation_of_a_name_so_long_that_the_server_has_to_cut_A_fkey"
    );
}

#[test]
fn mysql_has_one_spelling_for_each_type() {
    let schema = "datasource db {\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id @db.UnsignedInt\n  a DateTime @db.Timestamp(0)\n  b DateTime @default(now()) @db.DateTime(0)\n\
        c Boolean @default(true) @db.TinyInt\n  d Int @db.TinyInt\n  e Decimal @db.Decimal\n  f Decimal\n  g Json @default(\"{}\")\n  h DateTime @default(now())\n  i Bytes @db.Binary(4)\n}\n";
    let sql = "CREATE TABLE `A` (`id` INTEGER UNSIGNED NOT NULL, `a` TIMESTAMP NOT NULL, `b` DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP(0),\n\
        `c` BOOLEAN NOT NULL DEFAULT true, `d` TINYINT NOT NULL, `e` DECIMAL NOT NULL, `f` DECIMAL(65, 30) NOT NULL, `g` JSON NOT NULL,\n\
        `h` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), `i` BINARY(4) NOT NULL, PRIMARY KEY (`id`));\n";
    let repo = project(&[
        ("prisma/schema.prisma", schema),
        ("prisma/migrations/1_a/migration.sql", sql),
    ]);
    assert_eq!(differences(&repo, &[]), [""; 0]);
}

#[test]
fn an_index_that_mysql_made_for_a_foreign_key_stays_when_the_key_goes() {
    let datasource = "datasource db {\n  provider = \"mysql\"\n  relationMode = \"prisma\"\n}\n";
    let models = |index: &str| {
        format!(
            "{datasource}model A {{\n  id Int @id\n  b Int\n  to B @relation(fields: [b], references: [id])\n{index}}}\n\
             model B {{\n  id Int @id\n  all A[]\n}}\n"
        )
    };
    let sql = "CREATE TABLE `A` (`id` INTEGER NOT NULL, `b` INTEGER NOT NULL, PRIMARY KEY (`id`));\n\
        CREATE TABLE `B` (`id` INTEGER NOT NULL, PRIMARY KEY (`id`));\n\
        ALTER TABLE `A` ADD CONSTRAINT `A_b_fkey` FOREIGN KEY (`b`) REFERENCES `B`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;\n";
    let (drop, rename) = (
        "ALTER TABLE `A` DROP FOREIGN KEY `A_b_fkey`;\n",
        "ALTER TABLE `A` RENAME INDEX `A_b_fkey` TO `A_b_idx`;\n",
    );
    let between = |models: &str, more: &[&str]| {
        let sql = sql.to_owned() + &more.concat();
        differences(
            &project(&[
                ("prisma/schema.prisma", models),
                ("prisma/migrations/1_a/migration.sql", &sql),
            ]),
            &[],
        )
    };
    let declared = models("  @@index([b])\n");
    assert_eq!(between(&declared, &[drop, rename]), [""; 0]);
    assert_eq!(between(&declared, &[drop]), [""; 0]);
    // A renamed one does not make way for another.
    let wider = "CREATE INDEX `wider` ON `A`(`b`, `id`);\n";
    assert_eq!(
        between(&declared, &[drop, rename, wider]),
        ["index A wider"]
    );
    assert_eq!(
        between(&declared, &[drop, wider]),
        ["index A wider", "index A A_b_idx"]
    );
    assert_eq!(between(&models(""), &[drop]), ["index A A_b_fkey"]);
    // While the key is there, nobody needs to list it.
    assert_eq!(
        between(&declared.replace("  relationMode = \"prisma\"\n", ""), &[]),
        [""; 0]
    );
    assert_eq!(
        between(
            &models("").replace("  relationMode = \"prisma\"\n", ""),
            &[rename]
        ),
        [""; 0]
    );
}

#[test]
fn sqlite_keeps_the_words_that_prisma_goes_by() {
    let between = |field: &str, word: &str| {
        let schema = format!(
            "datasource db {{\n  provider = \"sqlite\"\n}}\nmodel A {{\n  id Int @id\n  x {field}\n}}\n"
        );
        let sql = format!(
            "CREATE TABLE \"A\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \"x\" {word} NOT NULL);\n"
        );
        let repo = project(&[
            ("prisma/schema.prisma", &schema),
            ("prisma/migrations/1_a/migration.sql", &sql),
        ]);
        differences(&repo, &[])
    };
    for (field, words) in [
        ("Int", ["INTEGER", "INT"].as_slice()),
        ("Float", &["REAL", "DOUBLE", "float"]),
        ("String", &["TEXT", "VARCHAR(20)"]),
        ("DateTime", &["DATETIME", "TIMESTAMP"]),
        ("Decimal", &["DECIMAL", "NUMERIC(8, 2)"]),
        ("Bytes", &["BLOB"]),
    ] {
        for word in words {
            assert_eq!(between(field, word), [""; 0], "{field} {word}");
        }
    }
    for (field, word) in [
        ("BigInt", "INTEGER"),
        ("Int", "BIGINT"),
        ("Boolean", "DATETIME"),
        ("DateTime", "DECIMAL"),
        ("Json", "BLOB"),
    ] {
        assert_eq!(between(field, word), ["type A x"], "{field} {word}");
    }
}
