//! What the user has configured: `driftlint.toml`, with the command line on top.

mod allow;
mod custom;
pub mod keys;
mod read;
pub mod schema;

use std::path::{Path, PathBuf};

use crate::catalog::sizes::Sizes;
use crate::custom::CustomRule;
use crate::diagnostic::Severity;
use crate::error::{Error, Result};
use crate::glob::Glob;
use crate::project::runner::Wrap;
use crate::project::tree::join;
use crate::project::{MigrationSet, Project, Unnamed};
use crate::rules::{self, Group, Rule, Setting};
use crate::sql::{Dialect, Release, Versions};
use crate::tool::Tool;
pub use allow::Allow;

/// The names a configuration file may have.
pub const FILE_NAMES: [&str; 2] = ["driftlint.toml", ".driftlint.toml"];

/// The configuration of a run. `Config::default()` is what an empty file says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `[[migrations]]`: sets that are named instead of discovered.
    pub sets: Vec<SetConfig>,
    /// `dialect`: of every set that says nothing itself.
    pub dialect: Option<Dialect>,
    /// `[versions] postgres`: the major version.
    pub postgres: Option<u16>,
    /// `[versions] mariadb`: whether servers of the MySQL dialect are MariaDB.
    pub mariadb: Option<bool>,
    /// `[versions] mysql`.
    pub mysql: Option<Release>,
    /// `[versions] mariadb`, where it is a release.
    pub mariadb_release: Option<Release>,
    /// `[versions] sqlite`.
    pub sqlite: Option<Release>,
    /// `[tables]`: how many rows tables have.
    pub sizes: Sizes,
    /// `[tables] file`: where a query has written that.
    pub sizes_file: Option<String>,
    /// What `[rules]` says, in order: the entry that names a rule most exactly counts, and of
    /// several such the last.
    pub levels: Vec<(Selector, RuleLevel)>,
    /// `[[overrides]]`, in order; later ones win.
    pub overrides: Vec<Override>,
    /// What `[[allow]]` says: disagreements that are expected.
    pub allow: Vec<Allow>,
    /// `[[rule]]`: rules of the project's own.
    pub custom: Vec<CustomRule>,
    /// `baseline`: the last migration already applied, in every set that has it.
    pub baseline: Option<String>,
    /// `base`: the branch that is merged into, where git cannot say.
    pub base: Option<String>,
    /// `pushed`: schemas that no migrations are made for.
    pub pushed: Vec<Glob>,
    /// `max-file-size`, in bytes; `None` for the default.
    pub max_file_size: Option<u64>,
    /// `require-reason`: whether a suppression must say why.
    pub require_reason: bool,
    /// What `--select` names: if anything, these alone run.
    pub select: Vec<Selector>,
    /// What `--ignore` names: these do not run.
    pub ignore: Vec<Selector>,
}

/// What a `[[migrations]]` says of one set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetConfig {
    /// `folder`, relative to the configuration file.
    pub folder: String,
    /// The tool that runs it, where `runner` names one.
    pub runner: Option<Tool>,
    /// The transaction around what is sent, where `transaction` says so.
    pub transaction: Option<Wrap>,
    /// The server that it is for, where `dialect` says so.
    pub dialect: Option<Dialect>,
    /// `schema`: files that declare the schema.
    pub schema: Vec<String>,
    /// `models`: files that declare the schema in a language that driftlint does not read; changing
    /// one asks for a migration all the same.
    pub models: Vec<String>,
    /// `baseline`: the last migration already applied.
    pub baseline: Option<String>,
    /// `start`: a dump of the schema that the first migration finds.
    pub start: Option<String>,
}

/// What an `[[overrides]]` says for some paths.
#[derive(Clone, Debug)]
pub struct Override {
    /// `paths`: patterns or folders, relative to the configuration file.
    pub paths: Vec<Glob>,
    /// The levels that its `rules` give, in order.
    pub levels: Vec<(Selector, RuleLevel)>,
}

