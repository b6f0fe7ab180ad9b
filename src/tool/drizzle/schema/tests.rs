//! Small schemas, one feature each. The DDL is what drizzle-kit 0.31 generates for them.

mod followed;

use super::kit::Kit;
use super::{Casing, Resolver, SchemaNaming, ddl, evaluate};
use crate::error::Result;
use crate::project::tree::Tree;
use crate::schema::Language;
use crate::sql::Dialect;
use crate::tool::Tool;

pub(super) struct Files<'f>(pub(super) &'f [(&'f str, &'f str)]);

impl Tree for Files<'_> {
    fn files(&self) -> Result<Vec<String>> {
        let mut files: Vec<String> = self.0.iter().map(|(path, _)| (*path).to_owned()).collect();
        files.sort();
        Ok(files)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        Ok(self
            .0
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, text)| text.as_bytes().to_vec()))
    }
}

fn kit(files: &[(&str, &str)], dialect: Dialect) -> Kit {
    kit_of(
        files,
        dialect,
        SchemaNaming {
            casing: Some(Casing::Snake),
            ..SchemaNaming::default()
        },
    )
}

fn kit_of(files: &[(&str, &str)], dialect: Dialect, naming: SchemaNaming) -> Kit {
    let tree = Files(files);
    evaluate(
        &Resolver::new(&tree),
        &[files[0].0.to_owned()],
        dialect,
        naming,
    )
    .0
}

/// The DDL of a schema in one file, PostgreSQL, after the usual imports.
fn postgres(schema: &str) -> Vec<String> {
    let text = format!(
        "import * as p from 'drizzle-orm/pg-core';\nimport {{ sql }} from 'drizzle-orm';\n{schema}"
    );
    sql(&kit(&[("schema.ts", &text)], Dialect::Postgres))
}

fn sql(kit: &Kit) -> Vec<String> {
    ddl::statements(kit)
        .iter()
        .map(|statement| statement.replace(['\n', '\t'], ""))
        .collect()
}

/// Everything that is not known, as `slot: reason`.
fn doubts(kit: &Kit) -> Vec<String> {
    let mut all: Vec<String> = kit
        .open
        .iter()
        .map(|doubt| format!("schema: {}", doubt.reason))
        .collect();
    for table in &kit.tables {
        all.extend(
            table
                .open
                .iter()
                .map(|doubt| format!("{}: {}", table.name.name, doubt.reason)),
        );
        all.extend(
            table
                .doubts
                .iter()
                .map(|(part, doubt)| format!("{part:?}: {}", doubt.reason)),
        );
        for column in &table.columns {
            let slots = [
                column.data_type.as_ref().err(),
                column.default.as_ref().err(),
            ];
            all.extend(
                slots
                    .into_iter()
                    .flatten()
                    .map(|doubt| format!("{}: {}", column.name, doubt.reason)),
            );
        }
    }
    all
}

#[test]
fn a_table_may_be_made_by_a_callback_a_creator_or_a_schema() {
    let ddl = postgres(
        "const table = p.pgTableCreator((name) => `app_${name}`);
         export const a = table('a', (t) => ({ createdAt: t.timestamp({ withTimezone: true, precision: 3 }).defaultNow() }));
         export const s = p.pgSchema('s');
         export const mood = s.enum('mood', ['ok']);
         export const b = s.table('b', { m: mood().array().notNull(), ref: p.integer().references(() => c.id, { onDelete: 'set null' }) });
         const c = s.table('c', { id: p.serial().primaryKey() });
         export { c };",
    );
    assert_eq!(
        ddl,
        [
            "CREATE SCHEMA \"s\"",
            "CREATE TYPE \"s\".\"mood\" AS ENUM('ok')",
            "CREATE TABLE \"app_a\" (\"created_at\" timestamp(3) with time zone DEFAULT now())",
            "CREATE TABLE \"s\".\"b\" (\"m\" \"s\".\"mood\"[] NOT NULL,\"ref\" integer)",
            "CREATE TABLE \"s\".\"c\" (\"id\" serial PRIMARY KEY NOT NULL)",
            "ALTER TABLE \"s\".\"b\" ADD CONSTRAINT \"b_ref_c_id_fk\" FOREIGN KEY (\"ref\") REFERENCES \"s\".\"c\"(\"id\") ON DELETE set null",
        ]
    );
}

