//! The Drizzle projects in `fixtures/projects`: what is declared, what the snapshot says and what
//! the migrations make are one schema.

mod features;

use std::path::PathBuf;

use driftlint::catalog::{Knowledge, json};
use driftlint::project::tree::Memory;
use driftlint::project::worktree::Worktree;
use driftlint::project::{LoadOptions, Project};
use driftlint::replay::catalog_of;
use driftlint::schema::Declared;
use driftlint::schema::load::{self, Schemas};
use driftlint::sql::{Versions, on_big_stack};

/// The three views of a project's schema, as JSON.
fn views(name: &str) -> [String; 3] {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/projects")
        .join(name);
    on_big_stack(|| {
        let tree = Worktree::new(root);
        let project =
            Project::load(&tree, &LoadOptions::default()).expect("the fixture is readable");
        let [set] = project.sets.as_slice() else {
            panic!("{name} has one set of migrations")
        };
        let schemas =
            load::beside(&tree, set, Versions::default()).expect("the schema is readable");
        let declared = schemas.declared.first().expect("a schema is declared");
        assert!(
            declared.unknown.is_empty() && declared.notes.is_empty(),
            "{:?}",
            declared.notes
        );
        assert_eq!(declared.coverage.columns, declared.coverage.known);
        let snapshot = schemas.snapshot.as_ref().expect("there is a snapshot");
        let migrated = catalog_of(set, Versions::default(), set.migrations.len());
        [
            json(&declared.catalog),
            json(&snapshot.catalog),
            sorted(&json(&migrated)),
        ]
    })
    .map(|json| sorted(&json))
}

/// Constraints and indexes come in another order from `CREATE TABLE` than from `ALTER TABLE`.
fn sorted(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("driftlint prints JSON");
    for table in value["tables"]
        .as_object_mut()
        .expect("tables are an object")
        .values_mut()
    {
        for part in ["uniques", "foreign_keys", "checks", "indexes"] {
            if let Some(items) = table[part].as_array_mut() {
                items.sort_by_key(ToString::to_string);
            }
        }
    }
    serde_json::to_string_pretty(&value).expect("JSON can be printed")
}

fn agree(name: &str) {
    let [declared, snapshot, migrated] = views(name);
    assert!(declared.len() > 1000, "the schema has tables: {declared}");
    assert_eq!(declared, snapshot, "declared and snapshot of {name}");
    assert_eq!(declared, migrated, "declared and migrated of {name}");
}

#[test]
fn postgres_views_agree() {
    agree("drizzle-postgres");
}

#[test]
fn mysql_views_agree() {
    agree("drizzle-mysql");
}

#[test]
fn sqlite_views_agree() {
    agree("drizzle-sqlite");
}

/// What the one set of a project declares.
fn declared(files: &[(&str, &str)]) -> Declared {
    let mut schemas = schemas(files);
    assert_eq!(schemas.declared.len(), 1, "{:?}", schemas.unread);
    schemas.declared.remove(0)
}

/// What stands beside the one set of a project.
fn schemas(files: &[(&str, &str)]) -> Schemas {
    let tree: Memory = files.iter().copied().collect();
    on_big_stack(|| {
        let project = Project::load(&tree, &LoadOptions::default()).expect("memory never fails");
        let [set] = project.sets.as_slice() else {
            panic!("one set of migrations: {:?}", project.sets)
        };
        load::beside(&tree, set, Versions::default()).expect("memory never fails")
    })
}

const JOURNAL: (&str, &str) = (
    "drizzle/meta/_journal.json",
    r#"{"dialect": "postgresql", "entries": [{"tag": "0000_a"}]}"#,
);
const MIGRATION: (&str, &str) = ("drizzle/0000_a.sql", "CREATE TABLE \"a\" ();");