/// The group of the project's own rules, as configuration and the output name it.
pub const CUSTOM: &str = "custom";

/// A rule or a group of rules, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The rule of that name.
    Rule(&'static str),
    /// All rules of a group.
    Group(Group),
    /// The project's own rules.
    Custom,
    /// Every rule, those that are off by default too.
    All,
}

/// What a rule is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// The rule does not run.
    Off,
    /// Run, and this bad.
    On(Severity),
}

impl Selector {
    /// One of driftlint's rules, a group, or `all`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "all" => return Some(Self::All),
            CUSTOM => return Some(Self::Custom),
            _ => {}
        }
        let rule = crate::rules::find(name).map(|rule| Self::Rule(rule.meta.name));
        rule.or_else(|| Group::from_name(name).map(Self::Group))
    }

    /// The same, or one of the project's own rules.
    pub(crate) fn among(name: &str, own: &[CustomRule]) -> Option<Self> {
        Self::from_name(name).or_else(|| {
            let custom = own.iter().find(|rule| rule.name == name)?;
            Some(Self::Rule(custom.name))
        })
    }

    /// How exactly it names the rule; `None` if it does not.
    fn fits(self, rule: Configurable) -> Option<u8> {
        match self {
            Self::All => Some(0),
            Self::Group(group) => (rule.group == Some(group)).then_some(1),
            Self::Custom => rule.group.is_none().then_some(1),
            Self::Rule(name) => (name == rule.name).then_some(2),
        }
    }
}

/// What configuration needs to know of a rule.
#[derive(Clone, Copy)]
struct Configurable {
    name: &'static str,
    /// `None` for the project's own.
    group: Option<Group>,
    severity: Severity,
    /// Whether it runs where nobody says anything.
    on: bool,
}

impl From<&Rule> for Configurable {
    fn from(rule: &Rule) -> Self {
        Self {
            name: rule.meta.name,
            group: Some(rule.meta.group),
            severity: rule.meta.severity,
            on: rule.meta.on,
        }
    }
}

impl From<&CustomRule> for Configurable {
    fn from(rule: &CustomRule) -> Self {
        Self {
            name: rule.name,
            group: None,
            severity: rule.severity,
            on: true,
        }
    }
}

impl RuleLevel {
    /// As configuration spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "off" {
            Some(Self::Off)
        } else {
            Severity::from_name(name).map(Self::On)
        }
    }
}

