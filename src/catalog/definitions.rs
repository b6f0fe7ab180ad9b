//! A catalog as the definitions that make it, in an order in which a server takes them.

pub(crate) mod convert;
mod parts;
mod tables;

use crate::server::is_home_schema;
use std::collections::BTreeSet;

use super::{Catalog, CheckConstraint, ColumnName, Function, QName, Site, Table, TypeField, View};
use crate::source::Span;
use crate::sql::change::Deferral;
use crate::sql::change::{
    Change, ChangeKind, ColumnRef, ConstraintDef, ConstraintKind, DataType, Ident, Query,
};
use convert::constraint;
pub(crate) use convert::object_name;

/// How an object is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// A change that is printed from what the catalog holds.
    Change(Box<Change>),
    /// By statements in the history, of which the catalog keeps only what others depend on.
    Text(Box<Written>),
}

/// An object whose text stands in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The object that the text makes.
    pub subject: Subject,
    /// The statements that made it what it is, in order.
    pub sites: Vec<Site>,
    /// What makes it nearly so, where the text cannot be had.
    pub otherwise: Option<Change>,
}

/// An object that is made by its own text.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names of the SQL grammar")]
pub enum Subject {
    Extension(String),
    /// A range or base type.
    Type(QName),
    /// SQLite's virtual table: its arguments belong to its module.
    VirtualTable(QName),
    Sequence(QName),
    View(QName),
    Function {
        name: QName,
        arguments: Vec<DataType>,
    },
    Trigger {
        table: QName,
        name: String,
    },
    Rule {
        table: QName,
        name: String,
    },
    Policy {
        table: QName,
        name: String,
    },
}

impl Catalog {
    /// Everything in the catalog, in an order in which a server takes it.
    pub fn definitions(&self) -> Vec<Definition> {
        let mut list = DefinitionList {
            catalog: self,
            definitions: Vec::new(),
        };
        let tables = self.tables_in_order();
        list.schemas();
        list.types();
        list.functions(|function| !function.needs_relation(self));
        list.sequences();
        list.tables(&tables);
        list.owned_sequences();
        list.functions(|function| function.needs_relation(self) && !function.needs_view(self));
        list.views();
        list.functions(|function| function.needs_view(self));
        for table in &tables {
            list.parts(table);
        }
        list.definitions
    }

    /// Some tables with their keys and indexes, as the catalog would hold them. Parents come before
    /// their children.
    pub(crate) fn table_definitions(&self, tables: &[&Table]) -> Vec<Definition> {
        let mut list = DefinitionList {
            catalog: self,
            definitions: Vec::new(),
        };
        list.tables(tables);
        list.definitions
    }

    /// A view with its indexes.
    pub(crate) fn definitions_of_view(&self, view: &View) -> Vec<Definition> {
        let mut list = DefinitionList {
            catalog: self,
            definitions: Vec::new(),
        };
        list.view(view);
        list.definitions
    }

    /// Parents before their children, otherwise by name.
    pub(crate) fn tables_in_order(&self) -> Vec<&Table> {
        let mut tables: Vec<&Table> = Vec::new();
        let mut waiting: Vec<&Table> = self.lasting_tables().collect();
        while !waiting.is_empty() {
            let names: BTreeSet<&QName> = waiting.iter().map(|table| &table.name).collect();
            let (ready, rest): (Vec<&Table>, Vec<&Table>) = waiting.iter().partition(|table| {
                let partition = table.partition_of.iter().map(|partition| &partition.parent);
                partition
                    .chain(&table.inherits)
                    .all(|parent| !names.contains(parent))
            });
            if ready.is_empty() {
                tables.extend(rest);
                break;
            }
            tables.extend(ready);
            waiting = rest;
        }
        tables
    }

    fn uses_schema(&self, schema: &str) -> bool {
        let here = |name: &QName| name.schema == schema;
        self.lasting_tables().any(|table| here(&table.name))
            || self.enums.keys().any(here)
            || self.domains.keys().any(here)
            || self.composites.keys().any(here)
            || self.sequences.keys().any(here)
            || self.views.keys().any(here)
            || self.functions.keys().any(here)
    }

    /// Whether a type is one that the catalog holds; tables and views are types too.
    pub(crate) fn is_user_type(&self, data_type: &DataType) -> bool {
        self.is_relation(data_type, |name| {
            self.enums.contains_key(name)
                || self.domains.contains_key(name)
                || self.composites.contains_key(name)
                || self.tables.contains_key(name)
                || self.views.contains_key(name)
        })
    }

