//! What is not judged is said, and never looks clean.

use super::{CONFIG, Project, SNAPSHOT, USERS, USERS_DRIZZLE, USERS_PRISMA, drizzle, prisma};

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

/// A project with a program of its own for migrations has drizzle-kit for its schema alone: Papra
/// was accused of 33 tables that no migration makes.
#[test]
fn migrations_in_typescript_are_migrations_too() {
    let project = Project::new(&[
        (
            "drizzle.config.ts",
            "export default { dialect: 'turso', schema: './src/schema.ts', out: './src/migrations' };\n",
        ),
        (
            "src/schema.ts",
            "import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';\nexport const notes = sqliteTable('notes', { id: integer().primaryKey() });\n",
        ),
        (
            "src/migrations/list/0001-notes.migration.ts",
            "export const notes = { up: ({ db }) => db.run('CREATE TABLE notes (id integer)') };\n",
        ),
        ("src/migrations/list/0001-notes.migration.test.ts", "\n"),
    ]);
    for command in ["check", "drift"] {
        let (status, said) = project.run(&[command]);
        assert!(
            status == Some(2) && said.contains("in TypeScript") && !said.contains("notes"),
            "{command}: {said}"
        );
    }
}

/// A team's own runner takes every file of a folder that drizzle-kit writes.
#[test]
fn a_runner_that_is_named_reads_a_folder_of_another_tool() {
    let project = Project::new(&[
        (
            "driftlint.toml",
            "[[migrations]]\nfolder = \"drizzle\"\nrunner = \"plain\"\ndialect = \"postgres\"\n",
        ),
        (
            "drizzle/meta/_journal.json",
            "{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [{\"idx\": 0, \"version\": \"7\", \"when\": 1, \"tag\": \"0000_a\", \"breakpoints\": true}]}",
        ),
        ("drizzle/0000_a.sql", "CREATE TABLE a (id int);\n"),
        ("drizzle/0001_b.sql", "CREATE TABLE b (id int);\n"),
    ]);
    let (status, said) = project.run(&["check", "--all"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("checked 2 migrations: no problems"), "{said}");
}

/// It is for people; a program that asks for JSON would be given text.
#[test]
fn what_is_found_is_shown_as_text_alone() {
    let project = prisma(USERS_PRISMA);
    let (status, said) = project.run(&["check", "--show-files"]);
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = project.run(&["check", "--show-files", "--format", "json"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("has no JSON"), "{said}");
}
