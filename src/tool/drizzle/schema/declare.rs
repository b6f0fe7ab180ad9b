//! Drizzle's model to a [`Declared`] schema: its DDL is applied to an empty catalog, and what was
//! not known is remembered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ddl::{create_index, create_table, statements};
use super::kit::{Doubt, Kit, KitCheck, KitColumn, KitName, KitTable};
use super::names;
use crate::catalog::{ColumnName, Knowledge, Origin, Part, QName, Site, Slot, Table, View};
use crate::schema::{Declared, DeclaredPolicy, Language, Place, ToolTexts};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::limit::clip;
use crate::sql::{self, Dialect, Script, Versions};

/// The declared schema that a model describes.
pub(crate) fn declare(kit: &Kit, language: Language) -> Declared {
    let mut declared = Declared::new(language, kit.dialect);
    let mut kit = std::borrow::Cow::Borrowed(kit);
    let mut script = parsed(&statements(&kit), kit.dialect);
    if script.counts.opaque > 0 {
        kit = std::borrow::Cow::Owned(without_unparsed(&kit));
        script = parsed(&statements(&kit), kit.dialect);
    }
    let kit = &*kit;
    apply(&mut declared, &script);
    let mut said = BTreeSet::new();
    for refused in &kit.tables {
        let name = qualified(kit.dialect, &refused.name);
        if !declared.catalog.tables.contains_key(&name) {
            let reason = "a server would refuse the table as it is declared";
            keep_name(&mut declared, refused, &name, reason);
            let doubt = Doubt {
                place: refused.place.clone(),
                reason: reason.to_owned(),
            };
            note(
                &mut declared,
                &mut said,
                &doubt,
                "nothing of the table is known: ",
            );
        }
    }
    forget_origins(&mut declared);
    for doubt in &kit.broken {
        let Place { source, span } = &doubt.place;
        declared.broken(source, *span, &doubt.reason);
    }
    for doubt in &kit.open {
        declared.catalog.knowledge = Knowledge::Unknown(doubt.reason.clone());
        note(
            &mut declared,
            &mut said,
            doubt,
            "there may be more tables: ",
        );
    }
    for kind in &kit.enums {
        let name = qualified(kit.dialect, &kind.name);
        declared.place(
            Slot::enumeration(&name),
            &kind.place.source,
            kind.place.span,
        );
        match &kind.labels {
            Ok(labels) => {
                for label in labels {
                    declared.place(
                        Slot::label(&name, label),
                        &kind.place.source,
                        kind.place.span,
                    );
                }
            }
            Err(doubt) => {
                if let Some(known) = declared.catalog.enums.get_mut(&name) {
                    Arc::make_mut(known).knowledge = Knowledge::Unknown(doubt.reason.clone());
                }
                poison(&mut declared, &mut said, Slot::enumeration(&name), doubt);
            }
        }
    }
    for table in &kit.tables {
        self::table(&mut declared, kit.dialect, table, &mut said);
        let name = qualified(kit.dialect, &table.name);
        declared.policies.extend(policies(table, &name));
    }
    declared.long_names = names::too_long(kit);
    declared.tool_texts = texts(kit);
    for view in &kit.views {
        let name = qualified(kit.dialect, &view.name);
        declared.place(
            Slot::new(&name, Part::View),
            &view.place.source,
            view.place.span,
        );
        if view.existing {
            declared.foreign.insert(name);
            continue;
        }
        let made = View {
            materialized: view.materialized,
            sql: view.query.clone().unwrap_or_default(),
            ..View::unknown(name.clone(), "the query of a declared view is not followed")
        };
        declared.catalog.views.insert(name, Arc::new(made));
    }
    declared
}

/// A table's policies. drizzle-kit turns row level security on where there is one.
fn policies<'k>(table: &'k KitTable, name: &'k QName) -> impl Iterator<Item = DeclaredPolicy> + 'k {
    let named = table.policies.iter().map(|policy| DeclaredPolicy {
        table: name.clone(),
        name: Some(clip(&policy.name, POSTGRES_BYTES).to_owned()),
        place: policy.place.clone(),
    });
    let counts = table.row_security || !table.policies.is_empty();
    let itself = counts.then(|| DeclaredPolicy {
        table: name.clone(),
        name: None,
        place: table.place.clone(),
    });
    itself.into_iter().chain(named)
}

/// The expressions of all tables, as drizzle-kit has them.
fn texts(kit: &Kit) -> BTreeMap<QName, ToolTexts> {
    kit.tables
        .iter()
        .map(|table| texts_of(table, kit.dialect))
        .collect()
}

