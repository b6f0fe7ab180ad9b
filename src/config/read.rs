//! `driftlint.toml` to [`Config`]: whatever is not understood is an error at its place, with the
//! nearest word that would be.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use miette::NamedSource;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Allow, Config, Override, RuleLevel, Selector, SetConfig, keys};
use crate::custom::CustomRule;
use crate::drift;
use crate::error::{ConfigError, Error, Result};
use crate::glob::Glob;
use crate::project::bounded::parse_size;
use crate::project::runner::Wrap;
use crate::rules;
use crate::source::{Source, Span};
use crate::sql::{Dialect, Release, Versions};
use crate::tool::Tool;

pub(super) type TomlValue<'a> = Spanned<DeValue<'a>>;

pub(super) fn config(path: &str, text: &str) -> Result<Config> {
    let mut reader = ConfigReader {
        path,
        text,
        own: Vec::new(),
        named: RefCell::new(BTreeSet::new()),
    };
    let root = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        reader.error(at, error.message().trim_end().to_owned(), None)
    })?;
    let mut config = Config::default();
    // Their names may stand in what comes before them.
    let keys = root.get_ref().iter();
    for (_, value) in keys.filter(|(key, _)| key.get_ref() == "rule") {
        let own: Result<Vec<_>> = reader
            .tables("rule", value)?
            .map(|table| reader.custom_rule(table?))
            .collect();
        reader.own = own?;
    }
    for (key, value) in root.get_ref() {
        match key.get_ref().as_ref() {
            "migrations" => {
                config.sets = reader
                    .tables("migrations", value)?
                    .map(|table| reader.set(table?))
                    .collect::<Result<_>>()?;
            }
            "dialect" => config.dialect = Some(reader.dialect_of_sets(value)?),
            "versions" => reader.versions(value, &mut config)?,
            "tables" => reader.sizes(value, &mut config)?,
            "rule" => {}
            "rules" => config.levels = reader.levels("rules", value)?,
            "overrides" => {
                config.overrides = reader
                    .tables("overrides", value)?
                    .map(|table| reader.one_override(table?))
                    .collect::<Result<_>>()?;
            }
            "allow" => {
                let source = Source::new(path, text);
                config.allow = reader
                    .tables("allow", value)?
                    .map(|table| reader.allow(&source, table?))
                    .collect::<Result<_>>()?;
            }
            "baseline" => config.baseline = Some(reader.string("baseline", value)?.to_owned()),
            "base" => config.base = Some(reader.string("base", value)?.to_owned()),
            "pushed" => {
                let pushed = reader.strings("pushed", value)?;
                config.pushed = pushed.iter().map(|path| Glob::new(path)).collect();
            }
            "max-file-size" => config.max_file_size = Some(reader.size(value)?),
            "require-reason" => config.require_reason = reader.boolean("require-reason", value)?,
            _ => {
                return Err(reader.unknown("key", key, &keys::ROOT.names()));
            }
        }
    }
    let named = reader.named.into_inner();
    if config.mariadb.is_none() && named.contains("mariadb") && !named.contains("mysql") {
        config.mariadb = Some(true);
    }
    config.custom = reader.own;
    Ok(config)
}

pub(super) struct ConfigReader<'a> {
    path: &'a str,
    text: &'a str,
    /// The project's own rules.
    own: Vec<CustomRule>,
    /// What sets are said to be of, `mariadb` and `mysql` apart.
    named: RefCell<BTreeSet<String>>,
}

impl<'a> ConfigReader<'a> {
    pub(super) fn error(&self, at: Range<usize>, message: String, help: Option<String>) -> Error {
        Error::Config(Box::new(ConfigError {
            message,
            help,
            text: NamedSource::new(self.path, self.text.to_owned()),
            at: at.into(),
        }))
    }

    /// A word that is not one of the known ones.
    pub(super) fn unknown<T: AsRef<str>>(
        &self,
        what: &str,
        word: &Spanned<T>,
        known: &[&str],
    ) -> Error {
        let name = word.get_ref().as_ref();
        let help = match rules::nearest_of(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("known: {}", known.join(", ")),
        };
        self.error(word.span(), format!("unknown {what} `{name}`"), Some(help))
    }

    pub(super) fn wrong_type(&self, key: &str, value: &TomlValue, wanted: &str) -> Error {
        let message = format!(
            "`{key}` must be {wanted}, not {}",
            article(value.get_ref().type_str())
        );
        self.error(value.span(), message, None)
    }

