//! Hazards of Drizzle's journal and snapshots as merges, renames and deletions leave them: one
//! diagnostic for one cause.

#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "common/repository.rs"]
mod repository;

use std::process::Command;

use repository::{Repo, isolate};
use serde_json::{Value, json};

fn said(repo: &Repo, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(repo.path());
    isolate(&mut command);
    let output = command.output().expect("the binary runs");
    let all = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rules that `check` reports, in order, and the helps.
fn found(repo: &Repo) -> Vec<(String, String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command
        .args(["check", "--format", "json"])
        .current_dir(repo.path());
    isolate(&mut command);
    let output = command.output().expect("the binary runs");
    let json: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = json["diagnostics"].as_array().expect("there is a list");
    all.iter()
        .map(|one| {
            (
                text(&one["rule"]),
                text(&one["message"]),
                text(&one["help"]),
            )
        })
        .collect()
}

fn rules(repo: &Repo) -> Vec<String> {
    found(repo).into_iter().map(|(rule, ..)| rule).collect()
}

fn journal(entries: &[(u32, u32, &str)]) -> String {
    let entry = |(idx, when, tag): &(u32, u32, &str)| json!({"idx": idx, "version": "6", "when": when, "tag": tag});
    let entries: Vec<Value> = entries.iter().map(entry).collect();
    json!({"version": "7", "dialect": "sqlite", "entries": entries}).to_string()
}

fn snapshot(id: &str, parent: &str, tables: &[(&str, &[&str])]) -> String {
    let mut all = json!({});
    for (table, columns) in tables {
        let mut of = json!({});
        for name in *columns {
            of[name] = json!({"name": name, "type": "text", "primaryKey": false, "notNull": false, "autoincrement": false});
        }
        all[table] = json!({"name": table, "columns": of, "indexes": {}, "foreignKeys": {}, "compositePrimaryKeys": {},
                            "uniqueConstraints": {}, "checkConstraints": {}});
    }
    json!({"id": id, "prevId": parent, "version": "6", "dialect": "sqlite", "tables": all, "views": {}, "enums": {}})
        .to_string()
}

const ORIGIN: &str = "00000000-0000-0000-0000-000000000000";

/// A project with `0000_notes` and `0001_tags`, in which all agree.
fn project() -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let config =
        "export default { schema: './src/schema.ts', out: './drizzle', dialect: 'sqlite' };\n";
    repo.write("drizzle.config.ts", config);
    let schema = "import { sqliteTable, text } from \"drizzle-orm/sqlite-core\";\n\
                  export const notes = sqliteTable(\"notes\", { title: text() });\n\
                  export const tags = sqliteTable(\"tags\", { label: text() });\n";
    repo.write("src/schema.ts", schema);
    repo.write(
        "drizzle/0000_notes.sql",
        "CREATE TABLE `notes` (`title` text);\n",
    );
    repo.write(
        "drizzle/0001_tags.sql",
        "CREATE TABLE `tags` (`label` text);\n",
    );
    repo.write(
        "drizzle/meta/_journal.json",
        &journal(&[(0, 1, "0000_notes"), (1, 2, "0001_tags")]),
    );
    repo.write(
        "drizzle/meta/0000_snapshot.json",
        &snapshot("a", ORIGIN, &[("notes", &["title"])]),
    );
    repo.write(
        "drizzle/meta/0001_snapshot.json",
        &snapshot("b", "a", &[("notes", &["title"]), ("tags", &["label"])]),
    );
    assert!(rules(&repo).is_empty(), "{:?}", found(&repo));
    repo
}

fn remove(repo: &Repo, path: &str) {
    std::fs::remove_file(repo.path().join(path)).expect("it is there");
}

#[test]
fn a_renamed_file_is_told_once() {
    let repo = project();
    remove(&repo, "drizzle/0001_tags.sql");
    repo.write(
        "drizzle/0001_labels.sql",
        "CREATE TABLE `tags` (`label` text);\n",
    );
    let all = found(&repo);
    let [(rule, _, help), (drift, _, drift_help)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (drift.as_str(), rule.as_str()),
        ("declared-not-migrated", "journal-entry-without-file")
    );
    assert!(help.contains("rename it back"), "{help}");
    assert!(
        drift_help.contains("`0001_labels.sql`, which the journal has under another name"),
        "{drift_help}"
    );
    let text = said(&repo, &["check"]);
    assert!(
        text.contains("this file is in the folder and not in the journal"),
        "{text}"
    );
}

