//! What the default branch has is merged: it was run, and cannot be edited.
#![cfg(unix)]

#[expect(dead_code, reason = "this test makes its own first commit")]
#[path = "common/repository.rs"]
mod repository;

use std::process::Command;

use repository::{Repo, isolate};

const TABLE: &str = "CREATE TABLE accounts (id bigint PRIMARY KEY);\n";
const RISKY: &str = "ALTER TABLE accounts ADD COLUMN plan text NOT NULL;\n";
const EDITED: &str = "[edited-migration]";

/// A repository with merged migrations on `main`, and a branch of its own checked out.
fn branch() -> Repo {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    repo.write("migrations/0001_accounts.sql", TABLE);
    repo.write("migrations/0002_plan.sql", RISKY);
    commit(&repo, "merged");
    repo.git(&["checkout", "-qb", "feature"]);
    repo
}

fn commit(repo: &Repo, message: &str) {
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", message]);
}

fn check(repo: &Repo, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command
        .arg("check")
        .args(arguments)
        .current_dir(repo.path());
    isolate(&mut command);
    let output = command
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn what_was_dangerous_to_run_is_said_of_new_migrations_only() {
    let repo = branch();
    let said = check(&repo, &[]);
    assert!(said.contains("1 finding in a merged migration"), "{said}");
    assert!(!said.contains("0002_plan.sql:1"), "{said}");
    for asked in [&["--all"][..], &["migrations"][..]] {
        assert!(check(&repo, asked).contains("0002_plan.sql:1"), "{asked:?}");
    }
    repo.write("migrations/0003_size.sql", &RISKY.replace("plan", "size"));
    assert!(check(&repo, &[]).contains("0003_size.sql:1"));
}

#[test]
fn a_comment_in_a_merged_migration_asks_nothing_new() {
    let repo = branch();
    repo.write("migrations/0002_plan.sql", &format!("-- plans\n{RISKY}"));
    repo.git(&["add", "-A"]);
    let said = check(&repo, &["--staged"]);
    assert!(!said.contains("not-null-without-default"), "{said}");
    assert!(!said.contains(EDITED), "{said}");
    repo.write("migrations/0003_size.sql", &RISKY.replace("plan", "size"));
    commit(&repo, "mine");
    repo.write(
        "migrations/0003_size.sql",
        &format!("-- sizes\n{}", RISKY.replace("plan", "size")),
    );
    repo.git(&["add", "-A"]);
    assert!(check(&repo, &["--staged"]).contains("0003_size.sql:2"));
}

#[test]
fn a_migration_of_ones_own_may_be_corrected() {
    let repo = branch();
    repo.write(
        "migrations/0003_size.sql",
        "ALTER TABLE accounts ADD COLUMN size int;\n",
    );
    commit(&repo, "size");
    repo.write(
        "migrations/0003_size.sql",
        "ALTER TABLE accounts ADD COLUMN size bigint;\n",
    );
    repo.git(&["add", "-A"]);
    assert!(!check(&repo, &["--staged"]).contains(EDITED));
    // What the branch has changed of a merged one stays an edit, and taking it back is none.
    repo.write(
        "migrations/0001_accounts.sql",
        &TABLE.replace("bigint", "int"),
    );
    repo.git(&["add", "-A"]);
    assert!(check(&repo, &["--staged"]).contains(EDITED));
    commit(&repo, "edit");
    repo.write("migrations/0001_accounts.sql", TABLE);
    repo.git(&["add", "-A"]);
    assert!(!check(&repo, &["--staged"]).contains(EDITED));
}

#[test]
fn the_base_may_be_configured() {
    let repo = branch();
    repo.git(&["branch", "stable", "main"]);
    repo.git(&["branch", "-qm", "main", "old"]);
    repo.write("migrations/0003_size.sql", &RISKY.replace("plan", "size"));
    commit(&repo, "size");
    repo.write("driftlint.toml", "base = \"stable\"\n");
    assert!(check(&repo, &[]).contains("0003_size.sql:1"));
    repo.write("driftlint.toml", "base = \"nowhere\"\n");
    assert!(check(&repo, &[]).contains("git knows no commit `nowhere`"));
}

#[test]
fn a_way_down_and_a_repeatable_migration_may_change() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    repo.write("m/1_a.up.sql", TABLE);
    repo.write("m/1_a.down.sql", "SELECT 1;\n");
    repo.write("db/migration/V1__a.sql", TABLE);
    repo.write(
        "db/migration/R__b.sql",
        "CREATE OR REPLACE VIEW b AS SELECT id FROM accounts;\n",
    );
    commit(&repo, "first");
    repo.write("m/1_a.down.sql", "DROP TABLE accounts;\n");
    repo.write(
        "db/migration/R__b.sql",
        "CREATE OR REPLACE VIEW b AS SELECT id AS x FROM accounts;\n",
    );
    repo.git(&["add", "-A"]);
    let said = check(&repo, &["--staged"]);
    assert!(!said.contains(EDITED), "{said}");
}

