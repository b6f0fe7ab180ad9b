//! Drizzle's model to a [`Declared`] schema: its DDL is applied to an empty catalog, and what was not known is remembered.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ddl::statements;
use super::kit::{Doubt, Kit, KitName, KitTable};
use super::names;
use crate::catalog::{Knowledge, Origin, QName, Site, View};
use crate::project::runner::Unit;
use crate::schema::{Declared, Key, Language, Part};
use crate::source::{Source, Span};
use crate::sql::{self, Dialect};

/// The declared schema that a model describes.
pub(crate) fn declare(kit: &Kit, language: Language) -> Declared {
    let mut declared = Declared::new(language, kit.dialect);
    let text = statements(kit).join(";\n");
    let source = Source::new("drizzle.sql", text);
    let whole = Span::new(0, source.text().len());
    let script = sql::script(&source, whole, kit.dialect, declared.catalog.versions, Unit::Statement);
    for statement in &script.statements {
        for change in &statement.changes {
            let site = Site { migration: 0, file: 0, span: statement.span };
            declared.catalog.apply(change, site);
        }
    }
    forget_origins(&mut declared);
    let mut said = BTreeSet::new();
    for doubt in &kit.open {
        declared.catalog.knowledge = Knowledge::Unknown(doubt.reason.clone());
        note(&mut declared, &mut said, doubt, "there may be more tables: ");
    }
    for kind in &kit.enums {
        let name = qualified(kit.dialect, &kind.name);
        declared.place(Key::enumeration(&name), &kind.place.source, kind.place.span);
        match &kind.labels {
            Ok(labels) => {
                for label in labels {
                    declared.place(Key::label(&name, label), &kind.place.source, kind.place.span);
                }
            }
            Err(doubt) => {
                if let Some(known) = declared.catalog.enums.get_mut(&name) {
                    Arc::make_mut(known).knowledge = Knowledge::Unknown(doubt.reason.clone());
                }
                poison(&mut declared, &mut said, Key::enumeration(&name), doubt);
            }
        }
    }
    for table in &kit.tables {
        self::table(&mut declared, kit.dialect, table, &mut said);
    }
    declared.long_names = names::too_long(kit);
    for view in &kit.views {
        let name = qualified(kit.dialect, &view.name);
        declared.place(Key::new(&name, Part::View), &view.place.source, view.place.span);
        if view.existing {
            declared.foreign.insert(name);
            continue;
        }
        let made = View {
            name: name.clone(),
            materialized: view.materialized,
            columns: Vec::new(),
            column_types: Vec::new(),
            relations: Vec::new(),
            uses: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            indexes: Vec::new(),
            sql: view.query.clone().unwrap_or_default(),
            written: None,
            origin: Origin::default(),
            knowledge: Knowledge::Unknown("the query of a declared view is not followed".to_owned()),
        };
        declared.catalog.views.insert(name, Arc::new(made));
    }
    declared
}

fn table(declared: &mut Declared, dialect: Dialect, table: &KitTable, said: &mut BTreeSet<(String, usize)>) {
    let name = qualified(dialect, &table.name);
    declared.place(Key::table(&name), &table.place.source, table.place.span);
    if let Some(doubt) = &table.open {
        if let Some(known) = declared.catalog.tables.get_mut(&name) {
            Arc::make_mut(known).knowledge = Knowledge::Unknown(doubt.reason.clone());
        }
        note(declared, said, doubt, "the table is not known completely: ");
    }
    for (part, doubt) in &table.doubts {
        poison(declared, said, Key::new(&name, part.clone()), doubt);
    }
    declared.coverage.columns += table.unnamed;
    for column in &table.columns {
        let place = &column.place;
        declared.place(Key::column(&name, &column.name), &place.source, place.span);
        if column.client_default {
            declared.client_defaults.insert((name.clone(), column.name.clone()));
        }
        declared.coverage.columns += 1;
        declared.coverage.known += usize::from(column.is_known());
        let part = |part: fn(String) -> Part| Key::new(&name, part(column.name.clone()));
        if let Err(doubt) = &column.data_type {
            poison(declared, said, part(Part::Type), doubt);
        }
        if let Err(doubt) = &column.not_null {
            poison(declared, said, part(Part::Nullable), doubt);
        }
        for doubt in [column.default.as_ref().err(), column.generated.as_ref().err()].into_iter().flatten() {
            poison(declared, said, part(Part::Default), doubt);
        }
        if column.primary {
            declared.place(Key::new(&name, Part::PrimaryKey), &place.source, place.span);
        }
    }
    if let Some(key) = &table.primary_key {
        declared.place(Key::new(&name, Part::PrimaryKey), &key.place.source, key.place.span);
    }
    for key in &table.uniques {
        declared.place(Key::new(&name, Part::Unique(key.columns.clone())), &key.place.source, key.place.span);
    }
    for key in &table.foreign_keys {
        declared.place(Key::new(&name, Part::ForeignKey(key.columns.clone())), &key.place.source, key.place.span);
    }
    for index in &table.indexes {
        let columns = index.elements.iter().map(|element| element.text.clone()).collect();
        let part = if index.unique { Part::Unique(columns) } else { Part::Index(index.name.clone()) };
        declared.place(Key::new(&name, part), &index.place.source, index.place.span);
        declared.place(Key::new(&name, Part::Index(index.name.clone())), &index.place.source, index.place.span);
    }
    for check in &table.checks {
        declared.place(Key::new(&name, Part::Check(check.name.clone())), &check.place.source, check.place.span);
    }
}

/// Nobody migrated a declaration: the sites of the text that was applied mean nothing to anyone else.
fn forget_origins(declared: &mut Declared) {
    let catalog = &mut declared.catalog;
    for table in catalog.tables.values_mut() {
        let table = Arc::make_mut(table);
        table.origin = Origin::default();
        table.columns.iter_mut().for_each(|column| column.origin = Origin::default());
        table.primary_key.iter_mut().chain(&mut table.uniques).for_each(|key| key.origin = Origin::default());
        table.foreign_keys.iter_mut().for_each(|key| key.origin = Origin::default());
        table.indexes.iter_mut().for_each(|index| index.origin = Origin::default());
        table.checks.iter_mut().for_each(|check| check.origin = Origin::default());
    }
    for kind in catalog.enums.values_mut() {
        let kind = Arc::make_mut(kind);
        kind.origin = Origin::default();
        kind.labels.iter_mut().for_each(|(_, origin)| *origin = Origin::default());
    }
    catalog.sequences.values_mut().for_each(|sequence| Arc::make_mut(sequence).origin = Origin::default());
    catalog.schemas.values_mut().for_each(|origin| *origin = Origin::default());
}

pub(super) fn qualified(dialect: Dialect, name: &KitName) -> QName {
    let home = if dialect == Dialect::Postgres { "public" } else { "" };
    QName::new(name.schema.as_deref().unwrap_or(home), &name.name)
}

/// Marks a slot as not known. One helper that cannot be evaluated poisons many slots, and is noted once.
fn poison(declared: &mut Declared, said: &mut BTreeSet<(String, usize)>, key: Key, doubt: &Doubt) {
    note(declared, said, doubt, "not compared: ");
    declared.unknown.entry(key).or_insert_with(|| doubt.reason.clone());
}

fn note(declared: &mut Declared, said: &mut BTreeSet<(String, usize)>, doubt: &Doubt, before: &str) {
    let place = &doubt.place;
    if said.insert((place.source.path().to_owned(), place.span.start)) {
        declared.note(&place.source, place.span, format!("{before}{}", doubt.reason));
    }
}
