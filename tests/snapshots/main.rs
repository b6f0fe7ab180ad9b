//! The folder layout of drizzle-kit 1.0 from end to end: snapshots that only say what they change,
//! and branches that were merged.

mod footprints;
mod kinds;
#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "../common/repository.rs"]
mod repository;

use std::process::{Command, Output};

use repository::{Repo, isolate};
use serde_json::{Value, json};

const ORIGIN: &str = "00000000-0000-0000-0000-000000000000";

fn driftlint(repo: &Repo, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(repo.path());
    isolate(&mut command);
    command.output().expect("the binary runs")
}

fn said(repo: &Repo, arguments: &[&str]) -> String {
    let output = driftlint(repo, arguments);
    let all = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(repo: &Repo, folder: &str, sql: &str, mut snapshot: Value, id: &str, parents: &[&str]) {
    snapshot["id"] = json!(id);
    snapshot["prevIds"] = json!(parents);
    repo.write(&format!("drizzle/{folder}/migration.sql"), sql);
    repo.write(
        &format!("drizzle/{folder}/snapshot.json"),
        &snapshot.to_string(),
    );
}

fn project(dialect: &str, schema: &str) -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let config = format!(
        "export default {{ schema: './schema.ts', out: './drizzle', dialect: '{dialect}' }};\n"
    );
    repo.write("drizzle.config.ts", &config);
    repo.write("schema.ts", schema);
    repo
}

fn column(table: &str, name: &str, data_type: &str) -> Value {
    json!({"schema": "public", "table": table, "name": name, "type": data_type, "typeSchema": null, "notNull": false,
           "dimensions": 0, "default": null, "generated": null, "identity": null, "entityType": "columns"})
}

fn table(name: &str) -> Value {
    json!({"schema": "public", "name": name, "isRlsEnabled": false, "entityType": "tables"})
}

fn base(entities: &[Value]) -> Value {
    json!({"type": "base", "version": "9", "dialect": "postgres", "ddl": entities})
}

fn change(deltas: &Value) -> Value {
    json!({"type": "diff", "version": "9", "dialect": "postgres", "deltas": deltas})
}

const CITIES: &str = "import { pgTable, text, integer } from \"drizzle-orm/pg-core\";\n\
    export const towns = pgTable(\"towns\", { code: text(), people: integer() });\n";

/// `places` with a `name` becomes `towns` with a `code`, and two branches add a column each.
fn branches(repo: &Repo, columns: [&str; 2]) {
    write(
        repo,
        "20250101000000_init",
        "CREATE TABLE \"places\" (\"name\" text);\n--> statement-breakpoint\nCREATE INDEX \"by_name\" ON \"places\" (\"name\");\n",
        base(&[
            table("places"),
            column("places", "name", "text"),
            json!({"schema": "public", "table": "places", "name": "by_name", "isUnique": false, "where": null, "method": "btree",
                   "columns": [{"value": "name", "isExpression": false, "asc": true, "nullsFirst": false}],
                   "entityType": "indexes"}),
        ]),
        "a",
        &[ORIGIN],
    );
    write(
        repo,
        "20250102000000_names",
        "ALTER TABLE \"places\" RENAME TO \"towns\";\n--> statement-breakpoint\n\
         ALTER TABLE \"towns\" RENAME COLUMN \"name\" TO \"code\";\n",
        change(&json!([
            {"op": "rename", "key": "tables\0[\"public\",\"places\"]", "set": {"name": "towns"}},
            {"op": "rename", "key": "columns\0[\"public\",\"towns\",\"name\"]", "set": {"name": "code"}},
        ])),
        "b",
        &["a"],
    );
    for ((folder, id), name) in [("20250103000000_x", "x"), ("20250103000000_y", "y")]
        .into_iter()
        .zip(columns)
    {
        write(
            repo,
            folder,
            &format!("ALTER TABLE \"towns\" ADD COLUMN \"{name}\" integer;\n"),
            change(&json!([{"op": "create", "row": column("towns", name, "integer")}])),
            id,
            &["b"],
        );
    }
}

