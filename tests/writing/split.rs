//! A migration that blocks, split into steps in its own place.

use super::Folder;

const INIT: &str = "CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, org_id bigint, email text, age int);\n";

fn golang(sql: &str) -> Folder {
    Folder::new(&[
        ("migrations/000001_init.up.sql", INIT),
        (
            "migrations/000001_init.down.sql",
            "DROP TABLE users;\nDROP TABLE orgs;\n",
        ),
        ("migrations/000002_big.up.sql", sql),
        ("migrations/000002_big.down.sql", "SELECT 1;\n"),
    ])
}

#[test]
fn what_blocks_becomes_steps_and_the_rest_stays() {
    let folder = golang(
        "-- why\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE users ALTER COLUMN email SET NOT NULL, ADD CONSTRAINT users_org FOREIGN KEY (org_id) REFERENCES orgs (id);\nCREATE INDEX by_age ON users (age) WHERE age > 3;\nALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email);\nALTER TABLE users ALTER age TYPE bigint;\nCOMMENT ON TABLE users IS 'people';\n",
    );
    let text = folder.says(&["split", "000002_big", "--sql"]);
    let mut from = 0;
    for part in [
        "-- why\nALTER TABLE users ADD COLUMN note text",
        "CHECK (\"email\" IS NOT NULL) NOT VALID",
        "SET NOT NULL",
        "REFERENCES",
        "NOT VALID",
        "VALIDATE CONSTRAINT \"users_org\"",
        "CREATE INDEX CONCURRENTLY by_age ON users (age) WHERE age > 3",
        "CREATE UNIQUE INDEX CONCURRENTLY \"one_email\"",
        "UNIQUE USING INDEX \"one_email\"",
        "TYPE bigint",
        "COMMENT ON TABLE users",
    ] {
        let at = text[from..].find(part);
        assert!(at.is_some(), "{part}:\n{text}");
        from += at.unwrap_or_default();
    }
    let output = folder.run(&["split", "000002_big", "--yes"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    assert!(
        error.contains("stays: `ALTER TABLE users ADD COLUMN note …`"),
        "{error}"
    );
    assert!(error.contains("reads and writes no rows"), "{error}");
    let first = folder.read("migrations/000002_big.up.sql");
    assert_eq!(first, "-- why\nALTER TABLE users ADD COLUMN note text;\n");
    let back = folder.read("migrations/000002_big.down.sql");
    assert!(back.contains("DROP COLUMN \"note\""), "{back}");
    assert!(folder.files().len() > 16, "{:?}", folder.files());
    let is_validated = |file: &&String| file.contains("validate") && file.ends_with(".down.sql");
    let files = folder.files();
    let file = files
        .iter()
        .find(is_validated)
        .expect("a step that validates");
    let back = folder.read(file);
    assert!(back.starts_with("-- Nothing to take back"), "{back}");
    folder.says(&["check", "--fail-on", "error"]);
}

#[test]
fn a_migration_of_one_statement_keeps_its_name() {
    let folder = golang("CREATE INDEX by_age ON users (age);\n");
    folder.says(&["split", "000002_big", "--yes"]);
    let text = folder.read("migrations/000002_big.up.sql");
    assert!(
        text.contains("CREATE INDEX CONCURRENTLY by_age ON users (age);"),
        "{text}"
    );
    assert_eq!(folder.files().len(), 4);
}

#[test]
fn nothing_is_split_without_steps() {
    let folder = golang("ALTER TABLE users ADD COLUMN note text;\n");
    let text = folder.says(&["split", "000002_big"]);
    assert!(text.contains("nothing to split"), "{text}");
    let error = folder.refuses(&["split", "000001_init"]);
    assert!(error.contains("comes after"), "{error}");
    let folder = golang("BEGIN;\nCREATE INDEX by_age ON users (age);\nCOMMIT;\n");
    let error = folder.refuses(&["split", "000002_big"]);
    assert!(error.contains("in one transaction"), "{error}");
}

#[test]
fn what_is_merged_stays() {
    let folder = golang("CREATE INDEX by_age ON users (age);\n");
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
            .args(arguments)
            .current_dir(folder.path())
            .output();
        assert!(
            done.is_ok_and(|done| done.status.success()),
            "{arguments:?}"
        );
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "all"]);
    let error = folder.refuses(&["split", "000002_big", "--yes"]);
    assert!(error.contains("is merged"), "{error}");
}

