//! The language server, driven over its streams as an editor drives it.

#[path = "lsp/again.rs"]
mod again;
#[path = "common/folder.rs"]
mod folder;
#[path = "common/lsp_client.rs"]
mod lsp_client;

use std::fs;
use std::path::Path;

use folder::project;
use lsp_client::{Client, at, range, uri};

use serde_json::{Value, json};
use tempfile::TempDir;

const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE TYPE status AS ENUM ('a', 'b');\n";

const DROP: &str = "/* 😀 */ DROP TABLE IF EXISTS users;\n";

fn two_migrations() -> TempDir {
    project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("db/migrations/0002_drop.sql", "SELECT 1;\n"),
    ])
}

#[test]
fn findings_follow_the_buffer() {
    let folder = two_migrations();
    let file = uri(folder.path(), "db/migrations/0002_drop.sql");
    let mut client = Client::new(folder.path());
    client.open(&file, DROP);
    let shown = client.shown(&file);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["code"], "drop-table");
    assert_eq!(shown[0]["source"], "driftlint");
    assert_eq!(shown[0]["severity"], 2);
    assert_eq!(
        shown[0]["range"],
        range((0, 9), (0, 35)),
        "columns are UTF-16"
    );
    assert!(
        shown[0]["codeDescription"]["href"]
            .as_str()
            .is_some_and(|it| it.ends_with("drop-table.md"))
    );
    // The smiley is two units: this replaces TABLE users by INDEX nothing.
    client.replace(
        &file,
        2,
        &range((0, 14), (0, 35)),
        "TABLE IF EXISTS nothing",
    );
    assert!(client.shown(&file).is_empty(), "{:?}", client.shown);
    let tell = json!({"textDocument": {"uri": file}});
    client.tell("textDocument/didClose", tell);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn related_places_lead_to_files() {
    let folder = two_migrations();
    let file = uri(folder.path(), "db/migrations/0002_drop.sql");
    let mut client = Client::new(folder.path());
    client.open(&file, "ALTER TABLE users ADD COLUMN a int NOT NULL;\n");
    let shown = client.shown(&file);
    assert_eq!(shown[0]["code"], "not-null-without-default");
    let place = &shown[0]["relatedInformation"][0]["location"];
    assert_eq!(
        place["uri"],
        uri(folder.path(), "db/migrations/0001_init.sql")
    );
    assert_eq!(place["range"]["start"], json!({"line": 0, "character": 0}));
}

