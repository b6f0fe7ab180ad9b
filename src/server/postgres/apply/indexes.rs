//! Indexes: made, copied to partitions, renamed.

use crate::catalog::resolve::ClausePlace;
use std::sync::Arc;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::{FoundIndex, Index, IndexKey, QName, Table};
use crate::server::postgres::apply::constraints::addition;
use crate::server::postgres::apply::names::joined;
use crate::sql::change::{ExprKind, Ident, IndexColumn, IndexDef, ObjectName};

impl Apply<'_> {
    /// `REINDEX INDEX` and `REINDEX TABLE` of what is there.
    pub(crate) fn reindex(&mut self, target: &str, name: &ObjectName) -> Outcome {
        match target {
            "INDEX" if self.catalog.find_index(name).is_none() => {
                match self.catalog.find_any_relation(name) {
                    Some(other) => Err(self.wrong_kind(name.span(), &other, "an index")),
                    None => self.missing_relation(name, "index"),
                }
            }
            "TABLE" => self.need_tables(std::slice::from_ref(name)),
            _ => Ok(()),
        }
    }

    pub(crate) fn create_index(&mut self, table: &ObjectName, definition: &IndexDef) -> Outcome {
        if self.catalog.find_table(table).is_none()
            && let Some(view) = self.catalog.find_view(table)
        {
            return self.index_view(&view, table, definition);
        }
        let Some(table) = self.need_table(table)? else {
            return Ok(());
        };
        self.add_index(&table, definition)
    }

    /// The given name, or a free one; `None` when `IF NOT EXISTS` finds it taken.
    fn index_name(&mut self, relation: &QName, definition: &IndexDef) -> Outcome<Option<String>> {
        let Some(name) = &definition.name else {
            let addition = addition(&definition.columns, &definition.include);
            return Ok(Some(
                self.catalog
                    .choose_relation_name(relation, &addition, "idx", false),
            ));
        };
        let kept = self.catalog.keep(&name.value).to_owned();
        let qname = QName::new(relation.schema.clone(), kept.clone());
        if definition.if_not_exists && self.catalog.relation_kind(&qname).is_some() {
            return Ok(None);
        }
        self.refuse_taken(&qname, name.span)?;
        Ok(Some(kept))
    }

    fn index_view(&mut self, view: &QName, written: &ObjectName, definition: &IndexDef) -> Outcome {
        if !self.catalog.views[view].materialized {
            return Err(self.wrong_kind(written.span(), view, "a table or materialized view"));
        }
        let Some(name) = self.index_name(view, definition)? else {
            return Ok(());
        };
        let index = self.build_index(name, definition, true);
        if let Some(view) = self.catalog.views.get_mut(view) {
            Arc::make_mut(view).indexes.push(index);
        }
        Ok(())
    }

    /// Makes an index on a table, and on its partitions unless `ONLY` was written.
    pub(crate) fn add_index(&mut self, table: &QName, definition: &IndexDef) -> Outcome {
        let Some(name) = self.index_name(table, definition)? else {
            return Ok(());
        };
        for key in &definition.columns {
            if let ExprKind::Column(column) = &key.expr.kind {
                self.need_column(table, column)?;
            }
            self.resolve_in(&key.expr, table, ClausePlace::IndexKey)?;
        }
        if let Some(condition) = &definition.condition {
            self.resolve_in(condition, table, ClausePlace::IndexCondition)?;
        }
        for column in &definition.include {
            self.need_column(table, column)?;
        }
        if let Some(found) = self.catalog.tables.get(table) {
            self.refuse_on_partitioned(found, definition)?;
        }
        // An index that the server would not make is kept all the same: what is declared may have
        // it too, and is not to differ by that.
        let outcome = self.refuse_method(table, definition);
        self.record(outcome);
        let children = if definition.only {
            Vec::new()
        } else {
            self.catalog.children(table)
        };
        let partitioned = self
            .catalog
            .tables
            .get(table)
            .is_some_and(|table| table.partition_by.is_some());
        let index = self.build_index(name, definition, !(definition.only && partitioned));
        for child in children {
            if self.catalog.tables[&child].partition_of.is_some() {
                self.copy_index(&child, &index);
            }
        }
        if let Some(table) = self.edit(table) {
            table.indexes.push(index);
        }
        Ok(())
    }

    fn build_index(&self, name: String, definition: &IndexDef, valid: bool) -> Index {
        Index {
            name,
            method: definition
                .method
                .clone()
                .unwrap_or_else(|| "btree".to_owned()),
            unique: definition.unique,
            keys: definition
                .columns
                .iter()
                .map(|column| self.index_key(column))
                .collect(),
            include: definition
                .include
                .iter()
                .map(|column| column.value.clone())
                .collect(),
            condition: definition.condition.clone(),
            nulls_not_distinct: definition.nulls_not_distinct,
            valid,
            implicit: false,
            origin: self.origin(),
        }
    }

    /// One element of an index. Nulls come first in descending order unless said otherwise
    /// (PostgreSQL).
    pub(crate) fn index_key(&self, column: &IndexColumn) -> IndexKey {
        let name = match &column.expr.kind {
            ExprKind::Column(name) => Some(self.catalog.keep(&name.value).to_owned()),
            _ => None,
        };
        IndexKey {
            column: name,
            expr: column.expr.clone(),
            collation: column.collation.clone(),
            opclass: column.opclass.clone(),
            descending: column.descending,
            nulls_first: column.nulls_first.unwrap_or(column.descending),
            length: column.length,
        }
    }

    /// The same index on a partition, under a name made for it.
    fn copy_index(&mut self, table: &QName, index: &Index) {
        let names = index
            .keys
            .iter()
            .map(|key| match (&key.column, &key.expr.kind) {
                (Some(column), _) => column.as_str(),
                (None, ExprKind::Function(name)) => name.as_str(),
                _ => "expr",
            });
        let addition = joined(names.chain(index.include.iter().map(String::as_str)));
        let name = self
            .catalog
            .choose_relation_name(table, &addition, "idx", false);
        let copy = Index {
            name,
            origin: self.origin(),
            valid: true,
            ..index.clone()
        };
        for child in self.catalog.children(table) {
            self.copy_index(&child, &copy);
        }
        if let Some(table) = self.edit(table) {
            table.indexes.push(copy);
        }
    }

    /// The keys and indexes of a model, under names made for the new table. What it has already is
    /// not made twice.
    pub(crate) fn copy_indexes(&mut self, table: &QName, model: &Table) {
        for (key, primary) in model
            .primary_key
            .iter()
            .map(|key| (key, true))
            .chain(model.uniques.iter().map(|key| (key, false)))
        {
            let has = self.catalog.tables.get(table).is_some_and(|table| {
                if primary {
                    table.primary_key.is_some()
                } else {
                    table.uniques.iter().any(|own| own.columns == key.columns)
                }
            });
            if !has {
                self.copy_key(table, key, primary);
            }
        }
        // Each that is there stands for one of the model's, which may have two alike.
        let found = self.catalog.tables.get(table);
        let mut there = found.map_or_else(Vec::new, |table| table.indexes.clone());
        for index in &model.indexes {
            match there.iter().position(|own| alike(own, index)) {
                Some(at) => _ = there.swap_remove(at),
                None => self.copy_index(table, index),
            }
        }
    }

    pub(crate) fn rename_index(
        &mut self,
        from: &ObjectName,
        to: &Ident,
        if_exists: bool,
    ) -> Outcome {
        let Some(found) = self.catalog.find_index(from) else {
            if let Some(table) = self.catalog.find_table(from) {
                // `ALTER INDEX` takes tables, too.
                let to = ObjectName {
                    schema: Some(Ident::synthetic(table.schema)),
                    name: to.clone(),
                };
                return self.rename_table(from, &to);
            }
            if if_exists || !self.catalog.tables_are_known() {
                return Ok(());
            }
            return self.missing_relation(from, "index");
        };
        let FoundIndex { table, name } = found;
        let new = self.catalog.keep(&to.value).to_owned();
        if new == name.name {
            return Ok(());
        }
        self.refuse_taken(&QName::new(name.schema.clone(), new.clone()), to.span)?;
        let rename = |indexes: &mut Vec<Index>| {
            indexes
                .iter_mut()
                .filter(|other| other.name == name.name)
                .for_each(|other| other.name.clone_from(&new));
        };
        if let Some(view) = self.catalog.views.get_mut(&table) {
            rename(&mut Arc::make_mut(view).indexes);
        } else if let Some(table) = self.edit(&table) {
            rename(&mut table.indexes);
            // The index of a constraint takes the constraint along.
            table.rename_constraint(&name.name, &new);
        }
        self.gone(name, None, &format!("renamed to `{new}` here"));
        Ok(())
    }
}

/// Whether two indexes differ in nothing but their names.
pub(crate) fn alike(one: &Index, other: &Index) -> bool {
    one.method == other.method
        && one.unique == other.unique
        && one.include == other.include
        && one.condition.as_ref().map(|condition| &condition.sql)
            == other.condition.as_ref().map(|condition| &condition.sql)
        && one.keys.len() == other.keys.len()
        && one.keys.iter().zip(&other.keys).all(|(one, other)| {
            one.column == other.column
                && one.expr.sql == other.expr.sql
                && one.descending == other.descending
        })
}