#[test]
fn a_snapshot_that_says_what_it_changes_is_read_with_those_before_it() {
    let schema = "import { index, pgTable, text, integer } from \"drizzle-orm/pg-core\";\n\
        export const towns = pgTable(\"towns\", { code: text(), height: integer(), people: integer() },\n\
          (t) => [index(\"by_name\").on(t.code)]);\n";
    let repo = project("postgresql", schema);
    branches(&repo, ["height", "people"]);
    let drift = said(&repo, &["drift"]);
    assert!(
        drift.contains("Drizzle schema and Drizzle snapshot") && drift.contains("no differences"),
        "{drift}"
    );
    let one = said(
        &repo,
        &[
            "schema",
            "--from",
            "snapshot",
            "drizzle/20250103000000_y/snapshot.json",
        ],
    );
    assert!(
        one.contains("people") && one.contains("by_name btree (code)") && !one.contains("height"),
        "{one}"
    );

    // A merge takes the parents together, and drops what one of them dropped.
    let merged =
        change(&json!([{"op": "drop", "key": "columns\0[\"public\",\"towns\",\"height\"]"}]));
    write(
        &repo,
        "20250104000000_m",
        "ALTER TABLE \"towns\" DROP COLUMN \"height\";\n",
        merged,
        "m",
        &["x", "y"],
    );
    repo.write("schema.ts", &schema.replace("height: integer(), ", ""));
    let drift = said(&repo, &["drift"]);
    assert!(drift.contains("no differences"), "{drift}");
}

#[test]
fn what_neither_branch_knows_is_still_found() {
    let repo = project("postgresql", CITIES);
    branches(&repo, ["height", "people"]);
    repo.write(
        "drizzle/20250103000000_y/migration.sql",
        "ALTER TABLE \"towns\" ADD COLUMN \"people\" integer;\n--> statement-breakpoint\n\
         ALTER TABLE \"towns\" DROP COLUMN \"height\";\n--> statement-breakpoint\nDROP INDEX \"by_name\";\n",
    );
    let drift = said(&repo, &["check", "--format", "concise"]);
    assert!(
        drift.contains(
            "column `public.towns.height` is in the last snapshot, and no migration makes it"
        ),
        "{drift}"
    );
    assert!(
        drift.contains("index `by_name` of `public.towns` is in the last snapshot"),
        "{drift}"
    );
    assert_eq!(drift.matches("error[").count(), 2, "{drift}");
}

#[test]
fn a_snapshot_whose_base_is_missing_is_not_judged() {
    let repo = project("postgresql", CITIES);
    branches(&repo, ["height", "people"]);
    let last = change(&json!([]));
    write(
        &repo,
        "20250104000000_m",
        "SELECT 1;\n",
        last,
        "m",
        &["x", "y"],
    );
    std::fs::remove_file(repo.path().join("drizzle/20250103000000_x/snapshot.json"))
        .expect("it is there");
    assert!(said(&repo, &["drift"]).contains("it builds on the snapshot x, which is not here"));
    std::fs::remove_file(
        repo.path()
            .join("drizzle/20250102000000_names/snapshot.json"),
    )
    .expect("it is there");
    // Nothing works without the one, though it is not the last one's parent.
    let all = said(&repo, &["check", "--format", "concise"]);
    assert_eq!(
        all.matches("error[snapshot-without-parent]").count(),
        2,
        "{all}"
    );
    assert!(
        all.contains("_y/snapshot.json") && all.contains("drizzle-kit refuses to generate"),
        "{all}"
    );
}

#[test]
fn branches_that_list_every_entity_are_merged_too() {
    let schema = "import { sqliteTable, text } from \"drizzle-orm/sqlite-core\";\n\
                  export const notes = sqliteTable(\"notes\", { title: text(), body: text(), tag: text() });\n";
    let repo = project("sqlite", schema);
    let column = |name: &str| {
        json!({"table": "notes", "name": name, "type": "text", "notNull": false, "autoincrement": false, "default": null,
               "generated": null, "entityType": "columns"})
    };
    let state = |names: &[&str]| {
        let mut entities = vec![json!({"name": "notes", "entityType": "tables"})];
        entities.extend(names.iter().map(|name| column(name)));
        json!({"version": "7", "dialect": "sqlite", "ddl": entities})
    };
    let add = |name: &str| format!("ALTER TABLE `notes` ADD `{name}` text;\n");
    let make = "CREATE TABLE `notes` (`title` text, `old` text);\n";
    write(
        &repo,
        "20250101000000_init",
        make,
        state(&["title", "old"]),
        "a",
        &[ORIGIN],
    );
    write(
        &repo,
        "20250102000000_x",
        &add("body"),
        state(&["title", "old", "body"]),
        "x",
        &["a"],
    );
    let second = format!(
        "{}--> statement-breakpoint\nALTER TABLE `notes` DROP COLUMN `old`;\n",
        add("tag")
    );
    write(
        &repo,
        "20250103000000_y",
        &second,
        state(&["title", "tag"]),
        "y",
        &["a"],
    );
    let drift = said(&repo, &["drift"]);
    assert!(
        drift.contains("Drizzle schema and Drizzle snapshot") && drift.contains("no differences"),
        "{drift}"
    );
}

