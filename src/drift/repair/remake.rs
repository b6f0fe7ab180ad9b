//! Drops an object and makes it as it was, so that what it depends on can change.

use super::{Phase, Steps};
use crate::catalog::{Droppable, QName, Subject, convert, index_mentions};
use crate::sql::change::{ChangeKind, DropMode, Ident, ObjectName, TableAction};

impl Steps<'_> {
    /// Drops an object and makes it as it was.
    pub(super) fn remake(&mut self, object: &Droppable) {
        match object {
            Droppable::Constraint(table, name) => self.remake_constraint(table, name),
            Droppable::Index(table, name) => {
                let index = self.from.tables.get(table).and_then(|it| it.index(name));
                let Some(index) = index else { return };
                self.drop_index(table, index);
                let gone = self.from.tables.get(table).is_some_and(|from| {
                    let mut gone = from.columns.iter().map(|column| &column.name);
                    gone.any(|column| {
                        !self.stay(table, std::iter::once(column)) && index_mentions(index, column)
                    })
                });
                if !gone {
                    self.create_index(table, index);
                }
            }
            Droppable::Column(table, name) => {
                let column = self
                    .to
                    .tables
                    .get(table)
                    .and_then(|table| table.column(name));
                if let Some(column) = column {
                    self.make_anew(table, column);
                }
            }
            Droppable::Default(table, name) => {
                let column = self
                    .to
                    .tables
                    .get(table)
                    .and_then(|table| table.column(name));
                let Some(column) = column else { return };
                let ident = || Ident::synthetic(name.clone());
                self.alter(
                    Phase::Columns,
                    table,
                    TableAction::DropDefault { column: ident() },
                );
                if let Some(default) = convert::column_definition(column, self.to.dialect).default {
                    self.alter(
                        Phase::NewKeys,
                        table,
                        TableAction::SetDefault {
                            column: ident(),
                            default,
                        },
                    );
                }
            }
            Droppable::Trigger(table, name) => {
                let drop = ChangeKind::DropTrigger {
                    name: ObjectName::synthetic(name),
                    table: Some(convert::object_name(table)),
                    mode: DropMode::default(),
                };
                let (table, name) = (table.clone(), name.clone());
                self.remake_text(object, drop, &Subject::Trigger { table, name });
            }
            Droppable::Rule(table, name) => {
                let drop = ChangeKind::DropRule {
                    name: Ident::synthetic(name.clone()),
                    table: convert::object_name(table),
                    mode: DropMode::default(),
                };
                let (table, name) = (table.clone(), name.clone());
                self.remake_text(object, drop, &Subject::Rule { table, name });
            }
            Droppable::Policy(table, name) => {
                let drop = ChangeKind::DropPolicy {
                    name: Ident::synthetic(name.clone()),
                    table: convert::object_name(table),
                    mode: DropMode::default(),
                };
                let (table, name) = (table.clone(), name.clone());
                self.remake_text(object, drop, &Subject::Policy { table, name });
            }
            Droppable::Function(..) => self.remake_functions(vec![object.clone()]),
            Droppable::Type(_) => {
                let what = self.describe(object);
                self.remark(format!("{what} uses a type that goes: change it first"));
            }
            Droppable::Table(_) | Droppable::View(_) | Droppable::Sequence(_) => {}
        }
    }

    fn remake_constraint(&mut self, table: &QName, name: &str) {
        let Some(found) = self.from.tables.get(table) else {
            return;
        };
        if let Some(key) = found.foreign_key(name) {
            self.drop_foreign_key(table, name);
            if self.stay(table, key.columns.iter()) && self.stay(&key.table, key.referenced.iter())
            {
                self.add_foreign_key(table, key);
            }
            return;
        }
        let definition = if let Some(check) = found.check(name) {
            let columns: Vec<String> = check
                .expr
                .columns
                .iter()
                .map(|column| column.value.clone())
                .collect();
            self.stay(table, columns.iter())
                .then(|| convert::check_definition(check))
        } else if let Some(key) = found.unique(name) {
            self.stay(table, key.columns.iter())
                .then(|| convert::key_definition(key, false))
        } else if let Some(key) = found.primary_key.as_ref().filter(|key| key.name == *name) {
            self.stay(table, key.columns.iter())
                .then(|| convert::key_definition(key, true))
        } else {
            return;
        };
        self.drop_constraint(Phase::Keys, table, name);
        if let Some(definition) = definition {
            self.alter(
                Phase::NewKeys,
                table,
                TableAction::AddConstraint(Box::new(definition)),
            );
        }
    }

    fn remake_text(&mut self, object: &Droppable, drop: ChangeKind, subject: &Subject) {
        let columns: Vec<String> = match object {
            Droppable::Trigger(table, name) => {
                let found = self.from.tables.get(table).and_then(|it| it.trigger(name));
                found.map(|it| it.columns.clone()).unwrap_or_default()
            }
            Droppable::Rule(table, name) => {
                let found = self
                    .from
                    .tables
                    .get(table)
                    .and_then(|it| it.rules.iter().find(|it| it.name == *name));
                found.map(|it| it.columns.clone()).unwrap_or_default()
            }
            Droppable::Policy(table, name) => {
                let found = self
                    .from
                    .tables
                    .get(table)
                    .and_then(|it| it.policies.iter().find(|it| it.name == *name));
                found.map(|it| it.columns.clone()).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let (Droppable::Trigger(table, _)
        | Droppable::Rule(table, _)
        | Droppable::Policy(table, _)) = object
        else {
            return;
        };
        self.push(Phase::Views, drop);
        let declared = self.declared_texts(subject);
        let steps = declared.or_else(|| {
            self.stay(table, columns.iter())
                .then(|| self.texts_of(subject))
                .flatten()
        });
        if let Some(steps) = steps {
            self.push_steps(Phase::NewParts, steps);
        } else {
            let what = self.describe(object);
            self.remark(format!(
                "{what} uses what changes and is dropped: write it again"
            ));
        }
    }
}
