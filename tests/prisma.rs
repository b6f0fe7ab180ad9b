//! Prisma projects from end to end: which files belong together, and which differences `prisma migrate diff` would find too.

#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "common/repository.rs"]
mod repository;

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
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let diagnostics = document["diagnostics"].as_array().cloned().unwrap_or_default();
    let word = |object: &Value, key: &str| object[key].as_str().unwrap_or("-").to_owned();
    let line = |object: &Value| ["kind", "table", "name"].map(|key| word(object, key)).join(" ");
    diagnostics.iter().map(|diagnostic| line(&diagnostic["object"])).collect()
}

/// The differences between PostgreSQL models and a migration.
fn between(models: &str, migration: &str) -> Vec<String> {
    let schema = format!("{POSTGRES}{models}");
    let repo =
        project(&[("prisma/schema.prisma", schema.as_str()), ("prisma/migrations/1_init/migration.sql", migration)]);
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
    let models = |index: &str| format!("model A {{\n  id Int @id\n  x String\n  @@index({index})\n}}\n");
    let sql = |index: &str| {
        format!(
            "CREATE TABLE \"A\" (id integer PRIMARY KEY, x text NOT NULL);\nCREATE INDEX \"A_x_idx\" ON \"A\" {index};\n"
        )
    };
    let declared = "[x(ops: raw(\"text_pattern_ops\"))]";
    assert_eq!(between(&models("[x]"), &sql("(x text_pattern_ops)")), [""; 0]);
    assert_eq!(between(&models(declared), &sql("(x text_pattern_ops)")), [""; 0]);
    assert_eq!(between(&models(declared), &sql("(x)")), ["index public.A A_x_idx"]);
    assert_eq!(between(&models("[x], type: Gin"), &sql("USING gin (x gin_trgm_ops)")), ["index public.A A_x_idx"]);
}
