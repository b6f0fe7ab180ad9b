//! What the migration keeps: objects that the schema language cannot declare, and rows.

use std::fs;
use std::process::Command;

use super::Project;

/// Drizzle's migrator runs a migration in a transaction, where SQLite does not stop looking at
/// foreign keys.
#[test]
fn rows_that_a_rebuild_may_delete_are_named() {
    let project = Project::new();
    project.write(
        "drizzle.config.ts",
        "export default { schema: './schema.ts', dialect: 'sqlite' };\n",
    );
    project.write(
        "schema.ts",
        "import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';\n\
         export const users = sqliteTable('users', { id: integer().primaryKey(), age: integer().notNull() });\n\
         export const posts = sqliteTable('posts', { author: integer().references(() => users.id, { onDelete: 'cascade' }) });\n",
    );
    let journal =
        "{\"version\":\"7\",\"dialect\":\"sqlite\",\"entries\":[{\"idx\":0,\"tag\":\"0000_a\"}]}";
    project.write("drizzle/meta/_journal.json", journal);
    project.write(
        "drizzle/0000_a.sql",
        "CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL, `age` integer);--> statement-breakpoint\n\
         CREATE TABLE `posts` (`author` integer, FOREIGN KEY (`author`) REFERENCES `users`(`id`) ON DELETE cascade);\n",
    );
    let repair = project.repair();
    let said = "to drop `users` there deletes or changes the rows of `posts` that refer to it";
    assert!(repair.contains(said), "{repair}");
}

#[test]
fn rows_that_stand_in_the_way_are_named() {
    for provider in ["postgresql", "sqlite"] {
        let project = Project::new();
        project.write(
            "prisma/migrations/migration_lock.toml",
            &format!("provider = \"{provider}\"\n"),
        );
        let init = "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"name\" TEXT);\n";
        project.write("prisma/migrations/20240101000000_init/migration.sql", init);
        project.write(
            "prisma/schema.prisma",
            &format!("datasource db {{\n  provider = \"{provider}\"\n}}\n\nmodel User {{\n  id Int @id\n  name String\n  age Int\n}}\n"),
        );
        let repair = project.repair();
        let (nulls, rows) = (
            "User.name` becomes NOT NULL: fill the rows",
            "User.age` is NOT NULL without a default",
        );
        assert!(
            repair.starts_with("-- ") && repair.contains(nulls) && repair.contains(rows),
            "{repair}"
        );
    }
}

/// Views and triggers that Prisma cannot declare are no drift, and must not be lost with the table.
#[test]
fn what_prisma_cannot_declare_outlives_a_rebuild() {
    let project = Project::new();
    project.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"sqlite\"\n",
    );
    let init = "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"name\" TEXT, \"age\" TEXT);\n\
                CREATE VIEW \"Named\" AS SELECT \"name\" FROM \"User\";\n\
                CREATE TRIGGER \"stamp\" AFTER INSERT ON \"User\" BEGIN UPDATE \"User\" SET \"name\" = 'x'; END;\n";
    project.write("prisma/migrations/20240101000000_init/migration.sql", init);
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"sqlite\"\n}\n\nmodel User {\n  id Int @id\n  name String?\n  age Int?\n}\n",
    );
    let repair = project.repair();
    let expected = r#"-- DropView
DROP VIEW "Named";

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "__new_User" (
  "id" INTEGER NOT NULL,
  "name" TEXT,
  "age" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "__new_User" ("id", "name", "age") SELECT "id", "name", "age" FROM "User";
DROP TABLE "User";
ALTER TABLE "__new_User" RENAME TO "User";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateView
CREATE VIEW "Named" AS SELECT "name" FROM "User";

-- CreateTrigger
CREATE TRIGGER "stamp" AFTER INSERT ON "User" BEGIN UPDATE "User" SET "name" = 'x'; END;
"#;
    assert_eq!(repair, expected);
    project.write(
        "prisma/migrations/20240102000000_repair/migration.sql",
        &repair,
    );
    project.agrees(&repair);
}

#[test]
fn what_cannot_be_closed_is_said() {
    let project = Project::new();
    let config = "[[migrations]]\nfolder = \"migrations\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
    project.write("driftlint.toml", config);
    let function = "CREATE TYPE mood AS ENUM ('ok');\nCREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
    project.write("migrations/0001_a.sql", function);
    project.write("schema.sql", "CREATE TABLE a (id integer);\n");
    let repair = project.repair();
    for said in [
        "function `f` uses a type that goes",
        "the server is expected to refuse",
        "leaves enum `mood`",
    ] {
        assert!(repair.contains(said), "{said}: {repair}");
    }
}

