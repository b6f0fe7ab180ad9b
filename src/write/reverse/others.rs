//! What no comparison of two schemas looks at, and a way back has to restore all the same:
//! functions, triggers, rules, policies, row security, domains, composite types, sequences, schemas
//! and comments.

use std::collections::BTreeMap;

use super::step;
use crate::catalog::convert::object_name;
use crate::catalog::{
    Catalog, Definition, Droppable, QName, RowSecurity, Subject, Table, Texts, Written,
};
use crate::drift::RepairStep;
use crate::source::Span;
use crate::sql::change::{
    AlterTable, ChangeKind, DataType, DropMode, FunctionKind, Ident, ObjectName, TableAction,
};
use crate::sql::{Dialect, code};

/// Steps around those that close the differences of tables.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Before them: what stands in their way, and what they may need.
    pub(super) first: Vec<RepairStep>,
    /// After them.
    pub(super) last: Vec<RepairStep>,
    /// What has to come after all else: functions that triggers called, and schemas.
    pub(super) end: Vec<RepairStep>,
    /// What cannot be written.
    pub(super) remarks: Vec<String>,
}

/// Objects by what they are, each with where it is written.
type WrittenObjects = BTreeMap<String, Written>;

impl Others {
    /// What leads from `now` to `before`.
    pub(super) fn between(before: &Catalog, now: &Catalog, texts: &Texts) -> Self {
        let mut others = Self::default();
        let (old, new) = (objects(before), objects(now));
        let differs = |key: &String, object: &Written, other: &WrittenObjects| {
            other.get(key).is_none_or(|known| {
                known.sites != object.sites
                    && match (
                        texts.statements(before, object),
                        texts.statements(now, known),
                    ) {
                        (Some(one), Some(two)) => !same_texts(&one, &two, before.dialect),
                        _ => !is_same(&object.subject, before, now),
                    }
            })
        };
        let mut gone: Vec<&Written> = Vec::new();
        for (_, object) in new.iter().filter(|(key, it)| differs(key, it, &old)) {
            gone.push(object);
        }
        // Triggers go before the functions that they call.
        gone.sort_by_key(|object| matches!(object.subject, Subject::Function { .. }));
        for object in gone {
            others.take_away(object, before, now, &old);
        }
        others.schemas_again(before, now);
        for definition in before.definitions() {
            let Definition::Text(object) = definition else {
                continue;
            };
            if differs(&key(&object), &object, &new) {
                others.bring_back(&object, before, now, texts);
            }
        }
        others.types(before, now);
        for (name, table) in &before.tables {
            others.table(table, now.tables.get(name).map(|table| &**table), before);
        }
        let (first, last) = super::views::indexes(before, now);
        others.first.extend(first);
        others.last.extend(last);
        others.schemas(before, now);
        others
    }

    /// Drops what was not there before, or was another.
    fn take_away(
        &mut self,
        object: &Written,
        before: &Catalog,
        now: &Catalog,
        old: &WrittenObjects,
    ) {
        let mode = DropMode::default();
        let there =
            |table: &QName| before.tables.contains_key(table) || before.views.contains_key(table);
        let kind = match &object.subject {
            Subject::Trigger { table, name } if there(table) => ChangeKind::DropTrigger {
                name: ObjectName::synthetic(name.clone()),
                table: Some(object_name(table)).filter(|_| now.dialect.has_schemas()),
                mode,
            },
            Subject::Rule { table, name } if there(table) => ChangeKind::DropRule {
                name: Ident::synthetic(name.clone()),
                table: object_name(table),
                mode,
            },
            Subject::Policy { table, name } if there(table) => ChangeKind::DropPolicy {
                name: Ident::synthetic(name.clone()),
                table: object_name(table),
                mode,
            },
            Subject::Function { name, arguments } => {
                // One of the same signature is replaced.
                if old.contains_key(&key(object))
                    && now.dialect.has_schemas()
                    && gives_the_same(name, arguments, before, now)
                {
                    return;
                }
                let overload = now.overload(name, arguments);
                let drop = ChangeKind::DropFunction {
                    names: vec![(
                        object_name(name),
                        now.dialect.has_schemas().then(|| arguments.clone()),
                    )],
                    kind: overload.map_or(FunctionKind::Function, |function| function.kind),
                    mode,
                };
                // A trigger of its own name may take the place of the one that calls it, or go with
                // a new table or view. Nothing that a trigger function is made of goes before.
                let for_triggers = overload
                    .and_then(|function| function.returns.as_ref())
                    .is_some_and(|returns| returns.name.ends_with("trigger"));
                let used = now
                    .dependents(&Droppable::Function(name.clone(), arguments.clone()))
                    .into_iter()
                    .any(|(user, _)| !matches!(user, Droppable::Trigger(..)));
                if for_triggers && !old.contains_key(&key(object)) {
                    self.end.push(step(drop));
                } else if used {
                    self.last.push(step(drop));
                } else {
                    self.first.push(step(drop));
                }
                return;
            }
            Subject::Sequence(name) => {
                if now.sequences.get(name).is_some_and(|it| it.owner.is_some()) {
                    return;
                }
                self.last.push(step(ChangeKind::DropSequence {
                    names: vec![object_name(name)],
                    mode,
                }));
                return;
            }
            Subject::Type(name) => {
                self.last.push(step(ChangeKind::DropType {
                    names: vec![object_name(name)],
                    mode,
                }));
                return;
            }
            Subject::Extension(name) => {
                self.remarks.push(format!(
                    "extension `{name}` stays: others may have come to need it"
                ));
                return;
            }
            _ => return,
        };
        self.first.push(step(kind));
    }

