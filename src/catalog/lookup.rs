//! Finding objects by name, as the server finds them.

mod columns;

use std::borrow::Cow;
use std::collections::HashSet;

use super::indexed::Mentions;
use super::{
    Catalog, CheckConstraint, Column, Exclusion, ForeignKey, FoundIndex, Index, Indexed, Key,
    Mention, Origin, QName, SharedMap, Table, Trigger,
};
use crate::server::on_server;
use crate::sql::change::{DataType, Ident, ObjectName, TableOption};
use crate::sql::limit::kept;

pub(crate) use columns::ColumnLookup;

/// What a name in the namespace of relations stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// Partitioned and foreign tables are tables.
    Table,
    /// A plain one, whose rows are found when it is read.
    View,
    /// A view that keeps its rows, and may have indexes.
    MaterializedView,
    /// Also one that belongs to a column.
    Sequence,
    /// An index, also one that backs a constraint.
    Index,
    /// A type with fields, made by `CREATE TYPE … AS (…)`.
    Composite,
}

impl RelationKind {
    /// The kind's name in messages: "materialized view".
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Sequence => "sequence",
            Self::Index => "index",
            Self::Composite => "composite type",
        }
    }
}

/// The schema that stands for the session's temporary one.
pub(crate) const TEMPORARY: &str = "pg_temp";

impl Catalog {
    /// Whether two names are one to this dialect: names are folded before they come here, but MySQL
    /// and SQLite keep what was written and compare without regard to case.
    pub fn same(&self, one: &str, other: &str) -> bool {
        one == other || (!self.dialect.folds_case() && one.eq_ignore_ascii_case(other))
    }

    /// The first of these names that an earlier one is to this dialect, by its place.
    pub(crate) fn first_repeated<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<usize> {
        let folds = self.dialect.folds_case();
        let mut seen: HashSet<Cow<'n, str>> = HashSet::new();
        names.into_iter().position(|name| {
            !seen.insert(if folds {
                Cow::Borrowed(name)
            } else {
                Cow::Owned(name.to_ascii_lowercase())
            })
        })
    }