#[test]
fn a_suppression_can_be_written() {
    let folder = two_migrations();
    let file = uri(folder.path(), "db/migrations/0002_drop.sql");
    let mut client = Client::new(folder.path());
    client.open(&file, "SELECT 1;\n  DROP TABLE IF EXISTS users;\n");
    assert_eq!(client.codes(&file), ["drop-table"]);
    let asked = json!({"textDocument": {"uri": file}, "range": range((1, 4), (1, 4)), "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", asked);
    let here = actions
        .as_array()
        .expect("a list")
        .iter()
        .find(|action| {
            action["title"]
                .as_str()
                .is_some_and(|it| it.starts_with("Allow this here"))
        })
        .expect("an action");
    let edit = &here["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(
        edit["newText"],
        "-- driftlint: allow(drop-table) -- say why this is meant\n  "
    );
    let text = edit["newText"].as_str().expect("a text").to_owned();
    client.replace(&file, 2, &edit["range"], &text);
    assert!(client.shown(&file).is_empty(), "{:?}", client.shown);
    // Two statements in one line need a comment between them.
    client.open(&file, "SELECT 1; DROP TABLE IF EXISTS users;\n");
    let asked = json!({"textDocument": {"uri": file}, "range": range((0, 12), (0, 12)), "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", asked);
    let edit = &actions[0]["edit"]["documentChanges"][0]["edits"][0];
    let text = edit["newText"].as_str().expect("a text").to_owned();
    assert!(
        text.starts_with(" /* driftlint: allow(drop-table)"),
        "{actions}"
    );
    client.replace(&file, 2, &edit["range"], &text);
    assert!(client.shown(&file).is_empty(), "{:?}", client.shown);
}

#[test]
fn fixes_are_offered() {
    let folder = two_migrations();
    let file = uri(folder.path(), "db/migrations/0002_drop.sql");
    let mut client = Client::new(folder.path());
    client.open(
        &file,
        "-- driftlint: allow(drop-column) -- old\nSELECT 1;\n",
    );
    assert_eq!(client.codes(&file), ["unused-suppression"]);
    let asked = json!({"textDocument": {"uri": file}, "range": range((0, 0), (0, 80)), "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", asked);
    let edits = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(edits["textDocument"]["version"], 1);
    let edit = edits["edits"][0].clone();
    assert_eq!(actions.as_array().map(Vec::len), Some(1), "{actions}");
    let text = edit["newText"].as_str().expect("a text").to_owned();
    client.replace(&file, 2, &edit["range"], &text);
    assert!(client.shown(&file).is_empty(), "{:?}", client.shown);
}

#[test]
fn hover_definition_and_symbols_know_the_schema() {
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        (
            "db/migrations/0002_bio.sql",
            "ALTER TABLE users ADD COLUMN bio text;\n",
        ),
        ("db/migrations/0003_index.sql", "SELECT 1;\n"),
    ]);
    let file = uri(folder.path(), "db/migrations/0003_index.sql");
    let mut client = Client::new(folder.path());
    let text = "CREATE INDEX users_bio ON users (bio);\nUPDATE public.\"users\" u SET email = u.email, bio = 'x';\n";
    client.open(&file, text);
    let hover = client.ask("textDocument/hover", at(&file, 0, 27));
    let said = hover["contents"]["value"].as_str().expect("Markdown");
    for part in [
        "table **users**",
        "bio",
        "made by `0001_init",
        "last changed by `0002_bio",
        "`SHARE` on `public.users`: blocks writes",
    ] {
        assert!(said.contains(part), "no {part} in\n{said}");
    }
    let column = client.ask("textDocument/hover", at(&file, 0, 34));
    let said = column["contents"]["value"].as_str().expect("Markdown");
    assert!(
        said.contains("column **users.bio**") && said.contains("made by `0002_bio"),
        "{said}"
    );
    let quoted = client.ask("textDocument/hover", at(&file, 1, 17));
    assert!(
        quoted["contents"]["value"]
            .as_str()
            .is_some_and(|it| it.contains("table **users**"))
    );
    let made = client.ask("textDocument/definition", at(&file, 0, 34));
    assert_eq!(
        made[0]["uri"],
        uri(folder.path(), "db/migrations/0002_bio.sql"),
        "{made}"
    );
    let symbols = client.ask(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": file}}),
    );
    assert_eq!(symbols[0]["name"], "CREATE INDEX users_bio ON users (bio)");
    assert_eq!(symbols.as_array().map(Vec::len), Some(2));
    assert_eq!(
        client.ask("textDocument/hover", at(&file, 99, 99)),
        Value::Null
    );
}

const PRISMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel users {\n  id    BigInt @id\n  email String?\n}\n";

#[test]
fn a_schema_and_its_migrations_are_judged_together() {
    let sql = "CREATE TABLE \"users\" (\n    \"id\" BIGINT NOT NULL,\n    \"email\" TEXT,\n\n    CONSTRAINT \"users_pkey\" PRIMARY KEY (\"id\")\n);\n";
    let folder = project(&[
        ("prisma/schema.prisma", PRISMA),
        (
            "prisma/migrations/migration_lock.toml",
            "provider = \"postgresql\"\n",
        ),
        ("prisma/migrations/20240101000000_init/migration.sql", sql),
        (
            "prisma/migrations/20240102000000_bio/migration.sql",
            "SELECT 1;\n",
        ),
    ]);
    let schema = uri(folder.path(), "prisma/schema.prisma");
    let migration = uri(
        folder.path(),
        "prisma/migrations/20240102000000_bio/migration.sql",
    );
    let mut client = Client::new(folder.path());
    client.open(&schema, PRISMA);
    client.open(&migration, "SELECT 1;\n");
    assert!(client.shown(&schema).is_empty(), "{:?}", client.shown);
    client.replace(&schema, 2, &range((6, 0), (6, 0)), "  bio String?\n");
    let shown = client.shown(&schema);
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["code"], "declared-not-migrated");
    assert_eq!(shown[0]["range"]["start"]["line"], 6);
    let hover = client.ask("textDocument/hover", at(&schema, 6, 3));
    assert_eq!(hover["contents"]["value"], "no migration makes it");
    client.replace(
        &migration,
        2,
        &range((0, 0), (0, 9)),
        "ALTER TABLE \"users\" ADD COLUMN \"bio\" TEXT;",
    );
    assert!(
        client.shown(&schema).is_empty(),
        "the open migration makes it: {:?}",
        client.shown
    );
    let declared = client.ask("textDocument/definition", at(&migration, 0, 14));
    let places: Vec<&str> = declared
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["uri"].as_str())
        .collect();
    assert!(places.len() == 2 && places[1] == schema, "{places:?}");
    let hover = client.ask("textDocument/hover", at(&schema, 7, 4));
    assert!(
        hover["contents"]["value"]
            .as_str()
            .is_some_and(|it| it.contains("column **users.email**")),
        "{hover}"
    );
    let made = client.ask("textDocument/definition", at(&schema, 6, 3));
    assert_eq!(made[0]["uri"], migration);
    let symbols = client.ask(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": schema}}),
    );
    assert_eq!(symbols[0]["name"], "users");
    assert_eq!(symbols[0]["children"].as_array().map(Vec::len), Some(3));
}

