//! Runs every page in `rules/` and every file in `fixtures/rules/`, and compares the list of rules
//! with the folders.
//!
//! `BLESS=1 cargo test --test rules` writes what driftlint says into the pages; read the diff.

#[path = "common/example.rs"]
mod example;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use driftlint::check::Report;
use driftlint::config::{Config, RuleLevel, Selector};
use driftlint::report::{Format, Look, render};
use driftlint::rules;
use example::Example;

const LOOK: Look = Look {
    width: 80,
    color: false,
    unicode: true,
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn only(rules: &[&str]) -> Config {
    let select = rules
        .iter()
        .map(|name| Selector::from_name(name).expect("a rule that exists"))
        .collect();
    Config {
        select,
        ..Config::default()
    }
}

/// The default rules, and this one if it is off by default.
fn default_with(rule: &rules::Rule) -> Config {
    let selector = Selector::from_name(rule.meta.name).expect("a rule that exists");
    let levels = vec![(selector, RuleLevel::On(rule.meta.severity))];
    if rule.meta.on {
        Config::default()
    } else {
        Config {
            levels,
            ..Config::default()
        }
    }
}

fn text(report: &Report) -> String {
    render(report, Format::Text, LOOK, true)
        .trim_end()
        .to_owned()
}

/// One fenced block of a page.
struct Fence {
    info: Vec<String>,
    body: String,
    /// Line numbers from 0: first line inside, closing line.
    lines: (usize, usize),
}

fn fences(page: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<Fence> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(mut fence)) => {
                fence.lines.1 = number;
                fences.push(fence);
            }
            (Some(info), None) => {
                let info = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Fence {
                    info,
                    body: String::new(),
                    lines: (number + 1, 0),
                });
            }
            (None, Some(mut fence)) => {
                let _ = writeln!(fence.body, "{line}");
                open = Some(fence);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    fences
}

/// Runs a page; the differences, and the page as it should be.
fn run_page(rule: &rules::Rule, page: &str) -> (Vec<String>, String) {
    let name = rule.meta.name;
    let mut wrong = Vec::new();
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    let fences = fences(page);
    let (mut bad, mut good) = (0, 0);
    // From the last to the first, so that replaced lines do not move those that are still to be
    // looked at.
    for (index, fence) in fences.iter().enumerate().rev() {
        let kind = fence.info.get(1).map_or("", String::as_str);
        if fence.info.first().is_none_or(|language| language != "sql") {
            continue;
        }
        let example = Example::read(&fence.body, &fence.info[2.min(fence.info.len())..]);
        if kind == "good" {
            good += 1;
            let said = text(&example.check(&default_with(rule)));
            if !said.is_empty() {
                wrong.push(format!(
                    "the good example in line {} is reported:\n{said}",
                    fence.lines.0
                ));
            }
        } else if kind == "bad" {
            bad += 1;
            let config = match rule.check {
                // What the pipeline reports is about other rules.
                rules::Check::Pipeline => Config::default(),
                _ => only(&[name]),
            };
            let said = text(&example.check(&config));
            if said.is_empty() {
                wrong.push(format!(
                    "the bad example in line {} is not reported",
                    fence.lines.0
                ));
                continue;
            }
            match fences
                .get(index + 1)
                .filter(|next| next.info.first().is_some_and(|language| language == "text"))
            {
                Some(shown) if shown.body.trim_end() == said => {}
                Some(shown) => {
                    wrong.push(format!(
                        "the bad example in line {} prints\n{said}\nand not\n{}",
                        fence.lines.0, shown.body
                    ));
                    lines.splice(
                        shown.lines.0..shown.lines.1,
                        said.lines().map(str::to_owned),
                    );
                }
                None => wrong.push(format!(
                    "no ```text follows the bad example in line {}",
                    fence.lines.0
                )),
            }
        }
    }
    if bad == 0 || good == 0 {
        wrong.push("the page needs a bad and a good example".to_owned());
    }
    (wrong, lines.join("\n") + "\n")
}

#[test]
fn every_page_says_what_driftlint_says() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = String::new();
    for rule in rules::all() {
        let name = rule.meta.name;
        let path = root().join("rules").join(format!("{name}.md"));
        let page = fs::read_to_string(&path).expect("a page that was compiled in");
        let (wrong, blessed) = run_page(rule, &page);
        if bless && blessed != page {
            fs::write(&path, blessed).expect("a page that can be written");
            continue;
        }
        for one in wrong {
            let _ = writeln!(failures, "rules/{name}.md: {one}\n");
        }
    }
    assert!(
        failures.is_empty(),
        "{failures}BLESS=1 rewrites the shown output"
    );
}

/// The hazards that linters of migrations know about: letter, and how many are numbered.
const HAZARDS: &[(&str, usize)] = &[
    ("A", 15),
    ("B", 49),
    ("C", 13),
    ("D", 28),
    ("E", 7),
    ("H", 8),
    ("T", 11),
];

