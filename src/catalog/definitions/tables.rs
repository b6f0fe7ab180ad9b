//! Tables, with what a server takes inside of `CREATE TABLE` and what comes after.

use super::convert::{
    check_definition, column_definition, constraint, foreign_key_definition, index_definition,
    key_definition, object_name,
};
use super::{DefinitionList, Subject};
use crate::catalog::{Index, QName, Table, TableKind};
use crate::source::Span;
use crate::sql::change::Deferral;
use crate::sql::change::{
    AlterTable, ChangeKind, ConstraintKind, CreateTable, PartitionBound, TableAction,
};

impl<'a> DefinitionList<'a> {
    /// Tables, then what joins them: partitions, indexes, foreign keys.
    pub(super) fn tables(&mut self, tables: &[&Table]) {
        let dialect = self.catalog.dialect;
        for table in tables {
            self.table(table);
        }
        if !dialect.indexes_belong_to_tables() {
            for table in tables {
                self.indexes(table);
            }
        }
        // Partitions have keys and indexes of their own when they join, so that the server takes
        // those instead of making others.
        for table in tables.iter().rev() {
            self.attach(table);
        }
        if dialect.constraints_come_with_tables() {
            return;
        }
        for table in tables {
            self.foreign_keys(table);
            self.checks_of_new_rows(table);
        }
    }

    fn table(&mut self, table: &Table) {
        if table.kind == TableKind::Virtual {
            return self.text(
                Subject::VirtualTable(table.name.clone()),
                table.origin.made,
                None,
            );
        }
        let dialect = self.catalog.dialect;
        let mut columns: Vec<_> = table
            .columns
            .iter()
            .map(|column| column_definition(column, dialect))
            .collect();
        if let Some(parent) = self.parent(table) {
            // A partition has its parent's identity once it joins, and may not have one before.
            for column in columns
                .iter_mut()
                .filter(|column| column.identity.is_some())
            {
                if parent
                    .column(&column.name.value)
                    .is_some_and(|column| column.identity.is_some())
                {
                    column.identity = None;
                    column.not_null = Some(true);
                }
            }
        }
        let mut constraints = Vec::new();
        let mut indexes = Vec::new();
        // SQLite takes AUTOINCREMENT after the key of the column only.
        let counted = table
            .columns
            .iter()
            .position(|column| column.auto_increment);
        let inline = counted
            .filter(|_| dialect.integer_key_is_row_number())
            .and_then(|at| columns.get_mut(at));
        if let Some(key) = &table.primary_key {
            let mut definition = key_definition(key, true);
            // MySQL calls every primary key PRIMARY.
            definition.name = definition
                .name
                .filter(|_| dialect.primary_keys_have_names());
            match inline {
                Some(column) => column.constraints.push(definition),
                None => constraints.push(definition),
            }
        }
        constraints.extend(table.uniques.iter().map(|key| key_definition(key, false)));
        for check in table
            .checks
            .iter()
            .filter(|check| check.valid || !dialect.has_not_valid())
        {
            constraints.push(check_definition(check));
        }
        for found in &table.exclusions {
            let kind = ConstraintKind::Exclude {
                method: Some(found.method.clone()),
                elements: found.elements.clone(),
                condition: found.condition.clone(),
            };
            constraints.push(constraint(&found.name, kind, false, Deferral::Never));
        }
        if dialect.indexes_belong_to_tables() {
            indexes.extend(
                table
                    .indexes
                    .iter()
                    .map(|index| index_definition(index, dialect)),
            );
        }
        if dialect.constraints_come_with_tables() {
            constraints.extend(table.foreign_keys.iter().map(foreign_key_definition));
        }
        self.push(ChangeKind::CreateTable(Box::new(CreateTable {
            name: object_name(&table.name),
            persistence: table.persistence,
            columns,
            constraints,
            indexes,
            inherits: table.inherits.iter().map(object_name).collect(),
            partition_by: table.partition_by.clone(),
            options: table.options.clone(),
            ..CreateTable::default()
        })));
    }

    /// The table that it is a partition of.
    pub(super) fn parent(&self, table: &Table) -> Option<&'a Table> {
        let of = table.partition_of.as_ref()?;
        self.catalog.tables.get(&of.parent).map(|parent| &**parent)
    }

    fn indexes(&mut self, table: &Table) {
        for index in &table.indexes {
            self.index(&table.name, index);
        }
    }

    pub(super) fn index(&mut self, relation: &QName, index: &Index) {
        let mut definition = index_definition(index, self.catalog.dialect);
        // Without `ONLY` the server would make one for each partition that has none.
        definition.only &= self
            .catalog
            .tables
            .get(relation)
            .is_some_and(|table| table.partition_by.is_some());
        self.push(ChangeKind::CreateIndex {
            table: object_name(relation),
            index: Box::new(definition),
        });
    }

    fn attach(&mut self, table: &Table) {
        if let Some(of) = &table.partition_of {
            let bound = PartitionBound {
                sql: of.bound.clone(),
            };
            self.alter(
                &of.parent,
                TableAction::AttachPartition {
                    partition: object_name(&table.name),
                    bound,
                },
            );
        }
    }

    fn foreign_keys(&mut self, table: &Table) {
        let parent = self.parent(table);
        let inherited = parent.map(|parent| parent.foreign_keys.as_slice());
        for key in &table.foreign_keys {
            let mut inherited = inherited.unwrap_or_default().iter();
            if !inherited.any(|other| other.columns == key.columns && other.table == key.table) {
                self.alter(
                    &table.name,
                    TableAction::AddConstraint(Box::new(foreign_key_definition(key))),
                );
            }
        }
    }

    /// Checks that old rows need not meet: a new table's checks are always valid.
    fn checks_of_new_rows(&mut self, table: &Table) {
        if !self.catalog.dialect.has_not_valid() {
            return;
        }
        for check in table.checks.iter().filter(|check| !check.valid) {
            let kind = ConstraintKind::Check {
                expr: check.expr.clone(),
                no_inherit: check.no_inherit,
                enforced: true,
            };
            let check = constraint(&check.name, kind, true, Deferral::Never);
            self.alter(&table.name, TableAction::AddConstraint(Box::new(check)));
        }
    }

    pub(super) fn alter(&mut self, table: &QName, action: TableAction) {
        let actions = vec![(action, Span::default())];
        let alter = AlterTable {
            table: object_name(table),
            actions,
            ..AlterTable::default()
        };
        self.push(ChangeKind::AlterTable(Box::new(alter)));
    }
}
