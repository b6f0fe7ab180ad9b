//! Where Drizzle's migrations, configuration and schema are found.

use super::{load, one, summary};

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
