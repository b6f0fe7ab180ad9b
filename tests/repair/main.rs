//! `driftlint drift --format sql` prints a migration after which nothing differs.

mod kept;
mod printed;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with a schema and its migrations.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a path inside the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn drift(&self, format: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command
            .args(["drift", "--format", format])
            .current_dir(self.path())
            .output()
            .expect("driftlint runs")
    }

    /// The printed migration; there must be something to print.
    fn repair(&self) -> String {
        let output = self.drift("sql");
        let text = String::from_utf8(output.stdout).expect("output is UTF-8");
        assert!(
            !text.is_empty(),
            "nothing to repair: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    #[track_caller]
    fn agrees(&self, repair: &str) {
        let output = self.drift("text");
        assert!(
            output.status.success(),
            "after this migration\n{repair}\nit still differs:\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
        let again = self.drift("sql");
        assert_eq!(
            String::from_utf8_lossy(&again.stdout),
            "",
            "a second repair after\n{repair}"
        );
    }
}

fn prisma(provider: &str, migrated: &str, models: &str) {
    let project = Project::new();
    project.write(
        "prisma/migrations/migration_lock.toml",
        &format!("provider = \"{provider}\"\n"),
    );
    project.write(
        "prisma/migrations/20240101000000_init/migration.sql",
        migrated,
    );
    project.write(
        "prisma/schema.prisma",
        &format!("datasource db {{\n  provider = \"{provider}\"\n}}\n\n{models}"),
    );
    let repair = project.repair();
    project.write(
        "prisma/migrations/20240102000000_repair/migration.sql",
        &repair,
    );
    project.agrees(&repair);
}

const MODELS: &str = r#"
model User {
  id      Int     @id @default(autoincrement())
  email   String  @unique
  name    String?
  age     Int     @default(18)
  posts   Post[]

  @@index([name, age])
}

model Post {
  id       Int    @id @default(autoincrement())
  title    String @default("untitled")
  authorId Int
  author   User   @relation(fields: [authorId], references: [id], onDelete: Cascade)
  tags     Tag[]
}

model Tag {
  id    Int    @id @default(autoincrement())
  posts Post[]
}
"#;

#[test]
fn prisma_on_postgres() {
    let migrated = r#"
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "User" ("id" SERIAL NOT NULL, "email" TEXT, "age" TEXT NOT NULL, "old" TEXT, "role" "Role" NOT NULL DEFAULT 'USER',
    CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
CREATE INDEX "User_old_idx" ON "User"("age");
CREATE TABLE "Post" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL, "authorId" INTEGER NOT NULL, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE TABLE "Gone" ("id" SERIAL NOT NULL, "userId" INTEGER, CONSTRAINT "Gone_pkey" PRIMARY KEY ("id"));
ALTER TABLE "Gone" ADD CONSTRAINT "Gone_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
"#;
    let models = MODELS.replace(
        "  posts   Post[]",
        "  role    Role    @default(USER)\n  posts   Post[]",
    ) + "\nenum Role {\n  GUEST\n  USER\n  EDITOR\n  ADMIN\n}\n\nenum Mood {\n  OK\n}\n\nmodel Feeling {\n  id   Int  @id\n  mood Mood @default(OK)\n}\n";
    prisma("postgresql", migrated, &models);
}

#[test]
fn prisma_on_mysql() {
    let migrated = r"
CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT, `email` VARCHAR(191) NULL, `age` VARCHAR(191) NOT NULL, `old` VARCHAR(191) NULL,
    INDEX `User_old_idx`(`age`), PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE `Post` (`id` INTEGER NOT NULL AUTO_INCREMENT, `title` VARCHAR(191) NOT NULL, `authorId` INTEGER NOT NULL, PRIMARY KEY (`id`))
    DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE `Post` ADD CONSTRAINT `Post_authorId_fkey` FOREIGN KEY (`authorId`) REFERENCES `User`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE TABLE `Gone` (`id` INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`));
";
    prisma("mysql", migrated, MODELS);
}

#[test]
fn prisma_on_sqlite() {
    let migrated = r#"
CREATE TABLE "User" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT, "age" TEXT NOT NULL, "old" TEXT);
CREATE INDEX "User_old_idx" ON "User"("age");
CREATE TABLE "Post" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "title" TEXT NOT NULL, "authorId" INTEGER NOT NULL,
    CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE);
CREATE TABLE "Gone" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT);
"#;
    prisma("sqlite", migrated, MODELS);
}

#[test]
fn prisma_writes_what_each_statement_does_above_it() {
    let project = Project::new();
    project.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    );
    project.write(
        "prisma/migrations/20240101000000_init/migration.sql",
        "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL, CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\"));\n",
    );
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel User {\n  id    Int    @id\n  email String? @unique\n}\n",
    );
    let expected = "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"email\" text;\n\n\
                    -- CreateIndex\nCREATE UNIQUE INDEX \"User_email_key\" ON \"User\" (\"email\");\n";
    assert_eq!(project.repair(), expected);
}

#[test]
fn drizzle_gets_breakpoints() {
    let project = Project::new();
    let journal = |tags: &[&str]| {
        let entries: Vec<String> = tags
            .iter()
            .enumerate()
            .map(|(at, tag)| {
                format!("{{\"idx\":{at},\"version\":\"7\",\"when\":{},\"tag\":\"{tag}\",\"breakpoints\":true}}", at + 1)
            })
            .collect();
        format!(
            "{{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{}]}}",
            entries.join(",")
        )
    };
    project.write(
        "drizzle.config.ts",
        "export default { schema: './schema.ts', out: './drizzle', dialect: 'postgresql' };\n",
    );
    project.write(
        "schema.ts",
        "import { index, integer, pgEnum, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core';\n\
         export const mood = pgEnum('mood', ['ok', 'good']);\n\
         export const users = pgTable('users', {\n  id: serial().primaryKey(),\n  email: text().notNull(),\n  mood: mood().default('ok').notNull(),\n  code: text().unique('users_code'),\n\
         }, (t) => [uniqueIndex('users_email').on(t.email)]);\n\
         export const posts = pgTable('posts', {\n  id: serial().primaryKey(),\n  author: integer().notNull().references(() => users.id, { onDelete: 'cascade' }),\n\
         }, (t) => [index('posts_author').on(t.author)]);\n",
    );
    project.write("drizzle/meta/_journal.json", &journal(&["0000_init"]));
    project.write(
        "drizzle/0000_init.sql",
        "CREATE TABLE \"users\" (\n\t\"id\" serial PRIMARY KEY NOT NULL,\n\t\"email\" text,\n\t\"code\" text,\n\t\
         CONSTRAINT \"users_code\" UNIQUE NULLS NOT DISTINCT(\"code\")\n);\n",
    );
    let repair = project.repair();
    assert!(repair.contains(";--> statement-breakpoint\n"), "{repair}");
    project.write(
        "drizzle/meta/_journal.json",
        &journal(&["0000_init", "0001_repair"]),
    );
    project.write("drizzle/0001_repair.sql", &repair);
    project.agrees(&repair);
}

#[test]
fn a_check_that_names_its_table_stands_in_the_table_that_takes_its_place() {
    let project = Project::new();
    project.write(
        "drizzle.config.ts",
        "export default { schema: './schema.ts', dialect: 'turso' };\n",
    );
    project.write(
        "schema.ts",
        "import { sql } from 'drizzle-orm'; import { check, integer, sqliteTable } from 'drizzle-orm/sqlite-core';\n\
         export const users = sqliteTable('users', { age: integer() }, (t) => [check('age', sql`${t.age} >= 18`)]);\n",
    );
    let entries =
        |tags: &str| format!("{{\"version\":\"7\",\"dialect\":\"sqlite\",\"entries\":[{tags}]}}");
    project.write(
        "drizzle/meta/_journal.json",
        &entries("{\"idx\":0,\"tag\":\"0000_a\"}"),
    );
    project.write(
        "drizzle/0000_a.sql",
        "CREATE TABLE `users` (`age` integer, CONSTRAINT \"age\" CHECK(\"users\".\"age\" > 0));\n",
    );
    let repair = project.repair();
    assert!(
        repair.contains("CONSTRAINT `age` CHECK (age >= 18)"),
        "{repair}"
    );
    let both = "{\"idx\":0,\"tag\":\"0000_a\"},{\"idx\":1,\"tag\":\"0001_b\"}";
    project.write("drizzle/meta/_journal.json", &entries(both));
    project.write("drizzle/0001_b.sql", &repair);
    project.agrees(&repair);
}

#[test]
fn what_is_declared_in_sql_is_copied_from_there() {
    let project = Project::new();
    let config =
        "[[migrations]]\nfolder = \"migrations\"\ndialect = \"sqlite\"\nschema = \"schema.sql\"\n";
    project.write("driftlint.toml", config);
    project.write(
        "migrations/0001_a.sql",
        "CREATE TABLE a (id INTEGER PRIMARY KEY);\n",
    );
    let schema = "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE VIRTUAL TABLE notes USING fts5(title, body);\n\
                  create view ids as select id -- all\n  from a;\n";
    project.write("schema.sql", schema);
    let repair = project.repair();
    let expected = "CREATE VIRTUAL TABLE notes USING fts5(title, body);\ncreate view ids as select id -- all\n  from a;\n";
    assert_eq!(repair, expected);
    project.write("migrations/0002_repair.sql", &repair);
    project.agrees(&repair);
}

#[test]
fn an_enum_that_loses_a_label_is_made_anew() {
    let project = Project::new();
    project.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    );
    let init = "CREATE TYPE \"Role\" AS ENUM ('GUEST', 'USER');\n\
                CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"role\" \"Role\" NOT NULL DEFAULT 'GUEST');\n";
    project.write("prisma/migrations/20240101000000_init/migration.sql", init);
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel User {\n  id Int @id\n  role Role @default(USER)\n}\n\n\
         enum Role {\n  USER\n  ADMIN\n}\n",
    );
    let repair = project.repair();
    let expected = r#"-- `public.Role` is recreated without `GUEST`: change the rows that hold that first
-- AlterEnum
ALTER TYPE "Role" RENAME TO "Role_old";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

-- AlterTable
ALTER TABLE "User" ALTER COLUMN "role" DROP DEFAULT,
  ALTER COLUMN "role" SET DATA TYPE "Role" USING "role"::text::"Role",
  ALTER COLUMN "role" SET DEFAULT 'USER';

-- DropEnum
DROP TYPE "Role_old";
"#;
    assert_eq!(repair, expected);
    project.write(
        "prisma/migrations/20240102000000_repair/migration.sql",
        &repair,
    );
    project.agrees(&repair);
}
