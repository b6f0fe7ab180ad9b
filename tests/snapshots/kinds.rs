//! The kinds of change that a snapshot takes over, or says that it does not.

use serde_json::{Value, json};

use super::{ORIGIN, base, by_hand, column, project, said, table, written};

fn changes(made: &Value) -> String {
    made["deltas"].to_string()
}

#[test]
fn a_check_of_the_same_name_with_another_condition_is_another_check() {
    let check = |text: &str| json!({"schema": "public", "table": "places", "name": "c", "value": text, "entityType": "checks"});
    let entities = base(&[
        table("places"),
        column("places", "a", "integer"),
        check("a > 0"),
    ]);
    let sql = "ALTER TABLE places DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1);\n";
    let repo = by_hand("postgresql", &entities, sql);
    let made = "CREATE TABLE places (a integer, CONSTRAINT c CHECK (a > 0));\n";
    repo.write("drizzle/20250101000000_init/migration.sql", made);
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("written"), "{said}");
    let made = written(&repo, "20250102000000_hand");
    assert_eq!(
        made["deltas"],
        json!([{"op": "alter", "key": "checks\0[\"public\",\"places\",\"c\"]", "set": {"value": "\"a\" > 1"}}])
    );
}

/// A comparison leaves schemas alone of which a snapshot says nothing, and this one is declared.
#[test]
fn the_first_table_of_a_schema_is_taken_over() {
    let entities = base(&[table("places"), column("places", "name", "text")]);
    let sql = "CREATE SCHEMA app;\nCREATE TABLE app.notes (id integer);\nCREATE TABLE other.alien (id integer);\n";
    let repo = by_hand("postgresql", &entities, sql);
    repo.write(
        "schema.ts",
        "import { integer, pgSchema, pgTable, text } from 'drizzle-orm/pg-core';\n\
         export const places = pgTable('places', { name: text().notNull() });\n\
         export const app = pgSchema('app');\nexport const notes = app.table('notes', { id: integer() });\n",
    );
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("written"), "{said}");
    let changes = changes(&written(&repo, "20250102000000_hand"));
    for expected in [
        r#""row":{"name":"app","entityType":"schemas"}"#,
        r#""schema":"app","name":"notes""#,
        r#""schema":"app","table":"notes","name":"id""#,
    ] {
        assert!(changes.contains(expected), "{expected}: {changes}");
    }
    assert!(!changes.contains("alien"), "{changes}");
}

/// drizzle-kit turns off what a snapshot has on and the schema does not.
#[test]
fn row_security_is_on_where_the_schema_says_so_too() {
    let entities = base(&[table("places"), column("places", "name", "text")]);
    let sql = "ALTER TABLE places ENABLE ROW LEVEL SECURITY;\nALTER TABLE places ALTER name DROP NOT NULL;\n";
    let on =
        r#"{"op":"alter","key":"tables\u0000[\"public\",\"places\"]","set":{"isRlsEnabled":true}}"#;
    for (declared, is_on) in [
        ("pgTable('places', { name: text() })", false),
        ("pgTable.withRLS('places', { name: text() })", true),
        ("pgTable('places', { name: text() }).enableRLS()", true),
    ] {
        let repo = by_hand("postgresql", &entities, sql);
        let schema = format!(
            "import {{ pgTable, text }} from 'drizzle-orm/pg-core';\nexport const places = {declared};\n"
        );
        repo.write("schema.ts", &schema);
        said(&repo, &["snapshot", "--yes"]);
        let made = written(&repo, "20250102000000_hand");
        assert_eq!(changes(&made).contains(on), is_on, "{declared}: {made}");
    }
}

#[test]
fn what_the_generator_keeps_its_own_words_for_is_named() {
    let entities = base(&[table("places"), column("places", "name", "text")]);
    let sql = "ALTER TABLE places ADD age integer;\nCREATE SEQUENCE numbers;\n\
        CREATE VIEW names AS SELECT name FROM places;\n\
        CREATE POLICY readers ON places FOR SELECT USING (true);\n";
    let repo = by_hand("postgresql", &entities, sql);
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("written"), "{said}");
    for what in [
        "sequence `numbers`",
        "view `names`",
        "policy `readers` of `places`",
    ] {
        let expected = format!("the snapshot says nothing of {what}");
        assert!(said.contains(&expected), "{expected}: {said}");
    }
}

