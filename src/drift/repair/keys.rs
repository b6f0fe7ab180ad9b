//! Primary keys, unique keys, foreign keys and indexes.

use super::{Phase, Steps};
use crate::catalog::{ForeignKey, Index, Key, QName, Table, convert};
use crate::compare::{same_columns, same_foreign_key};
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::{ChangeKind, DropMode, Ident, ObjectName, TableAction};

/// A unique constraint, or an index that does the same.
#[derive(Clone, Copy)]
enum UniqueForm<'a> {
    Key(&'a Key),
    Index(&'a Index),
}

impl UniqueForm<'_> {
    fn columns(self) -> Vec<String> {
        let mut columns: Vec<String> = match self {
            Self::Key(key) => key.columns.clone(),
            Self::Index(index) => index
                .keys
                .iter()
                .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                .collect(),
        };
        columns.sort_unstable();
        columns
    }

    fn is(self, other: UniqueForm<'_>, dialect: Dialect) -> bool {
        let condition = |it: UniqueForm| match it {
            UniqueForm::Key(_) => None,
            UniqueForm::Index(index) => index.condition.clone(),
        };
        let nulls_count = |it: UniqueForm| match it {
            UniqueForm::Key(key) => key.nulls_not_distinct,
            UniqueForm::Index(index) => index.nulls_not_distinct,
        };
        same_columns(&self.columns(), &other.columns(), dialect)
            && nulls_count(self) == nulls_count(other)
            && match (condition(self), condition(other)) {
                (Some(a), Some(b)) => same_expr(&a, &b, dialect),
                (a, b) => a.is_none() && b.is_none(),
            }
    }
}

fn uniques(table: &Table) -> impl Iterator<Item = UniqueForm<'_>> {
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(UniqueForm::Index);
    table.uniques.iter().map(UniqueForm::Key).chain(indexes)
}

impl<'a> Steps<'a> {
    pub(crate) fn primary_key(&mut self, declared: &Table, migrated: &Table) {
        let mysql = self.to.dialect.drops_by_kind();
        match &migrated.primary_key {
            Some(_) if mysql => {
                self.alter(Phase::Keys, &declared.name, TableAction::DropPrimaryKey);
            }
            Some(key) => self.drop_constraint(Phase::Keys, &declared.name, &key.name.clone()),
            None => {}
        }
        if let Some(key) = &declared.primary_key {
            let constraint = Box::new(convert::key_definition(key, true));
            self.alter(
                Phase::NewKeys,
                &declared.name,
                TableAction::AddConstraint(constraint),
            );
        }
    }

    /// Of several over the same columns, those go and come that the other side lacks.
    pub(crate) fn unique(&mut self, columns: &[String], declared: &'a Table, migrated: &'a Table) {
        let dialect = self.to.dialect;
        let lacks = |table: &'a Table, other: &'a Table| -> Vec<UniqueForm<'a>> {
            let meant = uniques(table).filter(|it| it.columns() == columns);
            meant
                .filter(|it| !uniques(other).any(|known| it.is(known, dialect)))
                .collect()
        };
        for unique in lacks(migrated, declared) {
            match unique {
                UniqueForm::Key(key) => {
                    self.drop_constraint(Phase::Keys, &declared.name, &key.name);
                }
                UniqueForm::Index(index) => self.drop_index(&declared.name, index),
            }
        }
        for unique in lacks(declared, migrated) {
            match unique {
                UniqueForm::Key(key) => {
                    let constraint = Box::new(convert::key_definition(key, false));
                    self.alter(
                        Phase::NewKeys,
                        &declared.name,
                        TableAction::AddConstraint(constraint),
                    );
                }
                UniqueForm::Index(index) => self.create_index(&declared.name, index),
            }
        }
    }

    pub(crate) fn create_index(&mut self, table: &QName, index: &Index) {
        let mut index = Box::new(convert::index_definition(index, self.to.dialect));
        index.method = index.method.filter(|method| method != "btree");
        index.only &= self
            .to
            .tables
            .get(table)
            .is_some_and(|table| table.partition_by.is_some());
        self.push(
            Phase::NewKeys,
            ChangeKind::CreateIndex {
                table: convert::object_name(table),
                index,
            },
        );
    }

    pub(crate) fn drop_index(&mut self, table: &QName, index: &Index) {
        let schema = table.other_schema().map(Ident::synthetic);
        let name = ObjectName {
            schema,
            name: Ident::synthetic(index.name.clone()),
        };
        let on = (self.to.dialect.indexes_belong_to_tables()).then(|| convert::object_name(table));
        let mode = DropMode::default();
        self.push(
            Phase::Keys,
            ChangeKind::DropIndex {
                names: vec![name],
                on,
                concurrently: false,
                mode,
            },
        );
    }

    /// Foreign keys over some columns: those go and come that the other side lacks.
    pub(crate) fn foreign_key(&mut self, columns: &[String], declared: &Table, migrated: &Table) {
        let dialect = self.to.dialect;
        let of = |table: &Table| -> Vec<ForeignKey> {
            table
                .foreign_keys
                .iter()
                .filter(|key| key.columns == columns)
                .cloned()
                .collect()
        };
        let (mut new, mut old) = (of(declared), of(migrated));
        new.retain(
            |key| match old.iter().position(|it| same_foreign_key(key, it, dialect)) {
                Some(at) => {
                    old.remove(at);
                    false
                }
                None => true,
            },
        );
        for key in &old {
            self.drop_foreign_key(&declared.name, &key.name);
        }
        for key in &new {
            self.add_foreign_key(&declared.name, key);
        }
    }

    pub(crate) fn add_foreign_key(&mut self, table: &QName, key: &ForeignKey) {
        let constraint = Box::new(convert::foreign_key_definition(key));
        self.alter(
            Phase::NewForeignKeys,
            table,
            TableAction::AddConstraint(constraint),
        );
    }

    pub(crate) fn drop_foreign_key(&mut self, table: &QName, key: &str) {
        if self.to.dialect.drops_by_kind() {
            self.alter(
                Phase::ForeignKeys,
                table,
                TableAction::DropForeignKey {
                    name: Ident::synthetic(key),
                    if_exists: false,
                },
            );
        } else {
            self.drop_constraint(Phase::ForeignKeys, table, key);
        }
    }
}
