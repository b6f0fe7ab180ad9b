//! What a project has decided about findings: a baseline, sizes of tables, where the history
//! starts, and how certain a finding has to be.

use std::fs;

use super::{BAD, INIT, RULE, project, run, stdout, warned};

#[test]
fn a_baseline_of_findings_hides_what_it_knows() {
    let folder = warned();
    let written = run(&folder, &["baseline", "--findings"]);
    assert_eq!(
        stdout(&written),
        "1 finding is the baseline in driftlint-baseline.json\n"
    );
    let output = run(&folder, &["check"]);
    assert!(
        stdout(&output).contains("1 finding in the baseline\n"),
        "{}",
        stdout(&output)
    );
    assert_eq!(output.status.code(), Some(0));
    // Lines above shift it, and a new one is reported.
    let drop = folder.path().join("db/migrations/0002_drop.sql");
    fs::write(&drop, format!("-- gone\n\n{BAD}")).expect("a file");
    assert!(!stdout(&run(&folder, &["check"])).contains(RULE));
    fs::write(
        &drop,
        format!("{BAD}CREATE TABLE users (id bigint PRIMARY KEY);\n"),
    )
    .expect("a file");
    fs::write(folder.path().join("db/migrations/0003_drop.sql"), BAD).expect("a file");
    let said = stdout(&run(&folder, &["check"]));
    assert!(
        said.contains("0003_drop.sql") && !said.contains("0002_drop.sql:1"),
        "{said}"
    );
    // What is put right is stale.
    fs::write(&drop, "SELECT 1;\n").expect("a file");
    fs::remove_file(folder.path().join("db/migrations/0003_drop.sql")).expect("a file");
    let said = stdout(&run(&folder, &["check"]));
    assert!(
        said.contains("stale in the baseline: db/migrations/0002_drop.sql: drop-table\n"),
        "{said}"
    );
}

#[test]
fn table_sizes_raise_and_silence() {
    let index = "CREATE INDEX users_email ON users (email);\n";
    let check = |config: &str, hints: &str| {
        let folder = project(&[
            ("db/migrations/0001_init.sql", INIT),
            ("db/migrations/0002_index.sql", index),
            ("driftlint.toml", config),
            ("db/rows.csv", hints),
        ]);
        stdout(&run(&folder, &["check"]))
    };
    assert!(check("", "").contains("warning[blocking-index]"));
    let large = check("[tables]\n\"public.users\" = 120_000_000\n", "");
    assert!(
        large.contains("error[blocking-index]") && large.contains("120 million"),
        "{large}"
    );
    assert!(!check("[tables]\nusers = 500\n", "").contains("blocking-index"));
    let file = "[tables]\nfile = \"db/rows.csv\"\n";
    assert!(!check(file, "public.users,500\n").contains("blocking-index"));
    assert!(check(file, "public.users,50000\n").contains("warning[blocking-index]"));
}

#[test]
fn a_history_may_start_from_a_dump() {
    let dump = "SET search_path = '';\nCREATE TABLE public.users (id bigint NOT NULL, email text);\nALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n";
    let files = [
        ("db/baseline.sql", dump),
        (
            "db/migrations/0100_more.sql",
            "ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users DROP COLUMN age;\n",
        ),
        (
            "driftlint.toml",
            "[[migrations]]\nfolder = \"db/migrations\"\nstart = \"db/baseline.sql\"\n",
        ),
    ];
    let folder = project(&files);
    let said = stdout(&run(&folder, &["check"]));
    assert!(
        said.contains("migration-will-fail") && said.contains("`age`"),
        "{said}"
    );
    let schema = stdout(&run(
        &folder,
        &["schema", "db/migrations", "--format", "sql"],
    ));
    assert!(schema.contains("name text"), "{schema}");
    fs::remove_file(folder.path().join("db/baseline.sql")).expect("a file");
    let output = run(&folder, &["check"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn guesses_are_shown_to_those_who_ask() {
    let folder = project(&[(
        "db/migrations/0001_modify.sql",
        "ALTER TABLE people MODIFY age int NOT NULL;\n",
    )]);
    let check = |arguments: &[&str]| {
        let mut all = vec!["check", "--dialect", "mysql"];
        all.extend(arguments);
        stdout(&run(&folder, &all))
    };
    assert!(!check(&[]).contains("modify-drops-attributes"));
    assert!(check(&["--min-confidence", "low"]).contains("modify-drops-attributes"));
}

#[test]
fn findings_of_one_kind_in_a_file_are_one() {
    let folder = project(&[
        ("db/migrations/0001_init.sql", INIT),
        (
            "db/migrations/0002_index.sql",
            "CREATE INDEX a ON users (email);\nCREATE INDEX b ON users (id, email);\n",
        ),
    ]);
    let said = stdout(&run(&folder, &["check"]));
    assert_eq!(said.matches("[blocking-index]").count(), 1, "{said}");
    assert!(said.contains("so in 1 more place of this"), "{said}");
}
