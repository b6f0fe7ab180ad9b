//! Relations that a lock on another one reaches: partitions, and tables that refer to it.

use crate::catalog::{Catalog, Mention, QName, TableKind};
use crate::sql::change::ObjectName;

/// The relation of that name, or the name that it would have.
pub(super) fn named(catalog: &Catalog, name: &ObjectName) -> QName {
    catalog
        .find_table(name)
        .or_else(|| catalog.find_view(name))
        .or_else(|| catalog.find_sequence(name))
        .unwrap_or_else(|| catalog.qualify(name))
}

pub(super) fn is_partitioned(catalog: &Catalog, name: &QName) -> bool {
    catalog
        .tables
        .get(name)
        .is_some_and(|table| table.kind == TableKind::Partitioned)
}

/// The relation, and its partitions and inheriting tables unless `only` it is meant.
pub(super) fn family(catalog: &Catalog, name: &QName, only: bool) -> Vec<QName> {
    let mut found = vec![name.clone()];
    let mut next = 0;
    while let Some(name) = found.get(next).filter(|_| !only) {
        let children = catalog.children(name);
        for child in children {
            if !found.contains(&child) {
                found.push(child);
            }
        }
        next += 1;
    }
    found
}

pub(super) fn default_partition(catalog: &Catalog, parent: &QName) -> Option<QName> {
    let mut tables = catalog.tables.with(Mention::DefaultOf(&parent.name));
    let (name, _) = tables.find(|(_, table)| {
        let mut partition = table.partition_of.iter();
        partition.any(|partition| partition.parent == *parent && partition.is_default())
    })?;
    Some(name.clone())
}

/// Tables with a foreign key to this one.
pub(super) fn referencing(catalog: &Catalog, name: &QName) -> Vec<QName> {
    let tables = catalog.tables.with(Mention::Relation(&name.name));
    tables
        .filter(|(other, table)| *other != name && table.has_key_to(name))
        .map(|(other, _)| other.clone())
        .collect()
}