#[test]
fn a_casing_that_is_not_known_leaves_the_names_open_that_depend_on_it() {
    let schema = "import { integer, pgTable, text, index } from 'drizzle-orm/pg-core';
        export const told = pgTable('told', { id: integer().primaryKey(), theName: text('theName') });
        export const guessed = pgTable('guessed', { id: integer().primaryKey(), theName: text(), told: integer().references(() => told.id) },
          (t) => [index('guessed_index').on(t.theName)]);";
    let files = |casing: &'static str| {
        let config = format!(
            "import {{ casing }} from '@app/shared';
            export default {{ schema: './schema.ts', out: './drizzle', dialect: 'postgresql', {casing} }};"
        );
        move |with: &[(&str, &str)]| {
            let known = [
                JOURNAL,
                MIGRATION,
                ("schema.ts", schema),
                ("drizzle.config.ts", config.as_str()),
            ];
            declared(&[&known, with].concat())
        }
    };
    for casing in [
        "casing",
        "casing: process.env.CASING",
        "casing: casing as 'snake_case'",
    ] {
        let declared = files(casing)(&[]);
        let names: Vec<&str> = declared
            .catalog
            .tables
            .keys()
            .map(|name| name.name.as_str())
            .collect();
        assert_eq!(names, ["guessed", "told"]);
        let table = |name: &str| {
            declared
                .catalog
                .tables
                .values()
                .find(|table| table.name.name == name)
                .expect("made")
        };
        let columns = |name: &str| {
            table(name)
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(table("told").knowledge, Knowledge::Exact);
        assert_eq!(columns("told"), ["id", "theName"]);
        assert_ne!(table("guessed").knowledge, Knowledge::Exact);
        assert_eq!(
            (columns("guessed"), table("guessed").foreign_keys.len()),
            (vec!["id", "told"], 1)
        );
        let [note] = declared.notes.as_slice() else {
            panic!("one note: {:?}", declared.notes)
        };
        assert_eq!(note.place.source.path(), "drizzle.config.ts");
        assert_eq!((declared.coverage.columns, declared.coverage.known), (5, 4));
        assert!(
            note.place.span.start > 0
                && note
                    .message
                    .contains("which `casing` names the columns is not known")
        );
    }
    let shared = [
        (
            "packages/shared/package.json",
            r#"{ "name": "@app/shared" }"#,
        ),
        (
            "packages/shared/index.ts",
            "export const casing = 'snake_case' as const;",
        ),
    ];
    let known = files("casing")(&shared);
    assert_eq!((known.notes.len(), known.coverage.known), (0, 5));
    assert!(json(&known.catalog).contains("the_name"));
}

/// The names of the unique keys and foreign keys that are declared.
fn key_names(files: &[(&str, &str)]) -> Vec<String> {
    let declared = declared(&[&[JOURNAL, MIGRATION][..], files].concat());
    let tables = declared.catalog.tables.values();
    tables
        .flat_map(|table| table.uniques.iter().map(|key| key.name.clone()))
        .collect()
}