fn texts_of(table: &KitTable, dialect: Dialect) -> (QName, ToolTexts) {
    let mut texts = ToolTexts {
        row_security: table.row_security,
        primary_key: table.primary_key.as_ref().map(|key| key.name.clone()),
        ..ToolTexts::default()
    };
    for column in &table.columns {
        let name = || column.name.clone();
        if let Ok(data_type) = &column.data_type {
            texts.types.insert(name(), data_type.clone());
        }
        if let Ok(Some(default)) = &column.default {
            texts.defaults.insert(name(), default.clone());
        }
        if let Ok(Some(generated)) = &column.generated {
            let expression = &generated.expression;
            // drizzle-kit keeps the brackets with it on SQLite.
            let text = match dialect {
                Dialect::Sqlite => format!("({expression})"),
                Dialect::Postgres | Dialect::MySql => expression.clone(),
            };
            texts.generated.insert(name(), text);
        }
    }
    let checks = table.checks.iter();
    texts.checks = checks
        .map(|check| (check.name.clone(), check.condition.clone()))
        .collect();
    texts.names = names::of_parts(table).map(str::to_owned).collect();
    let indexes = table.indexes.iter();
    texts.conditions = indexes
        .filter_map(|index| Some((index.name.clone(), index.condition.clone()?)))
        .collect();
    for index in &table.indexes {
        let elements: Vec<_> = index
            .elements
            .iter()
            .map(|it| it.is_expression.then(|| it.text.clone()))
            .collect();
        if elements.iter().any(Option::is_some) {
            texts.elements.insert(index.name.clone(), elements);
        }
    }
    (qualified(dialect, &table.name), texts)
}

fn apply(declared: &mut Declared, script: &Script) {
    for statement in &script.statements {
        for change in &statement.changes {
            let site = Site {
                migration: 0,
                file: 0,
                span: statement.span,
            };
            declared.catalog.apply(change, site);
        }
    }
}

/// A table of which only the name is known.
fn keep_name(declared: &mut Declared, table: &KitTable, name: &QName, reason: &str) {
    let column = KitColumn::new("a", table.place.clone());
    let bare = KitTable {
        columns: vec![column],
        ..KitTable::new(table.name.clone(), table.place.clone())
    };
    let dialect = declared.catalog.dialect;
    apply(declared, &parsed(&[create_table(dialect, &bare)], dialect));
    if let Some(known) = declared.catalog.tables.get_mut(name) {
        let known = Arc::make_mut(known);
        known.columns.clear();
        known.knowledge = Knowledge::Unknown(reason.to_owned());
    }
}

fn parsed(statements: &[String], dialect: Dialect) -> Script {
    let source = Source::new("drizzle.sql", statements.join(";\n"));
    let whole = Span::new(0, source.text().len());
    sql::script(
        &source,
        whole,
        dialect,
        Versions::default(),
        Unit::Statement,
    )
}

/// The same model, where what driftlint cannot parse is not known: a type, a default, a check or an
/// index, instead of the whole table.
fn without_unparsed(kit: &Kit) -> Kit {
    let mut kit = kit.clone();
    let dialect = kit.dialect;
    let parses = |statement: String| parsed(&[statement], dialect).counts.opaque == 0;
    let doubt = |place: &Place| Doubt {
        place: place.clone(),
        reason: "its SQL cannot be parsed".to_owned(),
    };
    for table in &mut kit.tables {
        let only = |column: Option<&KitColumn>, check: Option<&KitCheck>| KitTable {
            columns: column.into_iter().cloned().collect(),
            checks: check.into_iter().cloned().collect(),
            ..KitTable::new(table.name.clone(), table.place.clone())
        };
        for column in &mut table.columns {
            let fits =
                |column: &KitColumn| parses(create_table(dialect, &only(Some(column), None)));
            if fits(column) {
                continue;
            }
            let unknown = doubt(&column.place);
            let whole = column.clone();
            let slots: [fn(&mut KitColumn, Doubt); 3] = [
                |column, doubt| column.data_type = Err(doubt),
                |column, doubt| column.default = Err(doubt),
                |column, doubt| column.generated = Err(doubt),
            ];
            // The one slot that it takes, or all of them.
            let one = slots.iter().find(|forget| {
                column.clone_from(&whole);
                forget(column, unknown.clone());
                fits(column)
            });
            if one.is_none() {
                for forget in slots {
                    forget(column, unknown.clone());
                }
            }
        }
        let sound = KitColumn {
            data_type: Ok("text".to_owned()),
            ..KitColumn::new("a", table.place.clone())
        };
        let (checks, broken) = std::mem::take(&mut table.checks)
            .into_iter()
            .partition::<Vec<_>, _>(|check| {
                parses(create_table(dialect, &only(Some(&sound), Some(check))))
            });
        table.checks = checks;
        table.doubts.extend(
            broken
                .iter()
                .map(|check| (Part::Check(check.name.clone()), doubt(&check.place))),
        );
        let (indexes, broken) = std::mem::take(&mut table.indexes)
            .into_iter()
            .partition::<Vec<_>, _>(|index| parses(create_index(dialect, table, index)));
        table.indexes = indexes;
        for index in broken {
            let columns = index
                .elements
                .iter()
                .map(|element| element.text.clone())
                .collect();
            if index.unique {
                table
                    .doubts
                    .push((Part::Unique(columns), doubt(&index.place)));
            }
            table
                .doubts
                .push((Part::Index(index.name), doubt(&index.place)));
        }
    }
    kit
}