#[test]
fn what_the_runner_never_sees_is_said() {
    let repo = project("postgresql", CITIES);
    branches(&repo, ["height", "people"]);
    repo.write(
        "drizzle/0004_fill.sql",
        "UPDATE \"towns\" SET \"people\" = 0;\n",
    );
    std::fs::remove_file(repo.path().join("drizzle/20250103000000_x/migration.sql"))
        .expect("it is there");
    let all = said(&repo, &["check"]);
    assert!(
        all.contains("0004_fill.sql: not in a folder of its own: drizzle-kit 1.0 never runs it"),
        "{all}"
    );
    assert!(
        all.contains("_x/migration.sql: there is a snapshot beside it, but there is no such file"),
        "{all}"
    );
}

/// A project of 1.0 with one migration, and one by hand after it.
fn by_hand(dialect: &str, entities: &Value, sql: &str) -> Repo {
    let repo = project(dialect, "export {};\n");
    write(
        &repo,
        "20250101000000_init",
        "CREATE TABLE places (name text NOT NULL);\n",
        entities.clone(),
        "a",
        &[ORIGIN],
    );
    repo.write("drizzle/20250102000000_hand/migration.sql", sql);
    repo
}

fn written(repo: &Repo, folder: &str) -> Value {
    let path = repo.path().join(format!("drizzle/{folder}/snapshot.json"));
    let text = std::fs::read_to_string(path).expect("it was written");
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn a_migration_by_hand_gets_a_snapshot_of_what_it_changes() {
    let mut name = column("places", "name", "text");
    name["notNull"] = json!(true);
    let repo = by_hand(
        "postgresql",
        &base(&[table("places"), name]),
        "ALTER TABLE places ADD age integer DEFAULT 3;\n--> statement-breakpoint\n\
         ALTER TABLE places ALTER name DROP NOT NULL;\n--> statement-breakpoint\n\
         CREATE INDEX by_age ON places (age) WHERE age > 3;\n",
    );
    let said_so = said(&repo, &["snapshot", "--yes"]);
    assert!(
        said_so.contains("_hand/snapshot.json: written"),
        "{said_so}"
    );
    let made = written(&repo, "20250102000000_hand");
    assert_eq!(made["type"], "diff");
    assert_eq!(made["prevIds"], json!(["a"]));
    let deltas = made["deltas"].as_array().expect("changes");
    let alter = json!({"op": "alter", "key": "columns\u{0}[\"public\",\"places\",\"name\"]", "set": {"notNull": false}});
    assert!(deltas.contains(&alter), "{made}");
    let created: Vec<&Value> = deltas
        .iter()
        .filter(|delta| delta["op"] == "create")
        .collect();
    assert_eq!(created[0]["row"]["default"], "3", "{made}");
    assert_eq!(created[1]["row"]["where"], "\"age\" > 3", "{made}");
    let again = said(&repo, &["snapshot", "--yes"]);
    assert!(again.contains("nothing to write"), "{again}");
    let checked = said(&repo, &["drift", "--format", "json"]);
    assert!(!checked.contains("stale-snapshot"), "{checked}");
}

#[test]
fn a_snapshot_that_lists_all_is_written_as_a_list() {
    let entities = json!([
        {"name": "places", "entityType": "tables"},
        {"table": "places", "name": "name", "type": "text", "notNull": true, "autoincrement": false, "default": null,
         "generated": null, "entityType": "columns"}
    ]);
    let state = json!({"version": "7", "dialect": "sqlite", "ddl": entities, "renames": []});
    let sql =
        "CREATE TABLE notes (id integer PRIMARY KEY, place text DEFAULT 'x', CHECK (id > 0));\n";
    let repo = by_hand("sqlite", &state, sql);
    let said_so = said(&repo, &["snapshot", "--yes"]);
    assert!(
        said_so.contains("_hand/snapshot.json: written"),
        "{said_so}"
    );
    let made = written(&repo, "20250102000000_hand");
    let listed = made["ddl"].as_array().expect("entities");
    let key = json!({"table": "notes", "name": "notes_pk", "columns": ["id"], "nameExplicit": false, "entityType": "pks"});
    assert!(listed.contains(&key), "{made}");
    assert_eq!(listed.len(), 7, "{made}");
}

/// 1.0.0-rc.5 names the table in what a column is generated from, and not in a check.
#[test]
fn a_snapshot_spells_expressions_as_the_schema_does() {
    let mut name = column("places", "name", "text");
    name["notNull"] = json!(true);
    let repo = by_hand(
        "postgresql",
        &base(&[table("places"), name]),
        "ALTER TABLE places ADD up text GENERATED ALWAYS AS (upper(name)) STORED;\n--> statement-breakpoint\n\
         ALTER TABLE places ADD CONSTRAINT some CHECK (name <> '');\n",
    );
    repo.write(
        "package.json",
        "{\"devDependencies\": {\"drizzle-kit\": \"1.0.0-rc.5\", \"drizzle-orm\": \"1.0.0-rc.5\"}}\n",
    );
    repo.write(
        "schema.ts",
        "import { sql } from \"drizzle-orm\";\nimport { check, pgTable, text } from \"drizzle-orm/pg-core\";\n\
         export const places = pgTable(\"places\", { name: text().notNull(),\n\
         up: text().generatedAlwaysAs(() => sql`upper(${places.name})`) }, (t) => [check(\"some\", sql`${t.name} <> ''`)]);\n",
    );
    said(&repo, &["snapshot", "--yes"]);
    let made = written(&repo, "20250102000000_hand");
    let rows: Vec<&Value> = made["deltas"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|delta| &delta["row"])
        .collect();
    assert_eq!(rows[0]["generated"]["as"], "upper(\"places\".\"name\")");
    assert_eq!(rows[1]["value"], "\"name\" <> ''", "{made}");
}

/// PostgreSQL cuts names, and drizzle-kit compares the whole ones.
#[test]
fn a_snapshot_has_names_as_the_schema_does() {
    let long = "places_name_is_not_the_empty_text_and_never_was_since_the_table_was_made";
    let mut name = column("places", "name", "text");
    name["notNull"] = json!(true);
    let repo = by_hand(
        "postgresql",
        &base(&[table("places"), name]),
        &format!("ALTER TABLE places ADD CONSTRAINT {long} CHECK (name <> '');\n"),
    );
    repo.write(
        "schema.ts",
        &format!(
            "import {{ sql }} from \"drizzle-orm\";\nimport {{ check, pgTable, text }} from \"drizzle-orm/pg-core\";\n\
             export const places = pgTable(\"places\", {{ name: text().notNull() }},\n\
             (t) => [check(\"{long}\", sql`${{t.name}} <> ''`)]);\n"
        ),
    );
    said(&repo, &["snapshot", "--yes"]);
    let made = written(&repo, "20250102000000_hand");
    let deltas = made["deltas"].as_array().expect("changes");
    assert_eq!(deltas.len(), 1, "{made}");
    assert_eq!(deltas[0]["row"]["name"], long, "{made}");
    let again = said(&repo, &["snapshot", "--yes"]);
    assert!(again.contains("nothing to write"), "{again}");
}

/// Both branches are followed, as drizzle-kit's own next snapshot would.
#[test]
fn a_snapshot_after_a_merge_follows_both_sides() {
    let repo = project("postgresql", CITIES);
    branches(&repo, ["height", "people"]);
    let said_so = said(&repo, &["add-column", "towns.mayor", "text", "--yes"]);
    assert!(said_so.contains("snapshot.json: written"), "{said_so}");
    let newest = std::fs::read_dir(repo.path().join("drizzle"))
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .max()
        .expect("a migration");
    let made = written(&repo, &newest);
    assert_eq!(made["prevIds"].as_array().map(Vec::len), Some(2), "{made}");
    assert_eq!(made["deltas"].as_array().map(Vec::len), Some(1), "{made}");
}
