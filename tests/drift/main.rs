//! Drift from end to end: real repositories, the real binary, and what a change brings against what
//! was there before.

mod allowed;
mod printed;
#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "../common/repository.rs"]
mod repository;

use std::process::{Command, Output};

use repository::{Repo, isolate};
use serde_json::{Value, json};

const PRISMA: &str =
    "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel User {\n  id Int @id\n}\n";

const PRISMA_INIT: &str = "CREATE TABLE \"User\" (\n  \"id\" INTEGER NOT NULL,\n  CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\")\n);\n";

const DRIZZLE: &str = "import { integer, pgTable, text } from \"drizzle-orm/pg-core\";\n\
                       export const users = pgTable(\"users\", {\n  id: integer().primaryKey(),\n});\n";

fn driftlint(repo: &Repo, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(repo.path());
    isolate(&mut command);
    command.output().expect("the binary runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn concise(repo: &Repo, arguments: &[&str]) -> String {
    let all = [
        &["check", "--staged", "-q", "--format", "concise"],
        arguments,
    ]
    .concat();
    text(&driftlint(repo, &all))
}

fn commit(repo: &Repo, message: &str) {
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", message]);
}

fn stage(repo: &Repo, path: &str, content: &str) {
    repo.write(path, content);
    repo.git(&["add", "-A"]);
}

fn prisma() -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    repo.write("prisma/schema.prisma", PRISMA);
    repo.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    );
    repo.write(
        "prisma/migrations/20240101000000_init/migration.sql",
        PRISMA_INIT,
    );
    commit(&repo, "init");
    repo
}

fn drizzle() -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let config = "export default { schema: \"./src/schema.ts\", out: \"./drizzle\", dialect: \"postgresql\" };\n";
    repo.write("drizzle.config.ts", config);
    repo.write("src/schema.ts", DRIZZLE);
    repo.write(
        "drizzle/0000_init.sql",
        "CREATE TABLE \"users\" (\n\t\"id\" integer PRIMARY KEY NOT NULL\n);\n",
    );
    let entry = r#"{"idx":0,"version":"7","when":1,"tag":"0000_init","breakpoints":true}"#;
    let journal = format!(r#"{{"version":"7","dialect":"postgresql","entries":[{entry}]}}"#);
    repo.write("drizzle/meta/_journal.json", &journal);
    repo.write("drizzle/meta/0000_snapshot.json", &snapshot());
    commit(&repo, "init");
    repo
}

fn snapshot() -> String {
    snapshot_with(&[])
}

/// The first snapshot, with more columns of `text`.
fn snapshot_with(more: &[&str]) -> String {
    let id = json!({"name": "id", "type": "integer", "primaryKey": true, "notNull": true});
    let mut columns = json!({"id": id});
    for name in more {
        columns[*name] =
            json!({"name": name, "type": "text", "primaryKey": false, "notNull": false});
    }
    let users = json!({"name": "users", "schema": "", "columns": columns, "indexes": {}, "foreignKeys": {},
                       "compositePrimaryKeys": {}, "uniqueConstraints": {}});
    json!({"id": "a", "prevId": "00000000-0000-0000-0000-000000000000", "version": "7", "dialect": "postgresql",
           "tables": {"public.users": users}, "enums": {}, "schemas": {}})
    .to_string()
}

