//! Every fix proves itself: the text that it leaves parses, its rule is silent there, no other rule
//! has more to say, the schema in the end is the same, and a second time nothing changes.

#[path = "common/example.rs"]
mod example;
#[expect(dead_code, reason = "this test makes its own first commit")]
#[path = "common/repository.rs"]
mod repository;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use driftlint::catalog::json;
use driftlint::check::Report;
use driftlint::config::{Config, RuleLevel, Selector};
use driftlint::diagnostic::{Applicability, Diagnostic, Fix};
use driftlint::fix::{FileTexts, pass};
use driftlint::project::MigrationSet;
use driftlint::replay::catalog_of;
use driftlint::rules;
use driftlint::sql::{Versions, on_big_stack};
use driftlint::workspace::is_better;
use example::Example;

/// Rules whose fix changes what the migrations lead to: a server refuses them as they are, or rolls
/// them back.
const REFUSED_BEFORE: &[&str] = &[
    "enum-swap-incomplete",
    "syntax-error",
    "unclosed-transaction",
];

/// Rules that must have been fixed somewhere.
const FIXED: &[&str] = &[
    "blocking-index",
    "blocking-partition",
    "blocking-refresh",
    "blocking-validation",
    "drop-table-without-if-exists",
    "enum-swap-incomplete",
    "missing-lock-timeout",
    "not-rerunnable",
    "set-local-outside-transaction",
    "syntax-error",
    "unclosed-transaction",
    "unused-suppression",
    "validate-in-same-transaction",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The default rules, and this one.
fn with(rule: &rules::Rule) -> Config {
    let selector = |name| Selector::from_name(name).expect("a rule that exists");
    let mut levels = vec![(selector(rule.meta.name), RuleLevel::On(rule.meta.severity))];
    // Of one statement the loss of data is said first, and the guard only where that is off.
    if rule.meta.name == "drop-table-without-if-exists" {
        levels.push((selector("drop-table"), RuleLevel::Off));
    }
    Config {
        levels,
        ..Config::default()
    }
}

/// The bad examples of a page, and the fixtures of its rule.
fn examples(rule: &rules::Rule) -> Vec<(String, Example)> {
    let mut found = Vec::new();
    let mut open: Option<(Vec<String>, String)> = None;
    for line in rule.page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                let words = info.split_whitespace().map(str::to_owned).collect();
                open = Some((words, String::new()));
            }
            (Some(_), Some((words, text))) => {
                if words.first().is_some_and(|word| word == "sql")
                    && words.get(1).is_some_and(|word| word == "bad")
                {
                    let name = format!("rules/{}.md", rule.meta.name);
                    found.push((name, Example::read(text, &words[2..])));
                }
                open = None;
            }
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    for folder in ["fixtures/rules", "fixtures/fixes"] {
        let folder = root().join(folder).join(rule.meta.name);
        found.extend(files(&folder).into_iter().map(|path| {
            let text = fs::read_to_string(&path).expect("a fixture");
            (path.display().to_string(), Example::read(&text, &[]))
        }));
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths
}

/// The example with some fixes applied, and how many of them were.
fn apply(example: &Example, fixes: &[&Fix]) -> (Example, usize) {
    let mut known: BTreeMap<String, String> = example.files.iter().cloned().collect();
    // A journal that an example does not write out is made for it.
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        if !edit.source.text().is_empty() {
            known
                .entry(edit.source.path().to_owned())
                .or_insert_with(|| edit.source.text().to_owned());
        }
    }
    let made = pass(fixes.iter().copied(), |path| known.get(path).cloned());
    (with_texts(example, &made.texts), made.applied.len())
}

fn with_texts(example: &Example, texts: &FileTexts) -> Example {
    let mut fixed = example.clone();
    for (path, text) in texts {
        match fixed.files.iter_mut().find(|(name, _)| name == path) {
            Some((_, known)) => known.clone_from(text),
            None => fixed.files.push((path.clone(), text.clone())),
        }
    }
    fixed
}

fn fixes<'r>(report: &'r Report, rule: &str) -> Vec<(&'r Diagnostic, &'r Fix)> {
    let of_rule = report.diagnostics.iter().filter(|it| it.rule == rule);
    of_rule
        .flat_map(|it| it.fixes.iter().map(move |fix| (it, fix)))
        .collect()
}

/// The schema that the migrations lead to.
fn schema(example: &Example) -> String {
    let input = example.input(&example.files);
    let versions = Versions {
        postgres: example.postgres.unwrap_or(Versions::default().postgres),
        ..Versions::default()
    };
    let of_set = |set: &MigrationSet| json(&catalog_of(set, versions, set.migrations.len()));
    on_big_stack(|| input.project.sets.iter().map(of_set).collect())
}