fn table(
    declared: &mut Declared,
    dialect: Dialect,
    table: &KitTable,
    said: &mut BTreeSet<(String, usize)>,
) {
    let name = qualified(dialect, &table.name);
    declared.place(Slot::table(&name), &table.place.source, table.place.span);
    if let Some(doubt) = &table.open {
        if let Some(known) = declared.catalog.tables.get_mut(&name) {
            Arc::make_mut(known).knowledge = Knowledge::Unknown(doubt.reason.clone());
        }
        note(declared, said, doubt, "the table is not known completely: ");
    }
    for (part, doubt) in &table.doubts {
        poison(declared, said, Slot::new(&name, part.clone()), doubt);
    }
    declared.coverage.columns += table.unnamed;
    for column in &table.columns {
        let place = &column.place;
        declared.place(Slot::column(&name, &column.name), &place.source, place.span);
        if column.client_default {
            declared
                .client_defaults
                .insert(ColumnName::new(name.clone(), column.name.clone()));
        }
        declared.coverage.columns += 1;
        declared.coverage.known += usize::from(column.is_known());
        let part = |part: fn(String) -> Part| Slot::new(&name, part(column.name.clone()));
        if let Err(doubt) = &column.data_type {
            poison(declared, said, part(Part::Type), doubt);
        }
        if let Err(doubt) = &column.not_null {
            poison(declared, said, part(Part::Nullable), doubt);
        }
        for doubt in [
            column.default.as_ref().err(),
            column.generated.as_ref().err(),
        ]
        .into_iter()
        .flatten()
        {
            poison(declared, said, part(Part::Default), doubt);
        }
        if column.primary {
            declared.place(
                Slot::new(&name, Part::PrimaryKey),
                &place.source,
                place.span,
            );
        }
    }
    if let Some(key) = &table.primary_key {
        declared.place(
            Slot::new(&name, Part::PrimaryKey),
            &key.place.source,
            key.place.span,
        );
    }
    for key in &table.uniques {
        declared.place(
            Slot::new(&name, Part::Unique(key.columns.clone())),
            &key.place.source,
            key.place.span,
        );
    }
    for key in &table.foreign_keys {
        declared.place(
            Slot::new(&name, Part::ForeignKey(key.columns.clone())),
            &key.place.source,
            key.place.span,
        );
    }
    for index in &table.indexes {
        let columns = index
            .elements
            .iter()
            .map(|element| element.text.clone())
            .collect();
        let part = if index.unique {
            Part::Unique(columns)
        } else {
            Part::Index(index.name.clone())
        };
        declared.place(
            Slot::new(&name, part),
            &index.place.source,
            index.place.span,
        );
        declared.place(
            Slot::new(&name, Part::Index(index.name.clone())),
            &index.place.source,
            index.place.span,
        );
    }
    for check in &table.checks {
        declared.place(
            Slot::new(&name, Part::Check(check.name.clone())),
            &check.place.source,
            check.place.span,
        );
    }
}

/// Nobody migrated a declaration: the sites of the text that was applied mean nothing to anyone
/// else.
fn forget_origins(declared: &mut Declared) {
    let catalog = &mut declared.catalog;
    catalog.tables.change_any(|_| true, forget_origins_of);
    catalog.enums.change_any(
        |_| true,
        |kind| {
            kind.origin = Origin::default();
            let origins = kind.labels.iter_mut().map(|label| &mut label.origin);
            origins.for_each(|origin| *origin = Origin::default());
        },
    );
    catalog
        .sequences
        .change_any(|_| true, |sequence| sequence.origin = Origin::default());
    catalog
        .schemas
        .change(|_| true, |origin| *origin = Origin::default());
}

fn forget_origins_of(table: &mut Table) {
    table.origin = Origin::default();
    table
        .columns
        .iter_mut()
        .for_each(|column| column.origin = Origin::default());
    table
        .primary_key
        .iter_mut()
        .chain(&mut table.uniques)
        .for_each(|key| key.origin = Origin::default());
    table
        .foreign_keys
        .iter_mut()
        .for_each(|key| key.origin = Origin::default());
    table
        .indexes
        .iter_mut()
        .for_each(|index| index.origin = Origin::default());
    table
        .checks
        .iter_mut()
        .for_each(|check| check.origin = Origin::default());
}

pub(super) fn qualified(dialect: Dialect, name: &KitName) -> QName {
    let home = dialect.home_schema();
    QName::new(name.schema.as_deref().unwrap_or(home), &name.name)
}

/// Marks a slot as not known. One helper that cannot be evaluated poisons many slots, and is noted
/// once.
fn poison(declared: &mut Declared, said: &mut BTreeSet<(String, usize)>, key: Slot, doubt: &Doubt) {
    note(declared, said, doubt, "not compared: ");
    declared
        .unknown
        .entry(key)
        .or_insert_with(|| doubt.reason.clone());
}

fn note(
    declared: &mut Declared,
    said: &mut BTreeSet<(String, usize)>,
    doubt: &Doubt,
    before: &str,
) {
    let place = &doubt.place;
    if said.insert((place.source.path().to_owned(), place.span.start)) {
        declared.note(
            &place.source,
            place.span,
            format!("{before}{}", doubt.reason),
        );
    }
}