    /// Makes what was there before, as it was written.
    fn bring_back(&mut self, object: &Written, before: &Catalog, now: &Catalog, texts: &Texts) {
        let early = match &object.subject {
            // Tables, views and what lies in an extension see to themselves.
            Subject::View(_) | Subject::VirtualTable(_) => return,
            // One that its column counts with comes back with that.
            Subject::Sequence(name) if counts_for_its_column(name, before) => return,
            Subject::Extension(_) | Subject::Type(_) | Subject::Sequence(_) => true,
            Subject::Function { .. } => {
                let tables = |catalog: &Catalog| catalog.tables.keys().cloned().collect::<Vec<_>>();
                tables(before) == tables(now)
            }
            Subject::Trigger { .. } | Subject::Rule { .. } | Subject::Policy { .. } => false,
        };
        let steps = match (texts.statements(before, object), &object.otherwise) {
            (Some(texts), _) => texts
                .into_iter()
                .map(|text| as_written(object, &text, before, now))
                .collect(),
            (None, Some(change)) => vec![step(change.kind.clone())],
            (None, None) => {
                let (kind, name) = (object.subject.kind(), object.subject.name());
                self.remarks.push(format!(
                    "{kind} `{name}` is not restored: its text could not be found"
                ));
                return;
            }
        };
        if early {
            self.first.extend(steps);
        } else {
            self.last.extend(steps);
        }
    }

    /// Schemas come before all that lies in them.
    fn schemas_again(&mut self, before: &Catalog, now: &Catalog) {
        for definition in before.definitions() {
            if let Definition::Change(change) = definition
                && let ChangeKind::CreateSchema { name, .. } = &change.kind
                && !now.schemas.contains_key(&name.value)
            {
                self.first.push(step(change.kind));
            }
        }
    }

    /// Domains and composite types, which others may use: what comes back comes first, what goes
    /// goes last.
    fn types(&mut self, before: &Catalog, now: &Catalog) {
        for definition in before.definitions() {
            let Definition::Change(change) = definition else {
                continue;
            };
            let missing = match &change.kind {
                ChangeKind::CreateDomain { name, .. } => {
                    !now.domains.contains_key(&before.qualify(name))
                }
                ChangeKind::CreateType { name, .. } => {
                    !now.composites.contains_key(&before.qualify(name))
                }
                _ => false,
            };
            if missing {
                self.first.push(step(change.kind));
            }
        }
        let mode = DropMode::default();
        for name in now
            .domains
            .keys()
            .filter(|name| !before.domains.contains_key(*name))
        {
            let names = vec![object_name(name)];
            self.last.push(step(ChangeKind::DropDomain { names, mode }));
        }
        for (name, found) in &now.composites {
            if !before.composites.contains_key(name) && !found.fields.is_empty() {
                let names = vec![object_name(name)];
                self.last.push(step(ChangeKind::DropType { names, mode }));
            }
        }
    }

    /// Row security and comments of a table that is there before.
    fn table(&mut self, was: &Table, is: Option<&Table>, before: &Catalog) {
        let none = Table::default();
        let is = is.unwrap_or(&none);
        let alter = |action| {
            step(ChangeKind::AlterTable(Box::new(AlterTable {
                table: object_name(&was.name),
                actions: vec![(action, Span::default())],
                ..AlterTable::default()
            })))
        };
        let RowSecurity { enabled, forced } = was.row_security;
        if enabled != is.row_security.enabled {
            self.last.push(alter(TableAction::RowSecurity {
                enable: Some(enabled),
                force: None,
            }));
        }
        if forced != is.row_security.forced {
            self.last.push(alter(TableAction::RowSecurity {
                enable: None,
                force: Some(forced),
            }));
        }
        if !before.dialect.has_schemas() {
            return;
        }
        let comment = |column: Option<&str>, text: &Option<String>| {
            step(ChangeKind::Comment {
                object: if column.is_some() { "COLUMN" } else { "TABLE" }.to_owned(),
                name: object_name(&was.name),
                column: column.map(Ident::synthetic),
                text: text.clone(),
                overload: false,
            })
        };
        if was.comment != is.comment {
            self.last.push(comment(None, &was.comment));
        }
        for column in &was.columns {
            let now = is.column(&column.name).and_then(|now| now.comment.clone());
            if now != column.comment {
                self.last.push(comment(Some(&column.name), &column.comment));
            }
        }
    }