/// Each project with its schema file, and that file with one more column.
fn projects() -> [(Repo, &'static str, String); 2] {
    let bio = PRISMA.replace("@id\n", "@id\n  bio String?\n");
    let column = DRIZZLE.replace("primaryKey(),\n", "primaryKey(),\n  bio: text(),\n");
    [
        (prisma(), "prisma/schema.prisma", bio),
        (drizzle(), "src/schema.ts", column),
    ]
}

#[test]
fn what_agrees_is_silent() {
    for (repo, ..) in projects() {
        let output = driftlint(&repo, &["drift"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(
            text(&output).ends_with("compared 1 set: no differences\n"),
            "{}",
            text(&output)
        );
        assert!(driftlint(&repo, &["check"]).status.success());
    }
}

#[test]
fn a_declared_column_without_a_migration_blocks() {
    for (repo, schema, changed) in projects() {
        stage(&repo, schema, &changed);
        let said = concise(&repo, &[]);
        assert!(
            said.contains("error[declared-not-migrated]") && said.contains(".bio`"),
            "{said}"
        );
        assert_eq!(
            driftlint(&repo, &["check", "--staged"]).status.code(),
            Some(1)
        );
    }
}

#[test]
fn what_was_there_before_is_one_line() {
    for (repo, schema, changed) in projects() {
        stage(&repo, schema, &changed);
        commit(&repo, "drift");
        stage(&repo, schema, &format!("{changed}// more\n"));
        let output = driftlint(&repo, &["check", "--staged"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(
            text(&output).contains("1 problem was there before; `--all-drift` shows it\n"),
            "{}",
            text(&output)
        );
        assert!(concise(&repo, &["--all-drift"]).contains("note[declared-not-migrated]"));
        // Since the first commit, it is new.
        let since = driftlint(&repo, &["drift", "--since", "HEAD~1"]);
        assert_eq!(since.status.code(), Some(1), "{}", text(&since));
        // And without a base, everything counts.
        assert_eq!(driftlint(&repo, &["check"]).status.code(), Some(1));
    }
}

#[test]
fn formatting_catching_up_and_reverting_are_silent() {
    for (repo, schema, changed) in projects() {
        let original = repo.git(&["show", &format!("HEAD:{schema}")]);
        stage(&repo, schema, &original.replace("  id", "    id"));
        assert_eq!(concise(&repo, &[]), "", "formatting");
        stage(&repo, schema, &changed);
        commit(&repo, "drift");
        stage(&repo, schema, &original);
        let output = driftlint(&repo, &["check", "--staged"]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "a revert agrees again: {}",
            text(&output)
        );
        assert!(!text(&output).contains("before"), "{}", text(&output));
    }
    let repo = prisma();
    stage(
        &repo,
        "prisma/schema.prisma",
        &PRISMA.replace("@id\n", "@id\n  bio String?\n"),
    );
    commit(&repo, "drift");
    stage(
        &repo,
        "prisma/migrations/20240102000000_bio/migration.sql",
        "ALTER TABLE \"User\" ADD COLUMN \"bio\" TEXT;\n",
    );
    assert_eq!(concise(&repo, &[]), "", "the migration catches up");
}

#[test]
fn an_imported_script_is_a_part_of_the_schema() {
    let repo = drizzle();
    repo.write("src/names.ts", "export const table = \"users\";\n");
    let schema = DRIZZLE.replace("pgTable(\"users\"", "pgTable(table");
    repo.write(
        "src/schema.ts",
        &format!("import {{ table }} from \"./names\";\n{schema}"),
    );
    commit(&repo, "import");
    stage(&repo, "src/names.ts", "export const table = \"people\";\n");
    let said = concise(&repo, &[]);
    assert!(
        said.contains("table `public.people` is declared")
            && said.contains("migrated-not-declared"),
        "{said}"
    );
}

#[test]
fn json_names_the_object() {
    let repo = prisma();
    stage(
        &repo,
        "prisma/schema.prisma",
        &PRISMA.replace("@id\n", "@id\n  bio String?\n"),
    );
    let output = driftlint(&repo, &["drift", "--staged", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("pure JSON");
    let object = json!({
        "kind": "column", "table": "public.User", "name": "bio", "direction": "declared-not-migrated",
        "sides": ["declared", "migrated"], "declared": "text", "migrated": null, "introduced": true
    });
    assert_eq!(document["diagnostics"][0]["object"], object);
    assert_eq!(
        document["summary"]["compared"][0]["with"],
        json!(["Prisma schema"])
    );
}

/// Rule, object and help of each diagnostic.
fn told(repo: &Repo) -> Vec<(String, Value, String)> {
    let output = driftlint(repo, &["drift", "--format", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("pure JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = document["diagnostics"].as_array().expect("a list").iter();
    all.map(|one| {
        let object = if one["object"].is_null() {
            &one["snapshot_object"]
        } else {
            &one["object"]
        };
        (text(&one["rule"]), object.clone(), text(&one["help"]))
    })
    .collect()
}

#[test]
fn a_disagreement_of_three_is_reported_once() {
    let with_bio = DRIZZLE.replace("primaryKey(),\n", "primaryKey(),\n  bio: text(),\n");
    let object = |sides: [&str; 2], direction: &str, values: [Option<&str>; 2]| {
        json!({"kind": "column", "table": "public.users", "name": "bio", "direction": direction, "sides": sides,
               sides[0]: values[0], sides[1]: values[1], "introduced": null})
    };

    // Only the schema has it: `generate` was not run.
    let repo = drizzle();
    repo.write("src/schema.ts", &with_bio);
    let mut expected = object(
        ["declared", "migrated"],
        "declared-not-migrated",
        [Some("text"), None],
    );
    expected["snapshot"] = Value::Null;
    let [(rule, found, help)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    assert_eq!((rule.as_str(), found), ("declared-not-migrated", &expected));
    assert!(
        help.starts_with("`drizzle-kit generate` was not run"),
        "{help}"
    );

    // The snapshot has it too: `generate` would write nothing.
    repo.write("drizzle/meta/0000_snapshot.json", &snapshot_with(&["bio"]));
    expected["snapshot"] = json!("text");
    let [(_, found, help)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    assert_eq!(found, &expected);
    assert!(
        help.contains("writes nothing: run it with `--custom`"),
        "{help}"
    );

    // Only the snapshot has it.
    repo.write("src/schema.ts", DRIZZLE);
    let [(rule, found, help)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    let expected = object(
        ["snapshot", "migrated"],
        "snapshot-not-migrated",
        [Some("text"), None],
    );
    assert_eq!((rule.as_str(), found), ("stale-snapshot", &expected));
    assert!(help.contains("keep the snapshot that it writes"), "{help}");

    // Only the snapshot lacks it.
    let repo = drizzle();
    repo.write("src/schema.ts", &with_bio);
    repo.write(
        "drizzle/0000_init.sql",
        "CREATE TABLE \"users\" (\n\t\"id\" integer PRIMARY KEY NOT NULL,\n\t\"bio\" text\n);\n",
    );
    let [(_, found, _)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    assert_eq!(
        found,
        &object(
            ["snapshot", "migrated"],
            "migrated-not-snapshot",
            [None, Some("text")]
        )
    );
    let printed = driftlint(&repo, &["drift", "--format", "sql"]);
    assert_eq!(
        (printed.status.code(), &*printed.stdout),
        (Some(1), &b""[..]),
        "{}",
        text(&printed)
    );
    assert!(
        text(&printed).contains("no migration repairs the snapshot"),
        "{}",
        text(&printed)
    );

    // Three opinions.
    repo.write(
        "src/schema.ts",
        &with_bio.replace("bio: text()", "bio: integer()"),
    );
    repo.write(
        "drizzle/0000_init.sql",
        &repo
            .git(&["show", "HEAD:drizzle/0000_init.sql"])
            .replace("\n)", ",\n\t\"bio\" uuid\n)"),
    );
    repo.write("drizzle/meta/0000_snapshot.json", &snapshot_with(&["bio"]));
    let [(_, found, help)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    assert_eq!(
        (&found["declared"], &found["migrated"], &found["snapshot"]),
        (&json!("integer"), &json!("uuid"), &json!("text"))
    );
    assert!(help.contains("agrees with neither"), "{help}");
    let said = text(&driftlint(&repo, &["drift"]));
    assert!(said.contains("and the last snapshot says `text`"), "{said}");
}

#[test]
fn a_schema_is_compared_with_the_snapshot_where_the_history_is_incomplete() {
    let repo = drizzle();
    repo.write(
        "drizzle/0000_init.sql",
        "ALTER TABLE \"users\" ADD COLUMN \"name\" text;\n",
    );
    let with_bio = DRIZZLE.replace(
        "primaryKey(),\n",
        "primaryKey(),\n  name: text(),\n  bio: text(),\n",
    );
    repo.write("src/schema.ts", &with_bio);
    repo.write("drizzle/meta/0000_snapshot.json", &snapshot_with(&["name"]));
    let [(rule, found, help)] = &told(&repo)[..] else {
        panic!("one: {:?}", told(&repo))
    };
    assert_eq!(rule, "stale-snapshot");
    assert_eq!(
        (&found["sides"], &found["direction"]),
        (
            &json!(["declared", "snapshot"]),
            &json!("declared-not-snapshot")
        )
    );
    assert!(help.starts_with("run `drizzle-kit generate`"), "{help}");
}
