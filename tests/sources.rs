//! Which sources of truth are compared, and what is said of those that are not: the real binary in projects as users have them.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with files.
struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().expect("a temporary folder"));
        // The folder is a repository of its own, wherever temporary folders lie.
        fs::create_dir(project.0.path().join(".git")).expect("a folder");
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a path inside the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// The exit status and all that was said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        let output = command.args(arguments).current_dir(self.0.path()).output().expect("driftlint runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        // Lines are filled to the width of a terminal.
        (output.status.code(), said.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command.args(arguments).args(["--format", "json"]).current_dir(self.0.path());
        serde_json::from_slice(&command.output().expect("driftlint runs").stdout).expect("pure JSON")
    }
}

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const USERS_PRISMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel users {\n  id Int @id\n}\n";
const USERS_DRIZZLE: &str = "import { integer, pgTable, text } from 'drizzle-orm/pg-core';\n\
                             export const users = pgTable('users', { id: integer().primaryKey(), bio: text() });\n";

#[test]
fn configured_schemas_are_compared_each() {
    let set = "[[migrations]]\nfolder = \"db/migrations\"\nschema = [\"db/*.sql\", \"prisma\", \"src/schema.ts\"]\n";
    let project = Project::new(&[
        ("driftlint.toml", set),
        ("db/migrations/0001_users.sql", USERS),
        ("db/tables.sql", "CREATE TABLE users (id integer PRIMARY KEY, age int);\n"),
        ("prisma/schema.prisma", &USERS_PRISMA.replace("@id\n", "@id\n  nick String?\n")),
        ("prisma/seed.ts", "export const seed = 1;\n"),
        ("src/schema.ts", USERS_DRIZZLE),
    ]);
    let report = project.json(&["drift"]);
    let found = report["diagnostics"].as_array().expect("a list");
    let mut objects: Vec<_> = found.iter().map(|one| (one["object"]["name"].as_str(), one["file"].as_str())).collect();
    objects.sort_unstable();
    let expected = [("age", "db/tables.sql"), ("bio", "src/schema.ts"), ("nick", "prisma/schema.prisma")];
    assert_eq!(objects, expected.map(|(name, file)| (Some(name), Some(file))));
    let with = serde_json::json!(["Prisma schema", "Drizzle schema", "SQL schema"]);
    assert_eq!(report["summary"]["compared"][0]["with"], with);
    // A schema picks its set.
    assert_eq!(project.run(&["check", "db/tables.sql"]).0, Some(1));
}

#[test]
fn a_configured_schema_must_be_there() {
    let project = Project::new(&[("db/0001_users.sql", USERS), ("app/models.py", "\n")]);
    for (schema, why) in [
        ("db/schema.prisma", "driftlint.toml names `db/schema.prisma` as `schema`: there is no such file"),
        ("app", "driftlint.toml names `app` as `schema`: driftlint reads `.prisma`"),
    ] {
        project.write("driftlint.toml", &format!("[[migrations]]\nfolder = \"db\"\nschema = \"{schema}\"\n"));
        for command in ["check", "drift"] {
            let (code, said) = project.run(&[command]);
            assert!(code == Some(2) && said.contains(why), "{command} {schema}: {said}");
        }
    }
}

#[test]
fn overrides_that_cover_nothing_are_named() {
    let project = Project::new(&[
        (
            "driftlint.toml",
            "[[overrides]]\npaths = [\"legcy/**\", \"migrations\", \"*/*.sql\"]\nrules = { all = \"off\" }\n",
        ),
        ("migrations/0001_users.sql", USERS),
    ]);
    let (code, said) = project.run(&["check"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("warning:").count(), 1, "{said}");
    assert!(said.contains("no file lies at `legcy/**`, so this override changes nothing"), "{said}");
    assert!(!project.run(&["check", "-q"]).1.contains("warning"));
}
