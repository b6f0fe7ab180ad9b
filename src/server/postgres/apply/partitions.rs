//! Partitions and inheritance.

mod bounds;
mod inherited;
mod rivals;

use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Catalog, FoundIndex, Partition, QName, Rejection, Table};
use crate::server::postgres::apply::indexes::alike;
use crate::server::postgres::apply::tables::PARTITIONS_HAVE_IDENTITY;
use crate::sql::change::{ObjectName, PartitionBound};

impl Apply<'_> {
    pub(crate) fn attach_partition(
        &mut self,
        parent: &QName,
        partition: &ObjectName,
        bound: &PartitionBound,
    ) -> Outcome {
        let Some(child) = self.need_table(partition)? else {
            return Ok(());
        };
        let Some(parent_table) = self.catalog.tables.get(parent).cloned() else {
            return Ok(());
        };
        let exact = parent_table.knowledge.is_exact();
        if parent_table.partition_by.is_none() && exact {
            let message = format!("table `{}` is not partitioned", self.catalog.shown(parent));
            return Err(Rejection::new(
                sqlstate::INVALID_OBJECT_DEFINITION,
                partition.span(),
                message,
            )
            .because(parent_table.origin.made, "made here"));
        }
        let found = &self.catalog.tables[&child];
        if let Some(other) = &found.partition_of {
            let message = format!(
                "table `{partition}` is a partition of `{}` already",
                self.catalog.shown(&other.parent)
            );
            return Err(
                Rejection::new(sqlstate::WRONG_OBJECT_TYPE, partition.span(), message)
                    .because(found.origin.changed, "last changed here"),
            );
        }
        let lacking = parent_table
            .columns
            .iter()
            .find(|column| found.column(&column.name).is_none());
        let known = exact && found.knowledge.is_exact();
        if let Some(column) = lacking.filter(|_| known) {
            let message = format!(
                "table `{partition}` has no column `{}`, which its parent has",
                column.name
            );
            return Err(
                Rejection::new(sqlstate::DATATYPE_MISMATCH, partition.span(), message)
                    .because(column.origin.made, "added here"),
            );
        }
        if known {
            bounds::refuse_columns(found, &parent_table, partition)?;
        }
        self.refuse_bound(parent, &parent_table, bound, partition)?;
        let with_identity = self.catalog.versions.postgres >= PARTITIONS_HAVE_IDENTITY;
        if let Some(table) = self.edit(&child) {
            table.partition_of = Some(Partition {
                parent: parent.clone(),
                bound: bound.sql.clone(),
            });
            if with_identity {
                for column in &mut table.columns {
                    column.identity = parent_table
                        .column(&column.name)
                        .and_then(|column| column.identity);
                }
            }
        }
        self.copy_indexes(&child, &parent_table);
        self.copy_foreign_keys(&child, &parent_table);
        Ok(())
    }

    pub(crate) fn detach_partition(&mut self, parent: &QName, partition: &ObjectName) -> Outcome {
        let Some(child) = self.need_table(partition)? else {
            return Ok(());
        };
        let found = &self.catalog.tables[&child];
        if found
            .partition_of
            .as_ref()
            .is_none_or(|of| of.parent != *parent)
        {
            if !found.knowledge.is_exact() {
                return Ok(());
            }
            let message = format!(
                "table `{partition}` is not a partition of `{}`",
                self.catalog.shown(parent)
            );
            return Err(
                Rejection::new(sqlstate::UNDEFINED_TABLE, partition.span(), message)
                    .because(found.origin.changed, "last changed here"),
            );
        }
        if let Some(table) = self.edit(&child) {
            table.partition_of = None;
        }
        Ok(())
    }

    /// `ALTER INDEX … ATTACH PARTITION`: an index made with `ON ONLY` is valid once every partition
    /// has one like it.
    pub(crate) fn attach_index(&mut self, parent: &ObjectName) {
        let Some(FoundIndex { table, name }) = self.catalog.find_index(parent) else {
            return;
        };
        let children = self.catalog.children(&table);
        if children.iter().all(|child| {
            self.catalog
                .child_index(&table, child, &name.name)
                .is_some()
        }) && let Some(table) = self.edit(&table)
        {
            table
                .indexes
                .iter_mut()
                .filter(|other| other.name == name.name)
                .for_each(|index| index.valid = true);
        }
    }

    /// Foreign keys that a partition has from its parent, under the same names.
    pub(crate) fn copy_foreign_keys(&mut self, table: &QName, parent: &Arc<Table>) {
        let origin = self.origin();
        let Some(table) = self.edit(table) else {
            return;
        };
        for key in &parent.foreign_keys {
            let has = table
                .foreign_keys
                .iter()
                .any(|own| own.columns == key.columns && own.table == key.table);
            if !has {
                table.foreign_keys.push(crate::catalog::ForeignKey {
                    origin,
                    ..key.clone()
                });
            }
        }
    }

    pub(crate) fn inherit(&mut self, table: &QName, parent: &ObjectName) -> Outcome {
        let written = parent;
        let Some(parent) = self.need_table(parent)? else {
            return Ok(());
        };
        self.refuse_parent(&parent, written)?;
        if let (Some(child), Some(known)) = (
            self.catalog.tables.get(table),
            self.catalog.tables.get(&parent),
        ) && child.knowledge.is_exact()
            && known.knowledge.is_exact()
        {
            let refusal = |code, message: String| {
                Err(Rejection::new(code, written.span(), message)
                    .because(known.origin.made, "the parent is made here"))
            };
            if child.inherits.contains(&parent) {
                let message = format!("the table inherits from `{written}` already");
                return refusal(sqlstate::DUPLICATE_TABLE, message);
            }
            let mut columns = known.columns.iter();
            if let Some(column) = columns.find(|column| child.column(&column.name).is_none()) {
                let message = format!("the table lacks column `{}` of its parent", column.name);
                return refusal(sqlstate::DATATYPE_MISMATCH, message);
            }
        }
        if let Some(table) = self.edit(table) {
            table.inherits.push(parent);
        }
        Ok(())
    }

    pub(crate) fn no_inherit(&mut self, table: &QName, parent: &ObjectName) -> Outcome {
        let written = parent.span();
        let Some(parent) = self.need_table(parent)? else {
            return Ok(());
        };
        if let Some(child) = self.catalog.tables.get(table)
            && child.knowledge.is_exact()
            && !child.inherits.contains(&parent)
        {
            let message = format!(
                "table `{}` does not inherit from `{}`",
                self.catalog.shown(table),
                self.catalog.shown(&parent)
            );
            let code = sqlstate::UNDEFINED_TABLE;
            return Err(Rejection::new(code, written, message)
                .because(child.origin.made, "the table is made here"));
        }
        if let Some(table) = self.edit(table) {
            table.inherits.retain(|other| *other != parent);
        }
        Ok(())
    }
}

