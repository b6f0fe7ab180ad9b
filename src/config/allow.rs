//! `[[allow]]`: disagreements between schemas and migrations that are expected, and why.

use super::Selector;
use crate::diagnostic::{Diagnostic, Object};
use crate::drift;
use crate::glob::Glob;
use crate::rules::{self, Rule};
use crate::source::{Source, Span};

/// What an `[[allow]]` lets pass.
#[derive(Clone, Debug)]
pub struct Allow {
    /// `objects`: tables, enums, views, or what they consist of, qualified as messages name them;
    /// `*` fits anything up to the next dot.
    pub objects: Vec<String>,
    /// `rules`: those that are allowed; all about drift if none is named.
    pub rules: Vec<Selector>,
    /// Why it is expected; no `[[allow]]` goes without.
    pub reason: String,
    /// The configuration that it stands in.
    pub source: Source,
    /// Where the entry stands in it.
    pub span: Span,
}

impl Allow {
    /// Whether a diagnostic is about one of the objects.
    pub(crate) fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let Some(object) = &diagnostic.object else {
            return false;
        };
        let Some(rule) = rules::find(diagnostic.rule) else {
            return false;
        };
        let name = path(object);
        self.names(rule)
            && self
                .objects
                .iter()
                .any(|pattern| Glob::new(&pattern.replace('.', "/")).covers(&name))
    }

    /// Whether a rule that it allows is run.
    pub(crate) fn can_apply(&self, runs: impl Fn(&Rule) -> bool) -> bool {
        drift::RULES
            .iter()
            .filter_map(|name| rules::find(name))
            .any(|rule| self.names(rule) && runs(rule))
    }

    fn names(&self, rule: &Rule) -> bool {
        self.rules.is_empty()
            || self
                .rules
                .iter()
                .any(|selector| selector.fits(rule.into()).is_some())
    }
}

/// The object's qualified name with a slash for each dot: what a table consists of lies below it.
fn path(object: &Object) -> String {
    let qualified = match &object.table {
        Some(table) => format!("{table}.{}", object.name),
        None => object.name.clone(),
    };
    qualified.replace('.', "/")
}