#[test]
fn drizzle_keeps_its_journal_and_its_snapshots() {
    let column = |name: &str, not_null: bool| {
        format!(
            r#""{name}": {{"name": "{name}", "type": "integer", "primaryKey": false, "notNull": {not_null}}}"#
        )
    };
    let snapshot = |id: &str, parent: &str, not_null: bool| {
        format!(
            r#"{{"id": "{id}", "prevId": "{parent}", "version": "7", "dialect": "postgresql", "tables": {{"public.users": {{"name": "users", "schema": "", "columns": {{{}}}, "indexes": {{}}, "foreignKeys": {{}}, "compositePrimaryKeys": {{}}, "uniqueConstraints": {{}}, "policies": {{}}, "checkConstraints": {{}}, "isRLSEnabled": false}}}}, "enums": {{}}, "schemas": {{}}, "views": {{}}}}"#,
            column("age", not_null)
        )
    };
    let folder = Folder::new(&[
        (
            "drizzle.config.ts",
            "export default { schema: './none.ts', out: './drizzle', dialect: 'postgresql' };\n",
        ),
        (
            "drizzle/meta/_journal.json",
            r#"{"version": "7", "dialect": "postgresql", "entries": [
    {"idx": 0, "version": "7", "when": 1700000000000, "tag": "0000_init", "breakpoints": true},
    {"idx": 1, "version": "7", "when": 1700000001000, "tag": "0001_nn", "breakpoints": true}
]}
"#,
        ),
        (
            "drizzle/0000_init.sql",
            "CREATE TABLE \"users\" (\"age\" integer);\n",
        ),
        (
            "drizzle/0001_nn.sql",
            "ALTER TABLE \"users\" ALTER COLUMN \"age\" SET NOT NULL;\n",
        ),
        (
            "drizzle/meta/0000_snapshot.json",
            &snapshot("a", "00000000-0000-0000-0000-000000000000", false),
        ),
        ("drizzle/meta/0001_snapshot.json", &snapshot("b", "a", true)),
    ]);
    folder.says(&["split", "0001_nn", "--yes"]);
    let journal = folder.read("drizzle/meta/_journal.json");
    assert!(journal.contains("0002_users_age_not_null"), "{journal}");
    let first = folder.read("drizzle/meta/0001_snapshot.json");
    assert!(first.contains("\"notNull\": false"), "{first}");
    let last = folder.read("drizzle/meta/0002_snapshot.json");
    assert!(last.contains("\"prevId\": \"b\""), "{last}");
    assert!(last.contains("\"notNull\": true"), "{last}");
}

#[test]
fn what_is_set_for_the_session_is_set_in_each_step() {
    let folder = Folder::new(&[
        (
            "m/00001_init.sql",
            "-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY, email text);\n-- +goose Down\nDROP TABLE users;\n",
        ),
        (
            "m/00002_big.sql",
            "-- +goose Up\nSET lock_timeout = '5s';\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nCREATE INDEX by_email ON users (email);\n-- +goose Down\nDROP INDEX by_email;\nALTER TABLE users ALTER COLUMN email DROP NOT NULL;\n",
        ),
    ]);
    folder.says(&["split", "00002_big", "--yes"]);
    let files = folder.files();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in &files[1..] {
        let text = folder.read(file);
        assert_eq!(
            text.matches("SET lock_timeout").count(),
            1,
            "{file}: {text}"
        );
        assert_eq!(text.matches("-- +goose Up").count(), 1, "{file}: {text}");
        assert!(text.matches(';').count() > 1, "{file}: {text}");
    }
    // The check is there again, and no row is read for it.
    let back = folder.read(&files[2]);
    let back = back.split("-- +goose Down").nth(1).unwrap_or_default();
    assert!(
        back.contains("CHECK (email IS NOT NULL) NOT VALID"),
        "{back}"
    );
    folder.says(&["check", "--fail-on", "error"]);
}

/// From the folder, from above it, and from the root of all.
#[test]
fn a_migration_is_named_by_any_path_to_it() {
    let add = "ALTER TABLE users ADD COLUMN bio text;\n";
    let folder = Folder::new(&[
        (
            "a/migrations/1_init.sql",
            "CREATE TABLE users (id integer PRIMARY KEY);\n",
        ),
        ("a/migrations/2_bio.sql", add),
        (
            "b/migrations/1_init.sql",
            "CREATE TABLE users (id integer PRIMARY KEY);\n",
        ),
        ("b/migrations/2_bio.sql", add),
    ]);
    let whole = folder.path().join("a/migrations/2_bio.sql");
    let whole = whole.to_str().expect("a path in UTF-8");
    for path in ["a/migrations/2_bio.sql", "./a/migrations/2_bio.sql", whole] {
        let text = folder.says(&["rollback", path, "--dialect", "postgres"]);
        assert!(text.contains("DROP COLUMN \"bio\""), "{path}: {text}");
        folder.says(&["split", path, "--dialect", "postgres"]);
    }
}