fn shown(example: &Example, report: &Report) -> String {
    let files = example
        .files
        .iter()
        .map(|(name, text)| format!("-- {name}\n{text}"));
    let said = report
        .diagnostics
        .iter()
        .map(|it| format!("{}: {}\n", it.rule, it.message));
    files.chain(said).collect()
}

#[test]
fn every_fix_proves_itself() {
    let mut failures = Vec::new();
    let mut fixed_rules = Vec::new();
    for rule in rules::all() {
        let config = with(rule);
        for (name, example) in examples(rule) {
            let before = example.check(&config);
            for (diagnostic, fix) in fixes(&before, rule.meta.name) {
                fixed_rules.push(rule.meta.name);
                let (fixed, applied) = apply(&example, &[fix]);
                let after = fixed.check(&config);
                let mut fail = |what: &str| {
                    failures.push(format!(
                        "{name}: {what}: {} ({})\n{}\n",
                        diagnostic.message,
                        fix.title,
                        shown(&fixed, &after)
                    ));
                };
                if applied != 1 {
                    fail("cannot be applied");
                }
                if !is_better(&before, &after) {
                    fail("is no better");
                }
                let same = |it: &&Diagnostic| {
                    it.rule == diagnostic.rule && it.message == diagnostic.message
                };
                let count = |report: &Report| report.diagnostics.iter().filter(same).count();
                if count(&after) >= count(&before) {
                    fail("the rule is not silent");
                }
                if !REFUSED_BEFORE.contains(&rule.meta.name) && schema(&example) != schema(&fixed) {
                    fail("the schema is another one");
                }
            }
            if fixes(&before, rule.meta.name).is_empty() {
                continue;
            }
            // All of them, until nothing is left; then nothing changes any more.
            let mut now = example.clone();
            for _ in 0..10 {
                let report = now.check(&config);
                let wanted: Vec<&Fix> = fixes(&report, rule.meta.name)
                    .iter()
                    .map(|(_, fix)| *fix)
                    .collect();
                if wanted.is_empty() {
                    break;
                }
                now = apply(&now, &wanted).0;
            }
            let last = now.check(&config);
            if !fixes(&last, rule.meta.name).is_empty() {
                failures.push(format!("{name}: never ends\n{}", shown(&now, &last)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for rule in FIXED {
        assert!(
            fixed_rules.contains(rule),
            "no example of `{rule}` is fixed"
        );
    }
    for rule in fixed_rules {
        assert!(
            FIXED.contains(&rule),
            "`{rule}` has fixes and is not in the list"
        );
    }
}

#[test]
fn safe_fixes_stay_in_their_file() {
    for rule in rules::all() {
        for (name, example) in examples(rule) {
            let report = example.check(&with(rule));
            for (_, fix) in fixes(&report, rule.meta.name) {
                let alone = fix.edits.iter().all(|edit| !edit.source.text().is_empty());
                let safe = fix.applicability == Applicability::Safe;
                assert!(
                    !safe || alone,
                    "{name}: `{}` makes files and is safe",
                    fix.title
                );
            }
        }
    }
}

mod command {
    use std::path::Path;
    use std::process::{Command, Output};

    use super::repository::Repo;

    const INIT: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";
    const INDEX: &str = "CREATE INDEX users_email ON users (email);\n";

    fn driftlint(repo: &Repo, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command.args(arguments).current_dir(repo.path());
        command.output().expect("the binary runs")
    }

    fn text(output: &[u8]) -> String {
        String::from_utf8_lossy(output).into_owned()
    }

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).expect("a file")
    }

    /// A migration that is merged and blocks, and a new one that does.
    fn repo() -> Repo {
        let repo = Repo::empty(&[]).expect("git can make a repository");
        repo.write("db/migrations/0001_init.sql", INIT);
        repo.write(
            "db/migrations/0002_old.sql",
            "CREATE INDEX users_id ON users (id, email);\n",
        );
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", "first"]);
        repo.write("db/migrations/0003_new.sql", INDEX);
        repo
    }

    #[test]
    fn a_diff_writes_nothing_and_a_fix_does() {
        let repo = repo();
        let output = driftlint(&repo, &["check", "--diff"]);
        assert_eq!(
            text(&output.stdout),
            "--- a/db/migrations/0003_new.sql\n+++ b/db/migrations/0003_new.sql\n@@ -1 +1 @@\n-CREATE INDEX users_email ON users (email);\n+CREATE INDEX CONCURRENTLY users_email ON users (email);\n"
        );
        assert_eq!(output.status.code(), Some(1));
        let new = repo.path().join("db/migrations/0003_new.sql");
        assert_eq!(read(&new), INDEX);
        let output = driftlint(&repo, &["check", "--fix"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(
            text(&output.stderr).starts_with("1 fix applied in 1 files\n"),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(read(&new), INDEX.replace("INDEX", "INDEX CONCURRENTLY"));
        let output = driftlint(&repo, &["check", "--diff"]);
        assert_eq!(
            (text(&output.stdout).as_str(), output.status.code()),
            ("", Some(0))
        );
    }

    #[test]
    fn merged_migrations_are_never_edited() {
        let repo = repo();
        let output = driftlint(
            &repo,
            &["check", "--fix=unsafe", "db/migrations/0002_old.sql"],
        );
        let said = text(&output.stderr);
        assert!(
            said.contains("1 fix left out: they would edit migrations that are merged"),
            "{said}"
        );
        let old = read(&repo.path().join("db/migrations/0002_old.sql"));
        assert!(!old.contains("CONCURRENTLY"));
    }

    #[test]
    fn a_second_step_is_a_migration_of_its_own() {
        let repo = repo();
        repo.write(
            "db/migrations/0003_new.sql",
            "ALTER TABLE users ADD CONSTRAINT long CHECK (length(email) > 3);\n",
        );
        let safe = driftlint(&repo, &["check", "--diff"]);
        assert_eq!(text(&safe.stdout), "");
        driftlint(&repo, &["check", "--fix=unsafe"]);
        let folder = repo.path().join("db/migrations");
        assert_eq!(
            read(&folder.join("0003_new.sql")),
            "ALTER TABLE users ADD CONSTRAINT long CHECK (length(email) > 3) NOT VALID;\n"
        );
        assert_eq!(
            read(&folder.join("0004_validate_long.sql")),
            "ALTER TABLE users VALIDATE CONSTRAINT long;\n"
        );
    }

    #[test]
    fn nothing_is_written_where_something_cannot_be_judged() {
        let repo = repo();
        std::fs::write(
            repo.path().join("db/migrations/0004_x.sql"),
            b"SELECT '\xff\xfe';\n",
        )
        .expect("a file");
        let output = driftlint(&repo, &["check", "--fix"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains("nothing is written"),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(read(&repo.path().join("db/migrations/0003_new.sql")), INDEX);
    }

    #[test]
    fn a_range_and_the_index_are_fixed_like_the_rest() {
        for range in [&["--since", "HEAD"][..], &["--staged"]] {
            let repo = repo();
            let new = repo.path().join("db/migrations/0003_new.sql");
            repo.git(&["add", "-A"]);
            let output = driftlint(&repo, &[&["check", "--fix"], range].concat());
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{said}");
            assert_eq!(read(&new), INDEX.replace("INDEX", "INDEX CONCURRENTLY"));
            assert_eq!(
                said.contains("`git add` what was fixed"),
                range == ["--staged"]
            );

            // A second migration is part of the change, too.
            repo.write(
                "db/migrations/0003_new.sql",
                "ALTER TABLE users ADD CONSTRAINT long CHECK (length(email) > 3);\n",
            );
            repo.git(&["add", "-A"]);
            driftlint(&repo, &[&["check", "--fix=unsafe"], range].concat());
            let second = repo.path().join("db/migrations/0004_validate_long.sql");
            assert_eq!(
                read(&second),
                "ALTER TABLE users VALIDATE CONSTRAINT long;\n"
            );
        }
    }

    #[test]
    fn what_is_staged_otherwise_is_left_alone() {
        let repo = repo();
        repo.git(&["add", "-A"]);
        let mine = format!("{INDEX}-- not staged\n");
        repo.write("db/migrations/0003_new.sql", &mine);
        let output = driftlint(&repo, &["check", "--staged", "--fix"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("0003_new.sql is staged otherwise"), "{said}");
        assert_eq!(read(&repo.path().join("db/migrations/0003_new.sql")), mine);
    }

    #[test]
    fn a_checksum_file_that_no_longer_fits_is_said() {
        let repo = repo();
        repo.write("db/migrations/atlas.sum", "h1:old=\n");
        let output = driftlint(&repo, &["check", "--fix=unsafe"]);
        let said = text(&output.stderr);
        assert!(said.contains("fix applied"), "{said}");
        assert!(
            said.contains("db/migrations/atlas.sum does not fit any more: `atlas migrate hash`"),
            "{said}"
        );
    }
}
