//! Every layout is found without configuration: runner, dialect, order, directions, marks, and what
//! is left out.

use driftlint::project::tree::Memory;
use driftlint::project::{LoadOptions, MigrationSet, Project};
use driftlint::sql::Dialect;

fn load(files: &[(&str, &str)], paths: &[&str]) -> Project {
    let tree: Memory = files.iter().copied().collect();
    let paths = paths.iter().map(|&path| path.to_owned()).collect();
    Project::load(
        &tree,
        &LoadOptions {
            paths,
            ..LoadOptions::default()
        },
    )
    .expect("memory never fails")
}

fn one(files: &[(&str, &str)]) -> MigrationSet {
    let mut project = load(files, &[]);
    assert_eq!(project.sets.len(), 1, "{:?}", project.sets);
    project.sets.remove(0)
}

/// "folder runner dialect: id id", a `~` after ids with a down, a `!` after those outside of a
/// transaction.
fn summary(set: &MigrationSet) -> String {
    let ids = set.migrations.iter().map(|migration| {
        let down = if migration.down.is_some() { "~" } else { "" };
        let mark = if migration.no_transaction.up { "!" } else { "" };
        format!(" {}{down}{mark}", migration.id)
    });
    format!(
        "{} {} {}:{}",
        set.folder,
        set.runner.name(),
        set.dialect.name(),
        ids.collect::<String>()
    )
}

fn up(set: &MigrationSet, at: usize) -> String {
    set.migrations[at]
        .up
        .iter()
        .map(|part| part.source.slice(part.span))
        .collect()
}

#[test]
fn prisma() {
    let set = one(&[
        (
            "app db/prisma/schema.prisma",
            "datasource db {\n  provider = \"mysql\"\n}",
        ),
        (
            "app db/prisma/migrations/migration_lock.toml",
            "provider = \"sqlite\"",
        ),
        (
            "app db/prisma/migrations/10_b/migration.sql",
            "\u{feff}B;\r\n",
        ),
        ("app db/prisma/migrations/2_c/migration.sql", ""),
        ("app db/prisma/migrations/2_c copy/migration.sql", ""),
        ("app db/prisma/migrations/2_c/README.md", ""),
        ("app db/prisma/migrations/.gitkeep", ""),
    ]);
    assert_eq!(
        summary(&set),
        "app db/prisma/migrations prisma sqlite: 10_b 2_c 2_c copy"
    );
    assert_eq!(up(&set, 0), "B;\r\n");
    assert_eq!(set.dialect_from, "`provider` in migration_lock.toml");
    assert_eq!(set.declared[0].path, "app db/prisma/schema.prisma");
}

#[test]
fn prisma_with_a_folder_of_schemas_named_in_package_json() {
    let set = one(&[
        (
            "package.json",
            "{\"prisma\": {\"schema\": \"./db/models\"}}",
        ),
        (
            "db/models/base.prisma",
            "datasource db { \n provider = \"postgresql\"\n}",
        ),
        ("db/models/user.prisma", "model User { id Int @id }"),
        ("db/models/migrations/20240101000000_a/migration.sql", "A;"),
    ]);
    assert_eq!(set.dialect_from, "`provider` in db/models/base.prisma");
    assert_eq!(set.declared.len(), 2);
}

#[test]
fn the_word_datasource_in_a_comment_is_no_datasource() {
    let schema = "// One datasource for all of us: provider = \"sqlite\"\n\
                  datasource db { // provider = \"postgresql\"\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id\n}";
    let set = one(&[
        ("prisma/schema.prisma", schema),
        (
            "prisma/migrations/20240101000000_a/migration.sql",
            "CREATE TABLE A (id int not null, primary key (id));",
        ),
    ]);
    assert_eq!(
        (set.dialect, set.dialect_from.as_str()),
        (Dialect::MySql, "`provider` in prisma/schema.prisma")
    );
}

