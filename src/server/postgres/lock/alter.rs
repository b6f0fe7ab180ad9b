//! `ALTER TABLE` on PostgreSQL, one effect for each action.

use std::sync::Arc;

use super::column::{is_never_null, rewrites};
use super::relations::{default_partition, family, is_partitioned, named, referencing};
use super::retype::{Retype, retype};
use crate::catalog::{Catalog, Mention, QName, Table, index_mentions, mentions};
use crate::lock::{Cause, Effect, Level, Mode};
use crate::server::postgres::apply::columns::named_collation;
use crate::source::Span;
use crate::sql::change::{
    AlterTable, ColumnDef, ConstraintDef, ConstraintKind, DataType, Expr, ForeignKeyDef, Ident,
    ObjectName, PartitionBound, Persistence, TableAction,
};

pub(super) fn effects(alter: &AlterTable, catalog: &Catalog) -> Vec<Effect> {
    let target = named(catalog, &alter.table);
    let action = PostgresAlter {
        catalog,
        table: catalog.tables.get(&target),
        family: family(catalog, &target, alter.only),
        target,
    };
    alter
        .actions
        .iter()
        .map(|(kind, span)| action.effect(kind, *span))
        .collect()
}

/// An action's surroundings.
struct PostgresAlter<'c> {
    catalog: &'c Catalog,
    target: QName,
    /// The table, where the history knows it.
    table: Option<&'c Arc<Table>>,
    /// The table, its partitions and inheriting tables.
    family: Vec<QName>,
}

