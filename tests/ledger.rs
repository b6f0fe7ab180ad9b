//! Everything in scope is judged, or said to be not judged; and what was asked about and not judged
//! is exit status 2.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const TABLE: &str = "CREATE TABLE accounts (id bigint PRIMARY KEY);\n";

fn project(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

fn driftlint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_driftlint"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DRIFTLINT_FORMAT")
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs")
}

/// Runs, and asserts the exit status and words on either stream.
fn assert_says(folder: &TempDir, arguments: &[&str], code: i32, words: &[&str]) {
    let output = driftlint(folder.path(), arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    for word in words {
        assert!(flat.contains(word), "{arguments:?} lacks `{word}`: {said}");
    }
}

#[test]
fn marks_of_a_merge_are_errors_in_any_language() {
    let marks = "<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> theirs\n";
    let folder = project(&[
        ("migrations/0001_a.sql", TABLE.as_bytes()),
        ("migrations/0002_b.sql", marks.as_bytes()),
    ]);
    assert_says(
        &folder,
        &["check"],
        1,
        &["[unresolved-merge]", "0002_b.sql:1:1"],
    );
    let provider = "datasource db {\n  provider = \"postgresql\"\n}\n";
    let prisma = project(&[
        (
            "prisma/schema.prisma",
            format!("{provider}{marks}").as_bytes(),
        ),
        ("prisma/migrations/0_a/migration.sql", TABLE.as_bytes()),
    ]);
    assert_says(&prisma, &["check"], 1, &["schema.prisma:4:1"]);
    let output = driftlint(prisma.path(), &["check", "--format", "concise"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!said.contains("migrated-not-declared"), "{said}");
}

#[test]
fn what_cannot_be_read_is_asked_about() {
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(TABLE.bytes().flat_map(|byte| [byte, 0]))
        .collect();
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n";
    for (bytes, words) in [(&wide[..], "UTF-16"), (&pointer[..], "LFS")] {
        let folder = project(&[
            ("migrations/0001_a.sql", TABLE.as_bytes()),
            ("migrations/0002_b.sql", bytes),
        ]);
        assert_says(
            &folder,
            &["check"],
            2,
            &["not judged: migrations/0002_b.sql", words],
        );
    }
}

#[cfg(unix)]
#[test]
fn links_to_nowhere_and_pipes_are_asked_about() {
    use std::os::unix::fs::symlink;
    let folder = project(&[("migrations/0001_a.sql", TABLE.as_bytes())]);
    let other = project(&[("far.sql", TABLE.as_bytes())]);
    symlink("gone.sql", folder.path().join("migrations/0002_b.sql")).expect("a link");
    assert_says(&folder, &["check"], 2, &["0002_b.sql: a link to nothing"]);
    fs::remove_file(folder.path().join("migrations/0002_b.sql")).expect("the link is there");
    symlink(
        other.path().join("far.sql"),
        folder.path().join("migrations/0003_c.sql"),
    )
    .expect("a link");
    assert_says(
        &folder,
        &["check"],
        2,
        &["a link that leads out of the project"],
    );
    fs::remove_file(folder.path().join("migrations/0003_c.sql")).expect("the link is there");
    let pipe = Command::new("mkfifo")
        .arg(folder.path().join("migrations/0004_d.sql"))
        .status();
    if pipe.is_ok_and(|status| status.success()) {
        assert_says(&folder, &["check"], 2, &["neither a file nor a folder"]);
    }
}

#[test]
fn a_named_path_that_is_no_migration_is_no_clean_bill() {
    let folder = project(&[
        ("db/migrations/0001_a.sql", TABLE.as_bytes()),
        ("db/migrations/0002_b.psql", b"DROP TABLE accounts;"),
        ("db/notes.md", b"none"),
    ]);
    for path in ["db/migrations/0002_b.psql", "db/notes.md"] {
        assert_says(&folder, &["check", path], 2, &[path]);
    }
    assert_says(&folder, &["check", "db"], 0, &[]);
}

#[test]
fn locks_of_what_is_no_migration_are_not_none() {
    let folder = project(&[
        ("migrations/0001_a.up.sql", TABLE.as_bytes()),
        ("migrations/0001_a.down.sql", b"DROP TABLE accounts;\n"),
        ("notes.sql", TABLE.as_bytes()),
        (
            "d/meta/_journal.json",
            br#"{"version":"7","dialect":"postgresql","entries":[]}"#,
        ),
        ("d/0000_a.sql", TABLE.as_bytes()),
    ]);
    assert_says(
        &folder,
        &["locks", "migrations/0001_a.up.sql"],
        0,
        &["locks nothing"],
    );
    let down = ["locks", "migrations/0001_a.down.sql"];
    assert_says(&folder, &down, 2, &["only ways up"]);
    assert_says(&folder, &["locks", "notes.md"], 2, &["notes.md"]);
    assert_says(&folder, &["locks", "d/0000_a.sql"], 2, &["_journal.json"]);
}

#[test]
fn a_configured_folder_holds_migrations() {
    let config = |folder: &str| format!("[[migrations]]\nfolder = \"{folder}\"\n");
    for (name, words) in [
        ("empty", "holds no migration"),
        ("../far", "outside of the repository"),
    ] {
        let folder = project(&[
            ("driftlint.toml", config(name).as_bytes()),
            ("migrations/0001_a.sql", TABLE.as_bytes()),
            ("empty/README", b""),
        ]);
        assert_says(&folder, &["check"], 2, &[words]);
    }
}

#[test]
fn other_languages_are_said_and_count_where_they_are_asked_about() {
    let folder = project(&[
        ("migrations/0001_a.sql", TABLE.as_bytes()),
        ("legacy/db/migrate/20240101000000_a.rb", b"class A; end"),
        ("legacy/db/migrate/20240102000000_b.rb", b"class B; end"),
    ]);
    let words = "legacy/db/migrate: migrations in Ruby, which driftlint does not read (2 files)";
    assert_says(&folder, &["check"], 0, &[words]);
    assert_says(&folder, &["check", "--strict"], 2, &[words]);
}

#[test]
fn a_schema_that_was_never_migrated_is_a_set_of_no_migrations() {
    let schema = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n}\nmodel B {\n  id Int @id\n}\n";
    let folder = project(&[("prisma/schema.prisma", schema.as_bytes())]);
    assert_says(
        &folder,
        &["check"],
        1,
        &["2 tables are declared", "declared-not-migrated"],
    );
    fs::write(
        folder.path().join("driftlint.toml"),
        "pushed = [\"prisma\"]\n",
    )
    .expect("a file");
    assert_says(&folder, &["check"], 0, &[]);
    let empty = project(&[("prisma/schema.prisma", &schema.as_bytes()[..40])]);
    assert_says(&empty, &["check"], 0, &[]);
}

#[test]
fn drift_answers_for_each_set() {
    let config = "[print_schema]\nfile = \"src/gone.rs\"\n";
    let folder = project(&[
        ("good/prisma/schema.prisma", b"datasource db {\n  provider = \"postgresql\"\n}\nmodel accounts {\n  id BigInt @id\n}\n"),
        ("good/prisma/migrations/0_a/migration.sql", TABLE.as_bytes()),
        ("bad/diesel.toml", config.as_bytes()),
        ("bad/migrations/2024-01-01-000000_a/up.sql", TABLE.as_bytes()),
    ]);
    assert_says(&folder, &["drift", "good"], 0, &[]);
    assert_says(&folder, &["drift"], 2, &["bad/diesel.toml", "src/gone.rs"]);
}

#[test]
fn examples_are_judged_when_they_are_named() {
    let folder = project(&[("testdata/migrations/0001_a.sql", TABLE.as_bytes())]);
    assert_says(&folder, &["check"], 2, &["not judged: testdata/migrations"]);
    assert_says(&folder, &["check", "testdata"], 0, &["checked 1 migration"]);
}

#[test]
fn numbered_files_that_are_sql_by_another_name_are_said() {
    for (name, words) in [
        ("0002_b.sql.tmpl", "a template"),
        ("0002_b.pgsql", "no file that ends in `.sql`"),
        ("0002_b.sql.gz", "it is packed"),
    ] {
        let path = format!("migrations/{name}");
        let folder = project(&[
            ("migrations/0001_a.sql", TABLE.as_bytes()),
            (&path, b"DROP TABLE accounts;"),
        ]);
        assert_says(&folder, &["check", "--strict"], 2, &[words]);
    }
}

#[test]
fn what_no_runtime_could_load_is_not_clean() {
    let config =
        "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };\n";
    let journal = r#"{"dialect": "postgresql", "entries": [{"tag": "0000_a"}]}"#;
    let schema = "import { bigint, pgTable } from 'drizzle-orm/pg-core';\nexport const accounts = pgTable('accounts', { id: bigint({ mode: 'number' }).primaryKey() });\n";
    let drizzle = |config: &str, schema: &str| {
        project(&[
            ("drizzle.config.ts", config.as_bytes()),
            ("schema.ts", schema.as_bytes()),
            ("drizzle/meta/_journal.json", journal.as_bytes()),
            ("drizzle/0000_a.sql", TABLE.as_bytes()),
        ])
    };
    assert_says(&drizzle(config, schema), &["check"], 0, &[]);
    let broken = format!("{schema}export const = 1;\n");
    assert_says(
        &drizzle(config, &broken),
        &["check"],
        2,
        &["schema.ts", "line 3"],
    );
    let marked = format!("<<<<<<< HEAD\n{config}=======\n>>>>>>> theirs\n");
    assert_says(
        &drizzle(&marked, schema),
        &["check"],
        1,
        &["[unresolved-merge]"],
    );
}

#[test]
fn a_schema_in_sql_with_a_mistake_is_not_clean() {
    let config = "[[migrations]]\nfolder = \"migrations\"\nschema = [\"schema.sql\"]\n";
    let folder = project(&[
        ("driftlint.toml", config.as_bytes()),
        ("migrations/0001_a.sql", TABLE.as_bytes()),
        ("schema.sql", format!("{TABLE}CREATE TABLE (;\n").as_bytes()),
    ]);
    assert_says(&folder, &["check"], 2, &["schema.sql", "line 2"]);
}

#[cfg(unix)]
#[test]
fn a_folder_outside_is_not_followed_and_not_forgotten() {
    let folder = project(&[("old/migrations/0001_a.sql", TABLE.as_bytes())]);
    let other = project(&[("0001_b.sql", TABLE.as_bytes())]);
    std::os::unix::fs::symlink(other.path(), folder.path().join("migrations")).expect("a link");
    let words = "migrations: a link to a folder that lies outside of the project";
    assert_says(&folder, &["check"], 2, &[words]);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_said_whatever_its_name() {
    let folder = project(&[("migrations/0001_a.sql", TABLE.as_bytes())]);
    let other = project(&[("notes.txt", b"")]);
    std::os::unix::fs::symlink(other.path(), folder.path().join("shared")).expect("a link");
    assert_says(&folder, &["check"], 0, &["no problems"]);
    fs::write(other.path().join("0002_b.sql"), TABLE).expect("a file");
    let words = "shared: a link to a folder that lies outside of the project";
    assert_says(&folder, &["check"], 2, &[words]);
}

#[test]
fn templates_are_not_judged_and_not_counted() {
    let folder = project(&[
        ("migrations/0001_a.sql", TABLE.as_bytes()),
        (
            "migrations/0002_b.sql",
            b"CREATE TABLE {{.prefix}}b (id int);\n",
        ),
        (
            "migrations/0003_c.sql",
            b"CREATE TABLE {{.prefix}}c (id int);\n",
        ),
    ]);
    let said = "0002_b.sql and 1 file beside it: a template: what it is filled in with";
    assert_says(
        &folder,
        &["check"],
        0,
        &[said, "checked 1 migration:", "2 not judged"],
    );
    let named = ["check", "migrations/0002_b.sql"];
    assert_says(&folder, &named, 2, &["a template"]);
}

#[test]
fn migrations_for_tests_are_said_and_judged_when_they_are_named() {
    let folder = project(&[
        ("app/test/sql/0001_a.sql", TABLE.as_bytes()),
        ("app/test/sql/0002_b.sql", b"DROP TABLE nothing;\n"),
    ]);
    let said = "app/test/sql: migrations for tests";
    assert_says(&folder, &["check"], 2, &[said]);
    assert_says(&folder, &["check", "app"], 2, &[said]);
    for named in ["app/test/sql", "app/test/sql/0002_b.sql"] {
        assert_says(&folder, &["check", named], 1, &["[migration-will-fail]"]);
    }
    let configured = "[[migrations]]\nfolder = \"app/test/sql\"\n";
    fs::write(folder.path().join("driftlint.toml"), configured).expect("a file");
    assert_says(&folder, &["check"], 1, &["[migration-will-fail]"]);
}
