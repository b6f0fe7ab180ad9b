//! Views and triggers whose text SQLite reads again: whenever something reads the view, and when a
//! table that they use changes.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::from::renamed;
use super::place::ClausePlace;
use super::{Columns, InSight, NameResolver, NameScope, Outputs, ReadView};
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::shared::{MapDifference, SharedMap};
use crate::catalog::{Catalog, Mention, QName, Rejection, Table, Trigger, View};
use crate::source::Span;
use crate::sql::change::ObjectName;

/// The tables and views of a catalog when nothing in them named a relation that was not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnbrokenSchema {
    tables: SharedMap<QName, Arc<Table>>,
    views: SharedMap<QName, Arc<View>>,
}

/// What may name a relation that is not there, by name.
#[derive(Debug, Default)]
pub(crate) struct BrokenSuspects<'c> {
    /// Tables, for their triggers.
    pub(crate) tables: BTreeMap<&'c QName, &'c Table>,
    /// Views.
    pub(crate) views: BTreeMap<&'c QName, &'c View>,
}

impl Catalog {
    /// Takes note that nothing names a relation that is not there.
    pub(crate) fn is_unbroken(&mut self) {
        self.unbroken = UnbrokenSchema {
            tables: (*self.tables).clone(),
            views: (*self.views).clone(),
        };
    }

    /// What may have come to name a relation that is not there since nothing did: what changed, and
    /// what speaks of something that went away. A history of 1,000 tables that renames a column of
    /// each asked a million triggers when all were asked each time.
    pub(crate) fn broken_suspects(&self) -> BrokenSuspects<'_> {
        let before = &self.unbroken;
        let mut suspects = BrokenSuspects::default();
        let mut gone: Vec<&QName> = Vec::new();
        for MapDifference { key, after, .. } in before.tables.differences(&self.tables, Arc::ptr_eq)
        {
            match after {
                Some(table) => _ = suspects.tables.insert(&table.name, table),
                None => gone.push(key),
            }
        }
        for MapDifference { key, after, .. } in before.views.differences(&self.views, Arc::ptr_eq) {
            match after {
                Some(view) => _ = suspects.views.insert(&view.name, view),
                None => gone.push(key),
            }
        }
        for name in gone {
            let mention = Mention::Relation(&name.name);
            suspects.tables.extend(self.tables.with(mention));
            suspects.views.extend(self.views.with(mention));
        }
        suspects
    }
}

/// Why a statement fails that reads a broken view.
pub(super) fn broken_view(view: &View, name: &ObjectName, why: &Rejection) -> Rejection {
    let message = format!("view `{}` cannot be read: {}", view.name, why.message);
    Rejection::new(why.code, name.span(), message)
        .because(view.origin.made, "the view is made here")
}

/// Whether a view has names for more or fewer columns than its query yields.
fn miscounted(outputs: &Outputs, named: usize) -> bool {
    named > 0 && !outputs.open && named != outputs.columns.len()
}

impl<'c> NameResolver<'c> {
    /// What a view yields whose text is read again; `None` where that is not done, or not known.
    pub(super) fn reread(&mut self, view: &'c View) -> Option<ReadView> {
        let text = view.text.as_ref()?;
        let tree = text.tree.get()?;
        if let Some((_, read)) = self.views.iter().find(|(name, _)| **name == view.name) {
            return Some(read.clone());
        }
        // One that reads itself finds this.
        let at = self.views.len();
        self.views.push((&view.name, Ok(Rc::new(Outputs::any()))));
        let mut reader = NameResolver::new(self.catalog, self.span);
        reader.views = std::mem::take(&mut self.views);
        let outputs = reader.query(tree);
        self.views = std::mem::take(&mut reader.views);
        let read = match outputs {
            Ok(outputs) if miscounted(&outputs, text.columns.len()) => {
                let given = outputs.columns.len();
                let message = format!("it names {} columns for {given}", text.columns.len());
                let code = sqlstate::INVALID_COLUMN_REFERENCE;
                Err(Rc::new(Rejection::new(code, self.span, message)))
            }
            Ok(outputs) => Ok(Rc::new(renamed(outputs, &text.columns))),
            Err(why) => Err(Rc::new(why)),
        };
        if let Some((_, slot)) = self.views.get_mut(at) {
            slot.clone_from(&read);
        }
        Some(read)
    }

    /// Looks at a trigger as whenever the schema around it changes.
    fn trigger(&mut self, table: &'c Table, trigger: &'c Trigger) -> Outcome {
        let row = |name: &str| InSight {
            name: name.to_owned(),
            relation: Some(&table.name),
            columns: Columns::Table(table),
            qualified: true,
            broken: None,
        };
        self.scopes.push(NameScope {
            visible: vec![row("new"), row("old")],
            ..NameScope::default()
        });
        if let Some(when) = trigger.when.tree.get() {
            self.one_in(ClausePlace::When, when)?;
        }
        for step in &trigger.body {
            if let Some(step) = step.get() {
                self.query(step)?;
            }
        }
        self.scopes.pop();
        Ok(())
    }
}

impl Apply<'_> {
    /// Refuses a change of a table with which a view or a trigger cannot be read. SQLite looks at all
    /// of them when it renames something or drops a column; those that do not use the table are not
    /// looked at here, since each change would cost as much as the schema is big.
    pub(crate) fn refuse_unreadable(&self, of: &QName, span: Span) -> Outcome {
        match self.catalog.unreadable(of, span).into_iter().next() {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }
}

impl Catalog {
    /// The views and triggers around a table that name a table or a column that is not there, where
    /// the server keeps their text and reads it again.
    pub(crate) fn unreadable(&self, of: &QName, span: Span) -> Vec<Rejection> {
        let mention = Mention::Relation(&of.name);
        let own = self.tables.get(of).map(|table| &**table);
        let others = self.tables.with(mention).map(|(_, table)| table);
        let refusal = |kind: &str, name: &str, why: &Rejection, made| {
            let message = format!("{kind} `{name}` cannot be read: {}", why.message);
            Rejection::new(why.code, span, message).because(made, "made here")
        };
        // Arguments and values are not counted then, and aggregates may stand anywhere.
        let is_seen = |why: &Rejection| {
            [
                sqlstate::UNDEFINED_COLUMN,
                sqlstate::UNDEFINED_TABLE,
                sqlstate::AMBIGUOUS_COLUMN,
            ]
            .contains(&why.code)
        };
        let mut refusals = Vec::new();
        let mut resolver = NameResolver::new(self, span);
        for (_, view) in self.views.with(mention) {
            if let Some(Err(why)) = resolver.reread(view)
                && is_seen(&why)
            {
                refusals.push(refusal("view", &view.name.name, &why, view.origin.made));
            }
        }
        for table in own.into_iter().chain(others) {
            for trigger in &table.triggers {
                let mut reader = NameResolver::new(self, span);
                reader.targets_are_free = true;
                if let Err(why) = reader.trigger(table, trigger)
                    && is_seen(&why)
                {
                    refusals.push(refusal("trigger", &trigger.name, &why, trigger.origin.made));
                }
            }
        }
        refusals
    }
}