#[test]
fn what_a_lost_file_made_is_not_to_be_generated_again() {
    let repo = project();
    remove(&repo, "drizzle/0001_tags.sql");
    let all = found(&repo);
    let help = all
        .iter()
        .find(|(rule, ..)| rule == "declared-not-migrated")
        .map(|(.., help)| help.as_str());
    assert!(
        help.is_some_and(
            |help| help.contains("`0001_tags.sql`, which the journal names and is missing")
        ),
        "{all:?}"
    );

    // A file that is not about it has nothing to do with it.
    let repo = project();
    repo.write(
        "drizzle/0002_fill.sql",
        "UPDATE `notes` SET `title` = '';\n",
    );
    let schema = "import { sqliteTable, text } from \"drizzle-orm/sqlite-core\";\n\
                  export const notes = sqliteTable(\"notes\", { title: text(), body: text() });\n\
                  export const tags = sqliteTable(\"tags\", { label: text() });\n";
    repo.write("src/schema.ts", schema);
    let all = found(&repo);
    let help = all
        .iter()
        .find(|(rule, ..)| rule == "declared-not-migrated")
        .map(|(.., help)| help.as_str());
    assert!(
        help.is_some_and(|help| help.contains("drizzle-kit generate")),
        "{all:?}"
    );
}

