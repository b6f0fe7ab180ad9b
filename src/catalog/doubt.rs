//! What is not known exactly any more, after text that nobody could read.

use std::sync::Arc;

use super::publications;
use super::{Catalog, Enum, Knowledge, Origin, QName, SharedMap, Site, Table, View};
use crate::sql::change::ObjectName;

impl Knowledge {
    /// Not exact any more; the first reason stays.
    pub(crate) fn doubt(&mut self, why: &str) {
        if self.is_exact() {
            *self = Self::Unknown(why.to_owned());
        }
    }
}

impl Table {
    /// Says that it may have more than is known, or if anything may be taken away, that it may have
    /// changed in any way.
    pub(crate) fn make_uncertain(&mut self, why: &str, takes_away: bool) {
        self.uncertain |= takes_away;
        self.knowledge.doubt(why);
    }
}

impl Catalog {
    /// Says that the whole is not known exactly.
    pub(crate) fn doubt(&mut self, why: &str) {
        self.knowledge.doubt(why);
    }

    /// Says that nothing is known any more of what was there at that place of the history: text
    /// that nobody read may have made, changed or dropped anything. What is made later is known.
    pub(crate) fn doubt_all(&mut self, why: &str, since: Site) {
        self.doubt(why);
        self.doubt_before(since);
        self.publications.clear();
        let certain = |table: &Table| !table.uncertain || table.knowledge.is_exact();
        let certain = self.tables.iter().filter(|(_, table)| certain(table));
        let tables: Vec<QName> = certain.map(|(name, _)| name.clone()).collect();
        for name in tables {
            if let Some(table) = self.tables.get_mut(&name) {
                Arc::make_mut(table).make_uncertain(why, true);
            }
        }
        let exact = |found: &Enum| found.knowledge.is_exact();
        self.enums
            .change_any(exact, |found| found.knowledge.doubt(why));
        let exact = |(_, view): &(&QName, &Arc<View>)| view.knowledge.is_exact();
        let exact = self.views.iter().filter(exact);
        let views: Vec<QName> = exact.map(|(name, _)| name.clone()).collect();
        for name in views {
            if let Some(view) = self.views.get_mut(&name) {
                Arc::make_mut(view).knowledge.doubt(why);
            }
        }
    }

    /// Says that no refusal may rest on what was made before that place: text that nobody read may
    /// have changed it, though it names other things.
    pub(crate) fn doubt_before(&mut self, since: Site) {
        self.doubted = Some(since);
    }

    /// Whether a place of the history lies before text that nobody read and that may have changed
    /// anything.
    pub(crate) fn is_doubted(&self, site: Site) -> bool {
        let order = |site: Site| (site.migration, site.file, site.span.start);
        self.doubted
            .is_some_and(|doubted| order(site) < order(doubted))
    }

    /// Whether something of a table that may have changed in any way was made at that place.
    pub(crate) fn is_of_uncertain_table(&self, site: Site) -> bool {
        let there = |origin: &Origin| origin.made == Some(site);
        let mut tables = self.tables.values().filter(|table| table.uncertain);
        tables.any(|table| {
            there(&table.origin)
                || table.columns.iter().any(|column| there(&column.origin))
                || table.primary_key.iter().any(|key| there(&key.origin))
                || table.uniques.iter().any(|key| there(&key.origin))
                || table.checks.iter().any(|check| there(&check.origin))
                || table.foreign_keys.iter().any(|key| there(&key.origin))
                || table.indexes.iter().any(|index| there(&index.origin))
                || table.triggers.iter().any(|trigger| there(&trigger.origin))
                || table.policies.iter().any(|policy| there(&policy.origin))
                || table.rules.iter().any(|rule| there(&rule.origin))
        })
    }

    /// Says that the tables, enums and views which a text names are not known exactly; with
    /// `takes_away`, that they may have changed in any way. Whether it names any.
    pub(crate) fn doubt_words<'w>(
        &mut self,
        words: impl Iterator<Item = &'w str>,
        takes_away: bool,
        why: &str,
    ) -> bool {
        let folds = self.dialect.folds_case();
        let mut named = false;
        for word in words {
            named |= self.doubt_named(&ObjectName::synthetic(word), why, takes_away);
            // The words come from text that was not parsed: whether one was quoted is not known.
            if folds && word.contains(char::is_uppercase) {
                let folded = ObjectName::synthetic(word.to_lowercase());
                named |= self.doubt_named(&folded, why, takes_away);
            }
        }
        named
    }

    fn doubt_named(&mut self, name: &ObjectName, why: &str, takes_away: bool) -> bool {
        let mut known = false;
        if let Some(table) = self
            .find_table(name)
            .and_then(|name| self.tables.get_mut(&name))
        {
            Arc::make_mut(table).make_uncertain(why, takes_away);
            known = true;
        }
        if let Some(found) = self
            .find_enum(name)
            .and_then(|name| self.enums.get_mut(&name))
        {
            Arc::make_mut(found).knowledge.doubt(why);
            known = true;
        }
        if let Some(view) = self
            .find_view(name)
            .and_then(|name| self.views.get_mut(&name))
        {
            Arc::make_mut(view).knowledge.doubt(why);
            known = true;
        }
        known
    }

    /// Marks everything that differs from an earlier state as not known exactly; what is gone comes
    /// back, marked.
    pub(crate) fn doubt_changes(&mut self, before: &Self, why: &str) {
        publications::doubt(&mut self.publications, &before.publications);
        let unknown = Knowledge::Unknown(why.to_owned());
        let changed = marked(&self.tables, &before.tables, |table| {
            table.knowledge = unknown.clone();
            let tables = [&self.tables, &before.tables];
            // Made, dropped or renamed: it may be there or not.
            table.uncertain |= !tables.iter().all(|all| all.contains_key(&table.name));
        });
        for (name, table) in changed {
            self.tables.insert(name, table);
        }
        for (name, found) in marked(&self.enums, &before.enums, |found| {
            found.knowledge = unknown.clone();
        }) {
            self.enums.insert(name, found);
        }
        for (name, view) in marked(&self.views, &before.views, |view| {
            view.knowledge = unknown.clone();
        }) {
            self.views.insert(name, view);
        }
    }
}

/// The objects that are not what they were, as they are or else as they were, each with a mark.
fn marked<V: Clone>(
    now: &SharedMap<QName, Arc<V>>,
    before: &SharedMap<QName, Arc<V>>,
    mut mark: impl FnMut(&mut V),
) -> Vec<(QName, Arc<V>)> {
    let differences = before.differences(now, Arc::ptr_eq);
    let mut all: Vec<_> = differences
        .into_iter()
        .filter_map(|found| {
            let object = found.after.or(found.before)?;
            Some((found.key.clone(), Arc::clone(object)))
        })
        .collect();
    for (_, value) in &mut all {
        mark(Arc::make_mut(value));
    }
    all
}