    fn is_relation(&self, data_type: &DataType, kind: impl Fn(&QName) -> bool) -> bool {
        let schema = data_type.schema.as_deref();
        let home = self.dialect.home_schema();
        kind(&QName::new(schema.unwrap_or(home), data_type.name.clone()))
    }
}

impl Function {
    fn types(&self) -> impl Iterator<Item = &DataType> {
        self.arguments.iter().chain(&self.returns)
    }

    /// Whether its signature speaks of rows of a table or a view.
    fn needs_relation(&self, catalog: &Catalog) -> bool {
        self.types().any(|data_type| {
            catalog.is_relation(data_type, |name| {
                catalog.tables.contains_key(name) || catalog.views.contains_key(name)
            })
        })
    }

    fn needs_view(&self, catalog: &Catalog) -> bool {
        self.types().any(|data_type| {
            catalog.is_relation(data_type, |name| catalog.views.contains_key(name))
        })
    }
}

struct DefinitionList<'a> {
    catalog: &'a Catalog,
    definitions: Vec<Definition>,
}

impl DefinitionList<'_> {
    fn push(&mut self, kind: ChangeKind) {
        self.definitions
            .push(Definition::Change(Box::new(change(kind))));
    }

    fn text(
        &mut self,
        subject: Subject,
        sites: impl IntoIterator<Item = Site>,
        otherwise: Option<ChangeKind>,
    ) {
        let sites = sites.into_iter().collect();
        let written = Written {
            subject,
            sites,
            otherwise: otherwise.map(change),
        };
        self.definitions.push(Definition::Text(Box::new(written)));
    }

    fn schemas(&mut self) {
        let catalog = self.catalog;
        for (name, origin) in &catalog.schemas {
            let named = !is_home_schema(name);
            if named && (origin.made.is_some() || catalog.uses_schema(name)) {
                self.push(ChangeKind::CreateSchema {
                    name: Ident::synthetic(name.clone()),
                    if_not_exists: false,
                });
            }
        }
        for (name, origin) in &catalog.extensions {
            let made = ChangeKind::CreateExtension {
                name: Ident::synthetic(name.clone()),
                schema: None,
                if_not_exists: true,
            };
            self.text(Subject::Extension(name.clone()), origin.made, Some(made));
        }
    }

    /// In the order in which they were made: a type may use an older one.
    fn types(&mut self) {
        let catalog = self.catalog;
        let mut types: Vec<(Option<Site>, Definition)> = Vec::new();
        let mut add = |made: Option<Site>, kind: ChangeKind| {
            types.push((made, Definition::Change(Box::new(change(kind)))));
        };
        for found in catalog.enums.values().filter(|found| !found.is_stub()) {
            let labels = found
                .label_texts()
                .map(|label| Ident::synthetic(label.clone()))
                .collect();
            add(
                found.origin.made,
                ChangeKind::CreateEnum {
                    name: object_name(&found.name),
                    labels,
                },
            );
        }
        for found in catalog
            .composites
            .values()
            .filter(|found| !found.fields.is_empty())
        {
            let fields = found.fields.iter().map(TypeField::definition).collect();
            add(
                found.origin.made,
                ChangeKind::CreateType {
                    name: object_name(&found.name),
                    fields,
                },
            );
        }
        for found in catalog.domains.values() {
            let made = ChangeKind::CreateDomain {
                name: object_name(&found.name),
                base: found.base.clone(),
                not_null: found.not_null,
                default: found.default.clone(),
                checks: found.checks.iter().map(domain_check).collect(),
            };
            add(found.origin.made, made);
        }
        for found in catalog
            .composites
            .values()
            .filter(|found| found.fields.is_empty())
        {
            let subject = Subject::Type(found.name.clone());
            let written = Written {
                subject,
                sites: found.origin.made.into_iter().collect(),
                otherwise: None,
            };
            types.push((found.origin.made, Definition::Text(Box::new(written))));
        }
        types.sort_by_key(|(made, _)| *made);
        self.definitions
            .extend(types.into_iter().map(|(_, definition)| definition));
    }

    /// In the order in which they were written.
    fn functions(&mut self, wanted: impl Fn(&Function) -> bool) {
        let all = self.catalog.functions.values().flatten();
        let mut functions: Vec<&Function> = all
            .map(|function| &**function)
            .filter(|function| wanted(function))
            .collect();
        functions.sort_by_key(|function| function.written);
        for function in functions {
            let subject = Subject::Function {
                name: function.name.clone(),
                arguments: function.arguments.clone(),
            };
            self.text(subject, function.written, None);
        }
    }

    fn sequences(&mut self) {
        for sequence in self
            .catalog
            .sequences
            .values()
            .filter(|sequence| !sequence.identity)
        {
            let made = ChangeKind::CreateSequence {
                name: object_name(&sequence.name),
                if_not_exists: false,
                data_type: (sequence.data_type.name != "bigint")
                    .then(|| sequence.data_type.clone()),
                owned_by: None,
                temporary: false,
            };
            self.text(
                Subject::Sequence(sequence.name.clone()),
                sequence.origin.made,
                Some(made),
            );
        }
    }

    /// Ownership, and the names of sequences that belong to identity columns.
    fn owned_sequences(&mut self) {
        let catalog = self.catalog;
        for sequence in catalog.sequences.values() {
            let Some(ColumnName { table, name }) = &sequence.owner else {
                continue;
            };
            if !sequence.identity {
                let column = Ident::synthetic(name.clone());
                let owner = ColumnRef {
                    relation: Some(object_name(table)),
                    column,
                };
                self.alter_sequence(&sequence.name, Some(owner), None);
                continue;
            }
            let empty = Catalog::new(catalog.dialect, catalog.versions);
            let usual = QName::new(
                &*table.schema,
                empty.choose_relation_name(table, name, "seq", false),
            );
            if usual != sequence.name {
                self.alter_sequence(
                    &usual,
                    None,
                    Some(Ident::synthetic(sequence.name.name.clone())),
                );
            }
        }
    }

    fn alter_sequence(&mut self, name: &QName, owner: Option<ColumnRef>, rename: Option<Ident>) {
        let name = object_name(name);
        let owned_by = owner.map(Some);
        self.push(ChangeKind::AlterSequence {
            name,
            owned_by,
            rename,
            set_schema: None,
            if_exists: false,
        });
    }

    /// Views after what they read, otherwise in the order in which they were made.
    fn views(&mut self) {
        let mut waiting: Vec<&View> = self.catalog.views.values().map(|view| &**view).collect();
        waiting.retain(|view| view.name.schema != super::lookup::TEMPORARY);
        waiting.sort_by_key(|view| (view.origin.made, view.name.clone()));
        while !waiting.is_empty() {
            let names: BTreeSet<&QName> = waiting.iter().map(|view| &view.name).collect();
            let (ready, rest): (Vec<&View>, Vec<&View>) = waiting.iter().partition(|view| {
                view.relations
                    .iter()
                    .all(|read| *read == view.name || !names.contains(read))
            });
            let cycle = ready.is_empty();
            for view in if cycle { &rest } else { &ready } {
                self.view(view);
            }
            waiting = if cycle { Vec::new() } else { rest };
        }
    }

    fn view(&mut self, view: &View) {
        let made = ChangeKind::CreateView {
            name: object_name(&view.name),
            columns: view
                .columns
                .iter()
                .map(|column| Ident::synthetic(column.clone()))
                .collect(),
            query: Query {
                sql: view.sql.clone(),
                ..Query::default()
            },
            or_replace: false,
            if_not_exists: false,
            materialized: view.materialized,
            temporary: false,
        };
        // A view that was declared has no statement.
        let otherwise = view.written.is_none() && !view.sql.is_empty();
        self.text(
            Subject::View(view.name.clone()),
            view.written,
            otherwise.then_some(made),
        );
        for index in &view.indexes {
            self.index(&view.name, index);
        }
    }
}