#[test]
fn modules_are_found_as_a_bundler_finds_them() {
    let schema = "export * from './parts'; export { accounts as people } from '@app/models/account'; export { logs } from '~lib/logs';";
    let kit = kit(
        &[
            ("apps/web/db/schema.ts", schema),
            ("apps/web/db/parts/index.ts", "export * from './user.js';"),
            (
                "apps/web/db/parts/user.ts",
                "import { pgTable } from 'drizzle-orm/pg-core'; import { id } from '#columns/id';\nexport const users = pgTable('users', { id: id() });",
            ),
            (
                "apps/web/package.json",
                r##"{ "name": "web", "imports": { "#columns/*": "./db/columns/*.ts" } }"##,
            ),
            (
                "apps/web/db/columns/id.ts",
                "import { uuid } from 'drizzle-orm/pg-core'; export const id = () => uuid().primaryKey();",
            ),
            (
                "apps/web/tsconfig.json",
                r#"{ "extends": "../../tsconfig.base.json" }"#,
            ),
            (
                "tsconfig.base.json",
                r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "~lib/*": ["libs/*/src"] } } }"#,
            ),
            (
                "libs/logs/src/index.ts",
                "const core = require('drizzle-orm/pg-core');\nmodule.exports = { logs: core.pgTable('logs', { at: core.date() }) };",
            ),
            (
                "packages/models/package.json",
                r#"{ "name": "@app/models", "exports": { "./*": { "types": "./dist/*.d.ts", "default": "./dist/*.js" } } }"#,
            ),
            (
                "packages/models/src/account.ts",
                "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const accounts = pgTable('accounts', { name: text() });",
            ),
        ],
        Dialect::Postgres,
    );
    assert_eq!(doubts(&kit), Vec::<String>::new());
    let mut names: Vec<&str> = kit
        .tables
        .iter()
        .map(|table| table.name.name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["accounts", "logs", "users"]);
}

#[test]
fn what_is_not_known_poisons_the_smallest_slot() {
    let text = "import { pgTable, text, integer, index, foreignKey } from 'drizzle-orm/pg-core';
        import { vendorColumn, LIMIT } from 'vendor';
        import { remote } from './missing';
        export const t = pgTable('t', {
          a: text().default(LIMIT), b: vendorColumn('b'), c: text().$defaultFn(() => LIMIT), d: integer().weird(), e: text().references(() => remote.id),
        }, (t) => [index('known').on(t.a).where(LIMIT), index('plain').on(t.c)]);
        export const u = pgTable(process.env.NAME, { x: text() });
        export * from './missing';";
    let kit = kit(&[("schema.ts", text)], Dialect::Postgres);
    assert_eq!(
        doubts(&kit),
        [
            "schema: `process` is only known when the code runs",
            "schema: `./missing` was not found",
            "t: it comes from the package `vendor`, which is not read",
            "ForeignKey([\"e\"]): `./missing` was not found",
            "Index(\"known\"): it comes from the package `vendor`, which is not read",
            "a: it comes from the package `vendor`, which is not read",
            "d: `.weird()` is not known",
            "d: `.weird()` is not known",
        ]
    );
    assert_eq!(kit.tables[0].indexes.len(), 1);
    assert!(kit.tables[0].columns[1].client_default);
}

