//! What migrations should make where only a part of the differences is to be closed: the declared
//! schema, and the rest as it is.

use std::sync::Arc;

use crate::catalog::{Catalog, Column, Part, QName, Slot, Table};
use crate::compare::Difference;

/// The declared schema, with what `left` names taken from the migrations.
pub(super) fn target(declared: &Catalog, migrated: &Catalog, left: &[Difference]) -> Catalog {
    let mut target = declared.clone();
    for difference in left {
        keep(&mut target, migrated, &difference.key);
    }
    target
}

/// Makes one object what the migrations make of it.
fn keep(target: &mut Catalog, migrated: &Catalog, key: &Slot) {
    let owner = &key.owner;
    match &key.part {
        Part::Table => {
            match migrated.tables.get(owner) {
                Some(table) => _ = target.tables.insert(owner.clone(), table.clone()),
                None => _ = target.tables.remove(owner),
            }
            keep_sequences(target, migrated, owner, None);
        }
        Part::Enum => match migrated.enums.get(owner) {
            Some(kind) => _ = target.enums.insert(owner.clone(), kind.clone()),
            None => _ = target.enums.remove(owner),
        },
        Part::View => match migrated.views.get(owner) {
            Some(view) => _ = target.views.insert(owner.clone(), view.clone()),
            None => _ = target.views.remove(owner),
        },
        Part::EnumValue(label) => {
            let (Some(kind), Some(known)) =
                (target.enums.get_mut(owner), migrated.enums.get(owner))
            else {
                return;
            };
            let kind = Arc::make_mut(kind);
            match known.labels.iter().find(|(known, _)| known == label) {
                Some(known) => kind.labels.push(known.clone()),
                None => kind.labels.retain(|(known, _)| known != label),
            }
        }
        part => {
            let (Some(table), Some(known)) =
                (target.tables.get_mut(owner), migrated.tables.get(owner))
            else {
                return;
            };
            keep_part(Arc::make_mut(table), known, part);
            if let Part::Column(column) | Part::Default(column) = part {
                keep_sequences(target, migrated, owner, Some(column));
            }
        }
    }
}

fn keep_part(table: &mut Table, known: &Table, part: &Part) {
    let sorted = |columns: &[String]| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        columns
    };
    match part {
        Part::Column(name) => replace(&mut table.columns, &known.columns, |column| {
            column.name == *name
        }),
        Part::Type(name) | Part::Nullable(name) | Part::Default(name) => {
            let of = |column: &&Column| column.name == *name;
            let (Some(column), Some(known)) = (
                table.columns.iter_mut().find(|column| column.name == *name),
                known.columns.iter().find(of),
            ) else {
                return;
            };
            match part {
                Part::Type(_) => column.data_type = known.data_type.clone(),
                Part::Nullable(_) => column.not_null = known.not_null,
                _ => {
                    column.default.clone_from(&known.default);
                    column.identity.clone_from(&known.identity);
                    column.generated.clone_from(&known.generated);
                    column.auto_increment = known.auto_increment;
                }
            }
        }
        Part::PrimaryKey => table.primary_key.clone_from(&known.primary_key),
        Part::Unique(columns) => {
            replace(&mut table.uniques, &known.uniques, |key| {
                sorted(&key.columns) == *columns
            });
            replace(&mut table.indexes, &known.indexes, |index| {
                let keys: Vec<String> = index
                    .keys
                    .iter()
                    .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                    .collect();
                index.unique && sorted(&keys) == *columns
            });
        }
        Part::ForeignKey(columns) => {
            replace(&mut table.foreign_keys, &known.foreign_keys, |key| {
                key.columns == *columns
            });
        }
        Part::Index(name) => replace(&mut table.indexes, &known.indexes, |index| {
            index.name == *name
        }),
        Part::Check(name) => replace(&mut table.checks, &known.checks, |check| {
            check.name == *name
        }),
        Part::Table | Part::Enum | Part::EnumValue(_) | Part::View => {}
    }
}

/// Takes what is meant from the other list.
fn replace<T: Clone>(list: &mut Vec<T>, known: &[T], is_meant: impl Fn(&T) -> bool) {
    list.retain(|one| !is_meant(one));
    list.extend(known.iter().filter(|one| is_meant(one)).cloned());
}

/// The sequences that a table's columns, or one of them, take their values from.
fn keep_sequences(target: &mut Catalog, migrated: &Catalog, table: &QName, column: Option<&str>) {
    let owned = |owner: &Option<(QName, String)>| {
        owner
            .as_ref()
            .is_some_and(|(of, name)| of == table && column.is_none_or(|column| column == name))
    };
    target
        .sequences
        .retain(|_, sequence| !owned(&sequence.owner));
    let known = migrated
        .sequences
        .iter()
        .filter(|(_, sequence)| owned(&sequence.owner));
    for (name, sequence) in known {
        target.sequences.insert(name.clone(), Arc::clone(sequence));
    }
}