fn domain_check(check: &CheckConstraint) -> ConstraintDef {
    let kind = ConstraintKind::Check {
        expr: check.expr.clone(),
        no_inherit: false,
        enforced: true,
    };
    constraint(&check.name, kind, false, Deferral::Never)
}

fn change(kind: ChangeKind) -> Change {
    Change {
        span: Span::default(),
        kind,
    }
}

impl Subject {
    /// What kind of object, in lower case.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Extension(_) => "extension",
            Self::VirtualTable(_) => "virtual table",
            Self::Type(_) => "type",
            Self::Sequence(_) => "sequence",
            Self::View(_) => "view",
            Self::Function { .. } => "function",
            Self::Trigger { .. } => "trigger",
            Self::Rule { .. } => "rule",
            Self::Policy { .. } => "policy",
        }
    }

    /// Its name, with its table where it is one only there.
    pub fn name(&self) -> String {
        match self {
            Self::Extension(name) => name.clone(),
            Self::VirtualTable(name)
            | Self::Type(name)
            | Self::Sequence(name)
            | Self::View(name)
            | Self::Function { name, .. } => name.to_string(),
            Self::Trigger { table, name }
            | Self::Rule { table, name }
            | Self::Policy { table, name } => format!("{name} on {table}"),
        }
    }
}
