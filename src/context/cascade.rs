//! What goes with something else: tables that a `TRUNCATE` empties along, objects that a `DROP …
//! CASCADE` takes.

use super::Context;
use crate::catalog::{Catalog, Droppable, Mention, QName, Strength, Table};
use crate::sql::change::{ChangeKind, ObjectName, TableAction};

impl<'a> Context<'a> {
    /// The tables that may hold rows and that `TRUNCATE … CASCADE` of these empties too, by the
    /// foreign keys that point at them.
    pub fn emptied_along(&self, tables: &[ObjectName]) -> Vec<&'a Table> {
        let catalog = self.catalog;
        let mut going: Vec<QName> = tables
            .iter()
            .filter_map(|name| catalog.find_table(name))
            .collect();
        let named = going.len();
        let mut at = 0;
        while let Some(name) = going.get(at).cloned() {
            for (other, table) in catalog.tables.with(Mention::Relation(&name.name)) {
                let refers = table.has_key_to(&name);
                if refers && !going.contains(other) {
                    going.push(other.clone());
                }
            }
            at += 1;
        }
        going[named..]
            .iter()
            .filter_map(|name| catalog.tables.get(name))
            .map(|table| &**table)
            .filter(|table| !self.has_no_rows(table))
            .collect()
    }

    /// What stands in the way of dropping these objects, and goes with them when `CASCADE` is
    /// written: what this change set made, and what this migration makes again, is left out.
    pub(crate) fn taken_along(&self, targets: &[Droppable]) -> Vec<Droppable> {
        let mut found = self.catalog.in_the_way_of(targets);
        found.retain(|object| {
            let new = self
                .catalog
                .object_site(object)
                .is_some_and(|site| self.in_batch(site));
            !new && !self.is_made_again(object)
        });
        found
    }

    fn is_made_again(&self, object: &Droppable) -> bool {
        let mut changes = self.changes_later();
        changes.any(|reached| match (&reached.change.kind, object) {
            (ChangeKind::CreateView { name, .. }, Droppable::View(view)) => {
                self.is_named(name, view)
            }
            (ChangeKind::CreateFunction { name, .. }, Droppable::Function(function, _)) => {
                self.is_named(name, function)
            }
            (ChangeKind::CreateTrigger { name, table, .. }, Droppable::Trigger(of, trigger)) => {
                name.value == *trigger && self.is_named(table, of)
            }
            (ChangeKind::CreatePolicy { name, table, .. }, Droppable::Policy(of, policy)) => {
                name.value == *policy && self.is_named(table, of)
            }
            (ChangeKind::CreateTable(create), Droppable::Table(table)) => {
                self.is_named(&create.name, table)
            }
            (ChangeKind::AlterTable(alter), object) => alter.actions.iter().any(|(action, _)| {
                let restored = match (action, object) {
                    (TableAction::AddConstraint(constraint), Droppable::Constraint(of, name)) => {
                        let named = constraint
                            .name
                            .as_ref()
                            .is_some_and(|written| written.value == *name);
                        named.then_some(of)
                    }
                    (TableAction::AddColumn { column, .. }, Droppable::Column(of, name)) => {
                        (column.name.value == *name).then_some(of)
                    }
                    (TableAction::SetDefault { column, .. }, Droppable::Default(of, name)) => {
                        (column.value == *name).then_some(of)
                    }
                    _ => None,
                };
                restored.is_some_and(|of| self.is_named(&alter.table, of))
            }),
            _ => false,
        })
    }
}

impl Catalog {
    /// What only `CASCADE` takes along with some objects, in the order in which it is found.
    pub(crate) fn in_the_way_of(&self, targets: &[Droppable]) -> Vec<Droppable> {
        let mut going = targets.to_vec();
        let mut found: Vec<Droppable> = Vec::new();
        let mut at = 0;
        while let Some(object) = going.get(at).cloned() {
            for (dependent, strength) in self.dependents(&object) {
                if going
                    .iter()
                    .any(|gone| *gone == dependent || gone.covers(&dependent))
                {
                    continue;
                }
                if strength == Strength::Normal || found.contains(&object) {
                    found.push(dependent.clone());
                }
                going.push(dependent);
            }
            at += 1;
        }
        found
    }
}