#[test]
fn every_hazard_is_on_a_page_or_has_a_reason_why_not() {
    let contributing = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let excused: BTreeSet<&str> = contributing
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .collect();
    let covered: BTreeSet<&str> = rules::all()
        .iter()
        .flat_map(|rule| rule.meta.hazards.iter().copied())
        .collect();
    let counted = HAZARDS
        .iter()
        .flat_map(|&(letter, last)| (1..=last).map(move |number| format!("{letter}{number}")));
    // D20 is B43 once more, a wide index.
    let all: Vec<String> = counted.filter(|hazard| hazard != "D20").collect();
    let mut failures = String::new();
    for hazard in &all {
        match (
            covered.contains(hazard.as_str()),
            excused.contains(hazard.as_str()),
        ) {
            (false, false) => {
                let _ = writeln!(
                    failures,
                    "{hazard} is on no page, and CONTRIBUTING.md gives no reason"
                );
            }
            (true, true) => {
                let _ = writeln!(
                    failures,
                    "{hazard} is on a page, and CONTRIBUTING.md says it is not"
                );
            }
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn stems(folder: &str, extension: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of the repository");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn the_list_and_the_folders_agree() {
    let listed: BTreeSet<String> = rules::all()
        .iter()
        .map(|rule| rule.meta.name.to_owned())
        .collect();
    assert_eq!(listed.len(), rules::all().len(), "a rule is listed twice");
    assert_eq!(
        listed,
        stems("rules", "md"),
        "rules! in src/rules.rs against rules/*.md"
    );
    let code: BTreeSet<String> = stems("src/rules", "rs")
        .into_iter()
        .map(|stem| stem.replace('_', "-"))
        .collect();
    assert_eq!(
        listed, code,
        "rules! in src/rules.rs against src/rules/*.rs"
    );
    for name in driftlint::check::PIPELINE_RULES {
        assert!(
            listed.contains(*name),
            "the pipeline reports `{name}`, which is no rule"
        );
    }
}

#[test]
fn every_rule_has_fixtures() {
    let missing: Vec<&str> = rules::all()
        .iter()
        .map(|rule| rule.meta.name)
        .filter(|name| !root().join("fixtures/rules").join(name).is_dir())
        .collect();
    assert!(
        missing.is_empty(),
        "no folder below fixtures/rules for {}: cases that the page does not show, with their silent twins",
        missing.join(", ")
    );
}

#[test]
fn fixtures_are_reported_where_they_say() {
    let mut failures = String::new();
    let folder = root().join("fixtures/rules");
    for rule in fs::read_dir(&folder)
        .expect("fixtures/rules")
        .map(|entry| entry.expect("an entry").path())
    {
        let name = rule
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(
            rules::find(&name).is_some(),
            "fixtures/rules/{name} is named after no rule"
        );
        for path in sql_files(&rule) {
            let text = fs::read_to_string(&path).expect("a fixture");
            let shown = path
                .strip_prefix(root())
                .expect("inside the repository")
                .display()
                .to_string();
            if let Err(difference) = run_fixture(&name, &text) {
                let _ = writeln!(failures, "{shown}:\n{difference}");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of fixtures");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    paths
}

/// The lines that say `expect: rule`, in whatever comment or text their language has, as file, line
/// and rule; `expect-next: rule` is about the line after it, where a line can hold no comment.
fn expected(example: &Example) -> BTreeSet<(String, usize, String)> {
    let mut expected = BTreeSet::new();
    for (name, text) in &example.files {
        for (number, line) in (1..).zip(text.lines()) {
            let (number, rules) = match (
                line.split_once("expect: "),
                line.split_once("expect-next: "),
            ) {
                (Some((_, rules)), _) => (number, rules),
                (None, Some((_, rules))) => (number + 1, rules),
                (None, None) => continue,
            };
            let end = rules.find(|c: char| !(c.is_ascii_lowercase() || "-, ".contains(c)));
            let rules = rules[..end.unwrap_or(rules.len())].split(',');
            expected.extend(rules.map(|rule| (name.clone(), number, rule.trim().to_owned())));
        }
    }
    expected
}

/// Compares what is annotated with what the folder's rule, and the other rules that are annotated,
/// report.
fn run_fixture(rule: &str, text: &str) -> Result<(), String> {
    let example = Example::read(text, &[]);
    let expected = expected(&example);
    let mut selected: BTreeSet<&str> = expected.iter().map(|(_, _, rule)| rule.as_str()).collect();
    selected.insert(rule);
    let config = only(&selected.into_iter().collect::<Vec<_>>());
    let report = example.check(&config);
    let found: BTreeSet<(String, usize, String)> = report
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let line = diagnostic.source.position(diagnostic.span.start).line;
            (
                diagnostic.source.path().to_owned(),
                line,
                diagnostic.rule.to_owned(),
            )
        })
        .collect();
    let mut difference = String::new();
    for (file, line, rule) in expected.difference(&found) {
        let _ = writeln!(
            difference,
            "  {file}:{line}: `{rule}` is expected and not reported"
        );
    }
    for (file, line, rule) in found.difference(&expected) {
        let message = report.diagnostics.iter().find(|diagnostic| {
            diagnostic.source.path() == file
                && diagnostic.rule == rule
                && diagnostic.source.position(diagnostic.span.start).line == *line
        });
        let message = message.map_or("", |diagnostic| &diagnostic.message);
        let _ = writeln!(
            difference,
            "  {file}:{line}: `{rule}` is reported and not expected: {message}"
        );
    }
    if difference.is_empty() {
        Ok(())
    } else {
        Err(difference)
    }
}
