//! What migrations should make: what they make now, with the differences closed that were reported.
//!
//! It begins with the migrated schema, not with the declared one. A declaration that cannot say
//! everything (one that knows no CHECK and no length of a text) would otherwise take away what it
//! is silent about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::{
    Catalog, Column, Enum, ForeignKey, Mention, Part, QName, SharedMap, Slot, Table,
    index_mentions, mentions,
};
use crate::compare::Difference;

/// The migrated schema, with what `differences` name taken from the declared one.
pub(super) fn target(
    declared: &Catalog,
    migrated: &Catalog,
    differences: &[Difference],
) -> Catalog {
    let mut target = migrated.clone();
    add_uncompared(&mut target, declared);
    let mut columns: BTreeMap<&QName, Vec<&str>> = BTreeMap::new();
    for difference in differences {
        let owner = &difference.slot.owner;
        match &difference.slot.part {
            Part::Column(column) => columns.entry(owner).or_default().push(column),
            _ => take(&mut target, declared, &difference.slot),
        }
    }
    for (owner, columns) in &columns {
        take_columns(&mut target, declared, owner, columns);
    }
    for (owner, columns) in columns {
        forget_columns(&mut target, owner, &columns);
    }
    for difference in differences {
        if difference.slot.part == Part::Table {
            forget_table(&mut target, &difference.slot.owner);
        }
    }
    target
}

/// What no difference is about, and what is declared may need: a domain of a new column, say.
fn add_uncompared(target: &mut Catalog, declared: &Catalog) {
    fn add<K: Ord + Clone, V: Clone>(target: &mut SharedMap<K, V>, declared: &SharedMap<K, V>) {
        for (name, object) in declared {
            if !target.contains_key(name) {
                target.insert(name.clone(), object.clone());
            }
        }
    }
    add(&mut target.schemas, &declared.schemas);
    for (name, domain) in &declared.domains {
        if !target.domains.contains_key(name) {
            target.domains.insert(name.clone(), Arc::clone(domain));
        }
    }
    for (name, composite) in &declared.composites {
        if !target.composites.contains_key(name) {
            target
                .composites
                .insert(name.clone(), Arc::clone(composite));
        }
    }
    add(&mut target.functions, &declared.functions);
    add(&mut target.extensions, &declared.extensions);
    for (name, sequence) in &declared.sequences {
        if !target.sequences.contains_key(name) && sequence.owner.is_none() {
            target.sequences.insert(name.clone(), Arc::clone(sequence));
        }
    }
}

/// Forgets what rests on those of these columns that are gone.
fn forget_columns(target: &mut Catalog, owner: &QName, columns: &[&str]) {
    let Some(table) = target.tables.get(owner).map(Arc::clone) else {
        return;
    };
    let stay = table.columns_by_name();
    for column in columns.iter().filter(|it| !stay.contains_key(*it)) {
        forget_column(target, owner, column);
    }
}

/// A column that goes takes with it what rests on it, whether the declaration can say that or not.
fn forget_column(target: &mut Catalog, owner: &QName, column: &str) {
    let has = |columns: &[String]| columns.iter().any(|one| one == column);
    let refers = |key: &ForeignKey| key.table == *owner && has(&key.referenced);
    for name in referring(target, owner, refers)
        .into_iter()
        .chain([owner.clone()])
    {
        let Some(table) = target.tables.get_mut(&name) else {
            continue;
        };
        let table = Arc::make_mut(table);
        table.foreign_keys.retain(|key| !refers(key));
        if name == *owner {
            table.foreign_keys.retain(|key| !has(&key.columns));
            table.uniques.retain(|key| !has(&key.columns));
            table.primary_key = table.primary_key.take().filter(|key| !has(&key.columns));
            table.indexes.retain(|index| !index_mentions(index, column));
            table.checks.retain(|check| !mentions(&check.expr, column));
        }
    }
}

/// Foreign keys do not stay without the table that they refer to.
fn forget_table(target: &mut Catalog, owner: &QName) {
    if target.tables.contains_key(owner) {
        return;
    }
    let refers = |key: &ForeignKey| key.table == *owner;
    for name in referring(target, owner, refers) {
        if let Some(table) = target.tables.get_mut(&name) {
            Arc::make_mut(table).foreign_keys.retain(|key| !refers(key));
        }
    }
}