#[test]
fn self_references_and_circles_end() {
    let kit = kit(
        &[
            ("a.ts", "import { pgTable, integer, text } from 'drizzle-orm/pg-core'; import { b } from './b'; import { loop } from './b';
              export const a = pgTable('a', { id: integer().primaryKey(), up: integer().references((): any => a.id), b: integer().references(() => b.id), c: text().default(loop) });
              const forever = (n: number): number => forever(n + 1);
              export const d = pgTable('d', { x: text().default(forever(1)) });"),
            ("b.ts", "import { pgTable, integer } from 'drizzle-orm/pg-core'; import { a } from './a'; export { loop } from './c';
              export const b = pgTable('b', { id: integer().primaryKey(), a: integer().references(() => a.id) });"),
            ("c.ts", "export { loop } from './b';"),
        ],
        Dialect::Postgres,
    );
    assert_eq!(kit.tables[0].foreign_keys.len(), 2);
    assert_eq!(doubts(&kit).len(), 2, "{:?}", doubts(&kit));
}

#[test]
fn code_that_cannot_be_read_is_said_so() {
    let deep = "(".repeat(100_000);
    for text in [
        "export const = ;",
        "export const t = pgTable(",
        deep.as_str(),
        &"!".repeat(100_000),
        "\u{0}",
        "{{{{",
    ] {
        let kit = kit(&[("schema.ts", text)], Dialect::Postgres);
        assert_eq!(doubts(&kit).len(), 1, "{text:.20} {:?}", doubts(&kit));
    }
}

#[test]
fn names_follow_the_casing_the_way_drizzle_kit_does() {
    let ddl = postgres(
        "export const userAccounts = p.pgTable('userAccounts', { userId: p.integer(), teamId: p.integer().unique(), managerId: p.integer() }, (t) => [
           p.primaryKey({ columns: [t.userId, t.teamId] }), p.unique().on(t.userId, t.managerId), p.index().on(t.managerId),
           p.foreignKey({ columns: [t.managerId], foreignColumns: [t.userId] }).onUpdate('cascade'),
           p.check('positive', sql`${t.userId} > 0`) ]);",
    );
    assert_eq!(
        ddl,
        [
            "CREATE TABLE \"userAccounts\" (\"user_id\" integer,\"team_id\" integer,\"manager_id\" integer,\
             CONSTRAINT \"userAccounts_user_id_team_id_pk\" PRIMARY KEY(\"user_id\",\"team_id\"),\
             CONSTRAINT \"userAccounts_teamId_unique\" UNIQUE(\"team_id\"),\
             CONSTRAINT \"userAccounts_userId_managerId_unique\" UNIQUE(\"user_id\",\"manager_id\"),\
             CONSTRAINT \"positive\" CHECK(\"userAccounts\".\"user_id\" > 0))",
            "CREATE INDEX \"userAccounts_manager_id_index\" ON \"userAccounts\" (\"manager_id\")",
            "ALTER TABLE \"userAccounts\" ADD CONSTRAINT \"userAccounts_manager_id_userAccounts_user_id_fk\" FOREIGN KEY (\"manager_id\") REFERENCES \"userAccounts\"(\"user_id\") ON UPDATE cascade",
        ]
    );
}

#[test]
fn long_chains_do_not_overflow_the_stack() {
    let prefix = "import { pgTable, text } from 'drizzle-orm/pg-core';\nexport const t = pgTable('t', { a: text() });\n";
    for code in [
        format!("const x = {}1{};", "(".repeat(200), ")".repeat(200)),
        format!("const x = {}1;", "y ? 2 : ".repeat(5_000)),
        format!("const x = {}1;", "z => ".repeat(5_000)),
        format!("const x = 1{};", " + 1".repeat(20_000)),
        format!("const x = y{};", ".z()".repeat(20_000)),
        format!("if (a) {{}} {}", "else if (b) {} ".repeat(5_000)),
        format!("type X = {}1;", "A extends B ? C : ".repeat(5_000)),
    ] {
        let text = format!("{prefix}{code}\nexport {{ x }};");
        crate::sql::on_big_stack(|| {
            let kit = kit(&[("schema.ts", &text)], Dialect::Postgres);
            assert_eq!(kit.tables.len(), 1);
        });
    }
}

#[test]
fn a_key_whose_name_is_taken_is_kept() {
    let ddl = postgres(
        "export const a = p.pgTable('a', { id: p.integer().primaryKey() });
         export const b = p.pgTable('b', { id: p.integer() }, (t) => [p.primaryKey({ name: 'a_pkey', columns: [t.id] })]);",
    );
    assert_eq!(
        ddl[1],
        "CREATE TABLE \"b\" (\"id\" integer,CONSTRAINT \"a_pkey_1\" PRIMARY KEY(\"id\"))"
    );
}

