//! What lies among migrations and is none, and which server they are for where words speak for two.

use driftlint::project::tree::Memory;
use driftlint::project::{LoadOptions, MigrationSet, Project};

fn one(files: &[(&str, &str)]) -> MigrationSet {
    let tree: Memory = files.iter().copied().collect();
    let mut project = Project::load(&tree, &LoadOptions::default()).expect("memory never fails");
    assert_eq!(project.sets.len(), 1, "{:?}", project.sets);
    project.sets.remove(0)
}

#[test]
fn a_draft_beside_numbered_files_is_passed_over() {
    let numbered: Vec<(String, &str)> = (1..=12)
        .map(|number| (format!("app/sql/{number:04}-step.sql"), "SELECT 1;"))
        .collect();
    let mut files: Vec<(&str, &str)> = numbered
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    files.push(("app/sql/drop-later.sql", "DROP TABLE t;"));
    let set = one(&files);
    assert_eq!(set.migrations.len(), 12);
    assert_eq!(
        set.skipped[0].reason,
        "it has no number, as the others have"
    );
}

#[test]
fn files_of_other_endings_are_said_to_be_unread() {
    let set = one(&[
        ("migrations/0001_a.sql", "A;"),
        ("migrations/0002_b.pgsql", "B;"),
        ("migrations/0003_c.sql.tmpl", "C;"),
        ("migrations/0004_d.exs", "D"),
        ("migrations/0005_e.sql", "E;"),
        ("migrations/README.md", "F"),
    ]);
    let skipped: Vec<String> = set
        .skipped
        .iter()
        .map(|file| format!("{}: {}", file.path, file.reason))
        .collect();
    assert_eq!(
        skipped,
        [
            "migrations/0002_b.pgsql: no file that ends in `.sql`",
            "migrations/0003_c.sql.tmpl: a template: what it is filled in with is not known here",
            "migrations/0004_d.exs: a script: driftlint reads SQL",
        ]
    );
    let before: Vec<&str> = set.migrations[1]
        .after_unread
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(before.len(), 3, "{before:?}");
}

#[test]
fn a_query_called_migration_is_no_folder_of_migrations() {
    let set = one(&[
        (
            "db/sqlc/migrations/000001_a.up.sql",
            "CREATE TABLE a (id int);",
        ),
        ("db/sqlc/migrations/000001_a.down.sql", "DROP TABLE a;"),
        (
            "db/sqlc/migrations/000002_b.up.sql",
            "CREATE TABLE b (id int);",
        ),
        ("db/sqlc/migrations/000002_b.down.sql", "DROP TABLE b;"),
        ("db/sqlc/queries/migration.sql", "SELECT 1;"),
        ("db/sqlc/queries/users.sql", "SELECT 2;"),
    ]);
    assert_eq!(set.folder, "db/sqlc/migrations");
    assert_eq!(set.migrations.len(), 2);
}

#[test]
fn a_driver_decides_where_the_sql_speaks_for_two_servers() {
    let set = one(&[
        (
            "go.mod",
            "module m\nrequire github.com/mattn/go-sqlite3 v1.14.50\n",
        ),
        (
            "db/migrations/0001_a.sql",
            "CREATE TABLE a (id varchar PRIMARY KEY, b jsonb, c datetime);",
        ),
        (
            "db/migrations/0002_b.sql",
            "ALTER TABLE a ADD COLUMN d jsonb;",
        ),
    ]);
    assert_eq!(
        set.dialect,
        driftlint::sql::Dialect::Sqlite,
        "{}",
        set.dialect_from
    );
}
