//! What numbers rows: sequences, and MySQL's `AUTO_INCREMENT`, which wants a key at all times.

use super::{Phase, Steps};
use crate::catalog::{Column, Part, QName, Table, convert};
use crate::compare::Presence;
use crate::sql::change::{ChangeKind, ColumnRef, Ident, TableAction};

impl Steps<'_> {
    /// The sequence that a column takes its values from, if it is made here.
    pub(crate) fn counter(&mut self, table: &QName, column: &Column) -> bool {
        let Some(default) = &column.default else {
            return false;
        };
        let used = self.to.sequences_of(&default.expr);
        let mut used = used.filter(|(_, sequence)| !sequence.identity);
        let Some((name, sequence)) = used.next() else {
            return false;
        };
        if self.from.sequences.contains_key(name) {
            return false;
        }
        self.need_schema(&name.schema);
        let kind = ChangeKind::CreateSequence {
            name: convert::object_name(name),
            if_not_exists: false,
            data_type: (sequence.data_type.name != "bigint").then(|| sequence.data_type.clone()),
            owned_by: None,
            temporary: false,
        };
        self.push(Phase::Types, kind);
        if sequence
            .owner
            .as_ref()
            .is_some_and(|owner| owner.is(table, &column.name))
        {
            let owner = ColumnRef {
                relation: Some(convert::object_name(table)),
                column: Ident::synthetic(column.name.clone()),
            };
            self.push(
                Phase::NewCounters,
                ChangeKind::AlterSequence {
                    name: convert::object_name(name),
                    owned_by: Some(Some(owner)),
                    rename: None,
                    set_schema: None,
                    if_exists: false,
                },
            );
        }
        true
    }

    /// Removes AUTO_INCREMENT before its key is dropped, and restores it once there is a key.
    pub(crate) fn auto_increment(&mut self) {
        if !self.to.dialect.counts_for_a_key_only() {
            return;
        }
        let (from, to) = (self.from, self.to);
        for (name, old) in &from.tables {
            let Some(new) = to.tables.get(name) else {
                continue;
            };
            let counts = |table: &'_ Table| {
                table
                    .columns
                    .iter()
                    .find(|column| column.auto_increment)
                    .cloned()
            };
            let (before, after) = (counts(old), counts(new));
            let stops = before.as_ref().is_some_and(|column| {
                self.differences.iter().any(|difference| {
                    difference.slot.owner == *name
                        && concerns(&difference.slot.part, difference.direction, column, old)
                })
            });
            let changes = after.as_ref().is_some_and(|column| {
                self.differences.iter().any(|difference| {
                    let part = &difference.slot.part;
                    let own = [Part::Type, Part::Nullable, Part::Default]
                        .map(|part| part(column.name.clone()));
                    difference.slot.owner == *name && own.contains(part)
                })
            });
            if let Some(column) = before.as_ref().filter(|_| stops) {
                let mut definition = Box::new(convert::column_definition(column, self.to.dialect));
                definition.auto_increment = false;
                let from = definition.name.clone();
                // MySQL takes no table with an AUTO_INCREMENT column that no key begins with, not
                // even between two statements of a migration (error 1075).
                let action = TableAction::Modify {
                    from,
                    column: definition,
                    position: None,
                };
                self.alter(Phase::Counters, name, action);
            }
            let Some(column) = after else { continue };
            match old.column(&column.name) {
                None => self.add_counted(new, &column),
                Some(known) if stops || changes || !known.auto_increment => {
                    let definition = Box::new(self.definition(name, &column));
                    let from = definition.name.clone();
                    let action = TableAction::Modify {
                        from,
                        column: definition,
                        position: None,
                    };
                    self.alter(Phase::NewCounters, name, action);
                }
                Some(_) => {}
            }
        }
    }
}

/// Whether a difference takes away a column that counts, or a key of it.
fn concerns(part: &Part, direction: Presence, column: &Column, table: &Table) -> bool {
    if direction == Presence::LeftOnly {
        return false;
    }
    match part {
        Part::PrimaryKey => table
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.contains(&column.name)),
        Part::Unique(columns) => columns.contains(&column.name),
        Part::Index(index) => table.indexes.iter().any(|it| {
            it.name == *index
                && it
                    .keys
                    .iter()
                    .any(|key| key.column.as_ref() == Some(&column.name))
        }),
        Part::Column(name) | Part::Default(name) => *name == column.name,
        _ => false,
    }
}
