//! `driftlint test-rules`: tries the rules of driftlint.toml on their own tests.

use std::fmt::Write as _;

use clap::Args;

use super::{Session, Status, print, workspace};
use crate::check::Scope;
use crate::config::{Config, Selector};
use crate::custom::CustomRule;
use crate::error::{Error, Result};
use crate::project::tree::Memory;
use crate::project::{ConfiguredSet, LoadOptions, Project};
use crate::schema::input::Input;
use crate::sql::Dialect;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these rules
    #[arg(value_name = "RULE")]
    rules: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let workspace = workspace::open_here(session)?;
    let config = &workspace.config;
    let wanted = &arguments.rules;
    let rules: Vec<&CustomRule> = config
        .custom
        .iter()
        .filter(|rule| wanted.is_empty() || wanted.iter().any(|name| name == rule.name))
        .collect();
    if rules.is_empty() {
        return Err(Error::Usage {
            message: "driftlint.toml has no such `[[rule]]`".to_owned(),
            help: Some("docs/custom-rules.md says how one is written".to_owned()),
        });
    }
    let (mut said, mut failed, mut tried) = (String::new(), 0, 0);
    for rule in &rules {
        let tests = rule.good.iter().map(|text| (text, false));
        let tests = tests.chain(rule.bad.iter().map(|text| (text, true)));
        for (text, is_bad) in tests {
            tried += 1;
            let Err(why) = test(rule, config, text, is_bad)? else {
                continue;
            };
            failed += 1;
            let _ = writeln!(said, "{}: {why}:", rule.name);
            for line in text.trim().lines() {
                let _ = writeln!(said, "    {line}");
            }
        }
        if rule.good.is_empty() || rule.bad.is_empty() {
            failed += 1;
            let _ = writeln!(said, "{}: it needs a `good` and a `bad` example", rule.name);
        }
    }
    let _ = writeln!(
        said,
        "{} rules, {tried} tests, {failed} failed",
        rules.len()
    );
    print(&said)?;
    Ok(if failed == 0 {
        Status::Clean
    } else {
        Status::Failed
    })
}

/// Whether a rule says of a test what it should; why not, otherwise.
fn test(
    rule: &CustomRule,
    config: &Config,
    text: &str,
    is_bad: bool,
) -> Result<std::result::Result<(), String>> {
    let config = Config {
        custom: vec![rule.clone()],
        select: vec![Selector::Rule(rule.name)],
        levels: Vec::new(),
        overrides: Vec::new(),
        sets: Vec::new(),
        ..config.clone()
    };
    let files = files(text);
    let last = files.last().map(|file| file.name.clone());
    let last = last.unwrap_or_default();
    let files = files.into_iter().map(|file| (file.name, file.text));
    let tree: Memory = files.collect();
    let options = LoadOptions {
        sets: vec![ConfiguredSet {
            dialect: Some(rule.dialect.or(config.dialect).unwrap_or(Dialect::Postgres)),
            ..ConfiguredSet::default()
        }],
        ..LoadOptions::default()
    };
    let project = Project::load(&tree, &options)?;
    let report = crate::check(&Input::from(project), &config, &Scope::default());
    if let Some(open) = report.summary.ledger.unanswered().first() {
        return Ok(Err(format!("not judged, {}", open.reason)));
    }
    if report.summary.opaque > 0 {
        return Ok(Err("a statement of the test is not understood".to_owned()));
    }
    // What a test needs before it is not what it is about.
    let mut found = report.diagnostics.iter();
    let found = found.any(|it| it.rule == rule.name && it.source.path() == last);
    Ok(match (is_bad, found) {
        (true, false) => Err("a bad example is not reported".to_owned()),
        (false, true) => Err("a good example is reported".to_owned()),
        _ => Ok(()),
    })
}

/// A file of a test.
struct TestFile {
    name: String,
    text: String,
}

impl TestFile {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: String::new(),
        }
    }
}

/// The files of a test, each after a line `-- file: NAME`; one file where there is none.
fn files(text: &str) -> Vec<TestFile> {
    let mut files: Vec<TestFile> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("-- file: ") {
            files.push(TestFile::new(name.trim()));
            continue;
        }
        if files.is_empty() && !line.trim().is_empty() {
            files.push(TestFile::new("0001_test.sql"));
        }
        if let Some(file) = files.last_mut() {
            file.text.push_str(line);
        }
    }
    files
}
