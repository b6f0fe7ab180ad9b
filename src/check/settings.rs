//! Which rules run on which file.

use std::collections::HashMap;
use std::rc::Rc;

use crate::config::Config;
use crate::rules::{self, Check, Rule, Setting};

/// The rules that run on a file, sorted by name.
pub(super) struct Active(Vec<(&'static Rule, Setting)>);

impl Active {
    /// Each rule and what it is set to.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Rule, Setting)> {
        self.0.iter().copied()
    }

    /// What a rule is set to, if it runs.
    pub(super) fn get(&self, name: &str) -> Option<Setting> {
        self.0
            .binary_search_by_key(&name, |(rule, _)| rule.meta.name)
            .ok()
            .map(|at| self.0[at].1)
    }

    /// Whether a rule had the chance to report: rules about history run only when there are changes
    /// to judge.
    pub(super) fn ran(&self, name: &str, changes: bool) -> bool {
        let found = self.0.iter().find(|(rule, _)| rule.meta.name == name);
        found.is_some_and(|(rule, _)| changes || !matches!(rule.check, Check::History(_)))
    }
}

/// Remembers what it has found out, by the overrides that cover a file: most files share their
/// settings.
pub(super) struct Settings<'a> {
    config: &'a Config,
    known: HashMap<Vec<usize>, Rc<Active>>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Self {
            config,
            known: HashMap::new(),
        }
    }

    pub(super) fn of(&mut self, path: &str) -> Rc<Active> {
        let key = self.config.covering_overrides(path);
        let config = self.config;
        let active = || {
            let rules = rules::all().iter();
            Active(
                rules
                    .filter_map(|rule| Some((rule, config.setting(rule, path)?)))
                    .collect(),
            )
        };
        self.known
            .entry(key)
            .or_insert_with(|| Rc::new(active()))
            .clone()
    }
}