    /// A name as the server keeps it.
    pub(crate) fn keep<'n>(&self, name: &'n str) -> &'n str {
        kept(name, self.dialect)
    }

    /// The name under which a new object is made.
    pub fn qualify(&self, name: &ObjectName) -> QName {
        let name_itself = self.keep(&name.name.value);
        match &name.schema {
            Some(schema) if self.dialect.has_schemas() => {
                QName::new(schema.value.clone(), name_itself)
            }
            _ if !self.dialect.has_schemas() => QName::new("", self.local(name)),
            _ => {
                let home = self
                    .search_path
                    .iter()
                    .find(|schema| self.schemas.contains_key(*schema));
                QName::new(
                    home.map_or(self.dialect.home_schema(), String::as_str),
                    name_itself,
                )
            }
        }
    }

    /// The first name on the search path for which something exists.
    pub(crate) fn resolve(
        &self,
        name: &ObjectName,
        exists: impl Fn(&QName) -> bool,
    ) -> Option<QName> {
        let itself = self.keep(&name.name.value);
        if !self.dialect.has_schemas() {
            return Some(QName::new("", self.local(name))).filter(exists);
        }
        if let Some(schema) = &name.schema {
            return Some(QName::new(schema.value.clone(), itself)).filter(exists);
        }
        // Every name of every statement comes by here, so that one candidate has to do for all.
        let mut candidate = QName::new(TEMPORARY, itself);
        let mut path = self.search_path.iter();
        while !exists(&candidate) {
            candidate.schema.clone_from(path.next()?);
        }
        Some(candidate)
    }

    /// The key of a map under which a name is kept.
    fn find_in<V>(&self, map: &SharedMap<QName, V>, name: &ObjectName) -> Option<QName> {
        let found = self.resolve(name, |name| map.contains_key(name));
        if found.is_some() || self.dialect.folds_case() {
            return found;
        }
        let local = self.local(name);
        map.keys()
            .find(|key| key.name.eq_ignore_ascii_case(&local))
            .cloned()
    }

    /// The same among objects that can be found without regard to case.
    fn find_among<T: Mentions>(&self, all: &Indexed<T>, name: &ObjectName) -> Option<QName> {
        let found = self.resolve(name, |name| all.contains_key(name));
        if found.is_some() {
            return found;
        }
        if self.dialect.has_schemas() {
            return self.elsewhere(all, name);
        }
        let local = self.local(name);
        let mut alike = all.with(Mention::Named(&local)).map(|(key, _)| key);
        alike
            .find(|key| key.name.eq_ignore_ascii_case(&local))
            .cloned()
    }

    /// A relation of the one schema that has it. A history that makes no table where unqualified
    /// names are looked up is run with another search path, which the connection sets.
    fn elsewhere<T: Mentions>(&self, all: &Indexed<T>, name: &ObjectName) -> Option<QName> {
        let on_path = |schema: &str| self.search_path.iter().any(|home| home == schema);
        if name.schema.is_some() || self.search_path != [self.dialect.home_schema()] {
            return None;
        }
        let itself = self.keep(&name.name.value);
        let named = all.with(Mention::Named(itself)).map(|(name, _)| name);
        let mut found = named.filter(|name| {
            let schema = name.schema.as_str();
            let is_other =
                !on_path(schema) && schema != TEMPORARY && self.schemas.contains_key(schema);
            name.name == itself && is_other
        });
        let (Some(only), None) = (found.next().cloned(), found.next()) else {
            return None;
        };
        let tables = self.tables.values();
        let mut made = tables.filter(|table| table.origin.made.is_some());
        (!made.any(|table| on_path(&table.name.schema))).then_some(only)
    }

    /// The table of that name.
    pub fn find_table(&self, name: &ObjectName) -> Option<QName> {
        self.find_among(&self.tables, name)
    }

    /// The table of that name itself.
    pub fn table(&self, name: &ObjectName) -> Option<&Table> {
        self.tables
            .get(&self.find_table(name)?)
            .map(|table| &**table)
    }

    /// The view or materialized view of that name.
    pub fn find_view(&self, name: &ObjectName) -> Option<QName> {
        self.find_among(&self.views, name)
    }

    /// The sequence of that name.
    pub fn find_sequence(&self, name: &ObjectName) -> Option<QName> {
        self.find_among(&self.sequences, name)
    }

    /// The enum of that name.
    pub fn find_enum(&self, name: &ObjectName) -> Option<QName> {
        self.find_in(&self.enums, name)
    }

    /// The domain of that name.
    pub fn find_domain(&self, name: &ObjectName) -> Option<QName> {
        self.find_in(&self.domains, name)
    }

    /// The functions of that name.
    pub fn find_function(&self, name: &ObjectName) -> Option<QName> {
        self.find_in(&self.functions, name)
    }

    /// The functions that a call means, by its text in lower case: `f`, `app.f`.
    pub(crate) fn called_functions(&self, text: &str) -> Option<QName> {
        let (schema, name) = text.split_once('.').map_or((None, text), |(schema, name)| {
            (Some(Ident::synthetic(schema)), name)
        });
        self.find_function(&ObjectName {
            schema,
            name: Ident::synthetic(name),
        })
    }

    /// The user's type of that name: an enum, a domain, a composite or a table's or view's row.
    pub fn find_type(&self, name: &ObjectName) -> Option<QName> {
        self.resolve(name, |name| self.has_type(name))
    }

    /// Whether a user's type has exactly that name.
    pub(crate) fn has_type(&self, name: &QName) -> bool {
        self.enums.contains_key(name)
            || self.domains.contains_key(name)
            || self.composites.contains_key(name)
            || self.tables.contains_key(name)
            || self.views.contains_key(name)
    }

    /// The user's type that a data type names, elements of arrays included; `None` for the server's
    /// own types.
    pub fn type_of(&self, data_type: &DataType) -> Option<QName> {
        let found = |name: QName| self.has_type(&name).then_some(name);
        // Asked of every value and column, and nearly every type is the server's.
        if data_type.schema.is_none() && on_server!(self.dialect => types::is_own(&data_type.name))
        {
            return None;
        }
        if let Some(schema) = &data_type.schema {
            return found(QName::new(schema.clone(), data_type.name.clone()));
        }
        // Types of `public` are kept without a schema, so `public` comes after the search path,
        // even where that leaves it out.
        let home = self.dialect.home_schema();
        let path = self
            .search_path
            .iter()
            .map(String::as_str)
            .chain(Some(home).filter(|home| !self.search_path.iter().any(|it| it == home)));
        path.map(|schema| QName::new(schema, data_type.name.clone()))
            .find_map(found)
    }

    /// What a name in the namespace of tables, views, sequences and indexes stands for.
    pub fn relation_kind(&self, name: &QName) -> Option<RelationKind> {
        if self.tables.contains_key(name) {
            Some(RelationKind::Table)
        } else if let Some(view) = self.views.get(name) {
            Some(if view.materialized {
                RelationKind::MaterializedView
            } else {
                RelationKind::View
            })
        } else if self.sequences.contains_key(name) {
            Some(RelationKind::Sequence)
        } else if self
            .composites
            .get(name)
            .is_some_and(|composite| !composite.fields.is_empty())
        {
            Some(RelationKind::Composite)
        } else {
            self.index_table(name).map(|_| RelationKind::Index)
        }
    }

    /// Whether it is a view that may be another one, or none: a block that nobody can follow may
    /// have dropped it.
    pub(crate) fn is_doubtful_view(&self, name: &QName) -> bool {
        self.views
            .get(name)
            .is_some_and(|view| !view.knowledge.is_exact())
    }

    /// The relation that a name means, of whatever kind.
    pub(crate) fn find_any_relation(&self, name: &ObjectName) -> Option<QName> {
        self.resolve(name, |name| self.relation_kind(name).is_some())
    }

    /// Who made the relation of that name.
    pub(crate) fn relation_origin(&self, name: &QName) -> Option<Origin> {
        let table = self.tables.get(name).map(|table| table.origin);
        table
            .or_else(|| self.views.get(name).map(|view| view.origin))
            .or_else(|| self.sequences.get(name).map(|sequence| sequence.origin))
            .or_else(|| {
                let table = self.index_table(name)?;
                self.tables
                    .get(&table)
                    .and_then(|table| table.index_origin(&name.name))
            })
    }

    /// The table or materialized view that an index (also one that backs a constraint) belongs to.
    pub fn index_table(&self, index: &QName) -> Option<QName> {
        if self.dialect.indexes_belong_to_tables() {
            return None;
        }
        let mention = Mention::Index(&index.name);
        let mut tables = self
            .tables
            .with_in(&index.schema, mention)
            .filter(|(name, _)| name.schema == index.schema);
        // The index of a constraint of SQLite's has a name that the server makes up.
        let found = if self.dialect.constraints_have_names() {
            tables.find(|(_, table)| table.index_origin(&index.name).is_some())
        } else {
            tables.find(|(_, table)| table.index(&index.name).is_some())
        };
        if let Some((name, _)) = found {
            return Some(name.clone());
        }
        let mut views = self
            .views
            .with_in(&index.schema, mention)
            .filter(|(name, _)| name.schema == index.schema);
        views
            .find(|(_, view)| view.indexes.iter().any(|other| other.name == index.name))
            .map(|(name, _)| name.clone())
    }

    /// The index of that name and the relation it belongs to.
    pub fn find_index(&self, name: &ObjectName) -> Option<FoundIndex> {
        let name = self.resolve(name, |name| self.index_table(name).is_some())?;
        Some(FoundIndex {
            table: self.index_table(&name)?,
            name,
        })
    }

    /// Whether a constraint of that name is in the schema, whatever its table.
    pub(crate) fn constraint_in_schema(&self, name: &QName) -> bool {
        let mut tables = self
            .tables
            .with_in(&name.schema, Mention::Constraint(&name.name))
            .filter(|(table, _)| table.schema == name.schema);
        let domains = self
            .domains
            .with_in(&name.schema, Mention::Constraint(&name.name));
        let mut domains = domains.filter(|(domain, _)| domain.schema == name.schema);
        tables.any(|(_, table)| table.constraint_origin(&name.name).is_some())
            || domains.any(|(_, domain)| domain.checks.iter().any(|check| check.name == name.name))
    }

    /// Whether no table, those of the migration tool apart, could have an index or a constraint
    /// that we do not know of.
    pub(crate) fn tables_are_known(&self) -> bool {
        self.knowledge.is_exact()
            && self
                .tables
                .values()
                .all(|table| table.knowledge.is_exact() || table.bookkeeping)
    }

    /// The columns' names of a table or view; `None` where they are not known.
    pub(crate) fn relation_columns(&self, name: &QName) -> Option<Vec<&str>> {
        if let Some(table) = self.tables.get(name) {
            return table
                .knowledge
                .is_exact()
                .then(|| table.columns.iter().map(|column| &*column.name).collect());
        }
        let view = self.views.get(name)?;
        (view.knowledge.is_exact() && !view.columns.is_empty())
            .then(|| view.columns.iter().map(String::as_str).collect())
    }
}