#[test]
fn drizzle_with_a_journal() {
    let set = one(&[
        (
            "packages/db/drizzle.config.ts",
            "export default defineConfig({ schema: './src/*.ts', out: './drizzle' })",
        ),
        ("packages/db/src/users.ts", ""),
        ("packages/db/drizzle/0000_b.sql", "B;"),
        ("packages/db/drizzle/0001_a.sql", "A;"),
        ("packages/db/drizzle/0001_a copy.sql", "A;"),
        (
            "packages/db/drizzle/meta/_journal.json",
            r#"{"dialect": "mysql", "entries": [{"idx": 0, "tag": "0001_a"}, {"idx": 1, "tag": "0000_b"}, {"idx": 2, "tag": "0002_gone"}]}"#,
        ),
    ]);
    assert_eq!(
        summary(&set),
        "packages/db/drizzle drizzle mysql: 0001_a 0000_b"
    );
    let skipped: Vec<&str> = set.skipped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(
        skipped,
        [
            "packages/db/drizzle/0002_gone.sql",
            "packages/db/drizzle/0001_a copy.sql"
        ]
    );
    assert_eq!(set.declared[0].path, "packages/db/src/users.ts");
    let broken = one(&[
        ("d/0000_a.sql", ""),
        ("d/0001_b.sql", ""),
        ("d/meta/_journal.json", "<<<<<<< HEAD"),
    ]);
    assert_eq!(broken.migrations.len(), 2);
    assert!(
        broken.skipped[0]
            .reason
            .starts_with("it holds the two sides of a merge"),
        "{:?}",
        broken.skipped
    );
}

/// The files of the schema that a folder of Drizzle's migrations is said to have.
fn drizzle_schema(folder: &str, paths: &[&str], files: &[(&str, &str)]) -> Vec<String> {
    let (journal, migration) = (
        format!("{folder}/meta/_journal.json"),
        format!("{folder}/0000_a.sql"),
    );
    let journal_text = r#"{"dialect": "postgresql", "entries": [{"tag": "0000_a"}]}"#;
    let known = [(journal.as_str(), journal_text), (migration.as_str(), "A;")];
    let project = load(&[&known, files].concat(), paths);
    assert_eq!(project.sets.len(), 1, "{:?}", project.sets);
    project.sets[0]
        .declared
        .iter()
        .map(|declared| declared.path.clone())
        .collect()
}

#[test]
fn a_schema_of_drizzle_is_found_wherever_the_configuration_says() {
    let schema = ("src/worker/db/schema.ts", "");
    for config in [
        "export default { schema: './src/worker/db/schema.ts', out: './migrations' }",
        "import { relative } from 'node:path';
         const schemaPath = relative(process.cwd(), fileURLToPath(new URL('./src/worker/db/schema.ts', import.meta.url)))
         const out = path.join(__dirname, 'migrations')
         export default { schema: schemaPath, out } satisfies Config",
        "const db = 'src/worker/db';
         export default defineConfig({ schema: `${__dirname}/src/worker/db/schema.ts`, out: resolve('migrations') })",
        "const db = 'src/worker/db'; export default { schema: path.resolve(db, 'schema.ts'), out: 'migrations' }",
        "export default { schema: './src/**/schema.ts', out: 'migrations' }",
        "export default { schema: './src/worker/*', out: 'migrations' }",
        "export default { schema: ['./src/worker/db', './src/worker'], out: 'migrations' }",
    ] {
        for paths in [&[][..], &["migrations"], &["migrations/0000_a.sql"]] {
            let found = drizzle_schema("migrations", paths, &[schema, ("drizzle.config.ts", config)]);
            assert_eq!(found, [schema.0], "{paths:?} {config}");
        }
    }
    // A folder stands for the files in it, not for those in the folders below.
    let config = "export default { schema: './src', out: 'migrations' }";
    let more = [
        ("drizzle.config.ts", config),
        ("src/a.ts", ""),
        ("src/a.json", ""),
        ("src/a.d.ts", ""),
        schema,
    ];
    assert_eq!(drizzle_schema("migrations", &[], &more), ["src/a.ts"]);
}

#[test]
fn the_configuration_of_drizzle_may_lie_anywhere() {
    let schema = ("app/server/db/schema.ts", "");
    // Started from `app`, with `--config server/db/drizzle.config.ts`.
    let config = "export default { schema: './server/db/schema.ts', out: 'drizzle' }";
    let files = [schema, ("app/server/db/drizzle.config.ts", config)];
    assert_eq!(drizzle_schema("app/drizzle", &[], &files), [schema.0]);
    assert_eq!(
        drizzle_schema("app/drizzle", &["app/drizzle"], &files),
        [schema.0]
    );
    // A package that writes where another one applies it.
    let files = [
        ("db/schema.ts", ""),
        (
            "db/drizzle.config.ts",
            "export default { schema: './schema.ts', out: '../api/sql' }",
        ),
    ];
    assert_eq!(drizzle_schema("api/sql", &[], &files), ["db/schema.ts"]);
    // The folder of a stranger is not claimed by going up from it.
    let files = [
        ("example/src/s.ts", ""),
        (
            "example/drizzle.config.ts",
            "export default { schema: 'src/s.ts' }",
        ),
    ];
    assert!(drizzle_schema("drizzle", &[], &files).is_empty());
}

