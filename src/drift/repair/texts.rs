//! Objects that are made by their own text: views, triggers, policies, virtual tables.

use std::collections::BTreeSet;

use super::{Phase, RepairStep, Steps};
use crate::catalog::{
    Catalog, Definition, Part, QName, Site, Slot, Subject, Texts, Written, convert,
};
use crate::compare::{Difference, Presence};
use crate::sql::change::{ChangeKind, DropMode};

impl Steps<'_> {
    /// The statements that make an object, as the schema writes them, or else the migrations.
    pub(crate) fn texts_of(&self, subject: &Subject) -> Option<Vec<RepairStep>> {
        self.declared_texts(subject)
            .or_else(|| self.whole.migrates.steps(subject))
    }

    pub(crate) fn declared_texts(&self, subject: &Subject) -> Option<Vec<RepairStep>> {
        self.whole.declares.steps(subject)
    }

    pub(crate) fn view(&mut self, difference: &Difference) {
        let owner = &difference.slot.owner;
        if difference.direction == Presence::RightOnly {
            return;
        }
        match self.declared_texts(&Subject::View(owner.clone())) {
            Some(steps) => self.push_steps(Phase::NewViews, steps),
            None => self.leave_view(owner),
        }
    }

    fn leave_view(&mut self, name: &QName) {
        let remark = format!(
            "view `{name}` is declared, and no migration makes it: write its `CREATE VIEW`"
        );
        self.leave(Slot::new(name, Part::View), remark);
    }

    pub(crate) fn drop_view(&mut self, name: &QName) {
        let materialized = self
            .from
            .views
            .get(name)
            .is_some_and(|view| view.materialized);
        let names = vec![convert::object_name(name)];
        self.push(
            Phase::Views,
            ChangeKind::DropView {
                names,
                materialized,
                mode: DropMode::default(),
            },
        );
    }

    /// Drops views that stand in the way, those first that read others, and makes again what can
    /// stay.
    pub(crate) fn recreate_views(&mut self, drops: &BTreeSet<QName>) {
        let order = views_in_order(&self.from.definitions());
        for name in order.iter().rev().filter(|name| drops.contains(*name)) {
            self.drop_view(name);
        }
        let declares = self.whole.declares;
        let mut made = declares.views_in_order();
        made.extend(
            order
                .into_iter()
                .filter(|name| !declares.catalog.views.contains_key(name)),
        );
        let new = self
            .differences
            .iter()
            .filter(|it| it.slot.part == Part::View && it.direction == Presence::LeftOnly);
        let new: BTreeSet<QName> = new
            .map(|difference| difference.slot.owner.clone())
            .collect();
        // New views wait for those that they read.
        self.phases[Phase::NewViews as usize].steps_mut().clear();
        for name in made
            .into_iter()
            .filter(|name| drops.contains(name) || new.contains(name))
        {
            if self.differs(&name, &Part::View) {
                continue;
            }
            let subject = Subject::View(name.clone());
            let declared = self.declared_texts(&subject);
            let steps = match declared {
                Some(steps) => Some(steps),
                None if self.can_be_read(&name) => self.texts_of(&subject),
                None => None,
            };
            match steps {
                Some(steps) => self.push_steps(Phase::NewViews, steps),
                None if new.contains(&name) => self.leave_view(&name),
                None => self.leave(
                    Slot::new(&name, Part::View),
                    format!("view `{name}` reads what changes and is dropped: write it again"),
                ),
            }
        }
    }

    /// Whether everything that a view reads is still there.
    fn can_be_read(&self, view: &QName) -> bool {
        let Some(view) = self.from.views.get(view) else {
            return false;
        };
        view.relations.iter().all(|name| {
            self.to.tables.contains_key(name)
                || self.from.views.contains_key(name)
                || !self.from.tables.contains_key(name)
        }) && view.uses.iter().all(|used| {
            !self.from.tables.contains_key(&used.table)
                || self.stay(&used.table, std::iter::once(&used.name))
        })
    }
}

/// One side with the text that it was made from.
pub(crate) struct SideText<'a> {
    pub(crate) catalog: &'a Catalog,
    texts: &'a Texts,
    definitions: Vec<Definition>,
}

impl<'a> SideText<'a> {
    pub(crate) fn new(catalog: &'a Catalog, texts: &'a Texts) -> Self {
        Self {
            catalog,
            texts,
            definitions: catalog.definitions(),
        }
    }

    fn views_in_order(&self) -> Vec<QName> {
        views_in_order(&self.definitions)
    }

    /// The statement at a place that makes a part of a view.
    pub(crate) fn made_at(&self, subject: Subject, site: Site) -> Option<Vec<RepairStep>> {
        let words = format!("CREATE {}", subject.kind().to_uppercase());
        let object = Written {
            subject,
            sites: vec![site],
            otherwise: None,
        };
        let texts = self.texts.statements(self.catalog, &object)?;
        let steps = texts.into_iter().map(|text| RepairStep {
            kind: ChangeKind::Inert(words.clone()),
            text: Some(bare(&text)),
        });
        Some(steps.collect())
    }

    /// The statements that make an object, as they were written.
    fn steps(&self, subject: &Subject) -> Option<Vec<RepairStep>> {
        let mut found = None;
        for definition in &self.definitions {
            match definition {
                Definition::Text(object) if object.subject == *subject => {
                    let words = format!("CREATE {}", subject.kind().to_uppercase());
                    found = match (
                        self.texts.statements(self.catalog, object),
                        &object.otherwise,
                    ) {
                        (Some(texts), _) => Some(
                            texts
                                .into_iter()
                                .map(|text| RepairStep {
                                    kind: ChangeKind::Inert(words.clone()),
                                    text: Some(bare(&text)),
                                })
                                .collect::<Vec<_>>(),
                        ),
                        (None, Some(change)) => Some(vec![RepairStep {
                            kind: change.kind.clone(),
                            text: None,
                        }]),
                        (None, None) => return None,
                    };
                }
                // Those of a materialized view come after it.
                Definition::Change(change) => {
                    if let (ChangeKind::CreateIndex { table, .. }, Subject::View(name), Some(steps)) =
                        (&change.kind, subject, &mut found)
                        && self.catalog.qualify(table) == *name
                    {
                        steps.push(RepairStep {
                            kind: change.kind.clone(),
                            text: None,
                        });
                    }
                }
                Definition::Text(_) => {}
            }
        }
        found
    }
}

/// Views after those that they read.
fn views_in_order(definitions: &[Definition]) -> Vec<QName> {
    let views = definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::Text(object) => match &object.subject {
                Subject::View(name) => Some(name.clone()),
                _ => None,
            },
            Definition::Change(_) => None,
        });
    views.collect()
}

/// A statement without its terminator.
fn bare(text: &str) -> String {
    text.trim().trim_end_matches(';').trim_end().to_owned()
}
