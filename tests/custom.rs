//! Rules that a project writes itself.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn driftlint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(folder);
    command
        .env_remove("DRIFTLINT_FORMAT")
        .env_remove("FORCE_COLOR");
    command.output().expect("the binary runs")
}

fn text(output: &Output) -> String {
    let all = [output.stdout.clone(), output.stderr.clone()].concat();
    // Where lines are broken is of no interest here.
    String::from_utf8_lossy(&all).replace("\n  ", " ")
}

fn project(config: &str, migration: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("db/migrations")).expect("a folder");
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    fs::write(folder.path().join("driftlint.toml"), config).expect("a file");
    fs::write(folder.path().join("db/migrations/0001_init.sql"), migration).expect("a file");
    folder
}

fn guide() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/custom-rules.md");
    fs::read_to_string(path).expect("the guide")
}

/// The rules of the guide.
fn rules() -> String {
    let guide = guide();
    let (_, rest) = guide.split_once("```toml\n").expect("an example");
    rest.split("```").next().unwrap_or_default().to_owned()
}

const RULE: &str = "[[rule]]\nname = \"no-json\"\nwhen = \"change.kind == 'add_column' && change.column.type == 'json'\"\nmessage = \"`{change.name}` is {change.column.type}\"\ngood = [\"ALTER TABLE t ADD COLUMN a jsonb;\"]\nbad = [\"ALTER TABLE t ADD COLUMN a json;\"]\n";

#[test]
fn the_rules_of_the_guide_pass_their_tests() {
    let folder = project(&rules(), "SELECT 1;\n");
    let output = driftlint(folder.path(), &["test-rules"]);
    assert_eq!(text(&output), "3 rules, 6 tests, 0 failed\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn every_variable_of_the_guide_is_there() {
    let fields = guide();
    let fields = fields.lines().filter_map(|line| {
        let field = line.strip_prefix("| `")?.split('`').next()?;
        field.contains('.').then(|| field.to_owned())
    });
    let fields: Vec<String> = fields.collect();
    assert!(fields.len() > 30, "{fields:?}");
    let asked: Vec<String> = fields.iter().map(|field| format!("has({field})")).collect();
    let when = format!("change.kind == 'drop_column' && !({})", asked.join(" && "));
    let config = format!(
        "[[rule]]\nname = \"all-there\"\nwhen = \"{when}\"\nmessage = \"one is missing\"\n"
    );
    let folder = project(
        &config,
        "CREATE TABLE t (a int, b int);\nALTER TABLE t DROP COLUMN b;\n",
    );
    let said = text(&driftlint(folder.path(), &["check", "--select", "custom"]));
    assert!(
        !said.contains("missing") && !said.contains("not judged"),
        "{said}"
    );
}

#[test]
fn a_rule_reports_like_any_other() {
    let folder = project(RULE, "ALTER TABLE t ADD COLUMN data json;\n");
    let said = text(&driftlint(folder.path(), &["check", "--select", "custom"]));
    assert!(said.contains("warning[no-json]: `data` is json"), "{said}");
    let allowed =
        "-- driftlint: allow(no-json) -- old clients\nALTER TABLE t ADD COLUMN data json;\n";
    let folder = project(RULE, allowed);
    let said = text(&driftlint(folder.path(), &["check", "--select", "custom"]));
    assert!(said.contains("no problems, 1 allowed"), "{said}");
}

#[test]
fn what_has_no_value_is_not_judged() {
    let config = RULE.replace(
        "change.column.type == 'json'",
        "change.column.kind == 'json'",
    );
    let folder = project(&config, "ALTER TABLE t ADD COLUMN data json;\n");
    let output = driftlint(folder.path(), &["check"]);
    let said = text(&output);
    assert!(
        said.contains("`no-json` has no value here: there is no `kind`"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn tests_that_fail_are_shown() {
    let config = RULE
        .replace("a jsonb", "a json")
        .replace("'json'\"", "'text'\"");
    let folder = project(&config, "SELECT 1;\n");
    let output = driftlint(folder.path(), &["test-rules"]);
    let said = text(&output);
    assert!(
        said.contains("no-json: a bad example is not reported:   ALTER TABLE"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    for (from, to, wanted) in [
        ("change.kind ==", "change.kind = ", "unexpected `=`"),
        (
            "name = \"no-json\"",
            "name = \"drop-table\"",
            "is the name of one of driftlint's own",
        ),
        ("message", "mesage", "did you mean `message`?"),
        ("{change.name}", "{change.name", "this is no expression"),
    ] {
        let folder = project(&RULE.replacen(from, to, 1), "SELECT 1;\n");
        let said = text(&driftlint(folder.path(), &["check"]));
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn rules_of_ones_own_are_selected_and_set_like_the_others() {
    let migration = "ALTER TABLE t ADD COLUMN a json;\n";
    let said = |config: &str, arguments: &[&str]| {
        let folder = project(config, migration);
        text(&driftlint(folder.path(), &[&["check"], arguments].concat()))
    };
    assert!(said(RULE, &["--select", "no-json"]).contains("warning[no-json]"));
    for arguments in [
        ["--ignore", "no-json"],
        ["--ignore", "custom"],
        ["--select", "drop-table"],
    ] {
        assert!(
            !said(RULE, &arguments).contains("[no-json]"),
            "{arguments:?}"
        );
    }
    let with = |levels: &str| format!("{levels}\n{RULE}");
    assert!(said(&with("[rules]\nno-json = 'error'\n"), &[]).contains("error[no-json]"));
    assert!(!said(&with("[rules]\ncustom = 'off'\n"), &[]).contains("[no-json]"));
    let overridden = "[[overrides]]\npaths = ['db']\nrules = { no-json = 'off' }\n";
    assert!(!said(&with(overridden), &[]).contains("[no-json]"));
    let unknown = said(RULE, &["--select", "no-jsn"]);
    assert!(unknown.contains("did you mean `no-json`?"), "{unknown}");
}
