//! What several tests need.

use std::collections::BTreeSet;

use driftlint::check::{Report, Scope, Workflows, check};
use driftlint::config::Config;
use driftlint::history::{ChangeSet, FileChange, Merged};
use driftlint::project::tree::Memory;
use driftlint::project::{ConfiguredSet, FileStatus, LoadOptions, Project};
use driftlint::schema::input::Input;
use driftlint::source::Source;
use driftlint::sql::{Dialect, Release, Versions, on_big_stack};
use driftlint::tool::Tool;
use driftlint::workflow::Workflow;

/// The file of an example that is only one.
const DEFAULT_NAME: &str = "0001_example.sql";

/// Migrations in one text: an optional header, and files between `-- file: NAME` lines.
///
/// The header's lines are `-- dialect: mysql`, `-- runner: drizzle` and `-- pg-version: 16` (or
/// `mysql-version`, `mariadb-version`, `sqlite-version`), beside comments for people; without one
/// it is PostgreSQL, and the names of the files tell the runner as they do in a project
/// (`1_init.up.sql` and `1_init.down.sql` are a pair). Prisma's `0001_init.sql` is put where Prisma
/// has it, in `0001_init/migration.sql`.
///
/// A text that follows `-- base: NAME` is that of a file at the base; a change set is then checked.
/// Files that the change set does not touch need no second text, and `-- deleted: NAME` takes one
/// away. `-- models: PATTERN` names models in another language.
#[derive(Clone)]
pub(crate) struct Example {
    dialect: Dialect,
    runner: Option<Tool>,
    /// PostgreSQL's major version, where it is not the default.
    pub(crate) postgres: Option<u16>,
    /// The release of the server, where it is not the default: by the name of the header.
    releases: Vec<(String, Release)>,
    /// What `models` of `[[migrations]]` would say.
    models: Vec<String>,
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
    /// Those at the base.
    base: Vec<(String, String)>,
}

impl Example {
    /// `info` are the words after `sql bad` in a page: a dialect, a runner.
    pub(crate) fn read(text: &str, info: &[String]) -> Self {
        let mut example = Self {
            dialect: Dialect::Postgres,
            runner: None,
            postgres: None,
            releases: Vec::new(),
            models: Vec::new(),
            files: Vec::new(),
            base: Vec::new(),
        };
        for word in info {
            match (Dialect::from_name(word), Tool::from_name(word)) {
                (Some(dialect), _) => example.dialect = dialect,
                (None, Some(runner)) => example.runner = Some(runner),
                (None, None) => panic!("`{word}` is neither a dialect nor a runner"),
            }
        }
        let mut deleted = BTreeSet::new();
        let mut current = (false, DEFAULT_NAME.to_owned(), String::new());
        for line in text.split_inclusive('\n') {
            let next = |prefix: &str| line.strip_prefix(prefix).map(|name| name.trim().to_owned());
            if let Some(name) = next("-- file: ") {
                example.push(std::mem::replace(
                    &mut current,
                    (false, name, String::new()),
                ));
            } else if let Some(name) = next("-- base: ") {
                example.push(std::mem::replace(&mut current, (true, name, String::new())));
            } else if let Some(name) = next("-- deleted: ") {
                deleted.insert(name);
            } else if let Some(pattern) = next("-- models: ") {
                example.models.push(pattern);
            } else if let Some(name) = next("-- dialect: ") {
                example.dialect = Dialect::from_name(&name).expect("a dialect in the header");
            } else if let Some(name) = next("-- runner: ") {
                example.runner = Some(Tool::from_name(&name).expect("a runner in the header"));
            } else if let Some(version) = next("-- pg-version: ") {
                example.postgres = Some(version.parse().expect("a major version in the header"));
            } else if let Some(product) = ["mysql", "mariadb", "sqlite"]
                .into_iter()
                .find(|product| line.starts_with(&format!("-- {product}-version: ")))
            {
                let version = next(&format!("-- {product}-version: ")).unwrap_or_default();
                let release = Release::parse(&version).expect("a release in the header");
                example.releases.push((product.to_owned(), release));
            } else {
                current.2.push_str(line);
            }
        }
        example.push(current);
        // A comment above the first file is for people.
        let comment = |text: &str| {
            text.lines()
                .all(|line| line.trim().is_empty() || line.starts_with("--"))
        };
        if example.files.len() > 1 {
            example
                .files
                .retain(|(name, text)| name != DEFAULT_NAME || !comment(text));
        }
        if example.runner == Some(Tool::Prisma) {
            for (name, _) in example.files.iter_mut().chain(&mut example.base) {
                if let Some(stem) = name.strip_suffix(".sql").filter(|stem| !stem.contains('/')) {
                    *name = format!("{stem}/migration.sql");
                }
            }
        }
        for (name, text) in &example.base {
            if !deleted.contains(name) && example.files.iter().all(|(file, _)| file != name) {
                example.files.push((name.clone(), text.clone()));
            }
        }
        example
    }