/// The tables with such a foreign key to a table.
fn referring(target: &Catalog, table: &QName, refers: impl Fn(&ForeignKey) -> bool) -> Vec<QName> {
    let tables = target.tables.with(Mention::Relation(&table.name));
    tables
        .filter(|(_, table)| table.foreign_keys.iter().any(&refers))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Makes one object what is declared.
fn take(target: &mut Catalog, declared: &Catalog, key: &Slot) {
    let owner = &key.owner;
    match &key.part {
        Part::Table => {
            match declared.tables.get(owner) {
                Some(table) => _ = target.tables.insert(owner.clone(), table.clone()),
                None => _ = target.tables.remove(owner),
            }
            take_sequences(target, declared, owner, None);
        }
        Part::Enum => match declared.enums.get(owner) {
            Some(kind) => _ = target.enums.insert(owner.clone(), kind.clone()),
            None => _ = target.enums.remove(owner),
        },
        Part::View => match declared.views.get(owner) {
            Some(view) => _ = target.views.insert(owner.clone(), view.clone()),
            None => _ = target.views.remove(owner),
        },
        Part::EnumValue(label) => {
            let (Some(kind), Some(known)) =
                (target.enums.get_mut(owner), declared.enums.get(owner))
            else {
                return;
            };
            take_label(Arc::make_mut(kind), known, label);
        }
        part => {
            let (Some(table), Some(known)) =
                (target.tables.get_mut(owner), declared.tables.get(owner))
            else {
                return;
            };
            take_part(Arc::make_mut(table), known, part);
            if let Part::Default(column) = part {
                take_sequences(target, declared, owner, Some(column));
            }
        }
    }
}

/// Takes columns from what is declared, those of a table together: a table may have thousands.
fn take_columns(target: &mut Catalog, declared: &Catalog, owner: &QName, columns: &[&str]) {
    let (Some(table), Some(known)) = (target.tables.get_mut(owner), declared.tables.get(owner))
    else {
        return;
    };
    let table = Arc::make_mut(table);
    let meant: BTreeSet<&str> = columns.iter().copied().collect();
    table
        .columns
        .retain(|column| !meant.contains(column.name.as_str()));
    let named = known.columns.iter();
    let named: BTreeMap<&str, &Column> = named.map(|it| (it.name.as_str(), it)).collect();
    let declares = columns.iter().filter_map(|column| named.get(column));
    table.columns.extend(declares.copied().cloned());
    for column in columns {
        take_sequences(target, declared, owner, Some(column));
    }
}

/// Adds a label where it is declared, after the one that comes before it there, or takes one away.
fn take_label(kind: &mut Enum, declared: &Enum, label: &str) {
    let Some(at) = declared.label_texts().position(|one| one == label) else {
        kind.labels.retain(|one| one.text != label);
        return;
    };
    let mut before = declared.labels[..at].iter().rev();
    let place = before
        .find_map(|one| kind.label_texts().position(|known| *known == one.text))
        .map_or(0, |known| known + 1);
    kind.labels.insert(place, declared.labels[at].clone());
}

fn take_part(table: &mut Table, known: &Table, part: &Part) {
    let sorted = |columns: &[String]| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        columns
    };
    match part {
        Part::Type(name) | Part::Nullable(name) | Part::Default(name) => {
            let (Some(column), Some(known)) = (
                table.columns.iter_mut().find(|column| column.name == *name),
                known.columns.iter().find(|column| column.name == *name),
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
        Part::Table | Part::Column(_) | Part::Enum | Part::EnumValue(_) | Part::View => {}
    }
}

/// Takes what is meant from the other list.
fn replace<T: Clone>(list: &mut Vec<T>, known: &[T], is_meant: impl Fn(&T) -> bool) {
    list.retain(|one| !is_meant(one));
    list.extend(known.iter().filter(|one| is_meant(one)).cloned());
}

/// The sequences that a table's columns, or one of them, take their values from.
fn take_sequences(target: &mut Catalog, declared: &Catalog, table: &QName, column: Option<&str>) {
    let old = target.owned_sequences(table, column);
    let old: Vec<QName> = old.map(|(name, _)| name.clone()).collect();
    for name in old {
        target.sequences.remove(&name);
    }
    for (name, sequence) in declared.owned_sequences(table, column) {
        let sequence = Arc::new(sequence.clone());
        target.sequences.insert(name.clone(), sequence);
    }
}
