//! A catalog as the changes that make it, in an order in which a server takes them.

use super::{Catalog, Column, ForeignKey, Index, Key, QName, Site, Table, View};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, ColumnDef, ColumnRef, ConstraintDef, ConstraintKind, CreateTable, Expr, ExprKind,
    ForeignKeyDef, Generated, Ident, IndexColumn, IndexDef, ObjectName, PartitionBound, Query, TableAction,
};

/// How an object is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// By a change.
    Change(Box<Change>),
    /// By the statement at that place, of which the catalog keeps only what others depend on: functions, triggers, policies and rules.
    Text(Site),
}

impl Catalog {
    /// Everything in the catalog, in an order in which a server takes it.
    pub fn definitions(&self) -> Vec<Definition> {
        let mut list = List { catalog: self, definitions: Vec::new() };
        list.schemas_and_types();
        list.functions();
        let owned = |name: &QName| self.sequences[name].owner.is_some();
        let made_by_column = |name: &QName| self.sequences[name].identity;
        for name in self.sequences.keys().filter(|name| !made_by_column(name)) {
            list.push(ChangeKind::CreateSequence {
                name: object_name(name),
                if_not_exists: false,
                data_type: Some(self.sequences[name].data_type.clone()),
                owned_by: None,
                temporary: false,
            });
        }
        let tables = list.tables_in_order();
        for table in &tables {
            list.table(table);
        }
        for name in self.sequences.keys().filter(|name| owned(name) && !made_by_column(name)) {
            let owner = self.sequences[name].owner.as_ref().map(|(table, column)| ColumnRef {
                relation: Some(object_name(table)),
                column: Ident::synthetic(column.clone()),
            });
            list.push(ChangeKind::AlterSequence {
                name: object_name(name),
                owned_by: Some(owner),
                rename: None,
                set_schema: None,
                if_exists: false,
            });
        }
        for table in &tables {
            list.indexes(table);
        }
        if self.dialect != Dialect::Sqlite {
            for table in &tables {
                list.foreign_keys(table);
            }
        }
        list.views();
        for table in &tables {
            list.parts(table);
        }
        list.definitions
    }
}

struct List<'a> {
    catalog: &'a Catalog,
    definitions: Vec<Definition>,
}

impl<'a> List<'a> {
    fn push(&mut self, kind: ChangeKind) {
        self.definitions.push(Definition::Change(Box::new(Change { span: Span::default(), kind })));
    }

    fn text(&mut self, site: Option<Site>) {
        self.definitions.extend(site.map(Definition::Text));
    }

    fn schemas_and_types(&mut self) {
        let catalog = self.catalog;
        for (name, origin) in &catalog.schemas {
            if origin.made.is_some() || (name != "public" && !name.is_empty() && catalog.uses_schema(name)) {
                self.push(ChangeKind::CreateSchema { name: Ident::synthetic(name.clone()), if_not_exists: false });
            }
        }
        for name in catalog.extensions.keys() {
            let name = Ident::synthetic(name.clone());
            self.push(ChangeKind::CreateExtension { name, schema: None, if_not_exists: false });
        }
        for found in catalog.enums.values() {
            let labels = found.labels.iter().map(|(label, _)| Ident::synthetic(label.clone())).collect();
            self.push(ChangeKind::CreateEnum { name: object_name(&found.name), labels });
        }
        for found in catalog.composites.values() {
            let field = |(name, data_type): &(String, _)| (Ident::synthetic(name.clone()), Clone::clone(data_type));
            let fields = found.fields.iter().map(field).collect();
            self.push(ChangeKind::CreateType { name: object_name(&found.name), fields });
        }
        for found in catalog.domains.values() {
            let check = |check: &super::Check| {
                let kind = ConstraintKind::Check { expr: check.expr.clone(), no_inherit: false, enforced: true };
                constraint(&check.name, kind, !check.valid, (false, false))
            };
            self.push(ChangeKind::CreateDomain {
                name: object_name(&found.name),
                base: found.base.clone(),
                not_null: found.not_null,
                default: found.default.clone(),
                checks: found.checks.iter().map(check).collect(),
            });
        }
    }

    fn functions(&mut self) {
        let mut sites: Vec<_> =
            self.catalog.functions.values().flatten().filter_map(|function| function.origin.changed).collect();
        sites.sort_unstable();
        for site in sites {
            self.text(Some(site));
        }
    }