impl Config {
    /// Reads a configuration. `path` is only for messages.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        read::config(path, text)
    }

    /// The configuration file nearest to `start`, looking upward as far as the root of the git
    /// repository.
    pub fn find(start: &Path) -> Result<Option<PathBuf>> {
        for folder in start.ancestors() {
            let found: Vec<PathBuf> = FILE_NAMES
                .iter()
                .map(|name| folder.join(name))
                .filter(|path| path.is_file())
                .collect();
            match found.as_slice() {
                [] if folder.join(".git").exists() => return Ok(None),
                [] => {}
                [one] => return Ok(Some(one.clone())),
                [..] => {
                    return Err(Error::Usage {
                        message: format!(
                            "{} holds both {} and {}",
                            folder.display(),
                            FILE_NAMES[0],
                            FILE_NAMES[1]
                        ),
                        help: Some(
                            "delete one of them: driftlint would have to guess which one counts"
                                .to_owned(),
                        ),
                    });
                }
            }
        }
        Ok(None)
    }

    /// What a rule is set to in a file; `None` if it is off. The command line wins over
    /// `[[overrides]]`, they win over `[rules]`, and those over the rule's page; within each, a
    /// rule's name wins over its group's.
    pub fn setting(&self, rule: &Rule, path: &str) -> Option<Setting> {
        self.decide(rule.into(), &self.covering_overrides(path))
    }

    /// The same in a file that these overrides cover: asking each override about each file and each
    /// rule took the square of a long configuration.
    pub(crate) fn setting_under(&self, rule: &Rule, overrides: &[usize]) -> Option<Setting> {
        self.decide(rule.into(), overrides)
    }

    /// The same of one of the project's own rules.
    pub(crate) fn custom_setting_under(
        &self,
        rule: &CustomRule,
        overrides: &[usize],
    ) -> Option<Setting> {
        self.decide(rule.into(), overrides)
    }

    fn decide(&self, rule: Configurable, overrides: &[usize]) -> Option<Setting> {
        let named = |selectors: &[Selector]| {
            selectors
                .iter()
                .any(|selector| selector.fits(rule).is_some())
        };
        if named(&self.ignore) || (!self.select.is_empty() && !named(&self.select)) {
            return None;
        }
        let overridden = overrides
            .iter()
            .rev()
            .find_map(|&at| level(&self.overrides[at].levels, rule));
        let configured = level(&self.levels, rule);
        match overridden.or(configured) {
            // What is asked for by name on the command line is wanted, except where it was never
            // meant to run.
            Some(RuleLevel::Off) if overridden.is_none() && !self.select.is_empty() => {}
            Some(RuleLevel::Off) => return None,
            Some(RuleLevel::On(severity)) => {
                return Some(Setting {
                    severity,
                    configured: true,
                });
            }
            None => {}
        }
        let on = rule.on || !self.select.is_empty();
        on.then_some(Setting {
            severity: rule.severity,
            configured: false,
        })
    }

    /// Whether a rule may run on any file at all.
    pub fn may_run(&self, rule: &Rule) -> bool {
        let overridden = self
            .overrides
            .iter()
            .any(|one| matches!(level(&one.levels, rule.into()), Some(RuleLevel::On(_))));
        self.setting(rule, "").is_some() || overridden
    }

    /// The project's own rule of that name.
    pub(crate) fn custom(&self, name: &str) -> Option<&CustomRule> {
        self.custom.iter().find(|rule| rule.name == name)
    }

    /// The servers that migrations are read for.
    pub fn versions(&self) -> Versions {
        let default = Versions::default();
        Versions {
            postgres: self.postgres.unwrap_or(default.postgres),
            postgres_is_said: self.postgres.is_some(),
            mariadb: self.mariadb.unwrap_or(default.mariadb),
            mysql: self.mysql.unwrap_or(default.mysql),
            mariadb_release: self.mariadb_release.unwrap_or(default.mariadb_release),
            sqlite: self.sqlite.unwrap_or(default.sqlite),
        }
    }

    /// Makes paths that are relative to a folder of the repository relative to its root.
    pub(crate) fn below(&mut self, folder: &str) {
        let place = |path: &mut String| {
            let plain = path
                .strip_prefix("./")
                .unwrap_or(path)
                .trim_end_matches('/');
            *path = if plain.is_empty() || plain == "." {
                folder.to_owned()
            } else {
                join(folder, plain)
            };
        };
        for set in &mut self.sets {
            place(&mut set.folder);
            let start = set.start.iter_mut();
            let files = set.schema.iter_mut().chain(&mut set.models);
            files.chain(start).for_each(place);
        }
        self.sizes_file.iter_mut().for_each(place);
        let paths = self.overrides.iter_mut().flat_map(|one| &mut one.paths);
        for pattern in paths.chain(&mut self.pushed) {
            let mut path = pattern.text().to_owned();
            place(&mut path);
            *pattern = Glob::new(&path);
        }
    }

    /// How many migrations of a set are up to its baseline: they are applied already.
    pub(crate) fn applied(&self, set: &MigrationSet) -> usize {
        self.baseline_of(set).map_or(0, |last| last + 1)
    }

    /// The index of the migration that a set's baseline names.
    fn baseline_of(&self, set: &MigrationSet) -> Option<usize> {
        let own = self
            .sets
            .iter()
            .find(|configured| configured.folder == set.folder);
        let name = own
            .and_then(|own| own.baseline.as_ref())
            .or(self.baseline.as_ref())?;
        set.called(name).ok()
    }

    /// A baseline that does not say which migration of its set is meant, or of any set, and why.
    pub(crate) fn unclear_baseline<'a>(
        &'a self,
        project: &'a Project,
    ) -> Option<(&'a str, Unnamed<'a>)> {
        let own = self
            .sets
            .iter()
            .filter_map(|set| Some((set.baseline.as_deref()?, Some(set.folder.as_str()))));
        let general = self.baseline.as_deref().map(|name| (name, None));
        own.chain(general)
            .find_map(|(name, folder)| Some((name, unclear(project, name, folder)?)))
    }

    /// Which overrides cover a file, by index: files that the same ones cover have the same
    /// settings.
    pub(crate) fn covering_overrides(&self, path: &str) -> Vec<usize> {
        (0..self.overrides.len())
            .filter(|&at| self.overrides[at].covers(path))
            .collect()
    }
}