/// MySQL keeps no name of a primary key, makes three things of `serial`, and has its own spelling of
/// expressions; drizzle-kit 0.31 compares its own words.
#[test]
fn what_mysql_does_not_keep_is_as_the_schema_has_it() {
    let repo = project(
        "mysql",
        "import { index, int, mysqlTable, primaryKey, serial } from 'drizzle-orm/mysql-core';\n\
         import { sql } from 'drizzle-orm';\n\
         export const places = mysqlTable('places', { a: int().notNull(), b: int().notNull() }, (t) => [\n\
           primaryKey({ columns: [t.a, t.b], name: 'where' }), index('sums').on(sql`(a+b)`)]);\n\
         export const notes = mysqlTable('notes', { id: serial().primaryKey(), a: int() });\n",
    );
    let entry = |number: u32| json!({"idx": number, "version": "5", "when": 1000 + number, "tag": format!("000{number}_m"), "breakpoints": true});
    let journal = json!({"version": "7", "dialect": "mysql", "entries": [entry(0), entry(1)]});
    repo.write("drizzle/meta/_journal.json", &journal.to_string());
    let places = json!({"name": "places", "columns": {
        "a": {"name": "a", "type": "int", "primaryKey": false, "notNull": true, "autoincrement": false},
        "b": {"name": "b", "type": "int", "primaryKey": false, "notNull": true, "autoincrement": false}
    }, "indexes": {}, "foreignKeys": {}, "compositePrimaryKeys": {}, "uniqueConstraints": {}, "checkConstraint": {}});
    let snapshot = json!({"version": "5", "dialect": "mysql", "id": "a", "prevId": ORIGIN, "tables": {"places": places},
        "views": {}, "_meta": {"schemas": {}, "tables": {}, "columns": {}}, "internal": {"tables": {}, "indexes": {}}});
    repo.write("drizzle/meta/0000_snapshot.json", &snapshot.to_string());
    repo.write(
        "drizzle/0000_m.sql",
        "CREATE TABLE `places` (`a` int NOT NULL, `b` int NOT NULL);\n",
    );
    repo.write(
        "drizzle/0001_m.sql",
        "ALTER TABLE `places` ADD PRIMARY KEY (`a`, `b`);\n--> statement-breakpoint\n\
         CREATE INDEX `sums` ON `places` ((`a` + `b`));\n--> statement-breakpoint\n\
         CREATE TABLE `notes` (`id` serial AUTO_INCREMENT NOT NULL, `a` int, CONSTRAINT `notes_id` PRIMARY KEY(`id`));\n",
    );
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("0001_snapshot.json: written"), "{said}");
    let text = std::fs::read_to_string(repo.path().join("drizzle/meta/0001_snapshot.json"));
    let made: Value = serde_json::from_str(&text.expect("it was written")).expect("JSON");
    let at = |pointer: &str| made.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(
        at("/tables/places/compositePrimaryKeys"),
        json!({"where": {"columns": ["a", "b"], "name": "where"}})
    );
    assert_eq!(at("/tables/places/indexes/sums/columns"), json!(["(a+b)"]));
    assert_eq!(
        at("/internal/indexes/sums/columns"),
        json!({"(a+b)": {"isExpression": true}})
    );
    assert_eq!(at("/tables/notes/columns/id/type"), json!("serial"));
    assert_eq!(at("/tables/notes/indexes"), json!({}));
}

/// MySQL makes an index for a foreign key, which outlives it, and which the schema does not have.
#[test]
fn the_index_of_a_dropped_foreign_key_is_recorded() {
    let int = |name: &str| {
        json!({"table": "t", "name": name, "type": "int", "notNull": false, "autoIncrement": false,
        "default": null, "onUpdateNow": false, "generated": null, "entityType": "columns"})
    };
    let key = json!({"table": "t", "name": "up", "columns": ["u"], "tableTo": "t", "columnsTo": ["a"], "onUpdate": "NO ACTION",
        "onDelete": "NO ACTION", "nameExplicit": true, "entityType": "fks"});
    let unique = json!({"table": "t", "name": "k", "columns": [{"value": "a", "isExpression": false}], "isUnique": true,
        "using": null, "algorithm": null, "lock": null, "nameExplicit": true, "entityType": "indexes"});
    let entities = json!([{"name": "t", "entityType": "tables"}, int("a"), int("u"), unique, key]);
    let state = json!({"version": "6", "dialect": "mysql", "ddl": entities, "renames": []});
    let repo = by_hand("mysql", &state, "ALTER TABLE `t` DROP FOREIGN KEY `up`;\n");
    repo.write(
        "drizzle/20250101000000_init/migration.sql",
        "CREATE TABLE `t` (`a` int, `u` int, UNIQUE KEY `k` (`a`), CONSTRAINT `up` FOREIGN KEY (`u`) REFERENCES `t` (`a`));\n",
    );
    let said = said(&repo, &["snapshot", "--yes"]);
    assert!(said.contains("written"), "{said}");
    let made = written(&repo, "20250102000000_hand")["ddl"].to_string();
    assert!(
        made.contains(r#""name":"up","columns":[{"value":"u""#),
        "{made}"
    );
    assert!(!made.contains(r#""entityType":"fks""#), "{made}");
}