#[test]
fn a_catalog_of_versions_says_which_drizzle_it_is() {
    let schema = (
        "schema.ts",
        "import { pgTable, text } from 'drizzle-orm/pg-core'; export const a = pgTable('a', { b: text().unique() });",
    );
    let config = (
        "drizzle.config.ts",
        "export default { schema: './schema.ts', dialect: 'postgresql' };",
    );
    let manifest =
        |version: &str| format!(r#"{{ "devDependencies": {{ "drizzle-kit": "{version}" }} }}"#);
    let (default, named) = (manifest("catalog:"), manifest("catalog:db"));
    for (version, name) in [
        ("1.0.0-beta.15-859cf75", "a_b_key"),
        ("^0.31.1", "a_b_unique"),
    ] {
        let pnpm = format!(
            "packages: ['*']\ncatalog:\n  drizzle-kit: {version}\ncatalogs:\n  db:\n    drizzle-kit: '{version}'\n"
        );
        for manifest in [&default, &named] {
            let found = key_names(&[
                schema,
                config,
                ("package.json", manifest),
                ("pnpm-workspace.yaml", &pnpm),
            ]);
            assert_eq!(found, [name], "{manifest}");
        }
        let bun = format!(
            r#"{{ "workspaces": {{ "catalogs": {{ "db": {{ "drizzle-kit": "{version}" }} }} }}, "catalog": {{ "drizzle-kit": "{version}" }},"#
        );
        for manifest in [&default, &named] {
            let found = key_names(&[
                schema,
                config,
                ("package.json", &format!("{bun}{}", &manifest[1..])),
            ]);
            assert_eq!(found, [name], "{manifest}");
        }
    }
}

#[test]
fn a_schema_that_a_build_writes_is_read_from_its_source() {
    let text = "import { pgTable, text } from 'drizzle-orm/pg-core'; export const a = pgTable('a', { b: text() });";
    let config =
        |schema: &str| format!("export default {{ schema: '{schema}', dialect: 'postgresql' }};");
    for (schema, file) in [
        ("./dist/src/schema", "src/schema/a.ts"),
        ("dist/**/*.table.js", "src/a/b.table.ts"),
        ("./build/schema.js", "schema.ts"),
    ] {
        let made = declared(&[
            JOURNAL,
            MIGRATION,
            ("drizzle.config.ts", &config(schema)),
            (file, text),
        ]);
        assert_eq!(
            (made.catalog.tables.len(), made.notes.len()),
            (1, 0),
            "{schema}"
        );
    }
}

#[test]
fn getters_and_paths_made_with_node_are_evaluated() {
    let schema = "import { integer, pgTable, text } from 'drizzle-orm/pg-core';
        const id = { get id() { return integer('id').primaryKey(); }, get ['by' + 'Key']() { return text().notNull(); }, set x(v: any) {} };
        export const a = pgTable('a', { ...id, more: text() });
        export const b = pgTable('b', { key: id.byKey });";
    let config = "import path from 'node:path'; import { fileURLToPath } from 'node:url';
        const here = fileURLToPath(new URL('.', import.meta.url));
        export default { schema: path.join(path.relative(process.cwd(), here), 'schema.ts'), out: 'drizzle' };";
    let tree: Memory = [("db/schema.ts", schema), ("db/drizzle.config.ts", config)]
        .into_iter()
        .collect();
    for path in ["db/drizzle.config.ts", "db/schema.ts"] {
        let declared = on_big_stack(|| load::at(&tree, path, None)).expect("a schema is declared");
        let columns: Vec<_> = declared
            .catalog
            .tables
            .values()
            .flat_map(|table| &table.columns)
            .collect();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["id", "byKey", "more", "key"]);
        assert_eq!(declared.notes.len(), 0);
    }
}

#[test]
fn nuxt_hub_says_the_casing_in_nuxt_s_configuration() {
    let schema = "import { pgTable, text } from 'drizzle-orm/pg-core'; export const a = pgTable('a', { theName: text() });";
    for (hub, column) in [
        ("db: 'postgresql'", "theName"),
        (
            "db: { dialect: 'postgresql', casing: 'snake_case' }",
            "the_name",
        ),
    ] {
        let nuxt = format!(
            "export default defineNuxtConfig({{ modules: ['@nuxthub/core'], hub: {{ {hub} }} }})"
        );
        let made = declared(&[
            ("nuxt.config.ts", &nuxt),
            ("server/db/schema.ts", schema),
            ("server/db/migrations/postgresql/0000_a.sql", MIGRATION.1),
            (
                "server/db/migrations/postgresql/meta/_journal.json",
                JOURNAL.1,
            ),
        ]);
        let columns: Vec<&str> = made
            .catalog
            .tables
            .values()
            .flat_map(|table| &table.columns)
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!((columns, made.notes.len()), (vec![column], 0));
    }
}