/// A Prisma project whose model has these fields beside its key.
fn declare(repo: &Repo, fields: &str) {
    repo.write(
        "prisma/schema.prisma",
        &format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}}\n\
             model users {{\n  id Int @id\n{fields}}}\n"
        ),
    );
}

#[test]
fn a_column_may_go_once_the_schema_of_the_base_has_left_it_out() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let migration = |name: &str, text: &str| {
        repo.write(&format!("prisma/migrations/{name}/migration.sql"), text);
    };
    migration(
        "0001_init",
        "CREATE TABLE \"users\" (\"id\" INTEGER NOT NULL, \"plan\" TEXT, \"bio\" TEXT, CONSTRAINT \"users_pkey\" PRIMARY KEY (\"id\"));\n",
    );
    declare(&repo, "  plan String?\n  bio String?\n");
    commit(&repo, "first");
    repo.git(&["checkout", "-qb", "feature"]);
    let drop = "ALTER TABLE \"users\" DROP COLUMN \"plan\";\n";
    let declared = "prisma/schema.prisma declares it at";

    declare(&repo, "  bio String?\n");
    migration("0002_plan", drop);
    repo.git(&["add", "-A"]);
    for asked in [&["--staged"][..], &["--since", "main"], &[]] {
        let said = check(&repo, asked).replace("\n  ", " ");
        assert!(said.contains("drop-column"), "{asked:?}: {said}");
        assert!(said.contains(declared), "{asked:?}: {said}");
    }

    // The client no longer has it, and a release of that went out.
    repo.git(&["rm", "-rqf", "prisma/migrations/0002_plan"]);
    declare(&repo, "  plan String? @ignore\n  bio String?\n");
    commit(&repo, "ignored");
    repo.git(&["branch", "-f", "main"]);
    declare(&repo, "  bio String?\n");
    migration("0002_plan", drop);
    repo.git(&["add", "-A"]);
    for asked in [&["--staged"][..], &["--since", "main"], &[]] {
        let said = check(&repo, asked);
        assert!(!said.contains("drop-column"), "{asked:?}: {said}");
    }

    // Nor is a table reported that the base does not declare, and one is that it does.
    migration("0003_users", "DROP TABLE \"users\";\n");
    repo.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}\n",
    );
    repo.git(&["add", "-A"]);
    let said = check(&repo, &["--staged"]).replace("\n  ", " ");
    assert!(
        said.contains("drop-table") && said.contains(declared),
        "{said}"
    );
}

/// What a commit of everything would be told.
fn staged(repo: &Repo) -> String {
    repo.git(&["add", "-A"]);
    check(repo, &["--staged"])
}

/// `sqitch rework` keeps the scripts of a change under the name of a tag, and what has their names
/// from then on is a new change.
#[test]
fn what_sqitch_reworks_is_kept_and_no_edit() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    let line = |name: &str| format!("{name} 2026-01-01T00:00:00Z A <a@example.org> # it\n");
    let plan = format!(
        "%project=shop\n\n{}{}",
        line("accounts"),
        line("fn/size [accounts]")
    );
    let size = |body: &str| {
        format!(
            "CREATE OR REPLACE FUNCTION size() RETURNS int LANGUAGE sql AS $$ SELECT {body} $$;\n"
        )
    };
    repo.write("sqitch.conf", "[core]\n\tengine = pg\n");
    repo.write("sqitch.plan", &plan);
    repo.write("deploy/accounts.sql", TABLE);
    repo.write("revert/accounts.sql", "DROP TABLE accounts;\n");
    repo.write("deploy/fn/size.sql", &size("1"));
    repo.write("revert/fn/size.sql", "DROP FUNCTION size();\n");
    commit(&repo, "merged");
    repo.git(&["checkout", "-qb", "feature"]);

    repo.write("deploy/fn/size.sql", &size("2"));
    assert!(staged(&repo).contains(EDITED));

    repo.write("deploy/fn/size@v1.sql", &size("1"));
    repo.write("revert/fn/size@v1.sql", "DROP FUNCTION size();\n");
    repo.write("revert/fn/size.sql", &size("1"));
    let reworked = format!("{plan}{}{}", line("@v1"), line("fn/size [fn/size@v1]"));
    repo.write("sqitch.plan", &reworked);
    let said = staged(&repo);
    assert!(said.contains("no problems"), "{said}");
    repo.write("deploy/fn/size@v1.sql", &size("3"));
    assert!(staged(&repo).contains(EDITED));

    // It never looks back at what comes before the change that it deployed last.
    repo.write("deploy/fn/size@v1.sql", &size("1"));
    repo.write(
        "deploy/extra.sql",
        "CREATE TABLE extra (id bigint PRIMARY KEY);\n",
    );
    repo.write("revert/extra.sql", "DROP TABLE extra;\n");
    repo.write(
        "sqitch.plan",
        &reworked.replacen(
            "accounts 2026",
            "extra 2026-01-01T00:00:00Z A <a@b.c>\naccounts 2026",
            1,
        ),
    );
    let said = staged(&repo);
    assert!(said.contains("sqitch never runs it"), "{said}");
    assert!(said.contains("end of sqitch.plan"), "{said}");
}
