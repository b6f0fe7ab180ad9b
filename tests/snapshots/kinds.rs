//! The kinds of change that a snapshot takes over, or says that it does not.

use serde_json::{Value, json};

use super::{base, by_hand, column, said, table, written};

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