#[test]
fn nuxt_hub_has_its_schema_beside_the_migrations() {
    let nuxt = (
        "web/nuxt.config.ts",
        "export default defineNuxtConfig({ modules: ['@nuxthub/core'], hub: { db: 'postgresql' } })",
    );
    for schema in [
        "web/server/db/schema.ts",
        "web/server/db/schema/users.ts",
        "web/server/db/schema.postgresql.ts",
    ] {
        for folder in [
            "web/server/db/migrations/postgresql",
            "web/server/db/migrations",
        ] {
            assert_eq!(drizzle_schema(folder, &[], &[nuxt, (schema, "")]), [schema]);
            assert!(
                drizzle_schema(folder, &[], &[("web/nuxt.config.ts", "{}"), (schema, "")])
                    .is_empty()
            );
        }
    }
}

#[test]
fn of_several_configurations_of_drizzle_the_one_that_names_the_folder_counts() {
    let schemas = [("a.ts", ""), ("b.ts", "")];
    let say = |text: &'static str| ("drizzle.config.ts", text);
    let named = say("export default { schema: 'a.ts', out: './drizzle', dialect: 'postgresql' }");
    for other in [
        // Pushed, never generated: `out` is what drizzle-kit takes when it is not configured.
        (
            "drizzle.config.events.ts",
            "export default { schema: 'b.ts', dialect: 'postgresql' }",
        ),
        (
            "drizzle.config.d1.ts",
            "export default { schema: 'b.ts', out: 'drizzle', dialect: 'sqlite' }",
        ),
        (
            "drizzle-prod.config.ts",
            "export default { schema: 'b.ts', out: 'drizzle', dialect: 'postgresql' }",
        ),
    ] {
        let files = [&schemas[..], &[named, other]].concat();
        assert_eq!(
            drizzle_schema("drizzle", &[], &files),
            ["a.ts"],
            "{other:?}"
        );
    }
    // Nothing else claims the folder: that the dialects differ is told elsewhere.
    for text in [
        "export default { schema: 'a.ts' }",
        "export default { schema: 'a.ts', out: 'drizzle', dialect: 'sqlite' }",
    ] {
        let files = [&schemas[..], &[say(text)]].concat();
        assert_eq!(drizzle_schema("drizzle", &[], &files), ["a.ts"]);
    }
    let files = [
        &schemas[..],
        &[say(
            "export default { schema: 'a.ts', dialect: 'postgresql' }",
        )],
    ]
    .concat();
    assert_eq!(drizzle_schema("drizzle", &[], &files), ["a.ts"]);
}

#[test]
fn drizzle_with_folders() {
    let set = one(&[
        ("drizzle/20250101000000_a/migration.sql", "A;"),
        (
            "drizzle/20250101000000_a/snapshot.json",
            r#"{"dialect": "sqlite"}"#,
        ),
    ]);
    assert_eq!(summary(&set), "drizzle drizzle sqlite: 20250101000000_a");
}

#[test]
fn diesel() {
    let set = one(&[
        (
            "Cargo.toml",
            "[dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }",
        ),
        ("diesel.toml", "[print_schema]\nfile = \"src/db/schema.rs\""),
        ("src/db/schema.rs", ""),
        ("migrations/20240102000000_b/up.sql", ""),
        ("migrations/2024-01-01-000000_a/up.sql", ""),
        ("migrations/2024-01-01-000000_a/down.sql", ""),
        ("migrations/2024-01-03-000000_c/up.sql", ""),
        (
            "migrations/2024-01-03-000000_c/metadata.toml",
            "run_in_transaction = false",
        ),
        ("migrations/stray.sql", ""),
    ]);
    let expected =
        "migrations diesel sqlite: 2024-01-01-000000_a~ 20240102000000_b 2024-01-03-000000_c!";
    assert_eq!(summary(&set), expected);
    assert_eq!(set.skipped[0].path, "migrations/stray.sql");
    assert_eq!(set.declared[0].path, "src/db/schema.rs");
}

