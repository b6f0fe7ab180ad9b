//! The commands that write migrations, in every layout: what they print, ask and write, and that
//! `check` has nothing to say about it.

mod back;
mod first;
mod privileges;
mod rebase;
#[expect(dead_code, reason = "these tests make their own commits")]
#[path = "../common/repository.rs"]
mod repository;
mod split;
mod steps;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with files in it.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    /// Every file below, sorted.
    fn files(&self) -> Vec<String> {
        let mut open = vec![self.path().to_owned()];
        let mut found: Vec<PathBuf> = Vec::new();
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.ends_with(".git") {
                    continue;
                }
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        let name = |path: &PathBuf| {
            let inside = path.strip_prefix(self.path()).expect("a file inside");
            inside.to_string_lossy().replace('\\', "/")
        };
        let mut names: Vec<String> = found.iter().map(name).collect();
        names.sort();
        names
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command
            .args(arguments)
            .current_dir(self.path())
            .output()
            .expect("driftlint runs")
    }

    /// Standard output of a command that must succeed.
    #[track_caller]
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{arguments:?}: {text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Standard error of a command that must be refused.
    #[track_caller]
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        error.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The file that is there now and was not before.
    fn new_file(&self, before: &[String], ending: &str) -> String {
        let new: Vec<String> = self
            .files()
            .into_iter()
            .filter(|name| !before.contains(name) && name.ends_with(ending))
            .collect();
        assert_eq!(new.len(), 1, "{ending}: {new:?}");
        new.into_iter().next().unwrap_or_default()
    }
}

const TABLE: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";
const MODEL: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel users {\n  id Int @id\n  name String?\n  email String?\n}\n";