#[test]
fn commonjs_modules_speak_of_what_they_export() {
    let schema = "const { pgTable, integer } = require('drizzle-orm/pg-core');\n\
                  exports.users = pgTable('users', { id: integer('id').primaryKey() });\n\
                  module.exports.posts = pgTable('posts', { author: integer('author').references(() => exports.users.id) });\n\
                  exports.tags = pgTable('tags', { post: integer('post').references(() => module.exports.users.id) });\n";
    let config =
        "module.exports = { dialect: 'postgresql', schema: './schema.js', out: './drizzle' };\n";
    let declared = declared(&[
        ("drizzle.config.js", config),
        ("schema.js", schema),
        JOURNAL,
        MIGRATION,
    ]);
    assert!(
        declared.notes.is_empty() && declared.unknown.is_empty(),
        "{:?}",
        declared.notes
    );
    let targets: Vec<_> = declared
        .catalog
        .tables
        .values()
        .flat_map(|table| &table.foreign_keys)
        .collect();
    let targets: Vec<_> = targets.iter().map(|key| key.table.name.as_str()).collect();
    assert_eq!(targets, ["users", "users"]);
}

/// Each would take more time or memory than there is if it were evaluated to the end.
#[test]
fn a_schema_that_would_never_be_evaluated_is_in_doubt() {
    let doubled =
        "let a: any = ['xxxxxxxx', 'yyyyyyyy'];\n".to_owned() + &"a = [a, a, a, a];\n".repeat(60);
    let bombs = [
        format!("{doubled}return JSON.stringify(a);"),
        format!("{doubled}return a.join('-');"),
        format!("{doubled}return `${{a}}`;"),
        format!("let a: any = [1, 2];\n{}return String(a.length);", "a = [a, a].flat();\n".repeat(40)),
        format!("let a = 'x';\n{}return a;", "a = a + a;\n".repeat(60)),
        format!("let a = 'x';\n{}return a;", "a = a.replaceAll('x', 'xx');\n".repeat(60)),
        format!("let a = 'x';\n{}return a;", "a = a.repeat(1000);\n".repeat(6)),
        "let o: any = {};\nfor (let i = 0; i < 9999; i++) for (let j = 0; j < 9999; j++) o = { ...o, ['k' + i + j]: o };\nreturn 'a' + o.k01;".to_owned(),
        "let o: any = {};\nfor (let i = 0; i < 9999; i++) for (let j = 0; j < 9999; j++) o['k' + i + j] = 1;\nreturn 'a' + o.k01;".to_owned(),
        "const f = (n: number): any => n ? [f(n - 1), f(n - 1)] : 1;\nreturn String(f(60));".to_owned(),
        format!("return {}'x'{};", "[".repeat(3000), "]".repeat(3000)),
    ];
    for bomb in bombs {
        let text = format!(
            "import {{ pgTable, text }} from 'drizzle-orm/pg-core';\nfunction make() {{\n{bomb}\n}}\nconst name = make();\nexport const t = pgTable(name, {{ a: text() }});\n"
        );
        let config =
            "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };";
        let started = std::time::Instant::now();
        let schemas = schemas(&[
            JOURNAL,
            MIGRATION,
            ("drizzle.config.ts", config),
            ("schema.ts", &text),
        ]);
        let took = started.elapsed();
        assert!(took.as_secs() < 30, "{took:?}: {bomb:.200}");
        let doubted = |side: &Declared| side.catalog.knowledge != Knowledge::Exact;
        assert!(
            !schemas.unread.is_empty() || schemas.declared.iter().any(doubted),
            "{bomb:.200}"
        );
    }
}

#[test]
fn a_name_that_any_statement_assigns_again_is_not_known() {
    for statement in [
        "for (let i = 0; i < 3; i++) name = 'b' + i;",
        "for (const i of [1]) { name = 'b'; }",
        "if (true) name += 'b';",
        "{ name = 'b'; }",
        "[1].forEach(() => { name = 'b'; });",
        "try { name = 'b'; } catch {}",
        "name = 'b';",
    ] {
        let text = format!(
            "import {{ pgTable, text }} from 'drizzle-orm/pg-core';\nlet name = 'a';\n{statement}\nexport const t = pgTable(name, {{ a: text() }});\n"
        );
        let config =
            "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };";
        let schemas = schemas(&[
            JOURNAL,
            MIGRATION,
            ("drizzle.config.ts", config),
            ("schema.ts", &text),
        ]);
        assert!(schemas.declared.is_empty(), "{statement}");
        assert_eq!(schemas.unread.len(), 1, "{statement}");
    }
}