#[test]
fn files_beside_folders_are_the_migrations_of_the_next_tool_or_of_the_one_before() {
    let folders = [
        ("m/2024-01-01-000000_a/up.sql", "A;"),
        ("m/2024-01-02-000000_b/up.sql", "B;"),
    ];
    let with = |files: &[(&'static str, &'static str)]| one(&[&folders[..], files].concat());
    let later = with(&[
        ("m/20240103000000_c.sql", "C;"),
        ("m/20240104000000_d.sql", "D;"),
        ("m/schema.sql", ""),
    ]);
    let all = "2024-01-01-000000_a 2024-01-02-000000_b 20240103000000_c 20240104000000_d";
    assert_eq!(summary(&later), format!("m diesel postgres: {all}"));
    assert_eq!(
        later
            .migrations
            .iter()
            .map(|one| one.after_switch)
            .collect::<Vec<_>>(),
        [false, false, true, false]
    );
    assert_eq!(
        later
            .skipped
            .iter()
            .map(|it| it.path.as_str())
            .collect::<Vec<_>>(),
        ["m/schema.sql"]
    );
    let earlier = with(&[
        ("m/20230103000000_c.up.sql", "C;"),
        ("m/20230103000000_c.down.sql", "D;"),
    ]);
    assert_eq!(
        summary(&earlier),
        "m diesel postgres: 20230103000000_c~ 2024-01-01-000000_a 2024-01-02-000000_b"
    );
    assert!(earlier.migrations[1].after_switch);
    // Between them, or numbered in another way, a file may run anywhere or nowhere.
    for name in ["m/20240101120000_c.sql", "m/1_c.sql"] {
        let unsure = with(&[(name, "CREATE TABLE c (id int);")]);
        assert_eq!(
            (
                unsure.migrations.len(),
                unsure.unordered.is_some(),
                unsure.skipped.len()
            ),
            (2, true, 1),
            "{name}"
        );
        assert!(
            with(&[(name, "INSERT INTO a VALUES (1);")])
                .unordered
                .is_none()
        );
    }
}

#[test]
fn sqlx_simple_and_reversible() {
    let cargo = (
        "Cargo.toml",
        "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }",
    );
    let set = one(&[
        cargo,
        ("migrations/10_b.sql", "-- no-transaction\nB;"),
        ("migrations/9_a.sql", "A;"),
    ]);
    assert_eq!(summary(&set), "migrations sqlx postgres: 9_a 10_b!");
    let set = one(&[
        cargo,
        ("migrations/1_a.up.sql", ""),
        ("migrations/1_a.down.sql", ""),
        ("migrations/2_b.sql", ""),
    ]);
    assert_eq!(summary(&set), "migrations sqlx postgres: 1_a~ 2_b");
}

#[test]
fn golang_migrate() {
    let set = one(&[
        ("go.mod", ""),
        ("sqlc.yaml", "sql:\n  - engine: mysql\n"),
        ("db/10_b.up.sql", ""),
        ("db/9_a.up.sql", ""),
        ("db/9_a.down.sql", ""),
        ("db/notes.sql", ""),
    ]);
    assert_eq!(summary(&set), "db golang-migrate mysql: 9_a~ 10_b");
    assert_eq!(set.skipped.len(), 1);
    let authelia = load(
        &[
            ("m/sqlite/V0001.First.up.sql", ""),
            ("m/postgres/V0001.First.up.sql", ""),
        ],
        &[],
    );
    let all: Vec<String> = authelia.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        [
            "m/postgres golang-migrate postgres: V0001.First",
            "m/sqlite golang-migrate sqlite: V0001.First"
        ]
    );
}

#[test]
fn tools_that_mark_sections() {
    for (runner, text, expected) in [
        (
            "goose",
            "-- +goose NO TRANSACTION\n-- +goose up\nA;\n-- +goose Down\nB;\n",
            "1_a~!",
        ),
        (
            "dbmate",
            "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;\n",
            "1_a~!",
        ),
        (
            "sql-migrate",
            "-- +migrate Up notransaction\nA;\n-- +migrate Down\nB;\n",
            "1_a~!",
        ),
        (
            "node-pg-migrate",
            "-- Up Migration\nA;\n-- Down Migration\nB;\n",
            "1_a~",
        ),
    ] {
        let set = one(&[("sql/1_a.sql", text)]);
        assert_eq!(summary(&set), format!("sql {runner} postgres: {expected}"));
        assert_eq!(up(&set, 0), "A;\n");
    }
}