    fn push(&mut self, (base, name, text): (bool, String, String)) {
        if !text.trim().is_empty() {
            let files = if base {
                &mut self.base
            } else {
                &mut self.files
            };
            files.push((name, text));
        }
    }

    /// Checks everything, or what differs from the base.
    pub(crate) fn check(&self, config: &Config) -> Report {
        let input = self.input(&self.files);
        let mut scope = Scope::default();
        let now = Self::workflow(&self.files, &input.project);
        let mut base = None;
        if !self.base.is_empty() {
            let files = self.changes();
            scope.changes = Some(ChangeSet {
                base_name: "HEAD".to_owned(),
                files,
                base: self.input(&self.base),
            });
            let before = self.input(&self.base);
            base = Some(Self::workflow(&self.base, &before.project));
        }
        scope.workflows = Some(Workflows { now, base });
        let release = |product: &str| {
            let mut known = self.releases.iter();
            known
                .find(|(name, _)| name == product)
                .map(|(_, release)| *release)
        };
        let config = Config {
            postgres: self.postgres.or(config.postgres),
            mysql: release("mysql").or(config.mysql),
            mariadb: release("mariadb").map(|_| true).or(config.mariadb),
            mariadb_release: release("mariadb").or(config.mariadb_release),
            sqlite: release("sqlite").or(config.sqlite),
            ..config.clone()
        };
        on_big_stack(|| check(&input, &config, &scope))
    }

    fn workflow(files: &[(String, String)], project: &Project) -> Workflow {
        let tree: Memory = files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        Workflow::read(&tree, project).expect("memory never fails")
    }

    pub(crate) fn input(&self, files: &[(String, String)]) -> Input {
        let mut tree: Memory = files
            .iter()
            .map(|(name, text)| (name.clone(), text.clone()))
            .collect();
        self.add_journal(&mut tree);
        let (runner, dialect) = (self.runner, Some(self.dialect));
        let set = ConfiguredSet {
            folder: String::new(),
            runner,
            dialect,
            models: self.models.clone(),
            ..ConfiguredSet::default()
        };
        let options = LoadOptions {
            sets: vec![set],
            ..LoadOptions::default()
        };
        let project = Project::load(&tree, &options).expect("a project in memory");
        on_big_stack(|| Input::read(&tree, project, Versions::default(), |_| true))
            .expect("memory never fails")
    }

    fn changes(&self) -> Vec<FileChange> {
        let names: BTreeSet<&String> = self
            .files
            .iter()
            .chain(&self.base)
            .map(|(name, _)| name)
            .collect();
        let text = |files: &[(String, String)], name: &str| {
            files
                .iter()
                .find(|(file, _)| file == name)
                .map(|(_, text)| text.clone())
        };
        let change = |name: &String| {
            let (before, now) = (text(&self.base, name), text(&self.files, name));
            let status = match (&before, &now) {
                (None, _) => FileStatus::Added,
                (Some(_), None) => FileStatus::Deleted,
                (Some(before), Some(now)) if before != now => FileStatus::Modified,
                _ => return None,
            };
            let source = |text| Source::new(name.clone(), text);
            Some(FileChange {
                path: name.clone(),
                status,
                before: before.map(source),
                after: now.map(source),
                merged: Merged::default(),
                moved_from: None,
            })
        };
        names.into_iter().filter_map(change).collect()
    }

    /// drizzle-kit applies what its journal lists; an example lists all of its files.
    fn add_journal(&self, tree: &mut Memory) {
        if self.runner != Some(Tool::Drizzle) || tree.0.contains_key("meta/_journal.json") {
            return;
        }
        let entries: Vec<String> = (0..)
            .zip(&self.files)
            .map(|(index, (name, _))| {
                let tag = name.trim_end_matches(".sql");
                format!(r#"{{"idx":{index},"version":"7","when":{index},"tag":"{tag}","breakpoints":true}}"#)
            })
            .collect();
        let journal = format!(
            r#"{{"version":"7","dialect":"postgresql","entries":[{}]}}"#,
            entries.join(",")
        );
        tree.0
            .insert("meta/_journal.json".to_owned(), journal.into_bytes());
    }
}