#[test]
fn drizzle_in_typescript_is_read_too() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let schema = uri(&demo, "src/db/schema.ts");
    let text = fs::read_to_string(demo.join("src/db/schema.ts")).expect("the schema");
    let mut client = Client::new(&demo);
    client.open(&schema, &text);
    assert_eq!(client.codes(&schema), ["declared-not-migrated"]);
    // The key of a column is pointed at, and its builder is what stands declared.
    let line = text
        .lines()
        .position(|line| line.trim_start().starts_with("rating:"));
    let line = line
        .and_then(|line| u32::try_from(line).ok())
        .expect("the column");
    let hover = client.ask("textDocument/hover", at(&schema, line, 3));
    assert_eq!(hover["contents"]["value"], "no migration makes it");
    let other = uri(&demo, "src/other.ts");
    client.open(&other, "export const x = 1;\n");
    assert!(client.shown(&other).is_empty());
}

#[test]
fn folders_may_be_several_and_unrelated() {
    let (one, two) = (two_migrations(), two_migrations());
    let mut client = Client::new(one.path());
    let added =
        json!({"event": {"added": [{"uri": uri(two.path(), ""), "name": "two"}], "removed": []}});
    client.tell("workspace/didChangeWorkspaceFolders", added);
    let (first, second) = (
        uri(one.path(), "db/migrations/0002_drop.sql"),
        uri(two.path(), "db/migrations/0002_drop.sql"),
    );
    client.open(&first, "DROP TABLE IF EXISTS users;\n");
    client.open(&second, "DROP TABLE IF EXISTS users;\n");
    assert_eq!(client.codes(&first), ["drop-table"]);
    assert_eq!(client.codes(&second), ["drop-table"]);
}

#[test]
fn what_is_broken_is_said_in_the_file() {
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        ("driftlint.toml", "nonsense = 1\n"),
    ]);
    let file = uri(folder.path(), "db/migrations/0001_init.sql");
    let mut client = Client::new(folder.path());
    client.open(&file, INIT);
    let shown = client.shown(&file);
    assert!(
        shown[0]["message"]
            .as_str()
            .is_some_and(|it| it.starts_with("not judged: ")),
        "{shown:?}"
    );
}

#[test]
fn a_bad_message_ends_nothing() {
    let folder = two_migrations();
    let mut client = Client::silent(folder.path());
    let early = client.answer("textDocument/hover", json!({}));
    assert_eq!(early["error"]["code"], -32002);
    client.ask(
        "initialize",
        json!({"capabilities": 7, "workspaceFolders": "x", "rootUri": 3}),
    );
    for body in [
        "",
        "{",
        "[]",
        "7",
        "{}",
        "{\"id\": 1}",
        "\u{0}",
        "{\"method\": 3}",
    ] {
        client.send_bytes(body.as_bytes());
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "x",
    ] {
        for params in [
            Value::Null,
            json!({}),
            json!([1]),
            json!({"textDocument": 3}),
            json!({"textDocument": {"uri": "file:///%ff/x.sql", "text": "", "version": 1}}),
        ] {
            client.tell(method, params);
        }
    }
    let wrong = client.answer("textDocument/hover", json!({"textDocument": {}}));
    assert_eq!(wrong["error"]["code"], -32602);
    let unknown = client.answer("no/such", json!({}));
    assert_eq!(unknown["error"]["code"], -32601);
    let file = uri(folder.path(), "db/migrations/0002_drop.sql");
    client.open(&file, DROP);
    let far = json!({"start": {"line": 4_000_000_000_u32, "character": 4_000_000_000_u32}, "end": {"line": 0, "character": 0}});
    client.replace(&file, 2, &far, "(");
    client.replace(&file, 3, &range((0, 0), (9, 9)), DROP);
    assert_eq!(client.codes(&file), ["drop-table"]);
    assert_eq!(client.end(), Some(0));
}