#[test]
fn keys_whose_names_are_cut_to_one_are_kept() {
    let stem = "a".repeat(70);
    let schema = "import * as p from 'drizzle-orm/pg-core';
         const stem = 'STEM';
         export const t = p.pgTable('t', { x: p.integer().unique().references(() => t.y), y: p.integer().unique(), z: p.integer().unique() }, (t) => [
           p.index(`${stem}1`).on(t.x), p.index(`${stem}2`).on(t.y), p.index(`${stem}3`).on(t.z),
           p.foreignKey({ name: `${stem}1`, columns: [t.y], foreignColumns: [t.z] }),
           p.foreignKey({ name: `${stem}2`, columns: [t.z], foreignColumns: [t.x] }) ]);";
    let schema = &schema.replace("STEM", &stem);
    let made = super::declare(
        &kit(&[("schema.ts", schema)], Dialect::Postgres),
        Language::of(Tool::Drizzle),
    );
    let table = made.catalog.tables.values().next().expect("one table");
    assert_eq!((table.indexes.len(), table.foreign_keys.len()), (3, 3));
    assert!(table.indexes.iter().all(|index| index.name.len() == 63));
    let long: Vec<_> = made
        .long_names
        .iter()
        .map(|long| (long.what, &long.name[70..]))
        .collect();
    assert_eq!(long, [("foreign key", "2"), ("index", "2"), ("index", "3")]);
    // MySQL refuses every one of them.
    let schema = schema
        .replace("pg-core", "mysql-core")
        .replace("pgTable", "mysqlTable")
        .replace("p.integer", "p.int");
    let made = super::declare(
        &kit(&[("schema.ts", &schema)], Dialect::MySql),
        Language::of(Tool::Drizzle),
    );
    assert_eq!(made.long_names.len(), 5);
}

#[test]
fn what_cannot_be_parsed_or_applied_is_unknown_and_not_missing() {
    let text = "import { mysqlTable, int, text, customType, check, index } from 'drizzle-orm/mysql-core'; import { sql } from 'drizzle-orm';
        export const t = mysqlTable('t', { a: int().primaryKey(), b: customType({ dataType: () => 'geometry collection' })().notNull(), c: text().default(sql`)(`), d: int() },
          (t) => [check('odd', sql`((`), check('fine', sql`d > 0`), index('i').on(sql`](`), index('j').on(t.d)]);
        export const twice = mysqlTable('twice', { a: int().primaryKey().autoincrement(), b: int().autoincrement() });";
    let declared = super::declare(
        &kit(&[("schema.ts", text)], Dialect::MySql),
        super::Language::of(Tool::Drizzle),
    );
    let [t, twice] = declared.catalog.tables.values().collect::<Vec<_>>()[..] else {
        panic!("two tables")
    };
    assert_eq!(
        (
            t.columns.len(),
            t.checks.len(),
            t.indexes.len(),
            twice.columns.len()
        ),
        (4, 1, 1, 0)
    );
    let unknown: Vec<String> = declared
        .unknown
        .keys()
        .map(|key| format!("{:?}", key.part))
        .collect();
    assert_eq!(
        unknown,
        [
            "Type(\"b\")",
            "Default(\"c\")",
            "Index(\"i\")",
            "Check(\"odd\")"
        ]
    );
    assert_ne!(twice.knowledge, crate::catalog::Knowledge::Exact);
    assert_eq!(declared.notes.len(), 5, "{:?}", declared.notes);
}

#[test]
fn version_1_writes_defaults_and_keys_otherwise() {
    let made = |text: &str, dialect| {
        let naming = SchemaNaming {
            since_v1: true,
            ..SchemaNaming::default()
        };
        sql(&kit_of(&[("schema.ts", text)], dialect, naming))
    };
    let text = r#"import { snakeCase, text, boolean, jsonb, timestamp } from 'drizzle-orm/pg-core';
        export const t = snakeCase.table('t', { theTags: text().array('[][]').default([['a b', 'c,d'], ['x"y']]), b: boolean().array().default([true, false]),
          json: jsonb().default('text'), at: timestamp({ withTimezone: true }).default('2020-01-01 00:00'), d: timestamp({ withTimezone: true }).default(new Date(0)) });"#;
    assert_eq!(
        made(text, Dialect::Postgres),
        [r#"CREATE TABLE "t" ("the_tags" text[][] DEFAULT '{{a b,"c,d"},{"x\"y"}}',"b" boolean[] DEFAULT '{t,f}',"json" jsonb DEFAULT '"text"',"#.to_owned()
            + r#""at" timestamp with time zone DEFAULT '2020-01-01 00:00+00',"d" timestamp with time zone DEFAULT '1970-01-01 00:00:00.000+00')"#]
    );
    let text = "import { sqliteTable, integer, text, primaryKey } from 'drizzle-orm/sqlite-core';
        export const a = sqliteTable('a', { id: text().notNull() }, (t) => [primaryKey({ columns: [t.id] })]);";
    assert_eq!(
        made(text, Dialect::Sqlite),
        ["CREATE TABLE `a` (`id` text PRIMARY KEY)"]
    );
}