#[test]
fn an_index_is_no_reason_to_miss_the_snapshot() {
    let repo = project();
    repo.write(
        "drizzle/meta/_journal.json",
        &journal(&[(0, 1, "0000_notes"), (2, 2, "0001_tags")]),
    );
    let all = found(&repo);
    let [(rule, message, _)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(rule, "journal-number-mismatch");
    assert!(
        message.contains("the index 2 and the number 0001"),
        "{message}"
    );

    // drizzle-kit counts on from the last index, and names the snapshot after it.
    repo.write(
        "drizzle/meta/_journal.json",
        &journal(&[(0, 1, "0000_notes"), (0, 2, "0001_tags")]),
    );
    let all = found(&repo);
    let [(_, message, _)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert!(
        message.contains("the next `drizzle-kit generate` overwrites the snapshot 0001"),
        "{message}"
    );
}

#[test]
fn a_snapshot_that_is_one_of_two_is_mended_first() {
    let repo = project();
    let schema = "import { sqliteTable, text } from \"drizzle-orm/sqlite-core\";\n\
                  export const notes = sqliteTable(\"notes\", { title: text(), body: text() });\n\
                  export const tags = sqliteTable(\"tags\", { label: text() });\n";
    repo.write("src/schema.ts", schema);
    repo.write(
        "drizzle/0002_body.sql",
        "ALTER TABLE `notes` ADD `body` text;\n",
    );
    let entries = [
        (0, 1, "0000_notes"),
        (1, 2, "0001_tags"),
        (2, 3, "0002_body"),
    ];
    repo.write("drizzle/meta/_journal.json", &journal(&entries));
    repo.write(
        "drizzle/meta/0002_snapshot.json",
        &snapshot("c", "a", &[("notes", &["title", "body"])]),
    );
    let all = found(&repo);
    let [(stale, _, help), (fork, ..)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (stale.as_str(), fork.as_str()),
        ("stale-snapshot", "snapshot-fork")
    );
    assert!(
        help.contains("two snapshots follow the same one") && !help.contains("empty its SQL"),
        "{help}"
    );
}

#[test]
fn a_deleted_snapshot_is_to_be_brought_back() {
    let repo = project();
    remove(&repo, "drizzle/meta/0001_snapshot.json");
    let all = found(&repo);
    let [(rule, _, help)] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(rule, "migration-without-snapshot");
    assert!(
        help.contains("bring its snapshot back") && help.contains("empty its SQL"),
        "{help}"
    );
}

#[test]
fn only_what_a_change_brings_is_an_error() {
    let repo = project();
    repo.write(
        "drizzle/meta/_journal.json",
        &journal(&[(0, 2, "0000_notes"), (1, 1, "0001_tags")]),
    );
    repo.git(&["add", "-A"]);
    assert!(said(&repo, &["check", "--staged"]).contains("error[journal-order]"));
    repo.git(&["commit", "-qm", "as it is"]);
    let schema = std::fs::read_to_string(repo.path().join("src/schema.ts")).expect("it is there");
    repo.write("src/schema.ts", &format!("// All of it.\n{schema}"));
    repo.git(&["add", "-A"]);
    let staged = said(&repo, &["check", "--staged"]);
    assert!(
        staged.contains("1 problem was there before") && !staged.contains("error["),
        "{staged}"
    );
    assert!(said(&repo, &["check", "--staged", "--all-drift"]).contains("note[journal-order]"));

    repo.write(
        "drizzle/0002_loose.sql",
        "UPDATE `notes` SET `title` = '';\n",
    );
    repo.git(&["add", "-A"]);
    let staged = said(&repo, &["check", "--staged"]);
    assert!(
        staged.contains("error[migration-not-in-journal]")
            && !staged.contains("error[journal-order]"),
        "{staged}"
    );
    assert!(said(&repo, &["check"]).contains("error[journal-order]"));
}

#[test]
fn a_named_schema_is_compared_as_in_the_whole() {
    let repo = project();
    repo.write(
        "drizzle/0002_outside.sql",
        "ALTER TABLE `notes` ADD `more` text;\n",
    );
    let whole = said(&repo, &["drift"]);
    assert!(
        whole.contains("2 migrations against Drizzle schema and Drizzle snapshot"),
        "{whole}"
    );
    for path in [
        "src/schema.ts",
        "drizzle.config.ts",
        "drizzle",
        "drizzle/meta/_journal.json",
    ] {
        assert_eq!(said(&repo, &["drift", path]), whole, "{path}");
    }
}

#[test]
fn what_a_merge_left_behind_is_an_error_at_its_place() {
    let repo = project();
    let path = "drizzle/meta/0001_snapshot.json";
    let whole = snapshot("b", "a", &[("notes", &["title"]), ("tags", &["label"])]);
    repo.write(
        path,
        &format!("{whole}\n<<<<<<< HEAD\n=======\n>>>>>>> branch\n"),
    );
    assert_eq!(rules(&repo), ["unreadable-journal"], "{:?}", found(&repo));
    let text = said(&repo, &["check"]);
    assert!(
        text.contains("0001_snapshot.json:2:1") && text.contains("drizzle-kit refuses to generate"),
        "{text}"
    );

    let repo = project();
    let entries = journal(&[(0, 1, "0000_notes"), (1, 2, "0001_tags")]);
    for (broken, why) in [
        (
            entries[..entries.len() - 2].to_owned(),
            "is not JSON: EOF while parsing a list",
        ),
        (
            entries.replace("\"version\"", "version"),
            "is not JSON: key must be a string",
        ),
        ("[]".to_owned(), "has no `entries`"),
        (String::new(), "is not JSON: EOF while parsing a value"),
    ] {
        repo.write("drizzle/meta/_journal.json", &broken);
        let all = found(&repo);
        let [(rule, message, _)] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert!(
            rule == "unreadable-journal" && message.contains(why),
            "{message}"
        );
    }
}

#[test]
fn a_migration_that_keeps_its_time_may_be_renamed() {
    let repo = project();
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "both"]);
    let sql = "CREATE TABLE `tags` (`label` text);\n";
    remove(&repo, "drizzle/0001_tags.sql");
    repo.write("drizzle/0001_labels.sql", sql);
    let edited = |time: u32| {
        repo.write(
            "drizzle/meta/_journal.json",
            &journal(&[(0, 1, "0000_notes"), (1, time, "0001_labels")]),
        );
        repo.git(&["add", "-A"]);
        said(&repo, &["check", "--staged"])
    };
    let text = edited(2);
    assert!(!text.contains("edited-migration"), "{text}");
    let text = edited(3);
    assert!(
        text.contains("this migration is `drizzle/0001_tags.sql` at"),
        "{text}"
    );
    // What it does may not change with its name.
    repo.write(
        "drizzle/0001_labels.sql",
        &sql.replace("`label` text", "`label` text, `more` text"),
    );
    let text = edited(2);
    assert!(text.contains("edited-migration"), "{text}");
}

#[test]
fn an_entry_without_its_index_is_run_like_any_other() {
    let repo = project();
    let entries = journal(&[(0, 1, "0000_notes"), (1, 2, "0001_tags")]);
    let without = entries.replace("\"idx\":0,", "").replace("\"idx\":1,", "");
    assert!(!without.contains("idx"), "{without}");
    repo.write("drizzle/meta/_journal.json", &without);
    assert_eq!(rules(&repo), [""; 0], "{:?}", found(&repo));
    let untagged = entries.replace(",\"tag\":\"0001_tags\"", "");
    assert_ne!(untagged, entries);
    repo.write("drizzle/meta/_journal.json", &untagged);
    assert_eq!(
        rules(&repo),
        ["unreadable-journal"],
        "the migrator stops there"
    );
}
