//! What building, dropping and attaching indexes locks.

use super::PostgresEffects;
use super::relations::{family, is_partitioned, named};
use crate::catalog::QName;
use crate::lock::{Cause, Effect, Level, Mode};
use crate::sql::change::{IndexDef, ObjectName};

impl PostgresEffects<'_> {
    pub(super) fn create_index(self, table: &ObjectName, index: &IndexDef) -> Effect {
        let target = named(self.catalog, table);
        let level = if index.concurrently {
            Level::ShareUpdateExclusive
        } else {
            Level::Share
        };
        let mut effect = self.locks(&target, level);
        effect.causes.push(Cause::Index);
        let there = index.name.as_ref().is_some_and(|name| {
            let name = QName::new(target.schema.clone(), name.value.as_str());
            self.catalog.index_table(&name).is_some()
        });
        if index.if_not_exists && there {
            return effect;
        }
        let partitioned = is_partitioned(self.catalog, &target);
        if partitioned {
            effect.causes = vec![Cause::PartitionedIndex];
        }
        for relation in family(self.catalog, &target, index.only || !partitioned) {
            effect.lock(&relation, Mode::Table(level));
            if !is_partitioned(self.catalog, &relation) {
                effect.build(&relation);
            }
        }
        effect
    }

    /// Nothing where the history shows that there is no such index.
    pub(super) fn drop_index(
        self,
        name: &ObjectName,
        concurrently: bool,
        if_exists: bool,
    ) -> Option<Effect> {
        let level = if concurrently {
            Level::ShareUpdateExclusive
        } else {
            Level::AccessExclusive
        };
        let found = self.catalog.find_index(name).map(|index| index.table);
        let target = match found {
            Some(table) => table,
            // Whoever drops it just in case expects none.
            None if self.shows_all_tables() || if_exists && self.catalog.tables_are_known() => {
                return None;
            }
            None => self.catalog.qualify(name),
        };
        let mut effect = self.locks(&target, level);
        effect.causes.push(Cause::DropIndex);
        if is_partitioned(self.catalog, &target) {
            for relation in family(self.catalog, &target, false) {
                effect.lock(&relation, Mode::Table(level));
            }
        }
        Some(effect)
    }

    pub(super) fn reindex(
        self,
        kind: &str,
        name: Option<&ObjectName>,
        concurrently: bool,
    ) -> Effect {
        let level = if concurrently {
            Level::ShareUpdateExclusive
        } else {
            Level::Share
        };
        let target = match (kind, name) {
            ("INDEX", Some(name)) => self
                .catalog
                .find_index(name)
                .map_or_else(|| self.catalog.qualify(name), |index| index.table),
            ("TABLE", Some(name)) => named(self.catalog, name),
            (_, Some(name)) => QName::new("", name.name.value.clone()),
            (_, None) => QName::new("", kind.to_ascii_lowercase()),
        };
        let mut effect = self.locks(&target, level);
        // The system's tables, and the index of an exclusion, have no CONCURRENTLY.
        if kind != "SYSTEM" && !name.is_some_and(|name| self.is_exclusion(name)) {
            effect.causes.push(Cause::Reindex);
        }
        for relation in family(self.catalog, &target, false) {
            effect.lock(&relation, Mode::Table(level));
            if !is_partitioned(self.catalog, &relation) {
                effect.build(&relation);
            }
        }
        effect
    }

    /// The lock is on the index alone; but whoever plans a query of its table looks at every index.
    pub(super) fn move_index(self, index: &ObjectName) -> Vec<Effect> {
        let found = self.catalog.find_index(index).map(|index| index.table);
        if found.is_none() && self.catalog.tables_are_known() {
            return Vec::new();
        }
        let own = self.catalog.qualify(index);
        let mut effect = self.locks(&own, Level::AccessExclusive);
        effect.causes.push(Cause::Storage("TABLESPACE"));
        let table = found.unwrap_or(own);
        if !is_partitioned(self.catalog, &table) {
            effect.build(&table);
        }
        vec![effect]
    }

    pub(super) fn is_exclusion(self, index: &ObjectName) -> bool {
        let found = self.catalog.find_index(index);
        let table = found.and_then(|index| self.catalog.tables.get(&index.table));
        table.is_some_and(|table| {
            let mut exclusions = table.exclusions.iter();
            exclusions.any(|exclusion| exclusion.name == index.name.value)
        })
    }

    pub(super) fn attach_index(self, parent: &ObjectName, index: &ObjectName) -> Vec<Effect> {
        let tables: Vec<QName> = [parent, index]
            .into_iter()
            .filter_map(|name| self.catalog.find_index(name).map(|index| index.table))
            .collect();
        let Some(first) = tables.first() else {
            return Vec::new();
        };
        let mut effect = self.locks(first, Level::AccessShare);
        for table in &tables {
            effect.lock(table, Mode::Table(Level::AccessShare));
        }
        vec![effect]
    }
}