/// Diesel knows neither UNIQUE nor CHECK, no action of a foreign key and no length of a text: what
/// the migrations made of them stays, and what goes is named.
#[test]
fn what_diesel_cannot_declare_stays() {
    for (feature, expected, lost) in [
        (
            "sqlite",
            r#"-- `notes.old` is dropped with its data: nothing brings it back but a backup
-- `notes.body` becomes NOT NULL: fill the rows that have no value first
PRAGMA foreign_keys=OFF;
CREATE TABLE "__new_notes" (
  "id" INTEGER NOT NULL,
  "code" varchar(8) DEFAULT 'x' NOT NULL,
  "body" varchar(80) NOT NULL,
  "author" INTEGER,
  PRIMARY KEY ("id"),
  UNIQUE ("code"),
  CONSTRAINT "short" CHECK (length(body) < 80),
  FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL
);
"#,
            "",
        ),
        (
            "mysql",
            "ALTER TABLE `notes` MODIFY COLUMN `body` varchar(80) NOT NULL;\n",
            "`notes.old` is dropped with its data",
        ),
        (
            "postgres",
            "ALTER TABLE \"notes\" ALTER COLUMN \"body\" SET NOT NULL;\n",
            "`public.notes.old` is dropped with its data",
        ),
    ] {
        let project = Project::new();
        project.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"notes\"\n[dependencies]\ndiesel = {{ version = \"2\", features = [\"{feature}\"] }}\n"
            ),
        );
        project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
        project.write(
            "migrations/2024-01-01-000000_init/up.sql",
            "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY);\n\
             CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, code varchar(8) NOT NULL DEFAULT 'x' UNIQUE, \
             body varchar(80), old varchar(9), author INTEGER, \
             CONSTRAINT short CHECK (length(body) < 80), \
             FOREIGN KEY (author) REFERENCES authors (id) ON DELETE SET NULL);\n\
             CREATE INDEX notes_old ON notes (old);\n",
        );
        project.write(
            "src/schema.rs",
            "diesel::table! { authors (id) { id -> Integer, } }\n\
             diesel::table! { notes (id) { id -> Integer, code -> Varchar, body -> Varchar, author -> Nullable<Integer>, } }\n",
        );
        let repair = project.repair();
        assert!(repair.contains(expected), "{feature}:\n{repair}");
        assert!(repair.contains(lost), "{feature}:\n{repair}");
        project.write("migrations/2024-01-02-000000_repair/up.sql", &repair);
        project.agrees(&repair);
    }
}

/// A table of which Diesel's file has all that a migration needs: the key, the lengths, and what
/// `joinable!` says.
#[test]
fn a_new_table_of_diesel_has_its_keys_and_types() {
    for (feature, expected) in [
        (
            "sqlite",
            r#"CREATE TABLE "posts" (
  "id" INTEGER NOT NULL,
  "type" Text NOT NULL,
  "author_id" BigInt,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("author_id") REFERENCES "authors" ("id")
);
"#,
        ),
        (
            "mysql",
            "CREATE TABLE `posts` (
  `id` bigint NOT NULL,
  `type` varchar(20) NOT NULL,
  `author_id` bigint unsigned,
  PRIMARY KEY (`id`)
);
ALTER TABLE `posts` ADD FOREIGN KEY (`author_id`) REFERENCES `authors` (`id`);
",
        ),
        (
            "postgres",
            r#"CREATE TABLE "posts" (
  "id" bigint NOT NULL,
  "type" character varying(20) NOT NULL,
  "author_id" bigint,
  PRIMARY KEY ("id")
);
ALTER TABLE "posts" ADD FOREIGN KEY ("author_id") REFERENCES "authors" ("id");
"#,
        ),
    ] {
        let project = Project::new();
        project.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"notes\"\n[dependencies]\ndiesel = {{ version = \"2\", features = [\"{feature}\"] }}\n"
            ),
        );
        project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
        let number = match feature {
            "mysql" => "BIGINT UNSIGNED",
            _ => "BIGINT",
        };
        project.write(
            "migrations/2024-01-01-000000_init/up.sql",
            &format!("CREATE TABLE authors (id {number} NOT NULL PRIMARY KEY);\n"),
        );
        let rust = match feature {
            "mysql" => "Unsigned<Bigint>",
            _ => "BigInt",
        };
        let text = match feature {
            "sqlite" => "Text",
            _ => "Varchar",
        };
        project.write(
            "src/schema.rs",
            &format!(
                "diesel::table! {{ authors (id) {{ id -> {rust}, }} }}\n\
                 diesel::table! {{ posts (id) {{ id -> BigInt, #[sql_name = \"type\"] #[max_length = 20] type_ -> {text}, \
                 author_id -> Nullable<{rust}>, }} }}\n\
                 diesel::joinable!(posts -> authors (author_id));\n"
            ),
        );
        let repair = project.repair();
        assert!(repair.contains(expected), "{feature}:\n{repair}");
        project.write("migrations/2024-01-02-000000_repair/up.sql", &repair);
        project.agrees(&repair);
    }
}

/// Diesel's can be kept out of a transaction, where the PRAGMA of the rebuild has its effect.
#[test]
fn a_written_rebuild_stays_out_of_the_transaction() {
    let project = Project::new();
    project.write(
        "Cargo.toml",
        "[package]\nname = \"notes\"\n[dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }\n",
    );
    project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
    project.write(
        "migrations/2024-01-01-000000_init/up.sql",
        "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY, name TEXT);\n\
         CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, author INTEGER REFERENCES authors (id) ON DELETE CASCADE);\n",
    );
    project.write(
        "src/schema.rs",
        "diesel::table! { authors (id) { id -> Integer, name -> Text, } }\n\
         diesel::table! { posts (id) { id -> Integer, author -> Nullable<Integer>, } }\n",
    );
    assert!(project.repair().contains("run this outside of one"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(["drift", "--write", "name", "--yes"]);
    let output = command.current_dir(project.path()).output();
    let output = output.expect("driftlint runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let folders = fs::read_dir(project.path().join("migrations")).expect("the migrations");
    let written = folders
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().ends_with("_name"));
    let written = written.unwrap_or_else(|| panic!("{said}"));
    let metadata = fs::read_to_string(written.join("metadata.toml")).expect("a metadata.toml");
    assert_eq!(metadata, "run_in_transaction = false\n");
    let up = fs::read_to_string(written.join("up.sql")).expect("the migration");
    assert!(!up.contains("run this outside of one"), "{up}");
    project.agrees(&up);
}