/// Why a baseline names no migration of the sets in a folder, or of any set where it belongs to
/// none.
fn unclear<'a>(project: &'a Project, name: &str, folder: Option<&str>) -> Option<Unnamed<'a>> {
    let sets = project
        .sets
        .iter()
        .filter(|set| folder.is_none_or(|folder| set.folder == folder));
    let mut why = None;
    for set in sets {
        match set.called(name) {
            Ok(_) => return None,
            // That several have the name says more than that none has.
            Err(Unnamed::Unknown) if why.is_some() => {}
            Err(unnamed) => why = Some(unnamed),
        }
    }
    // A set that was not asked for is not read.
    why
}

impl Override {
    fn covers(&self, path: &str) -> bool {
        self.paths.iter().any(|pattern| pattern.covers(path))
    }
}

/// The last level of those that name the rule most exactly.
fn level(levels: &[(Selector, RuleLevel)], rule: Configurable) -> Option<RuleLevel> {
    let fitting = levels
        .iter()
        .filter_map(|&(selector, level)| Some((selector.fits(rule)?, level)));
    fitting
        .max_by_key(|&(exactness, _)| exactness)
        .map(|(_, level)| level)
}

/// The rule or group most like `name`, if any is like it.
fn nearest<'a>(name: &str, own: &'a [CustomRule]) -> Option<&'a str> {
    let own = rules::nearest_of(name, own.iter().map(|rule| rule.name));
    own.or_else(|| rules::nearest(name))
}

/// Reads names of rules and groups from the command line; `own` are the project's own rules.
pub fn selectors(flag: &str, names: &[String], own: &[CustomRule]) -> Result<Vec<Selector>> {
    names
        .iter()
        .filter(|name| !name.trim().is_empty())
        .map(|name| {
            let name = name.trim();
            Selector::among(name, own).ok_or_else(|| Error::Usage {
                message: format!("{flag} names `{name}`, which is neither a rule nor a group"),
                help: Some(match nearest(name, own) {
                    Some(nearest) => {
                        format!("did you mean `{nearest}`? `driftlint rules` lists them all")
                    }
                    None => "`driftlint rules` lists them all".to_owned(),
                }),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(config: &str, path: &str) -> Option<Severity> {
        let config =
            Config::parse("driftlint.toml", config).expect("the test's configuration is sound");
        let rule = crate::rules::find("unparsed-statement").expect("the rule exists");
        config.setting(rule, path).map(|setting| setting.severity)
    }

    #[test]
    fn overrides_win_over_rules_and_names_over_groups() {
        assert_eq!(setting("", "a.sql"), Some(Severity::Warning));
        assert_eq!(setting("[rules]\ncorrectness = 'off'", "a.sql"), None);
        let both = "[rules]\nunparsed-statement = 'error'\ncorrectness = 'off'";
        assert_eq!(setting(both, "a.sql"), Some(Severity::Error));
        let overridden =
            format!("{both}\n[[overrides]]\npaths = ['db/old']\nrules = {{ correctness = 'off' }}");
        assert_eq!(setting(&overridden, "db/old/1.sql"), None);
        assert_eq!(
            setting(&overridden, "db/older/1.sql"),
            Some(Severity::Error)
        );
    }
}
