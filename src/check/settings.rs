//! Which rules run on which file.

use std::collections::HashMap;
use std::rc::Rc;

use crate::config::Config;
use crate::glob::GlobIndex;
use crate::rules::{self, Check, Rule, Setting};
use crate::sql::Dialect;

/// The rules that run on a file.
pub(super) struct Active {
    /// Sorted by name.
    all: Vec<(&'static Rule, Setting)>,
    /// Those of them that look at statements, by the server they know. Asking every rule about
    /// every statement whether it is meant took 2 % of a check.
    of_statements: HashMap<Dialect, Vec<(&'static Rule, Setting)>>,
    /// The overrides that cover the file, by index.
    pub(super) overrides: Vec<usize>,
}

impl Active {
    /// Each rule and what it is set to.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Rule, Setting)> {
        self.all.iter().copied()
    }

    /// Those that look at statements of a server.
    pub(super) fn of_statements(&self, dialect: Dialect) -> &[(&'static Rule, Setting)] {
        let found = self.of_statements.get(&dialect);
        found.map_or(&[], |rules| rules.as_slice())
    }

    fn new(all: Vec<(&'static Rule, Setting)>, overrides: Vec<usize>) -> Self {
        let of_statements = Dialect::ALL.iter().map(|dialect| {
            let rules = all.iter().filter(|(rule, _)| {
                matches!(rule.check, Check::Statement(_) | Check::AnyStatement(_))
                    && rule.meta.dialects.contains(dialect)
            });
            (*dialect, rules.copied().collect())
        });
        let of_statements = of_statements.collect();
        Self {
            all,
            of_statements,
            overrides,
        }
    }

    /// What a rule is set to, if it runs.
    pub(super) fn get(&self, name: &str) -> Option<Setting> {
        self.all
            .binary_search_by_key(&name, |(rule, _)| rule.meta.name)
            .ok()
            .map(|at| self.all[at].1)
    }

    /// Whether a rule had the chance to report: rules about history run only when there are changes
    /// to judge.
    pub(super) fn ran(&self, name: &str, changes: bool) -> bool {
        let found = self.all.iter().find(|(rule, _)| rule.meta.name == name);
        found.is_some_and(|(rule, _)| changes || !matches!(rule.check, Check::History(_)))
    }
}

/// Remembers what it has found out, by the overrides that cover a file: most files share their
/// settings.
pub(super) struct Settings<'a> {
    config: &'a Config,
    overrides: OverrideIndex<'a>,
    known: HashMap<Vec<usize>, Rc<Active>>,
    /// The same by path.
    by_path: HashMap<String, Rc<Active>>,
    /// The last that was asked for: every statement of a file asks.
    last: Option<LastAsked>,
}

struct LastAsked {
    path: String,
    active: Rc<Active>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Self {
            config,
            overrides: OverrideIndex::of(config),
            known: HashMap::new(),
            by_path: HashMap::new(),
            last: None,
        }
    }

    pub(super) fn of(&mut self, path: &str) -> Rc<Active> {
        if let Some(last) = self.last.as_ref().filter(|last| last.path == path) {
            return Rc::clone(&last.active);
        }
        let active = self.find(path);
        self.last = Some(LastAsked {
            path: path.to_owned(),
            active: Rc::clone(&active),
        });
        active
    }

    fn find(&mut self, path: &str) -> Rc<Active> {
        if let Some(known) = self.by_path.get(path) {
            return Rc::clone(known);
        }
        let overrides = self.overrides.covering(path);
        let active = if let Some(known) = self.known.get(&overrides) {
            Rc::clone(known)
        } else {
            let rules = rules::all().iter();
            let active =
                rules.filter_map(|rule| Some((rule, self.config.setting_under(rule, &overrides)?)));
            let active = Rc::new(Active::new(active.collect(), overrides.clone()));
            self.known.insert(overrides, Rc::clone(&active));
            active
        };
        self.by_path.insert(path.to_owned(), Rc::clone(&active));
        active
    }
}

/// The overrides of a configuration by what their patterns begin with.
struct OverrideIndex<'a> {
    globs: GlobIndex<'a>,
    /// For each pattern, the override that it belongs to.
    owners: Vec<usize>,
}

impl<'a> OverrideIndex<'a> {
    fn of(config: &'a Config) -> Self {
        let numbered = || config.overrides.iter().enumerate();
        Self {
            globs: GlobIndex::of(numbered().flat_map(|(_, one)| &one.paths)),
            owners: numbered()
                .flat_map(|(at, one)| one.paths.iter().map(move |_| at))
                .collect(),
        }
    }

    /// The overrides that cover a file, in their order.
    fn covering(&self, path: &str) -> Vec<usize> {
        let globs = self.globs.covering(path);
        let mut found: Vec<usize> = globs.into_iter().map(|at| self.owners[at]).collect();
        found.dedup();
        found
    }
}
