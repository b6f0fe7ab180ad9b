//! The migration that `drift --format sql` prints, and what it leaves alone.

use super::{PRISMA, commit, driftlint, prisma, projects, stage, text};
use crate::repository::Repo;

/// The migration that would be printed.
fn sql(repo: &Repo, arguments: &[&str]) -> String {
    let output = driftlint(
        repo,
        &[&["drift", "-q", "--format", "sql"], arguments].concat(),
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn sql_closes_what_the_change_brings() {
    for (repo, schema, changed) in projects() {
        stage(&repo, schema, &changed);
        commit(&repo, "drift");
        let second = if changed.contains("pgTable") {
            "  nick: text(),\n  bio"
        } else {
            "  nick String?\n  bio"
        };
        stage(&repo, schema, &changed.replacen("  bio", second, 1));
        // What lies on disk and is not staged is nobody's business.
        repo.write(schema, "nothing at all");
        let staged = sql(&repo, &["--staged"]);
        assert!(
            staged.contains("ADD COLUMN \"nick\"") && !staged.contains("bio"),
            "{staged}"
        );
        let all = sql(&repo, &["--staged", "--all-drift"]);
        assert!(
            all.contains("ADD COLUMN \"nick\"") && all.contains("ADD COLUMN \"bio\""),
            "{all}"
        );
        repo.git(&["commit", "-qm", "more drift"]);
        repo.git(&["checkout", "-q", "--", "."]);
        let since = sql(&repo, &["--since", "HEAD~1"]);
        assert_eq!(since, staged);
        // Nothing new is nothing to write.
        let output = driftlint(&repo, &["drift", "--staged", "--format", "sql"]);
        assert_eq!(
            (output.status.code(), &*output.stdout),
            (Some(0), &b""[..]),
            "{}",
            text(&output)
        );
    }
}

#[test]
fn sql_leaves_alone_what_is_allowed() {
    let repo = prisma();
    let allow = "// driftlint: allow(declared-not-migrated) -- the next release";
    repo.write(
        "prisma/schema.prisma",
        &PRISMA.replace(
            "@id\n",
            &format!("@id\n  bio String? {allow}\n  nick String?\n"),
        ),
    );
    let said = sql(&repo, &[]);
    assert_eq!(
        said,
        "-- AlterTable\nALTER TABLE \"User\" ADD COLUMN \"nick\" text;\n"
    );
    repo.write(
        "driftlint.toml",
        "[rules]\ndeclared-not-migrated = \"off\"\n",
    );
    assert_eq!(sql(&repo, &[]), "");
}

#[test]
fn a_rebuilt_table_keeps_what_is_allowed() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let allow = "// driftlint: allow(declared-differently) -- known";
    repo.write(
        "prisma/schema.prisma",
        &format!(
            "datasource db {{\n  provider = \"sqlite\"\n}}\n\nmodel User {{\n  id Int @id\n  age Int {allow}\n  name String\n}}\n"
        ),
    );
    repo.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"sqlite\"\n",
    );
    repo.write(
        "prisma/migrations/20240101000000_init/migration.sql",
        "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \"age\" TEXT NOT NULL, \"name\" TEXT);\n",
    );
    commit(&repo, "init");
    let repair = sql(&repo, &[]);
    let lower = repair.to_lowercase();
    assert!(
        lower.contains("\"age\" text not null") && lower.contains("\"name\" text not null"),
        "{repair}"
    );
    repo.write(
        "prisma/migrations/20240102000000_repair/migration.sql",
        &repair,
    );
    let output = driftlint(&repo, &["drift"]);
    assert!(
        text(&output).ends_with("compared 1 set: no differences, 1 allowed\n"),
        "{}",
        text(&output)
    );
}