/// Whether two names are the same to the letter. A column is looked for among all of its table: names
/// of one length mostly differ in their last letter, and comparing the rest costs a call.
pub(super) fn is_exactly(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    one.len() == other.len() && one.last() == other.last() && one == other
}

impl Table {
    /// The value of an option, if it is set; empty where it is a word alone.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        TableOption::value_in(&self.options, name)
    }

    /// The column of exactly that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let mut columns = self.columns.iter();
        columns.find(|column| is_exactly(&column.name, name))
    }

    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The foreign key of that name.
    pub fn foreign_key(&self, name: &str) -> Option<&ForeignKey> {
        self.foreign_keys.iter().find(|key| key.name == name)
    }

    /// Whether a foreign key of the table refers to another one, or to itself.
    pub fn has_key_to(&self, other: &QName) -> bool {
        self.foreign_keys.iter().any(|key| key.table == *other)
    }

    /// The unique constraint of that name.
    pub fn unique(&self, name: &str) -> Option<&Key> {
        self.uniques.iter().find(|key| key.name == name)
    }

    /// The check of that name.
    pub fn check(&self, name: &str) -> Option<&CheckConstraint> {
        self.checks.iter().find(|check| check.name == name)
    }

    /// The exclusion constraint of that name.
    pub(crate) fn exclusion(&self, name: &str) -> Option<&Exclusion> {
        self.exclusions.iter().find(|found| found.name == name)
    }

    /// The trigger of that name.
    pub fn trigger(&self, name: &str) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.name == name)
    }

    /// The primary key and the unique constraints.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.primary_key.iter().chain(&self.uniques)
    }

    /// Who made the index of that name, one that backs a constraint included.
    pub(crate) fn index_origin(&self, name: &str) -> Option<Origin> {
        let key = self
            .keys()
            .find(|key| key.name == name)
            .map(|key| key.origin);
        key.or_else(|| self.exclusion(name).map(|found| found.origin))
            .or_else(|| self.index(name).map(|found| found.origin))
    }

    /// Who made the constraint of that name.
    pub(crate) fn constraint_origin(&self, name: &str) -> Option<Origin> {
        let key = self
            .keys()
            .find(|key| key.name == name)
            .map(|key| key.origin);
        key.or_else(|| self.foreign_key(name).map(|found| found.origin))
            .or_else(|| self.check(name).map(|found| found.origin))
            .or_else(|| self.exclusion(name).map(|found| found.origin))
    }
}
