//! What a comparison of declared schemas leaves out, and the catalog keeps: whose partition or child
//! a table is, whether it is logged, when its foreign keys are looked at, what a domain asks for.

use super::step;
use crate::catalog::convert::{check_definition, object_name};
use crate::catalog::{Catalog, Domain, QName, Table};
use crate::drift::RepairStep;
use crate::source::Span;
use crate::sql::change::{
    AlterTable, ChangeKind, Deferral, DomainAction, DropMode, Ident, PartitionBound, Persistence,
    TableAction,
};

/// Partitions that the migration gave to a table that was there: no declaration speaks of them.
pub(super) fn new_partitions(before: &Catalog, now: &Catalog) -> (Vec<RepairStep>, Vec<String>) {
    let new = now.tables.iter().filter(|(name, table)| {
        let parent = table.partition_of.as_ref().map(|part| &part.parent);
        parent.is_some_and(|parent| before.tables.contains_key(parent))
            && !before.tables.contains_key(*name)
            && table.origin.made.is_some()
    });
    let names: Vec<&QName> = new.map(|(name, _)| name).collect();
    let steps = names.iter().map(|name| {
        step(ChangeKind::DropTable {
            names: vec![object_name(name)],
            mode: DropMode::default(),
            temporary: false,
        })
    });
    let remarks = names.iter().map(|name| {
        format!("`{name}` is dropped with the data in all of its rows: nothing brings it back but a backup")
    });
    (steps.collect(), remarks.collect())
}

/// Steps that come before all else, and steps that come after it.
pub(super) fn back(before: &Catalog, now: &Catalog) -> (Vec<RepairStep>, Vec<RepairStep>) {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (name, was) in &before.tables {
        if let Some(is) = now.tables.get(name)
            && !std::sync::Arc::ptr_eq(was, is)
        {
            of_table(was, is, before, &mut first, &mut last);
        }
    }
    for (name, was) in &before.domains {
        if let Some(is) = now.domains.get(name) {
            of_domain(was, is, &mut last);
        }
    }
    (first, last)
}

fn of_table(
    was: &Table,
    is: &Table,
    before: &Catalog,
    first: &mut Vec<RepairStep>,
    last: &mut Vec<RepairStep>,
) {
    let there = |table: &QName| before.tables.contains_key(table);
    let alter = |table: &QName, action| {
        step(ChangeKind::AlterTable(Box::new(AlterTable {
            table: object_name(table),
            actions: vec![(action, Span::default())],
            ..AlterTable::default()
        })))
    };
    if was.partition_of != is.partition_of {
        if let Some(part) = is.partition_of.as_ref().filter(|part| there(&part.parent)) {
            let partition = object_name(&was.name);
            let action = TableAction::DetachPartition {
                partition,
                concurrently: false,
            };
            first.push(alter(&part.parent, action));
        }
        if let Some(part) = &was.partition_of {
            let action = TableAction::AttachPartition {
                partition: object_name(&was.name),
                bound: PartitionBound {
                    sql: part.bound.clone(),
                },
            };
            last.push(alter(&part.parent, action));
        }
    }
    let known = |table: &Table| {
        let partitions = table.partition_by.as_ref();
        partitions.is_none_or(|partitions| partitions.written.is_some())
    };
    if was.partition_by != is.partition_by
        && !before.dialect.has_schemas()
        && known(was)
        && known(is)
    {
        // It may stand in the way of keys that come back, as these may of it.
        if is.partition_by.is_some() && was.partition_by.is_none() {
            first.push(alter(&was.name, TableAction::RemovePartitioning));
        }
        if let Some(partitions) = was.partition_by.clone() {
            last.push(alter(
                &was.name,
                TableAction::PartitionBy(Box::new(partitions)),
            ));
        }
    }
    for parent in is.inherits.iter().filter(|it| !was.inherits.contains(it)) {
        if there(parent) {
            let action = TableAction::NoInherit(object_name(parent));
            first.push(alter(&was.name, action));
        }
    }
    for parent in was.inherits.iter().filter(|it| !is.inherits.contains(it)) {
        last.push(alter(&was.name, TableAction::Inherit(object_name(parent))));
    }
    if was.persistence != is.persistence && was.persistence != Persistence::Temporary {
        let logged = was.persistence == Persistence::Permanent;
        last.push(alter(&was.name, TableAction::SetLogged(logged)));
    }
    for key in &was.foreign_keys {
        let other = is.foreign_keys.iter().find(|other| other.name == key.name);
        if let Some(other) = other
            && other.deferral != key.deferral
            && other.columns == key.columns
        {
            let action = TableAction::AlterConstraint {
                name: Ident::synthetic(key.name.clone()),
                deferrable: Some(key.deferral != Deferral::Never),
                initially_deferred: (key.deferral != Deferral::Never)
                    .then_some(key.deferral == Deferral::Initially),
            };
            last.push(alter(&was.name, action));
        }
    }
}

fn of_domain(was: &Domain, is: &Domain, last: &mut Vec<RepairStep>) {
    let mut alter = |action| {
        last.push(step(ChangeKind::AlterDomain {
            name: object_name(&was.name),
            action,
        }));
    };
    for check in &is.checks {
        let other = was.checks.iter().find(|other| other.name == check.name);
        if other.is_none_or(|other| other.expr.sql != check.expr.sql) {
            alter(DomainAction::DropConstraint {
                name: Ident::synthetic(check.name.clone()),
                if_exists: false,
            });
        }
    }
    for check in &was.checks {
        let other = is.checks.iter().find(|other| other.name == check.name);
        if other.is_none_or(|other| other.expr.sql != check.expr.sql) {
            alter(DomainAction::AddConstraint {
                constraint: Box::new(check_definition(check)),
                not_valid: !check.valid,
            });
        }
    }
    let sql = |domain: &Domain| domain.default.as_ref().map(|default| default.sql.clone());
    if sql(was) != sql(is) {
        alter(match &was.default {
            Some(default) => DomainAction::SetDefault(default.clone()),
            None => DomainAction::DropDefault,
        });
    }
    if was.not_null != is.not_null {
        alter(if was.not_null {
            DomainAction::SetNotNull
        } else {
            DomainAction::DropNotNull
        });
    }
}