impl PostgresAlter<'_> {
    fn effect(&self, action: &TableAction, span: Span) -> Effect {
        let brief = |level| self.brief(span, level, false);
        match action {
            TableAction::AddColumn {
                column,
                if_not_exists,
                ..
            } => self.add_column(column, *if_not_exists, span),
            TableAction::DropColumn { name, .. } => self.drop_column(&name.value, span),
            TableAction::SetType {
                column,
                data_type,
                collation,
                using,
            } => self.set_type(column, data_type, collation.as_ref(), using.as_ref(), span),
            TableAction::SetNotNull { column } => self.not_null(&column.value, span),
            TableAction::SetExpression { .. } => self.rewritten(Cause::Stored, span),
            TableAction::SetLogged(logged) if self.is_logged() == Some(*logged) => {
                brief(Level::AccessExclusive)
            }
            TableAction::SetLogged(_) => self.rewritten(Cause::Logged, span),
            TableAction::Storage { property, value } => {
                let default = match *property {
                    "ACCESS METHOD" => value == "heap",
                    _ => value == "pg_default",
                };
                if default {
                    brief(Level::AccessExclusive)
                } else {
                    self.rewritten(Cause::Storage(property), span)
                }
            }
            TableAction::AddConstraint(constraint) => self.add_constraint(constraint, span),
            TableAction::ValidateConstraint { name } => self.validate(&name.value, span),
            TableAction::DropConstraint { name, cascade, .. } => {
                self.drop_constraint(&name.value, *cascade, span)
            }
            TableAction::AttachPartition { partition, bound } => {
                self.attach(partition, bound, span)
            }
            TableAction::DetachPartition {
                partition,
                concurrently,
            } => self.detach(partition, *concurrently, span),
            TableAction::Inherit(parent) => {
                let mut effect = brief(Level::AccessExclusive);
                let parent = named(self.catalog, parent);
                effect.lock(&parent, Mode::Table(Level::ShareUpdateExclusive));
                effect
            }
            TableAction::Trigger { .. } => {
                let mut effect = brief(Level::ShareRowExclusive);
                effect.causes.push(Cause::Trigger);
                effect
            }
            TableAction::Inert(words) => match words.as_str() {
                "SET"
                | "RESET"
                | "CLUSTER ON"
                | "SET WITHOUT CLUSTER"
                | "ALTER COLUMN SET STATISTICS"
                | "ALTER COLUMN SET"
                | "ALTER COLUMN RESET" => brief(Level::ShareUpdateExclusive),
                _ => brief(Level::AccessExclusive),
            },
            TableAction::RenameColumn { .. }
            | TableAction::SetDefault { .. }
            | TableAction::DropDefault { .. }
            | TableAction::DropNotNull { .. } => self.brief(span, Level::AccessExclusive, true),
            _ => brief(Level::AccessExclusive),
        }
    }

    fn brief(&self, span: Span, level: Level, descends: bool) -> Effect {
        let mut effect = Effect::new(span, self.target.clone());
        let relations = if descends {
            self.family.as_slice()
        } else {
            &self.family[..1]
        };
        for relation in relations {
            effect.lock(relation, Mode::Table(level));
        }
        effect
    }

    /// Tables with rows of their own: a partitioned one has none.
    fn with_rows(&self) -> impl Iterator<Item = &QName> {
        let family = self.family.iter();
        family.filter(|relation| !is_partitioned(self.catalog, relation))
    }

    fn rewritten(&self, cause: Cause, span: Span) -> Effect {
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        self.with_rows()
            .for_each(|relation| effect.rewrite(relation));
        effect.causes.push(cause);
        effect
    }

    fn scanned(&self, cause: Cause, level: Level, span: Span) -> Effect {
        let mut effect = self.brief(span, level, true);
        self.with_rows().for_each(|relation| effect.scan(relation));
        effect.causes.push(cause);
        effect
    }

    fn built(&self, cause: Cause, span: Span) -> Effect {
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        self.with_rows().for_each(|relation| effect.build(relation));
        effect.causes.push(cause);
        effect
    }

    fn add_column(&self, column: &ColumnDef, if_not_exists: bool, span: Span) -> Effect {
        let there = self
            .table
            .is_some_and(|table| table.column(&column.name.value).is_some());
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        if if_not_exists && there {
            return effect;
        }
        if let Some(cause) = rewrites(column, self.catalog) {
            self.with_rows()
                .for_each(|relation| effect.rewrite(relation));
            effect.causes.push(cause);
        }
        for constraint in &column.constraints {
            let cause = match &constraint.kind {
                ConstraintKind::Unique { .. } => Cause::Unique,
                ConstraintKind::PrimaryKey { .. } => Cause::PrimaryKey,
                ConstraintKind::Check { enforced: true, .. } => Cause::InlineCheck,
                ConstraintKind::ForeignKey(key) => {
                    let parent = named(self.catalog, &key.table);
                    effect.lock(&parent, Mode::Table(Level::ShareRowExclusive));
                    // The server looks at the reference only where the column can have a value,
                    // and `DEFAULT NULL` counts for one.
                    let valued =
                        column.default.is_some() || column.serial || column.generated.is_some();
                    if !valued {
                        continue;
                    }
                    effect.scan(&parent);
                    Cause::InlineForeignKey
                }
                _ => continue,
            };
            for relation in self.with_rows() {
                match cause {
                    Cause::Unique | Cause::PrimaryKey => effect.build(relation),
                    _ => effect.scan(relation),
                }
            }
            effect.causes.push(cause);
        }
        effect
    }

    fn drop_column(&self, name: &str, span: Span) -> Effect {
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        let keys = self.table.map(|table| table.foreign_keys.as_slice());
        for key in keys.unwrap_or_default() {
            if key.columns.iter().any(|column| column == name) {
                effect.lock(&key.table, Mode::Table(Level::AccessExclusive));
            }
        }
        effect
    }

    fn set_type(
        &self,
        column: &Ident,
        data_type: &DataType,
        collation: Option<&ObjectName>,
        using: Option<&Expr>,
        span: Span,
    ) -> Effect {
        let known = self.table.and_then(|table| table.column(&column.value));
        let Some(known) = known.filter(|column| column.knowledge.is_exact()) else {
            let to = crate::catalog::format_type(data_type, self.catalog.dialect);
            return self.rewritten(Cause::UnknownType(to), span);
        };
        let name = &known.name;
        let mut effect = match retype(name, &known.data_type, data_type, using, self.catalog) {
            Retype::Rewrites(cause) => self.rewritten(cause, span),
            kept => {
                let new = collation.and_then(named_collation);
                let indexes = kept == Retype::Indexes || new != known.collation;
                self.retyped(name, indexes, span)
            }
        };
        self.lock_keys(name, &mut effect);
        effect
    }

    /// A column whose values stay: its checks are looked at again, and its indexes may be built
    /// again.
    fn retyped(&self, column: &str, indexes: bool, span: Span) -> Effect {
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        let Some(table) = self.table else {
            return effect;
        };
        let indexed = table
            .keys()
            .any(|key| key.columns.iter().any(|own| own == column))
            || table
                .indexes
                .iter()
                .any(|index| index_mentions(index, column));
        if indexes && indexed {
            self.with_rows().for_each(|relation| effect.build(relation));
            effect.causes.push(Cause::IndexAgain);
        }
        let mut checks = table.checks.iter().filter(|check| check.valid);
        if let Some(check) = checks.find(|check| mentions(&check.expr, column)) {
            self.with_rows().for_each(|relation| effect.scan(relation));
            effect.causes.push(Cause::CheckAgain(check.name.clone()));
        }
        effect
    }

    /// The other sides of a column's foreign keys, which are made again with it. Changing the type
    /// of a primary key locks every table that refers to it, and scans those (12 to 18).
    fn lock_keys(&self, column: &str, effect: &mut Effect) {
        let Some(table) = self.table else { return };
        let exclusive = Mode::Table(Level::AccessExclusive);
        let rewrites = !effect.rewrites.is_empty();
        let mut others = Vec::new();
        for key in &table.foreign_keys {
            if key.columns.iter().any(|own| own == column) {
                others.push(key.table.clone());
            }
        }
        let mention = Mention::Column(&self.target.name, column);
        for (other, found) in self.catalog.tables.with(mention) {
            let keys = found.foreign_keys.iter();
            let mut keys = keys.filter(|key| key.table == self.target);
            let refers = keys.any(|key| key.referenced.iter().any(|own| own == column));
            if refers && *other != self.target {
                others.push(other.clone());
            }
        }
        for other in others {
            effect.lock(&other, exclusive);
            if rewrites {
                effect.scan(&other);
            }
        }
    }

    fn not_null(&self, column: &str, span: Span) -> Effect {
        let proved = self
            .table
            .is_some_and(|table| is_never_null(table, column, self.catalog));
        if proved {
            self.brief(span, Level::AccessExclusive, true)
        } else {
            self.scanned(Cause::NotNull, Level::AccessExclusive, span)
        }
    }

    fn add_constraint(&self, constraint: &ConstraintDef, span: Span) -> Effect {
        match &constraint.kind {
            ConstraintKind::PrimaryKey {
                using_index: Some(index),
                ..
            } => self.key_from_index(&index.value, span),
            ConstraintKind::Unique {
                using_index: Some(_),
                ..
            } => self.brief(span, Level::AccessExclusive, false),
            ConstraintKind::PrimaryKey { .. } => self.built(Cause::PrimaryKey, span),
            ConstraintKind::Unique { .. } => self.built(Cause::Unique, span),
            ConstraintKind::Exclude { .. } => self.built(Cause::Exclusion, span),
            ConstraintKind::ForeignKey(key) => self.foreign_key(key, constraint.not_valid, span),
            ConstraintKind::NotNull { column } if !constraint.not_valid => {
                self.not_null(&column.value, span)
            }
            ConstraintKind::Check { enforced: true, .. } if !constraint.not_valid => {
                self.scanned(Cause::Check, Level::AccessExclusive, span)
            }
            ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => {
                self.brief(span, Level::AccessExclusive, true)
            }
        }
    }

    /// A primary key takes no nulls: over a nullable column its index alone is not enough.
    fn key_from_index(&self, index: &str, span: Span) -> Effect {
        let nullable = self.table.and_then(|table| {
            let found = table.indexes.iter().find(|found| found.name == index)?;
            let mut columns = found.keys.iter().filter_map(|key| key.column.as_deref());
            columns.find(|column| !is_never_null(table, column, self.catalog))
        });
        match nullable {
            Some(column) => {
                let cause = Cause::PrimaryKeyNotNull(column.to_owned());
                self.scanned(cause, Level::AccessExclusive, span)
            }
            None => self.brief(span, Level::AccessExclusive, false),
        }
    }

    fn foreign_key(&self, key: &ForeignKeyDef, not_valid: bool, span: Span) -> Effect {
        let parent = named(self.catalog, &key.table);
        let level = Level::ShareRowExclusive;
        let mut effect = if not_valid {
            self.brief(span, level, true)
        } else {
            self.scanned(Cause::ForeignKey, level, span)
        };
        effect.lock(&parent, Mode::Table(level));
        if !not_valid {
            effect.scan(&parent);
        }
        effect
    }

    fn validate(&self, name: &str, span: Span) -> Effect {
        let mut effect = self.scanned(Cause::Validate, Level::ShareUpdateExclusive, span);
        let keys = self.table.map(|table| table.foreign_keys.as_slice());
        let mut keys = keys.unwrap_or_default().iter();
        if let Some(key) = keys.find(|key| key.name == name) {
            effect.lock(&key.table, Mode::Table(Level::RowShare));
            effect.scan(&key.table);
        }
        effect
    }

    fn drop_constraint(&self, name: &str, cascade: bool, span: Span) -> Effect {
        let mut effect = self.brief(span, Level::AccessExclusive, true);
        let exclusive = Mode::Table(Level::AccessExclusive);
        let Some(table) = self.table else {
            return effect;
        };
        if let Some(key) = table.foreign_keys.iter().find(|key| key.name == name) {
            effect.lock(&key.table, exclusive);
        }
        if cascade && table.keys().any(|key| key.name == name) {
            for other in referencing(self.catalog, &self.target) {
                effect.lock(&other, exclusive);
            }
        }
        effect
    }

    fn is_logged(&self) -> Option<bool> {
        let table = self.table.filter(|table| table.knowledge.is_exact())?;
        Some(table.persistence == Persistence::Permanent)
    }

    fn attach(&self, partition: &ObjectName, bound: &PartitionBound, span: Span) -> Effect {
        let child = named(self.catalog, partition);
        let mut effect = self.brief(span, Level::ShareUpdateExclusive, false);
        let exclusive = Mode::Table(Level::AccessExclusive);
        effect.lock(&child, exclusive);
        if !self.bound_is_proved(&child) {
            effect.scan(&child);
            effect.causes.push(Cause::Partition);
        }
        let default = default_partition(self.catalog, &self.target);
        if let Some(default) = default.filter(|_| bound.sql != "DEFAULT") {
            effect.lock(&default, exclusive);
            effect.scan(&default);
            effect.causes.push(Cause::DefaultPartition);
        }
        effect
    }

    /// Whether a valid check of the table that is attached speaks of every column of the key. Which
    /// rows it lets through is not compared with the bound: who writes such a check before
    /// `ATTACH` means it to be the proof.
    fn bound_is_proved(&self, child: &QName) -> bool {
        let partition = self.table.and_then(|table| table.partition_by.as_ref());
        let (Some(partition), Some(child)) = (partition, self.catalog.tables.get(child)) else {
            return false;
        };
        let columns: Vec<&str> = partition
            .keys
            .iter()
            .flat_map(|key| &key.columns)
            .map(|column| column.value.as_str())
            .collect();
        let mut checks = child.checks.iter().filter(|check| check.valid);
        !columns.is_empty()
            && checks.any(|check| columns.iter().all(|column| mentions(&check.expr, column)))
    }

    fn detach(&self, partition: &ObjectName, concurrently: bool, span: Span) -> Effect {
        let child = named(self.catalog, partition);
        let level = if concurrently {
            Level::ShareUpdateExclusive
        } else {
            Level::AccessExclusive
        };
        let mut effect = self.brief(span, level, false);
        let default = default_partition(self.catalog, &self.target);
        if let Some(default) = default.filter(|_| !concurrently) {
            effect.lock(&default, Mode::Table(Level::AccessExclusive));
        }
        effect.lock(&child, Mode::Table(Level::AccessExclusive));
        effect.causes.push(Cause::Detach);
        effect
    }
}