#[test]
fn flyway() {
    let set = one(&[
        ("db/migration/V1.10__c.sql", ""),
        ("db/migration/V1_9__b.sql", ""),
        (
            "db/migration/V1_9__b.sql.conf",
            "executeInTransaction = false",
        ),
        ("db/migration/V1__a.sql", ""),
        ("db/migration/U1__a.sql", ""),
        ("db/migration/R__views.sql", ""),
        ("db/migration/afterMigrate.sql", ""),
    ]);
    assert_eq!(
        summary(&set),
        "db/migration flyway postgres: V1__a~ V1_9__b! V1.10__c R__views"
    );
    assert_eq!(set.skipped[0].path, "db/migration/afterMigrate.sql");
}

#[test]
fn flyway_reads_the_folders_below_its_location() {
    let files = [
        ("db/migration/2023/V2__b.sql", ""),
        ("db/migration/2024/07/V10__c.sql", ""),
        ("db/migration/2023/V1__a.sql", ""),
        ("db/migration/undo/U2__b.sql", ""),
        ("db/migration/views/R__v.sql", ""),
        ("db/migration/mysql/V1__a.sql", ""),
        ("sql/V1__x.sql", ""),
        ("sql/v2/V2__y.sql", ""),
    ];
    let all = load(&files, &[]);
    let said: Vec<String> = all.sets.iter().map(summary).collect();
    assert_eq!(
        said,
        [
            "db/migration flyway postgres: V1__a V2__b~ V10__c R__v",
            "db/migration/mysql flyway mysql: V1__a",
            "sql flyway postgres: V1__x V2__y",
        ]
    );
    let one = load(&files, &["db/migration/2024/07/V10__c.sql"]);
    assert_eq!(one.sets.iter().map(summary).collect::<Vec<_>>(), said[..1]);
}

#[test]
fn pop_has_a_set_for_each_dialect() {
    let project = load(
        &[
            ("m/20200101000000_a.up.fizz", ""),
            ("m/20200102000000000000_b.up.sql", "generic"),
            ("m/20200102000000000000_b.mysql.up.sql", "exact"),
            (
                "m/20200102000000000001_c.postgres.autocommit.up.sql",
                "more",
            ),
            ("m/20200102000000000001_c.postgres.down.sql", ""),
            ("m/20200103000000000000_d.cockroach.up.sql", ""),
        ],
        &[],
    );
    let all: Vec<String> = project.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        [
            "m pop postgres: 20200102000000000000_b~!",
            "m pop mysql: 20200102000000000000_b"
        ]
    );
    assert_eq!(
        (up(&project.sets[0], 0), up(&project.sets[1], 0)),
        ("genericmore".into(), "exact".into())
    );
}

#[test]
fn supabase_atlas_rails() {
    let set = one(&[
        ("supabase/migrations/20240101000000_a.sql", ""),
        ("supabase/schemas/users.sql", ""),
    ]);
    assert_eq!(
        summary(&set),
        "supabase/migrations supabase postgres: 20240101000000_a"
    );
    assert_eq!(set.declared[0].path, "supabase/schemas/users.sql");
    let set = one(&[
        ("migrations/1.sql", "-- atlas:txmode none\n\nA;"),
        ("migrations/atlas.sum", ""),
    ]);
    assert_eq!(summary(&set), "migrations atlas postgres: 1!");
    let set = one(&[("db/structure.sql", ""), ("db/migrate/20240101_a.rb", "")]);
    assert_eq!(summary(&set), "db rails postgres:");
    assert_eq!(
        (set.skipped.len(), set.declared[0].path.as_str()),
        (1, "db/structure.sql")
    );
}

#[test]
fn plain_files_are_numbered_or_lie_in_migrations() {
    let set = one(&[
        ("sql/10.sql", "AUTOINCREMENT"),
        ("sql/9-b.sql", ""),
        ("sql/schema.sql", ""),
    ]);
    assert_eq!(summary(&set), "sql plain sqlite: 9-b 10");
    assert_eq!(
        summary(&one(&[("x/migrations/init.sql", "")])),
        "x/migrations plain postgres: init"
    );
    for files in [
        ["queries/1_a.sql", "queries/2_b.sql"],
        ["db/seeds/01_users.sql", "db/seeds/02_posts.sql"],
        ["src/a.sql", "src/2_b.sql"],
        ["one/1_a.sql", "two/1_a.sql"],
        ["fixtures/migrations/1_a.sql", "vendor/x/migrations/1_a.sql"],
        ["tools/migrate/backfill.sql", "docs/migration.sql"],
    ] {
        let project = load(&files.map(|path| (path, "SELECT 1")), &[]);
        assert!(project.sets.is_empty(), "{files:?}: {:?}", project.sets);
    }
}

