//! Views that a migration gave another query, and what lies on views that keep theirs.

use super::others::same_texts;
use super::step;
use crate::catalog::convert::object_name;
use crate::catalog::{Catalog, Definition, Droppable, QName, Subject, Texts, View, Written};
use crate::drift::RepairStep;
use crate::sql::change::{ChangeKind, DropMode, ObjectName};
use crate::sql::{Statement, walk};

/// Drops the views that are there before and after, and say something else, with those that read
/// them.
pub(super) fn changed(before: &Catalog, now: &Catalog, texts: &Texts) -> Vec<RepairStep> {
    let mut gone: Vec<QName> = Vec::new();
    for (name, was) in &before.views {
        if let Some(is) = now.views.get(name)
            && is.written != was.written
            && !says_the_same((was, before), (is, now), texts)
        {
            drop_with_readers(name, now, &mut gone);
        }
    }
    let views = gone.iter().filter_map(|name| now.views.get(name));
    views
        .map(|view| {
            step(ChangeKind::DropView {
                names: vec![object_name(&view.name)],
                materialized: view.materialized,
                mode: DropMode::default(),
            })
        })
        .collect()
}

/// Those that read a view come before it.
fn drop_with_readers(name: &QName, now: &Catalog, gone: &mut Vec<QName>) {
    if gone.contains(name) {
        return;
    }
    for (reader, _) in now.dependents(&Droppable::View(name.clone())) {
        if let Droppable::View(reader) = reader
            && reader != *name
        {
            drop_with_readers(&reader, now, gone);
        }
    }
    gone.push(name.clone());
}

fn says_the_same(was: (&View, &Catalog), is: (&View, &Catalog), texts: &Texts) -> bool {
    if was.0.materialized != is.0.materialized {
        return false;
    }
    let text = |(view, catalog): (&View, &Catalog)| {
        texts.statements(
            catalog,
            &Written {
                subject: Subject::View(view.name.clone()),
                sites: view.written.into_iter().collect(),
                otherwise: None,
            },
        )
    };
    match (text(was), text(is)) {
        (Some(one), Some(two)) => same_texts(&one, &two, was.1.dialect),
        _ => was.0.sql == is.0.sql && was.0.columns == is.0.columns,
    }
}

/// Drops the triggers that the migration put on views that were there.
pub(super) fn new_triggers(before: &Catalog, after: &Catalog, up: &[Statement]) -> Vec<RepairStep> {
    let changes = up.iter().flat_map(|it| walk::changes(&it.changes));
    let triggers = changes.filter_map(|reached| match &reached.change.kind {
        ChangeKind::CreateTrigger { name, table, .. } => Some((name, after.qualify(table))),
        _ => None,
    });
    // One that was there is made again with its view.
    let had = |view: &QName, name: &str| {
        let text = before.views.get(view).and_then(|view| view.text.as_ref());
        text.is_some_and(|text| text.triggers.iter().any(|(known, _)| known == name))
    };
    let here = |view: &QName| before.views.contains_key(view) && after.views.contains_key(view);
    triggers
        .filter(|(name, view)| here(view) && !had(view, &name.value))
        .map(|(name, view)| {
            step(ChangeKind::DropTrigger {
                name: ObjectName::synthetic(name.value.clone()),
                table: Some(object_name(&view)).filter(|_| after.dialect.has_schemas()),
                mode: DropMode::default(),
            })
        })
        .collect()
}

/// Indexes of materialized views that stay: what the migration made goes, what it dropped comes
/// back.
pub(super) fn indexes(before: &Catalog, now: &Catalog) -> (Vec<RepairStep>, Vec<RepairStep>) {
    let mut first = Vec::new();
    let mut last = Vec::new();
    for (name, was) in &before.views {
        let Some(is) = now.views.get(name) else {
            continue;
        };
        for index in &is.indexes {
            if !was.indexes.iter().any(|other| other.name == index.name) {
                first.push(step(ChangeKind::DropIndex {
                    names: vec![object_name(&QName::new(
                        name.schema.clone(),
                        index.name.clone(),
                    ))],
                    on: None,
                    concurrently: false,
                    mode: DropMode::default(),
                }));
            }
        }
        for definition in before.definitions_of_view(was) {
            if let Definition::Change(change) = definition
                && let ChangeKind::CreateIndex { index, .. } = &change.kind
                && index
                    .name
                    .as_ref()
                    .is_some_and(|index| !is.indexes.iter().any(|is| is.name == index.value))
            {
                last.push(step(change.kind));
            }
        }
    }
    (first, last)
}