    /// Parents before their children, otherwise by name. SQLite's foreign keys need no order.
    fn tables_in_order(&self) -> Vec<&'a Table> {
        let mut tables: Vec<&Table> = Vec::new();
        let mut waiting: Vec<&Table> = self.catalog.lasting_tables().collect();
        while !waiting.is_empty() {
            let (ready, rest): (Vec<&Table>, Vec<&Table>) = waiting.iter().partition(|table| {
                let partition = table.partition_of.iter().map(|partition| &partition.parent);
                let mut parents = partition.chain(&table.inherits);
                parents.all(|parent| !waiting.iter().any(|other| other.name == *parent))
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

    fn table(&mut self, table: &Table) {
        let child = table.partition_of.is_some();
        let columns = if child { Vec::new() } else { table.columns.iter().map(column_definition).collect() };
        let mut constraints = Vec::new();
        if !child {
            constraints.extend(table.primary_key.iter().map(|key| key_definition(key, true)));
            constraints.extend(table.uniques.iter().map(|key| key_definition(key, false)));
            for check in &table.checks {
                let expr = check.expr.clone();
                let kind = ConstraintKind::Check { expr, no_inherit: check.no_inherit, enforced: true };
                constraints.push(constraint(&check.name, kind, false, (false, false)));
            }
            for found in &table.exclusions {
                let kind = ConstraintKind::Exclude {
                    method: Some(found.method.clone()),
                    elements: found.elements.clone(),
                    condition: found.condition.clone(),
                };
                constraints.push(constraint(&found.name, kind, false, (false, false)));
            }
            if self.catalog.dialect == Dialect::Sqlite {
                constraints.extend(table.foreign_keys.iter().map(foreign_key_definition));
            }
        }
        let bound = |partition: &super::Partition| PartitionBound { sql: partition.bound.clone() };
        self.push(ChangeKind::CreateTable(Box::new(CreateTable {
            name: object_name(&table.name),
            persistence: table.persistence,
            columns,
            constraints,
            inherits: table.inherits.iter().map(object_name).collect(),
            partition_by: table.partition_by.clone(),
            partition_of: table.partition_of.as_ref().map(|of| (object_name(&of.parent), bound(of))),
            options: table.options.clone(),
            ..CreateTable::default()
        })));
    }

    fn indexes(&mut self, table: &Table) {
        let parent = table.partition_of.as_ref().and_then(|of| self.catalog.tables.get(&of.parent));
        for index in table.indexes.iter().filter(|index| !index.implicit) {
            // A partition has its parent's indexes already.
            let from_parent =
                parent.is_some_and(|parent| parent.indexes.iter().any(|other| super::indexes::alike(other, index)));
            if !from_parent {
                self.index(&table.name, index);
            }
        }
    }

    fn index(&mut self, relation: &QName, index: &Index) {
        let definition = index_definition(index);
        self.push(ChangeKind::CreateIndex { table: object_name(relation), index: Box::new(definition) });
    }

    fn foreign_keys(&mut self, table: &Table) {
        if table.partition_of.is_some() {
            return;
        }
        for key in &table.foreign_keys {
            self.alter(&table.name, TableAction::AddConstraint(Box::new(foreign_key_definition(key))));
        }
    }

    fn alter(&mut self, table: &QName, action: TableAction) {
        let actions = vec![(action, Span::default())];
        let alter = AlterTable { table: object_name(table), actions, ..AlterTable::default() };
        self.push(ChangeKind::AlterTable(Box::new(alter)));
    }

    /// Views in the order in which they were made, which is one in which they can be.
    fn views(&mut self) {
        let mut views: Vec<&View> = self.catalog.views.values().map(|view| &**view).collect();
        views.sort_by_key(|view| (view.origin.made, view.name.clone()));
        for view in views {
            self.push(ChangeKind::CreateView {
                name: object_name(&view.name),
                columns: view.columns.iter().map(|column| Ident::synthetic(column.clone())).collect(),
                query: Query { sql: view.sql.clone(), ..Query::default() },
                or_replace: false,
                if_not_exists: false,
                materialized: view.materialized,
                temporary: false,
            });
            for index in &view.indexes {
                self.index(&view.name, index);
            }
        }
    }

    /// Triggers, rules, policies and row-level security.
    fn parts(&mut self, table: &Table) {
        if table.row_security != (false, false) {
            let (enable, force) = table.row_security;
            let action = TableAction::RowSecurity { enable: enable.then_some(true), force: force.then_some(true) };
            self.alter(&table.name, action);
        }
        let inherits = |trigger: &super::Trigger| {
            let parent = table.partition_of.as_ref().and_then(|of| self.catalog.tables.get(&of.parent));
            parent.is_some_and(|parent| parent.triggers.iter().any(|other| other.name == trigger.name))
        };
        let triggers = table.triggers.iter().filter(|trigger| !inherits(trigger)).map(|trigger| trigger.origin);
        let rules = table.rules.iter().map(|rule| rule.origin);
        let policies = table.policies.iter().map(|policy| policy.origin);
        let sites: Vec<_> = triggers.chain(rules).chain(policies).map(|origin| origin.made).collect();
        for site in sites {
            self.text(site);
        }
    }
}

impl Catalog {
    fn uses_schema(&self, schema: &str) -> bool {
        let here = |name: &QName| name.schema == schema;
        self.lasting_tables().any(|table| here(&table.name))
            || self.enums.keys().any(here)
            || self.views.keys().any(here)
            || self.functions.keys().any(here)
    }
}

/// The name as it is written: without `public`.
fn object_name(name: &QName) -> ObjectName {
    let schema = (!name.schema.is_empty() && name.schema != "public").then(|| Ident::synthetic(name.schema.clone()));
    ObjectName { schema, name: Ident::synthetic(name.name.clone()) }
}

fn idents(names: &[String]) -> Vec<Ident> {
    names.iter().map(|name| Ident::synthetic(name.clone())).collect()
}

fn column_definition(column: &Column) -> ColumnDef {
    ColumnDef {
        name: Ident::synthetic(column.name.clone()),
        data_type: column.data_type.clone(),
        collation: column.collation.as_ref().map(|name| ObjectName::synthetic(name.clone())),
        not_null: (column.not_null && column.identity.is_none()).then_some(true),
        default: column.default.as_ref().map(|default| default.expr.clone()),
        identity: column.identity,
        generated: column
            .generated
            .as_ref()
            .map(|generated| Generated { expr: generated.expr.clone(), stored: generated.stored }),
        auto_increment: column.auto_increment,
        on_update: column.on_update.clone(),
        comment: column.comment.clone(),
        ..ColumnDef::default()
    }
}

fn constraint(name: &str, kind: ConstraintKind, not_valid: bool, deferrable: (bool, bool)) -> ConstraintDef {
    ConstraintDef {
        name: (!name.is_empty()).then(|| Ident::synthetic(name)),
        span: Span::default(),
        kind,
        not_valid,
        deferrable: deferrable.0,
        initially_deferred: deferrable.1,
    }
}

fn column_key(name: &str) -> IndexColumn {
    let ident = Ident::synthetic(name);
    let expr =
        Expr { sql: name.to_owned(), kind: ExprKind::Column(ident.clone()), columns: vec![ident], ..Expr::default() };
    IndexColumn { expr, collation: None, opclass: None, descending: false, nulls_first: None, length: None }
}

fn key_definition(key: &Key, primary: bool) -> ConstraintDef {
    let columns = key.columns.iter().map(|name| column_key(name)).collect();
    let include = idents(&key.include);
    let kind = if primary {
        ConstraintKind::PrimaryKey { columns, include, using_index: None }
    } else {
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct: key.nulls_not_distinct,
            using_index: None,
            index_name: None,
        }
    };
    constraint(&key.name, kind, false, key.deferrable)
}

fn foreign_key_definition(key: &ForeignKey) -> ConstraintDef {
    let kind = ConstraintKind::ForeignKey(ForeignKeyDef {
        columns: idents(&key.columns),
        table: object_name(&key.table),
        referenced: idents(&key.referenced),
        on_delete: key.on_delete,
        on_update: key.on_update,
        index_name: None,
    });
    constraint(&key.name, kind, !key.valid, key.deferrable)
}

fn index_definition(index: &Index) -> IndexDef {
    let key = |key: &super::IndexKey| IndexColumn {
        expr: match &key.column {
            Some(column) => column_key(column).expr,
            None => key.expr.clone(),
        },
        collation: key.collation.clone(),
        opclass: key.opclass.clone(),
        descending: key.descending,
        nulls_first: Some(key.nulls_first),
        length: key.length,
    };
    IndexDef {
        name: Some(Ident::synthetic(index.name.clone())),
        unique: index.unique,
        only: !index.valid,
        method: Some(index.method.clone()),
        columns: index.keys.iter().map(key).collect(),
        include: idents(&index.include),
        nulls_not_distinct: index.nulls_not_distinct,
        condition: index.condition.clone(),
        ..IndexDef::default()
    }
}