#[test]
fn servers_of_other_kinds_are_named_and_not_judged() {
    let project = load(
        &[
            ("clickhouse/migrations/1_a.up.sql", ""),
            (
                "events/migrations/1.sql",
                "CREATE TABLE e (d Date) ENGINE = MergeTree ORDER BY d",
            ),
            (
                "prisma/migrations/migration_lock.toml",
                "provider = \"sqlserver\"",
            ),
            ("prisma/migrations/1_a/migration.sql", ""),
        ],
        &[],
    );
    assert!(project.sets.is_empty());
    let all: Vec<_> = project
        .unsupported
        .iter()
        .map(|other| (other.folder.as_str(), other.reason.as_str()))
        .collect();
    assert_eq!(
        all,
        [
            ("clickhouse/migrations", "written for ClickHouse"),
            ("events/migrations", "written for ClickHouse"),
            ("prisma/migrations", "written for SQL Server"),
        ]
    );
}

#[test]
fn a_path_selects_the_sets_it_lies_in() {
    let files = [
        ("a/prisma/schema.prisma", ""),
        ("a/prisma/migrations/1_a/migration.sql", ""),
        ("a/prisma/migrations/2_b/migration.sql", ""),
        ("b/migrations/1_a.up.sql", ""),
        ("fixtures/p/migrations/1_a.sql", ""),
        ("loose/fix.sql", "SELECT 1"),
        ("odd/alpha.sql", ""),
        ("odd/beta.sql", ""),
    ];
    for (path, expected) in [
        ("a", "a/prisma/migrations prisma postgres: 1_a 2_b"),
        (
            "a/prisma/migrations",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/migrations/2_b",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/migrations/2_b/migration.sql",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "a/prisma/schema.prisma",
            "a/prisma/migrations prisma postgres: 1_a 2_b",
        ),
        (
            "b/migrations/1_a.up.sql",
            "b/migrations golang-migrate postgres: 1_a",
        ),
        ("fixtures/p", "fixtures/p/migrations plain postgres: 1_a"),
        ("loose/fix.sql", "loose plain postgres: fix"),
        ("odd", "odd plain postgres: alpha beta"),
        ("odd/beta.sql", "odd plain postgres: beta"),
    ] {
        let found: Vec<String> = load(&files, &[path]).sets.iter().map(summary).collect();
        assert_eq!(found, [expected], "{path}");
    }
    assert!(load(&files, &["nowhere"]).sets.is_empty());
}

#[test]
fn a_pointer_is_no_migration() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let set = one(&[
        ("migrations/1_a.sql", pointer),
        ("migrations/2_b.sql", "B;"),
    ]);
    assert_eq!(set.migrations.len(), 1);
    assert!(set.skipped[0].reason.contains("LFS"), "{:?}", set.skipped);
}

#[test]
fn a_habit_of_up_without_any_down_is_no_pair() {
    let set = one(&[
        ("migrations/1_a.up.sql", "A;"),
        ("migrations/2_b.sql", "B;"),
        ("migrations/3_c.up.sql", "C;"),
    ]);
    assert_eq!(
        summary(&set),
        "migrations plain postgres: 1_a.up 2_b 3_c.up"
    );
}

#[test]
fn an_up_and_a_down_of_one_version_are_a_pair_whatever_their_names() {
    let set = one(&[
        ("migrations/1_a..up.sql", "A;"),
        ("migrations/1_a.down.sql", "-A;"),
        ("migrations/2_b.up.sql", "B;"),
    ]);
    assert_eq!(
        summary(&set),
        "migrations golang-migrate postgres: 1_a.~ 2_b"
    );
}

#[test]
fn the_folder_of_one_release_is_a_fragment_of_the_history() {
    let project = load(
        &[
            ("migration/0.17/00_a.sql", "A;"),
            ("migration/0.17/01_b.sql", "B;"),
            ("migrations/1_c.sql", "C;"),
        ],
        &[],
    );
    let fragments: Vec<bool> = project
        .sets
        .iter()
        .map(|set| set.fragment.is_some())
        .collect();
    assert_eq!(fragments, [true, false]);
}
