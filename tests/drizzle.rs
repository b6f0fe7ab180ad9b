//! The Drizzle projects in `fixtures/projects`: what is declared, what the snapshot says and what the migrations make are one schema.

use std::path::PathBuf;

use driftlint::catalog::{Catalog, json};
use driftlint::project::worktree::Worktree;
use driftlint::project::{LoadOptions, Project};
use driftlint::schema::load;
use driftlint::sql::{Versions, on_big_stack};

/// The three views of a project's schema, as JSON.
fn views(name: &str) -> [String; 3] {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects").join(name);
    on_big_stack(|| {
        let tree = Worktree::new(root);
        let project = Project::load(&tree, &LoadOptions::default()).expect("the fixture is readable");
        let [set] = project.sets.as_slice() else { panic!("{name} has one set of migrations") };
        let schemas = load::beside(&tree, set, Versions::default()).expect("the schema is readable");
        let declared = schemas.declared.first().expect("a schema is declared");
        assert!(declared.unknown.is_empty() && declared.notes.is_empty(), "{:?}", declared.notes);
        assert_eq!(declared.coverage.columns, declared.coverage.known);
        let snapshot = schemas.snapshot.as_ref().expect("there is a snapshot");
        let migrated = Catalog::of_set(set, Versions::default(), set.migrations.len());
        [json(&declared.catalog), json(&snapshot.catalog), sorted(&json(&migrated))]
    })
    .map(|json| sorted(&json))
}

/// Constraints and indexes come in another order from `CREATE TABLE` than from `ALTER TABLE`.
fn sorted(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("driftlint prints JSON");
    for table in value["tables"].as_object_mut().expect("tables are an object").values_mut() {
        for part in ["uniques", "foreign_keys", "checks", "indexes"] {
            if let Some(items) = table[part].as_array_mut() {
                items.sort_by_key(ToString::to_string);
            }
        }
    }
    serde_json::to_string_pretty(&value).expect("JSON can be printed")
}

fn agree(name: &str) {
    let [declared, snapshot, migrated] = views(name);
    assert!(declared.len() > 1000, "the schema has tables: {declared}");
    assert_eq!(declared, snapshot, "declared and snapshot of {name}");
    assert_eq!(declared, migrated, "declared and migrated of {name}");
}

#[test]
fn postgres_views_agree() {
    agree("drizzle-postgres");
}

#[test]
fn mysql_views_agree() {
    agree("drizzle-mysql");
}

#[test]
fn sqlite_views_agree() {
    agree("drizzle-sqlite");
}
