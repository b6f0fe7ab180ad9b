//! A check after a keystroke replays only what follows the first change. Whatever was typed before,
//! what is shown must be what a server shows that has just begun.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::folder::project;
use super::lsp_client::{Client, at, uri};

/// What migrations are filled with: things that need each other, in whatever order, things that are
/// missing everywhere or made only later, states that outlive a migration, and text that is half
/// written.
const STATEMENTS: [&str; 24] = [
    "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n",
    "CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users (id));\n",
    "DROP TABLE users;\n",
    "DROP TABLE IF EXISTS posts;\n",
    "ALTER TABLE users ADD COLUMN name text NOT NULL;\n",
    "ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;\n",
    "UPDATE users SET email = '' WHERE email IS NULL;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\n",
    "ALTER TABLE posts RENAME TO articles;\n",
    "ALTER TABLE elsewhere ADD COLUMN a int;\n",
    "INSERT INTO elsewhere (a) VALUES (1);\n",
    "CREATE TABLE elsewhere (a int);\n",
    "CREATE TYPE mood AS ENUM ('a', 'b');\n",
    "ALTER TYPE mood ADD VALUE 'c';\n",
    "ALTER TABLE users ADD COLUMN mood mood DEFAULT 'c';\n",
    "CREATE INDEX ON users (email);\n",
    "CREATE INDEX CONCURRENTLY by_name ON users (name);\n",
    "SET search_path = other;\n",
    "CREATE SCHEMA other;\nCREATE TABLE other.users (id int);\n",
    "CREATE VIEW v AS SELECT id, email FROM users;\n",
    "BEGIN;\nDROP VIEW v;\nROLLBACK;\n",
    "TRUNCATE users;\n",
    "SELECT 'half written",
    "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'users'; END $$;\n",
    "-- driftlint: allow(drop-table) -- meant\nDROP TABLE users CASCADE;\n",
];

const FILES: [&str; 14] = [
    "db/migrations/0001_a.up.sql",
    "db/migrations/0001_a.down.sql",
    "db/migrations/0002_b.up.sql",
    "db/migrations/0002_b.down.sql",
    "db/migrations/0003_c.up.sql",
    "db/migrations/0004_d.up.sql",
    "db/migrations/0005_e.up.sql",
    "db/migrations/0006_f.up.sql",
    "prisma/migrations/20240101000000_a/migration.sql",
    "prisma/migrations/20240102000000_b/migration.sql",
    "prisma/migrations/20240103000000_c/migration.sql",
    "prisma/migrations/20240104000000_d/migration.sql",
    "prisma/migrations/20240105000000_e/migration.sql",
    "prisma/schema.prisma",
];

const MODELS: [&str; 3] = [
    "model users {\n  id BigInt @id\n  email String?\n}\n",
    "model users {\n  id BigInt @id\n  email String\n  name String\n  @@index([email])\n}\n",
    "model users {\n  id BigInt @id\n",
];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).expect("31 bits");
        high % count
    }

    fn text(&mut self, file: &str) -> String {
        if file.ends_with(".prisma") {
            let head = "datasource db {\n  provider = \"postgresql\"\n}\n";
            return head.to_owned() + MODELS[self.below(MODELS.len())];
        }
        let count = 1 + self.below(3);
        (0..count)
            .map(|_| STATEMENTS[self.below(STATEMENTS.len())])
            .collect()
    }
}

/// Everything that an editor is shown.
fn all(client: &mut Client, open: &BTreeMap<String, String>) -> Vec<Value> {
    let of = |(uri, text): (&String, &String)| {
        let shown = client.shown(uri);
        let last = u32::try_from(text.lines().count().saturating_sub(1)).expect("few lines");
        let hover = client.ask("textDocument/hover", at(uri, last, 2));
        json!({"uri": uri, "shown": shown, "hover": hover})
    };
    open.iter().map(of).collect()
}

fn from_nothing(folder: &Path, open: &BTreeMap<String, String>) -> Vec<Value> {
    let mut client = Client::new(folder);
    for (uri, text) in open {
        client.open(uri, text);
    }
    let all = all(&mut client, open);
    assert_eq!(client.end(), Some(0));
    all
}

fn edit_at_random(seed: u64, edits: usize) {
    let mut dice = Dice(seed);
    let texts: Vec<String> = FILES.iter().map(|file| dice.text(file)).collect();
    let texts = texts.iter().map(String::as_str);
    let folder = project(&FILES.into_iter().zip(texts).collect::<Vec<_>>());
    let mut client = Client::new(folder.path());
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for edit in 0..edits {
        let file = FILES[dice.below(FILES.len())];
        let (uri, text) = (uri(folder.path(), file), dice.text(file));
        let name = json!({"uri": uri, "version": edit});
        let is_open = open.contains_key(&uri);
        if dice.below(8) == 0 {
            // A generator writes, or somebody changes the branch.
            fs::write(folder.path().join(file), &text).expect("a file");
            let watched = json!({"changes": [{"uri": uri, "type": 2}]});
            client.tell("workspace/didChangeWatchedFiles", watched);
        } else if !is_open {
            client.open(&uri, &text);
            open.insert(uri, text);
        } else if dice.below(5) == 0 {
            client.tell("textDocument/didClose", json!({"textDocument": name}));
            open.remove(&uri);
        } else {
            let changes = json!([{"text": text}]);
            let params = json!({"textDocument": name, "contentChanges": changes});
            client.tell("textDocument/didChange", params);
            open.insert(uri, text);
        }
        if edit % 3 == 0 {
            let told = format!("seed {seed}, edit {edit}");
            let (again, new) = (all(&mut client, &open), from_nothing(folder.path(), &open));
            for (again, new) in again.iter().zip(&new) {
                assert_eq!(again, new, "{told}");
            }
        }
    }
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_shown_does_not_depend_on_what_was_typed() {
    let seeds =
        std::env::var("DRIFTLINT_SEEDS").map_or(3, |count| count.parse().expect("a number"));
    for seed in 0..seeds {
        edit_at_random(seed, 60);
    }
}
