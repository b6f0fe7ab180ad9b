//! Schemas of several files, folders and servers, and those that moved or broke.

use serde_json::Value;

use super::{POSTGRES, differences, project, run, text};

#[test]
fn schemas_for_several_servers_lie_side_by_side() {
    let schema = |server: &str, model: &str| {
        format!(
            "datasource db {{\n  provider = \"{server}\"\n}}\nmodel {model} {{\n  id Int @id\n}}\n"
        )
    };
    let sql = |name: &str| format!("CREATE TABLE {name} (id INTEGER NOT NULL PRIMARY KEY);\n");
    let repo = project(&[
        ("prisma/mysql-schema.prisma", &schema("mysql", "my")),
        (
            "prisma/postgresql-schema.prisma",
            &schema("postgresql", "pg"),
        ),
        ("prisma/pool-schema.prisma", &schema("postgresql", "other")),
        ("prisma/mysql-migrations/1_a/migration.sql", &sql("my")),
        (
            "prisma/mysql-migrations/migration_lock.toml",
            "provider = \"mysql\"\n",
        ),
        ("prisma/postgresql-migrations/1_a/migration.sql", &sql("pg")),
        (
            "prisma/postgresql-migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
    ]);
    let said = text(&run(&repo, &["drift"]));
    assert!(said.contains("compared 2 sets: no differences"), "{said}");
}

#[test]
fn parts_of_a_schema_are_found_where_they_are_needed() {
    let user = "model User {\n  id Int @id\n}\n";
    let post = "model Post {\n  id Int @id\n  user User @relation(fields: [userId], references: [id])\n  userId Int\n}\n";
    let sql = "CREATE TABLE \"User\" (id integer PRIMARY KEY);\nCREATE TABLE \"Post\" (id integer PRIMARY KEY, \"userId\" integer NOT NULL\n  \
        REFERENCES \"User\" (id) ON DELETE RESTRICT ON UPDATE CASCADE);\n";
    let repo = project(&[
        ("db/prisma/schema.prisma", &format!("{POSTGRES}{post}")),
        (
            "db/prisma/models/user.prisma",
            &user.replace("}\n", "  posts Post[]\n}\n"),
        ),
        ("db/prisma/migrations/1_a/migration.sql", sql),
        (
            "db/prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
        // Of another package, and of no use here.
        (
            "db/package.json",
            "{\"prisma\": {\"schema\": \"../other/schema.prisma\"}}",
        ),
    ]);
    for arguments in [
        &[][..],
        &["db/prisma/migrations"],
        &["db/prisma/models/user.prisma"],
    ] {
        assert_eq!(differences(&repo, arguments), [""; 0], "{arguments:?}");
    }
    // A schema that is whole has no other parts.
    repo.write(
        "db/prisma/models/user.prisma",
        "model Other {\n  id Int @id\n}\n",
    );
    repo.write(
        "db/prisma/schema.prisma",
        &format!(
            "{POSTGRES}{post}{}",
            user.replace("}\n", "  posts Post[]\n}\n")
        ),
    );
    assert_eq!(differences(&repo, &[]), [""; 0]);
}

#[test]
fn a_broken_schema_is_not_judged_and_says_where() {
    let sql = "CREATE TABLE \"A\" (id integer PRIMARY KEY);\nCREATE TABLE \"B\" (id integer PRIMARY KEY);\n";
    for (models, place) in [
        (
            "model A {\n  id Int @id\n\nmodel B {\n  id Int @id\n}\n",
            "line 4, column 7: the block is never closed",
        ),
        (
            "model A {\n  id Int @id\n}\nmodl B {\n  id Int @id\n}\n",
            "line 7, column 1: expected `model`",
        ),
        (
            "model A {\n  id Int @id @default(\n}\nmodel B {\n  id Int @id\n}\n",
            "line 6, column 1: expected a value",
        ),
        (
            "model A {\n  id Int @id\n  c T\n}\ntype T {\n  x Int\n}\nmodel B {\n  id Int @id\n}\n",
            "line 6, column 3: `T` is a composite",
        ),
        (
            "model A {\n  id Int @id\n}\nmodel A {\n  x Int\n}\nmodel B {\n  id Int @id\n}\n",
            "line 7, column 7: `A` is declared twice",
        ),
    ] {
        let schema = format!("{POSTGRES}{models}");
        let repo = project(&[
            ("prisma/schema.prisma", &schema),
            ("prisma/migrations/1_a/migration.sql", sql),
        ]);
        for command in ["drift", "check"] {
            let output = run(&repo, &[command, "--format", "json"]);
            let document: Value = serde_json::from_slice(&output.stdout).expect("pure JSON");
            let said = document["summary"]["not_judged"].to_string();
            assert!(said.contains(place), "{said}");
            assert_eq!(document["diagnostics"], serde_json::json!([]), "{models}");
        }
    }
}

#[test]
fn a_schema_that_becomes_a_folder_takes_its_history_along() {
    let [a, b] = [
        "model A {\n  id Int @id\n  y Int\n}\n",
        "model B {\n  id Int @id\n}\n",
    ];
    let init = "CREATE TABLE \"A\" (\"id\" INTEGER NOT NULL, \"x\" TEXT, CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\"));\n\
        CREATE TABLE \"B\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"B_pkey\" PRIMARY KEY (\"id\"));\n";
    let drop = "ALTER TABLE \"A\" DROP COLUMN \"x\";\n";
    let repo = project(&[
        ("prisma/schema.prisma", &format!("{POSTGRES}{a}{b}")),
        ("prisma/migrations/1_init/migration.sql", init),
        ("prisma/migrations/2_drop/migration.sql", drop),
        // Of files with one text, git cannot tell which became which.
        (
            "prisma/migrations/3_drop_again/migration.sql",
            "SELECT 1;\n",
        ),
        ("prisma/migrations/4_nothing/migration.sql", "SELECT 1;\n"),
    ]);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "one file"]);
    repo.git(&["rm", "-q", "prisma/schema.prisma"]);
    repo.write("prisma/schema/schema.prisma", &format!("{POSTGRES}{b}"));
    repo.write("prisma/schema/a.prisma", a);
    repo.git(&["mv", "prisma/migrations", "prisma/schema/migrations"]);
    repo.git(&["add", "."]);
    for command in ["check", "drift"] {
        let output = run(&repo, &[command, "--staged"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(
            text(&output).contains("1 problem was there before"),
            "{}",
            text(&output)
        );
        assert!(
            !text(&output).contains(": no differences"),
            "{}",
            text(&output)
        );
    }
    // What is changed on the way, is.
    repo.write(
        "prisma/schema/migrations/2_drop/migration.sql",
        &drop.replace("\"x\"", "\"y\""),
    );
    repo.git(&[
        "rm",
        "-qr",
        "--cached",
        "prisma/schema/migrations/4_nothing",
    ]);
    repo.git(&["add", "prisma/schema/migrations/2_drop"]);
    let said = text(&run(&repo, &["check", "--staged", "--format", "concise"]));
    for line in [
        "prisma/schema/migrations/2_drop/migration.sql:1:1: error[edited-migration] this migration exists at HEAD and is changed",
        "prisma/migrations/4_nothing/migration.sql:1:1: error[edited-migration] this migration exists at HEAD and is deleted",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert_eq!(said.matches("edited-migration").count(), 2, "{said}");
}