/// What a layout calls its first migration, and what the next one ends with.
struct Layout {
    name: &'static str,
    files: Vec<(&'static str, String)>,
    up: &'static str,
    down: Option<&'static str>,
}

fn layouts() -> Vec<Layout> {
    let schema = || {
        (
            "schema.sql",
            "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n".to_owned(),
        )
    };
    let config = |runner: &str| {
        (
            "driftlint.toml",
            format!(
                "dialect = \"postgres\"\n\n[[migrations]]\nfolder = \"migrations\"\nrunner = \"{runner}\"\nschema = [\"schema.sql\"]\n"
            ),
        )
    };
    let down = || "DROP TABLE users;\n".to_owned();
    vec![
        Layout {
            name: "golang-migrate",
            files: vec![
                config("golang-migrate"),
                schema(),
                ("migrations/000001_init.up.sql", TABLE.to_owned()),
                ("migrations/000001_init.down.sql", down()),
            ],
            up: "000002_add_email.up.sql",
            down: Some("000002_add_email.down.sql"),
        },
        Layout {
            name: "goose",
            files: vec![
                config("goose"),
                schema(),
                (
                    "migrations/00001_init.sql",
                    format!("-- +goose Up\n{TABLE}\n-- +goose Down\n{}", down()),
                ),
            ],
            up: "00002_add_email.sql",
            down: None,
        },
        Layout {
            name: "dbmate",
            files: vec![
                config("dbmate"),
                schema(),
                (
                    "migrations/20240101000000_init.sql",
                    format!("-- migrate:up\n{TABLE}\n-- migrate:down\n{}", down()),
                ),
            ],
            up: "_add_email.sql",
            down: None,
        },
        Layout {
            name: "flyway",
            files: vec![config("flyway"), schema(), ("migrations/V1__init.sql", TABLE.to_owned())],
            up: "V2__add_email.sql",
            down: None,
        },
        Layout {
            name: "sqlx",
            files: vec![
                config("sqlx"),
                schema(),
                ("migrations/20240101000000_init.up.sql", TABLE.to_owned()),
                ("migrations/20240101000000_init.down.sql", down()),
            ],
            up: "_add_email.up.sql",
            down: Some("_add_email.down.sql"),
        },
        Layout {
            name: "diesel",
            files: vec![
                config("diesel"),
                schema(),
                ("migrations/2024-01-01-000000_init/up.sql", TABLE.to_owned()),
                ("migrations/2024-01-01-000000_init/down.sql", down()),
            ],
            up: "_add_email/up.sql",
            down: Some("_add_email/down.sql"),
        },
        Layout {
            name: "prisma",
            files: vec![
                ("prisma/schema.prisma", MODEL.to_owned()),
                (
                    "prisma/migrations/migration_lock.toml",
                    "provider = \"postgresql\"\n".to_owned(),
                ),
                (
                    "prisma/migrations/20240101000000_init/migration.sql",
                    "CREATE TABLE \"users\" (\"id\" INTEGER NOT NULL, \"name\" TEXT, CONSTRAINT \"users_pkey\" PRIMARY KEY (\"id\"));\n".to_owned(),
                ),
            ],
            up: "_add_email/migration.sql",
            down: None,
        },
    ]
}

#[test]
fn drift_writes_the_missing_migration_in_every_layout() {
    for layout in layouts() {
        let files: Vec<(&str, &str)> = layout
            .files
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let folder = Folder::new(&files);
        let before = folder.files();
        let shown = folder.says(&["drift", "--write", "add email", "--dry-run"]);
        assert!(shown.contains("ADD COLUMN"), "{}: {shown}", layout.name);
        let error = folder.refuses(&["drift", "--write", "add email"]);
        assert!(error.contains("no terminal"), "{}: {error}", layout.name);
        assert_eq!(folder.files(), before, "{}", layout.name);

        folder.says(&["drift", "--write", "add email", "--yes"]);
        let up = folder.read(&folder.new_file(&before, layout.up));
        assert!(up.contains("ADD COLUMN"), "{}: {up}", layout.name);
        if let Some(down) = layout.down {
            let down = folder.read(&folder.new_file(&before, down));
            assert!(down.contains("DROP COLUMN"), "{}: {down}", layout.name);
        }
        folder.says(&["check"]);
        folder.says(&["drift"]);
        let again = folder.says(&["drift", "--write", "again", "--yes"]);
        assert!(
            again.contains("nothing to write"),
            "{}: {again}",
            layout.name
        );
    }
}

#[test]
fn functions_are_kept_whole_where_the_runner_cuts_at_semicolons() {
    let folder = Folder::new(&[(
        "migrations/00001_init.sql",
        "-- +goose Up\nCREATE TYPE mood AS ENUM ('a', 'b', 'c');\nCREATE TABLE t (id int, m mood);\n-- +goose StatementBegin\nCREATE FUNCTION f(x mood) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;\n-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION f;\nDROP TABLE t;\nDROP TYPE mood;\n",
    )]);
    let before = folder.files();
    folder.says(&["enum", "mood", "--to", "a,b", "--map", "c=a", "--yes"]);
    let text = folder.read(&folder.new_file(&before, ".sql"));
    let start = text.find("-- +goose StatementBegin\nCREATE FUNCTION");
    assert!(start.is_some(), "{text}");
    assert!(text.contains("$$;\n-- +goose StatementEnd"), "{text}");
    folder.says(&["check"]);
}

#[test]
fn a_rollback_is_printed_and_written_where_the_layout_keeps_it() {
    let files = [
        ("migrations/1_init.up.sql", TABLE),
        ("migrations/1_init.down.sql", "DROP TABLE users;\n"),
        (
            "migrations/2_more.up.sql",
            "ALTER TABLE users RENAME COLUMN name TO title;\nALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;\nCREATE INDEX users_title_idx ON users (title);\nUPDATE users SET title = 'x';\n",
        ),
    ];
    let folder = Folder::new(&files);
    let text = folder.says(&["rollback", "2"]);
    for part in [
        "values that UPDATE changed in `users` stay as they are",
        "`public.users.age` is dropped with its data",
        "RENAME COLUMN \"title\" TO \"name\"",
        "DROP COLUMN \"age\"",
        "DROP INDEX \"users_title_idx\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("does not lead back"), "{text}");
    folder.says(&["rollback", "2", "--write", "--yes"]);
    assert_eq!(folder.read("migrations/2_more.down.sql"), text);
    folder.says(&["check"]);
    let error = folder.refuses(&["rollback", "2", "--write", "--yes"]);
    assert!(error.contains("has a way back already"), "{error}");
    let error = folder.refuses(&["rollback", "3"]);
    assert!(error.contains("no migration is called `3`"), "{error}");
    folder.says(&["rollback", "2", "--as-migration", "revert more", "--yes"]);
    let text = folder.read("migrations/3_revert_more.up.sql");
    assert!(text.contains("DROP COLUMN \"age\""), "{text}");
    let text = folder.read("migrations/3_revert_more.down.sql");
    assert!(text.contains("ADD COLUMN \"age\""), "{text}");
    assert!(
        text.contains("RENAME COLUMN \"name\" TO \"title\""),
        "{text}"
    );
}

#[test]
fn a_rollback_brings_back_what_no_comparison_looks_at() {
    let folder = Folder::new(&[
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE t (id int);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';\nCREATE TRIGGER tg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\nCREATE POLICY p ON t USING (id > 1);\n",
        ),
        (
            "migrations/2_more.up.sql",
            "DROP TRIGGER tg ON t;\nDROP FUNCTION f();\nDROP POLICY p ON t;\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE DOMAIN d AS int CHECK (VALUE > 0);\nCREATE SCHEMA app;\nCREATE TABLE app.u (x d);\nCREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'select 1';\nCOMMENT ON TABLE t IS 'new';\n",
        ),
    ]);
    let text = folder.says(&["rollback", "2"]);
    for part in [
        "DROP FUNCTION \"g\"()",
        "CREATE FUNCTION f()",
        "CREATE TRIGGER tg",
        "CREATE POLICY p",
        "DISABLE ROW LEVEL SECURITY",
        "DROP DOMAIN \"d\"",
        "DROP SCHEMA \"app\"",
        "COMMENT ON TABLE \"t\" IS NULL",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("does not lead back"), "{text}");
}

const MOOD: &[(&str, &str)] = &[
    (
        "migrations/1_init.up.sql",
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c');\nCREATE TYPE \"OrderStatus\" AS ENUM ('x');\nCREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'c');\n",
    ),
    (
        "migrations/1_init.down.sql",
        "DROP TABLE t;\nDROP TYPE mood;\nDROP TYPE \"OrderStatus\";\n",
    ),
];

#[test]
fn an_enum_says_what_it_cannot_do() {
    let folder = Folder::new(MOOD);
    let cases: &[(&[&str], &str)] = &[
        (
            &["mood", "--to", "a,b"],
            "the default of `public.t.m` is `c`, which goes",
        ),
        (&["mood", "--to", "a,b", "--map", "x=a"], "has no label `x`"),
        (
            &["mood", "--to", "a,b", "--map", "c=d"],
            "`d`, which is not among the new labels",
        ),
        (&["mood", "--to", "a,b,a"], "`a` is named twice"),
        (&["moods", "--to", "a"], "there is no enum type `moods`"),
    ];
    for (arguments, why) in cases {
        let all: Vec<&str> = ["enum"].iter().chain(*arguments).copied().collect();
        let error = folder.refuses(&all);
        assert!(error.contains(why), "{why}: {error}");
    }
    let text = folder.says(&["enum", "mood", "--to", "a,b,c"]);
    assert!(text.contains("nothing to write"), "{text}");
    let text = folder.says(&["enum", "orderstatus", "--to", "x,y", "--sql"]);
    assert_eq!(text, "ALTER TYPE \"OrderStatus\" ADD VALUE 'y';\n");
    let text = folder.says(&["enum", "mood", "--to", "a,b,d", "--map", "c=d", "--sql"]);
    assert_eq!(text, "ALTER TYPE \"mood\" RENAME VALUE 'c' TO 'd';\n");
}