    pub(super) fn string<'v>(&self, key: &str, value: &'v TomlValue) -> Result<&'v str> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.wrong_type(key, value, "a string"))
    }

    fn boolean(&self, key: &str, value: &TomlValue) -> Result<bool> {
        value
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.wrong_type(key, value, "true or false"))
    }

    fn size(&self, value: &TomlValue) -> Result<u64> {
        let text = match value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str()),
            other => other.as_str(),
        };
        text.and_then(parse_size).ok_or_else(|| {
            let wanted = "a size, such as \"32 MB\"";
            self.wrong_type("max-file-size", value, wanted)
        })
    }

    /// A string or an array of strings.
    pub(super) fn strings(&self, key: &str, value: &TomlValue) -> Result<Vec<String>> {
        match value.get_ref().as_array() {
            Some(array) => array
                .iter()
                .map(|item| Ok(self.string(key, item)?.to_owned()))
                .collect(),
            None if value.get_ref().is_str() => Ok(vec![self.string(key, value)?.to_owned()]),
            None => Err(self.wrong_type(key, value, "a string or an array of strings")),
        }
    }

    fn table<'v>(&self, key: &str, value: &'v Spanned<DeValue<'a>>) -> Result<&'v DeTable<'a>> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong_type(key, value, "a table"))
    }

    fn tables<'v>(
        &'v self,
        key: &'v str,
        value: &'v Spanned<DeValue<'a>>,
    ) -> Result<impl Iterator<Item = Result<(&'v DeTable<'a>, Range<usize>)>>> {
        let wanted = format!("an array of tables, written `[[{key}]]`");
        let array = value
            .get_ref()
            .as_array()
            .ok_or_else(|| self.wrong_type(key, value, &wanted))?;
        Ok(array
            .iter()
            .map(move |item| Ok((self.table(key, item)?, item.span()))))
    }

    pub(super) fn dialect(&self, value: &TomlValue) -> Result<Dialect> {
        let name = self.string("dialect", value)?;
        let word = Spanned::new(value.span(), name);
        Dialect::from_name(name).ok_or_else(|| {
            self.unknown(
                "dialect",
                &word,
                &["postgres", "mysql", "sqlite", "mariadb"],
            )
        })
    }

    fn dialect_of_sets(&self, value: &TomlValue) -> Result<Dialect> {
        let dialect = self.dialect(value)?;
        let name = self.string("dialect", value)?.to_ascii_lowercase();
        self.named.borrow_mut().insert(name);
        Ok(dialect)
    }

    fn versions(&self, value: &Spanned<DeValue<'a>>, config: &mut Config) -> Result<()> {
        for (key, value) in self.table("versions", value)? {
            match key.get_ref().as_ref() {
                "postgres" => {
                    let number = value
                        .get_ref()
                        .as_integer()
                        .map(toml::de::DeInteger::as_str)
                        .or(value.get_ref().as_str());
                    let known = number.and_then(Versions::postgres_major);
                    let wanted = "a major version of PostgreSQL, such as 16";
                    config.postgres =
                        Some(known.ok_or_else(|| self.wrong_type("postgres", value, wanted))?);
                }
                "mariadb" if value.get_ref().is_bool() => {
                    config.mariadb = Some(self.boolean("mariadb", value)?);
                }
                "mariadb" => {
                    config.mariadb = Some(true);
                    config.mariadb_release = Some(self.release("mariadb", value)?);
                }
                "mysql" => config.mysql = Some(self.release("mysql", value)?),
                "sqlite" => config.sqlite = Some(self.release("sqlite", value)?),
                _ => {
                    let known = keys::VERSIONS.names();
                    return Err(self.unknown("key in [versions]", key, &known));
                }
            }
        }
        Ok(())
    }

    fn release(&self, key: &str, value: &TomlValue) -> Result<Release> {
        let number = value
            .get_ref()
            .as_integer()
            .map(toml::de::DeInteger::as_str)
            .or(value.get_ref().as_str());
        let wanted = "a release in quotes, such as \"8.0.28\"";
        number
            .and_then(Release::parse)
            .ok_or_else(|| self.wrong_type(key, value, wanted))
    }

    /// `[tables]`: rows by table, and the file that a query has written.
    fn sizes(&self, value: &Spanned<DeValue<'a>>, config: &mut Config) -> Result<()> {
        for (key, value) in self.table("tables", value)? {
            let name = key.get_ref().as_ref();
            if name == "file" && value.get_ref().is_str() {
                config.sizes_file = Some(self.string(name, value)?.to_owned());
                continue;
            }
            let number = value
                .get_ref()
                .as_integer()
                .map(toml::de::DeInteger::as_str);
            let rows = number.and_then(|digits| digits.replace('_', "").parse().ok());
            let wanted = "a number of rows";
            let rows = rows.ok_or_else(|| self.wrong_type(name, value, wanted))?;
            config.sizes.insert(name, rows);
        }
        Ok(())
    }

    fn levels(
        &self,
        what: &str,
        value: &Spanned<DeValue<'a>>,
    ) -> Result<Vec<(Selector, RuleLevel)>> {
        let mut levels = Vec::new();
        for (key, value) in self.table(what, value)? {
            let name = key.get_ref().as_ref();
            let selector = Selector::among(name, &self.own).ok_or_else(|| {
                let help = match super::nearest(name, &self.own) {
                    Some(nearest) => {
                        format!("did you mean `{nearest}`? `driftlint rules` lists them all")
                    }
                    None => "`driftlint rules` lists them all".to_owned(),
                };
                self.error(key.span(), format!("unknown rule `{name}`"), Some(help))
            })?;
            let word = Spanned::new(value.span(), self.string(name, value)?);
            let level = RuleLevel::from_name(word.get_ref()).ok_or_else(|| {
                self.unknown("level", &word, &["off", "note", "warning", "error"])
            })?;
            levels.push((selector, level));
        }
        Ok(levels)
    }

    fn set(&self, (table, at): (&DeTable<'a>, Range<usize>)) -> Result<SetConfig> {
        let mut set = SetConfig::default();
        let mut folder = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "folder" => folder = Some(self.string("folder", value)?.to_owned()),
                "runner" => {
                    let word = Spanned::new(value.span(), self.string("runner", value)?);
                    let known: Vec<&str> = Tool::runners().map(Tool::name).collect();
                    let runner = Tool::from_name(word.get_ref());
                    set.runner = Some(runner.ok_or_else(|| self.unknown("runner", &word, &known))?);
                }
                "transaction" => {
                    let word = Spanned::new(value.span(), self.string("transaction", value)?);
                    let wrap = Wrap::from_name(word.get_ref());
                    set.transaction =
                        Some(wrap.ok_or_else(|| self.unknown("transaction", &word, &Wrap::NAMES))?);
                }
                "dialect" => set.dialect = Some(self.dialect_of_sets(value)?),
                "schema" => set.schema = self.strings("schema", value)?,
                "models" => set.models = self.strings("models", value)?,
                "baseline" => set.baseline = Some(self.string("baseline", value)?.to_owned()),
                "start" => set.start = Some(self.string("start", value)?.to_owned()),
                _ => {
                    let known = keys::SETS.names();
                    return Err(self.unknown("key in [[migrations]]", key, &known));
                }
            }
        }
        let help = Some("add `folder = \"path/to/migrations\"`".to_owned());
        set.folder =
            folder.ok_or_else(|| self.error(at, "this set has no `folder`".to_owned(), help))?;
        Ok(set)
    }

    fn allow(&self, source: &Source, (table, at): (&DeTable<'a>, Range<usize>)) -> Result<Allow> {
        let mut objects = None;
        let mut rules = Vec::new();
        let mut reason = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "objects" => objects = Some(self.strings("objects", value)?),
                "rules" => rules = self.drift_rules(value)?,
                "reason" => reason = Some(self.string("reason", value)?.trim().to_owned()),
                _ => {
                    return Err(self.unknown("key in [[allow]]", key, &keys::ALLOW.names()));
                }
            }
        }
        let help = Some("add `objects = [\"public.users.nickname\"]`".to_owned());
        let objects = objects.filter(|objects| !objects.is_empty());
        let objects = objects.ok_or_else(|| {
            self.error(at.clone(), "this entry names no `objects`".to_owned(), help)
        })?;
        let help = Some("add `reason = \"…\"`, for whoever reads it next".to_owned());
        let reason = reason.filter(|reason| !reason.is_empty());
        let reason = reason
            .ok_or_else(|| self.error(at.clone(), "this entry has no `reason`".to_owned(), help))?;
        Ok(Allow {
            objects,
            rules,
            reason,
            source: source.clone(),
            span: Span::new(at.start, at.end),
        })
    }

    /// Names of rules about drift, which are those that say what object they mean.
    fn drift_rules(&self, value: &Spanned<DeValue<'a>>) -> Result<Vec<Selector>> {
        let names = self.strings("rules", value)?;
        names
            .into_iter()
            .map(|name| {
                let word = Spanned::new(value.span(), name.as_str());
                let known = drift::RULES.contains(&name.as_str());
                let selector = Selector::from_name(&name).filter(|_| known);
                selector.ok_or_else(|| self.unknown("rule about drift", &word, &drift::RULES))
            })
            .collect()
    }

    fn one_override(&self, (table, at): (&DeTable<'a>, Range<usize>)) -> Result<Override> {
        let mut paths = None;
        let mut levels = Vec::new();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "paths" => paths = Some(self.strings("paths", value)?),
                "rules" => levels = self.levels("rules", value)?,
                _ => {
                    let known = keys::OVERRIDES.names();
                    return Err(self.unknown("key in [[overrides]]", key, &known));
                }
            }
        }
        let help = Some("add `paths = [\"path/to/files/**\"]`".to_owned());
        let paths =
            paths.ok_or_else(|| self.error(at, "this override has no `paths`".to_owned(), help))?;
        Ok(Override {
            paths: paths.iter().map(|path| Glob::new(path)).collect(),
            levels,
        })
    }
}

fn article(type_name: &str) -> String {
    let an = type_name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {type_name}", if an { "an" } else { "a" })
}