    /// Schemas that the migration made go last, when they are empty again.
    fn schemas(&mut self, before: &Catalog, now: &Catalog) {
        for name in now
            .schemas
            .keys()
            .filter(|name| !before.schemas.contains_key(*name))
        {
            self.end.push(step(ChangeKind::DropSchema {
                names: vec![Ident::synthetic(name.clone())],
                mode: DropMode::default(),
            }));
        }
    }
}

/// Whether a function gives what it gave: no replacement can change that.
fn gives_the_same(name: &QName, arguments: &[DataType], before: &Catalog, now: &Catalog) -> bool {
    let (was, is) = (
        before.overload(name, arguments),
        now.overload(name, arguments),
    );
    was.map(|function| &function.returns) == is.map(|function| &function.returns)
}

/// Whether statements make the same, but for words that only say what to do where it is there.
pub(super) fn same_texts(one: &[String], two: &[String], dialect: Dialect) -> bool {
    let words = |texts: &[String]| {
        let text = texts.join(";");
        let words = code(&text, dialect).map(|word| {
            if word.contains(['\'', '"', '$', '`']) {
                word.to_owned()
            } else {
                word.to_ascii_lowercase()
            }
        });
        let words: Vec<String> = words.filter(|word| word != ";").collect();
        let text = words.join(" ");
        text.replacen(" or replace ", " ", 1)
            .replacen(" if not exists ", " ", 1)
    };
    words(one) == words(two)
}

/// Whether an object that was made a second time says what it said before.
fn is_same(subject: &Subject, before: &Catalog, now: &Catalog) -> bool {
    match subject {
        Subject::Trigger { table, name } => {
            let digest = |catalog: &Catalog| {
                let found = catalog.tables.get(table)?.trigger(name)?;
                Some((found.digest, found.function.clone()))
            };
            digest(before) == digest(now)
        }
        Subject::Policy { table, name } => {
            let sql = |catalog: &Catalog| {
                let table = catalog.tables.get(table)?;
                let found = table.policies.iter().find(|policy| policy.name == *name)?;
                Some(found.sql.clone())
            };
            sql(before) == sql(now)
        }
        Subject::Function { name, arguments } => {
            let digest = |catalog: &Catalog| Some(catalog.overload(name, arguments)?.digest);
            digest(before) == digest(now)
        }
        // Of those the catalog keeps no text; what is made again by a draft is made by the old one.
        Subject::Rule { .. } => true,
        Subject::Type(_)
        | Subject::Sequence(_)
        | Subject::Extension(_)
        | Subject::View(_)
        | Subject::VirtualTable(_) => true,
    }
}

/// Whether a sequence belongs to a column that has its values from it.
fn counts_for_its_column(name: &QName, catalog: &Catalog) -> bool {
    let sequence = catalog.sequences.get(name);
    let owner = sequence.and_then(|sequence| sequence.owner.as_ref());
    let column = owner.and_then(|owner| catalog.tables.get(&owner.table)?.column(&owner.name));
    let default = column.and_then(|column| column.default.as_ref());
    default.is_some_and(|default| {
        let mut used = catalog.sequences_of(&default.expr);
        used.any(|(used, _)| used == name)
    })
}

/// The text of an object; a function that is there already is replaced.
fn as_written(object: &Written, text: &str, before: &Catalog, now: &Catalog) -> RepairStep {
    let mut text = text.trim().trim_end_matches(';').trim_end().to_owned();
    if let Subject::Function { name, arguments } = &object.subject
        && before.dialect.has_schemas()
        && now.overload(name, arguments).is_some()
    {
        for word in ["FUNCTION", "PROCEDURE"] {
            let plain = format!("CREATE {word}");
            if text.len() > plain.len() && text[..plain.len()].eq_ignore_ascii_case(&plain) {
                text.replace_range(..plain.len(), &format!("CREATE OR REPLACE {word}"));
            }
        }
    }
    super::super::statement(text, before.dialect)
}

/// What is made by its own text, parts of tables among it.
fn objects(catalog: &Catalog) -> WrittenObjects {
    let definitions = catalog.definitions().into_iter();
    let written = definitions.filter_map(|definition| match definition {
        Definition::Text(object) => Some((key(&object), *object)),
        Definition::Change(_) => None,
    });
    written.collect()
}

/// What an object is, in a form that sorts.
fn key(object: &Written) -> String {
    format!("{:?}", object.subject)
}