impl Catalog {
    /// The name, on a partition, of the index that belongs to an index of its parent.
    pub(crate) fn child_index(&self, parent: &QName, child: &QName, index: &str) -> Option<String> {
        let index = self
            .tables
            .get(parent)?
            .indexes
            .iter()
            .find(|other| other.name == index)?;
        let child = self
            .tables
            .get(child)
            .filter(|child| child.partition_of.is_some())?;
        child
            .indexes
            .iter()
            .find(|other| alike(other, index))
            .map(|other| other.name.clone())
    }

    /// The name of the parent's index that an index of a partition belongs to.
    pub(crate) fn parent_index(&self, child: &QName, index: &str) -> Option<String> {
        let child = self.tables.get(child)?;
        let parent = self.tables.get(&child.partition_of.as_ref()?.parent)?;
        let index = child.index(index)?;
        parent
            .indexes
            .iter()
            .find(|other| alike(other, index))
            .map(|other| other.name.clone())
    }

    /// The name, on a child, of the constraint that it has from its parent.
    pub(crate) fn child_constraint(
        &self,
        parent: &QName,
        child: &QName,
        name: &str,
    ) -> Option<String> {
        let parent = self.tables.get(parent)?;
        let child = self.tables.get(child)?;
        if parent
            .checks
            .iter()
            .any(|check| check.name == name && !check.no_inherit)
        {
            return child.check(name).map(|check| check.name.clone());
        }
        child.partition_of.as_ref()?;
        if parent
            .primary_key
            .as_ref()
            .is_some_and(|key| key.name == name)
        {
            return child.primary_key.as_ref().map(|key| key.name.clone());
        }
        if let Some(key) = parent.unique(name) {
            return child
                .uniques
                .iter()
                .find(|own| own.columns == key.columns)
                .map(|own| own.name.clone());
        }
        let key = parent.foreign_key(name)?;
        child
            .foreign_keys
            .iter()
            .find(|own| own.columns == key.columns)
            .map(|own| own.name.clone())
    }
}
