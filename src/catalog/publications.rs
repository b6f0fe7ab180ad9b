//! Publications (PostgreSQL): a table is a member once.

use std::collections::BTreeSet;

use super::apply::{Apply, Outcome};
use super::rejection::sqlstate;
use super::{Origin, QName, Rejection, SharedMap, Site};
use crate::source::Span;
use crate::sql::change::{Ident, ObjectName, PublicationAction};

/// A set of tables whose changes other servers may follow.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Publication {
    /// Its tables, as far as they are known, each with who added it.
    members: SharedMap<QName, Site>,
    /// Whether those are all: not of one that the history did not make.
    whole: bool,
    origin: Origin,
}

/// The publications of a database, which have no schema.
pub(crate) type Publications = SharedMap<String, Publication>;

impl Apply<'_> {
    pub(crate) fn publication(&mut self, name: &Ident, action: &PublicationAction) -> Outcome {
        let key = self.catalog.keep(&name.value).to_owned();
        match action {
            PublicationAction::Create(tables) => {
                if let Some(known) = self.catalog.publications.get(&key)
                    && known.origin.made.is_some()
                {
                    let message = format!("publication `{}` already exists", name.value);
                    return Err(
                        Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span, message)
                            .because(known.origin.made, "made here"),
                    );
                }
                let made = Publication {
                    whole: true,
                    origin: self.origin(),
                    ..Publication::default()
                };
                self.catalog.publications.insert(key.clone(), made);
                self.add_members(&key, tables)
            }
            PublicationAction::Add(tables) => self.add_members(&key, tables),
            PublicationAction::Set(tables) => {
                let known = self.catalog.publications.get_or_default(&key);
                known.members.clear();
                self.add_members(&key, tables)
            }
            PublicationAction::Drop(tables) => self.drop_members(&key, tables),
            PublicationAction::Rename(to) => {
                if let Some(known) = self.catalog.publications.remove(&key) {
                    let to = self.catalog.keep(&to.value).to_owned();
                    self.catalog.publications.insert(to, known);
                }
                Ok(())
            }
            PublicationAction::Remove { .. } | PublicationAction::Unknown => {
                self.catalog.publications.remove(&key);
                Ok(())
            }
        }
    }

    fn add_members(&mut self, publication: &str, tables: &[ObjectName]) -> Outcome {
        // One list may name a table twice.
        let mut listed = BTreeSet::new();
        for table in tables {
            let Some(name) = self.need_table(table)? else {
                continue;
            };
            if !listed.insert(name.clone()) {
                continue;
            }
            let site = self.site;
            let known = self
                .catalog
                .publications
                .get_or_default(&publication.to_owned());
            if let Some(before) = known.members.insert(name.clone(), site) {
                let message = format!(
                    "table `{}` is a member of publication `{publication}` already",
                    self.catalog.shown(&name)
                );
                return Err(
                    Rejection::new(sqlstate::DUPLICATE_OBJECT, table.span(), message)
                        .because(Some(before), "added here"),
                );
            }
        }
        Ok(())
    }

    fn drop_members(&mut self, publication: &str, tables: &[ObjectName]) -> Outcome {
        for table in tables {
            let Some(name) = self.need_table(table)? else {
                continue;
            };
            let Some(known) = self.catalog.publications.get_mut(publication) else {
                continue;
            };
            if known.members.remove(&name).is_none() && known.whole {
                return Err(self.no_member(publication, &name, table.span()));
            }
        }
        Ok(())
    }

    fn no_member(&self, publication: &str, table: &QName, span: Span) -> Rejection {
        let made = self
            .catalog
            .publications
            .get(publication)
            .and_then(|known| known.origin.made);
        let message = format!(
            "table `{}` is not a member of publication `{publication}`",
            self.catalog.shown(table)
        );
        Rejection::new(sqlstate::UNDEFINED_OBJECT, span, message)
            .because(made, "the publication is made here")
    }
}

/// Takes a table out of every publication.
pub(crate) fn forget(publications: &mut Publications, table: &QName) {
    publications.change(
        |known| known.members.contains_key(table),
        |known| _ = known.members.remove(table),
    );
}

/// Gives a member its new name.
pub(crate) fn follow(publications: &mut Publications, from: &QName, to: &QName) {
    publications.change(
        |known| known.members.contains_key(from),
        |known| {
            if let Some(site) = known.members.remove(from) {
                known.members.insert(to.clone(), site);
            }
        },
    );
}

/// Only what was so before and is so now is certain.
pub(crate) fn doubt(publications: &mut Publications, before: &Publications) {
    if publications == before {
        return;
    }
    publications.retain(|name, _| before.contains_key(name));
    let names: Vec<String> = publications.keys().cloned().collect();
    for name in names {
        let Some(known) = publications.get_mut(&name) else {
            continue;
        };
        let old = before.get(&name);
        known
            .members
            .retain(|table, _| old.is_some_and(|old| old.members.contains_key(table)));
        known.whole = false;
    }
}
