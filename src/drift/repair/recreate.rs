//! What depends on what changes: which objects have to be dropped before, and made again afterwards.

use std::collections::{BTreeSet, HashSet};

use super::{Phase, Steps};
use crate::catalog::{Droppable, Index, Part, QName, Table, index_mentions, mentions};
use crate::compare::{Difference, Presence};

/// What happens to an object that others depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Disturbance {
    /// It goes, for good or until it is recreated.
    Goes,
    /// A column's type changes, or its label set does.
    Changes,
}

impl Steps<'_> {
    pub(crate) fn drop_and_recreate(&mut self) {
        let mut waiting = self.seeds();
        let mut seen: HashSet<(Droppable, Disturbance)> = waiting.iter().cloned().collect();
        let mut in_the_way: Vec<Droppable> = Vec::new();
        while let Some((object, disturbance)) = waiting.pop() {
            let mut dependents: Vec<Droppable> = self
                .from
                .dependents(&object)
                .into_iter()
                .map(|(dependent, _)| dependent)
                .collect();
            dependents.extend(self.foreign_keys_on(&object));
            if disturbance == Disturbance::Changes {
                dependents.extend(self.rules_on(&object));
            }
            for dependent in dependents {
                // A table goes after the keys that its own foreign keys rest on.
                if let Droppable::Constraint(table, name) = &dependent
                    && self.differs(table, &Part::Table)
                    && self
                        .from
                        .tables
                        .get(table)
                        .is_some_and(|it| it.foreign_keys.iter().any(|key| key.name == *name))
                {
                    self.drop_foreign_key(table, name);
                }
                if !self.is_in_the_way(&object, disturbance, &dependent)
                    || self.goes_anyway(&dependent)
                    || self.comes_from_parent(&dependent)
                {
                    continue;
                }
                if !in_the_way.contains(&dependent) {
                    in_the_way.push(dependent.clone());
                }
                let next = (dependent, Disturbance::Goes);
                if seen.insert(next.clone()) {
                    waiting.push(next);
                }
            }
        }
        let mut views: BTreeSet<QName> = BTreeSet::new();
        let mut functions = Vec::new();
        for object in in_the_way {
            match object {
                Droppable::View(name) => _ = views.insert(name),
                Droppable::Function(..) => functions.push(object),
                other => self.remake(&other),
            }
        }
        self.remake_functions(functions);
        let gone = self
            .differences
            .iter()
            .filter(|it| it.slot.part == Part::View && it.direction == Presence::RightOnly);
        views.extend(gone.map(|difference| difference.slot.owner.clone()));
        if !views.is_empty() || !self.phases[Phase::NewViews as usize].is_empty() {
            self.recreate_views(&views);
        }
    }

    /// What goes or changes because it differs.
    fn seeds(&self) -> Vec<(Droppable, Disturbance)> {
        let differences = self.differences.iter();
        let here = differences.filter(|it| it.direction != Presence::LeftOnly);
        let mut seeds: Vec<_> = here
            .flat_map(|difference| self.disturbed(difference))
            .collect();
        let swapped = self.swapped_columns().into_iter();
        seeds
            .extend(swapped.map(|it| (Droppable::Column(it.table, it.name), Disturbance::Changes)));
        seeds.extend(
            self.swapped
                .iter()
                .map(|kind| (Droppable::Type(kind.clone()), Disturbance::Goes)),
        );
        seeds
    }

    /// What one difference has go or change.
    fn disturbed(&self, difference: &Difference) -> Vec<(Droppable, Disturbance)> {
        let owner = difference.slot.owner.clone();
        let table = self.from.tables.get(&owner);
        let object = match &difference.slot.part {
            Part::Table => Droppable::Table(owner),
            Part::Enum => Droppable::Type(owner),
            Part::View => Droppable::View(owner),
            Part::Column(name) => Droppable::Column(owner, name.clone()),
            Part::Index(name) => Droppable::Index(owner, name.clone()),
            Part::PrimaryKey => {
                let Some(key) = table.and_then(|table| table.primary_key.as_ref()) else {
                    return Vec::new();
                };
                Droppable::Constraint(owner, key.name.clone())
            }
            Part::Unique(columns) => {
                let table = table.into_iter();
                let objects = table.flat_map(|table| uniques_on(table, columns));
                return objects.map(|object| (object, Disturbance::Goes)).collect();
            }
            Part::Type(name) | Part::Default(name) => {
                let to = self.to.tables.get(&owner);
                let from = table.and_then(|table| table.column(name));
                let to = to.and_then(|table| table.column(name));
                let Some((from, to)) = from.zip(to) else {
                    return Vec::new();
                };
                let is_type = matches!(difference.slot.part, Part::Type(_));
                if !self.is_recreated(from, to, is_type, !is_type) {
                    let column = Droppable::Column(owner, name.clone());
                    return Vec::from_iter(is_type.then_some((column, Disturbance::Changes)));
                }
                Droppable::Column(owner, name.clone())
            }
            Part::Nullable(name) if self.to.dialect.modifies_whole_columns() => {
                return vec![(Droppable::Column(owner, name.clone()), Disturbance::Changes)];
            }
            _ => return Vec::new(),
        };
        vec![(object, Disturbance::Goes)]
    }

    /// Rewrite rules of a column's table: what a rule uses of its row the catalog does not keep.
    fn rules_on(&self, object: &Droppable) -> Vec<Droppable> {
        let Droppable::Column(table, _) = object else {
            return Vec::new();
        };
        let found = self.from.tables.get(table);
        let rules = found.iter().flat_map(|table| &table.rules);
        rules
            .map(|rule| Droppable::Rule(table.clone(), rule.name.clone()))
            .collect()
    }

    /// Foreign keys that need a key or an index: MySQL wants one on either side.
    fn foreign_keys_on(&self, object: &Droppable) -> Vec<Droppable> {
        let (table, columns) = match object {
            Droppable::Constraint(table, name) => {
                let key = self
                    .from
                    .tables
                    .get(table)
                    .and_then(|it| it.keys().find(|key| key.name == *name));
                (table, key.map(|key| key.columns.clone()))
            }
            Droppable::Index(table, name) => {
                let index = self.from.tables.get(table).and_then(|it| it.index(name));
                (
                    table,
                    index.map(|index| {
                        index
                            .keys
                            .iter()
                            .filter_map(|key| key.column.clone())
                            .collect()
                    }),
                )
            }
            _ => return Vec::new(),
        };
        let Some(columns) = columns else {
            return Vec::new();
        };
        let mysql = self.from.dialect.foreign_keys_make_indexes();
        let leads = |names: &[String]| mysql && !names.is_empty() && columns.starts_with(names);
        let tables = self.from.tables.iter();
        tables
            .flat_map(|(name, table)| table.foreign_keys.iter().map(move |key| (name, key)))
            .filter(|(name, key)| {
                let all = key.referenced.len() == columns.len()
                    && key.referenced.iter().all(|name| columns.contains(name));
                (key.table == *table && (all || leads(&key.referenced)))
                    || (*name == table && leads(&key.columns))
            })
            .map(|(name, key)| Droppable::Constraint(name.clone(), key.name.clone()))
            .collect()
    }

    /// Whether a dependent has to go before what happens to the object.
    fn is_in_the_way(
        &self,
        object: &Droppable,
        disturbance: Disturbance,
        dependent: &Droppable,
    ) -> bool {
        let mysql = self.from.dialect.modifies_whole_columns();
        let of_column = match object {
            Droppable::Column(table, name) => {
                self.from.tables.get(table).map(|table| (table, name))
            }
            _ => None,
        };
        match dependent {
            Droppable::Sequence(_) | Droppable::Table(_) => false,
            // Columns of a type that goes are dropped or change their type by themselves.
            Droppable::Column(..) => {
                matches!(object, Droppable::Column(..) | Droppable::Function(..))
            }
            Droppable::Constraint(table, name) => {
                let Some(found) = self.from.tables.get(table) else {
                    return false;
                };
                let foreign = found.foreign_keys.iter().any(|key| key.name == *name);
                let check = found.checks.iter().any(|check| check.name == *name);
                match disturbance {
                    // What rests on a column that is not there any more goes with it.
                    Disturbance::Goes => {
                        foreign
                            || of_column
                                .is_none_or(|(table, column)| self.comes_back(table, column))
                    }
                    Disturbance::Changes => foreign || (check && !mysql),
                }
            }
            Droppable::Index(table, name) => match (disturbance, of_column) {
                (Disturbance::Goes, Some((table, column))) => self.comes_back(table, column),
                (Disturbance::Changes, Some((_, column))) if !mysql => {
                    let index = self.from.tables.get(table).and_then(|it| it.index(name));
                    index.is_some_and(|index| is_bound_to(index, column))
                }
                (Disturbance::Changes, _) => false,
                (Disturbance::Goes, None) => true,
            },
            Droppable::View(_)
            | Droppable::Trigger(..)
            | Droppable::Rule(..)
            | Droppable::Policy(..) => self.from.dialect.views_keep_columns(),
            // Types over one that is recreated are recreated themselves.
            Droppable::Type(name) => {
                matches!(object, Droppable::Type(_)) && !self.swapped.contains(name)
            }
            Droppable::Default(..) | Droppable::Function(..) => {
                matches!(object, Droppable::Type(_) | Droppable::Function(..))
            }
        }
    }

    /// Whether a column that goes is recreated.
    fn comes_back(&self, table: &Table, column: &str) -> bool {
        self.stay(&table.name, std::iter::once(&column.to_owned()))
    }

    /// Whether an object goes because of its own difference.
    fn goes_anyway(&self, object: &Droppable) -> bool {
        let sorted = |columns: &[String]| {
            let mut columns = columns.to_vec();
            columns.sort_unstable();
            Part::Unique(columns)
        };
        let (table, part) = match object {
            Droppable::View(name) => return self.differs(name, &Part::View),
            Droppable::Type(name) => return self.differs(name, &Part::Enum),
            Droppable::Constraint(table, name) => {
                let Some(found) = self.from.tables.get(table) else {
                    return false;
                };
                let foreign = found.foreign_key(name);
                let key = found.unique(name);
                let primary = found
                    .primary_key
                    .as_ref()
                    .is_some_and(|key| key.name == *name);
                let part = match (foreign, key) {
                    (Some(foreign), _) => Part::ForeignKey(foreign.columns.clone()),
                    (None, Some(key)) => sorted(&key.columns),
                    (None, None) if primary => Part::PrimaryKey,
                    (None, None) => Part::Check(name.clone()),
                };
                (table, part)
            }
            Droppable::Index(table, name) => {
                let index = self.from.tables.get(table).and_then(|it| it.index(name));
                let part = match index {
                    Some(index) if index.unique => sorted(
                        &index
                            .keys
                            .iter()
                            .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                            .collect::<Vec<_>>(),
                    ),
                    _ => Part::Index(name.clone()),
                };
                (table, part)
            }
            Droppable::Column(table, name) if self.differs(table, &Part::Default(name.clone())) => {
                return true;
            }
            Droppable::Column(table, name) => (table, Part::Column(name.clone())),
            Droppable::Default(table, name) => (table, Part::Default(name.clone())),
            Droppable::Trigger(table, _)
            | Droppable::Rule(table, _)
            | Droppable::Policy(table, _) => (table, Part::Table),
            Droppable::Table(_) | Droppable::Sequence(_) | Droppable::Function(..) => return false,
        };
        self.differs(table, &Part::Table) || self.differs(table, &part)
    }
}

/// The unique constraints and indexes on these columns, which are sorted.
fn uniques_on(table: &Table, columns: &[String]) -> Vec<Droppable> {
    let are_these = |mut names: Vec<String>| {
        names.sort_unstable();
        names == columns
    };
    let keys = table.uniques.iter();
    let keys = keys.filter(|key| are_these(key.columns.clone()));
    let keys = keys.map(|key| Droppable::Constraint(table.name.clone(), key.name.clone()));
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let indexes = indexes.filter(|index| {
        let keys = index.keys.iter();
        are_these(keys.filter_map(|key| key.column.clone()).collect())
    });
    let indexes = indexes.map(|index| Droppable::Index(table.name.clone(), index.name.clone()));
    keys.chain(indexes).collect()
}

/// Whether an index does not follow a column that changes: an expression, a condition or an operator
/// class of it is about the column.
fn is_bound_to(index: &Index, column: &str) -> bool {
    let in_key = index.keys.iter().any(|key| match &key.column {
        Some(name) => name == column && key.opclass.is_some(),
        None => mentions(&key.expr, column),
    });
    let condition = index.condition.as_ref();
    index_mentions(index, column)
        && (in_key || condition.is_some_and(|condition| mentions(condition, column)))
}
