//! What a declaration language can express: the rest of the other side is never "not declared".

use crate::schema::Declared;
use crate::sql::change::DataType;

/// Which parts of a database a side speaks of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capabilities {
    /// Exact types; otherwise they are only names of the language's own.
    pub(crate) types: bool,
    pub(crate) defaults: bool,
    pub(crate) primary_keys: bool,
    pub(crate) generated: bool,
    /// NOT NULL of arrays.
    pub(crate) array_nulls: bool,
    /// Unique keys and indexes.
    pub(crate) indexes: bool,
    /// Expressions and included columns of indexes.
    pub(crate) rich_indexes: bool,
    /// The condition of a partial index.
    pub(crate) conditions: bool,
    /// Whether NULL is one value in unique keys.
    pub(crate) null_keys: bool,
    pub(crate) foreign_keys: bool,
    pub(crate) checks: bool,
    pub(crate) enums: bool,
    pub(crate) views: bool,
    /// SQLite's AUTOINCREMENT.
    pub(crate) autoincrement: bool,
    /// SQLite's virtual tables.
    pub(crate) virtual_tables: bool,
    /// It is SQL: nothing is left out because it could not be said, and every schema can be named.
    pub(crate) sql: bool,
    /// Its checks are SQL that somebody wrote, and not what an ORM makes of its own words.
    pub(crate) own_checks: bool,
    /// Its types on SQLite are words of its own, and several of SQLite's stand for one of them:
    /// whether two do, as far as it knows them.
    pub(crate) type_words: Option<fn(&DataType, &DataType) -> Option<bool>>,
    /// It leaves open whether a primary key of SQLite can be NULL. Its generator writes no
    /// NOT NULL at one, and lets those stand that it wrote before.
    pub(crate) open_key_nulls: bool,
    /// Columns that were added later may have a default that is there for older rows only.
    pub(crate) backfills: bool,
    /// Defaults need not be said.
    pub(crate) optional_defaults: bool,
    /// Kinds of objects that need not be said.
    pub(crate) optional: &'static [&'static str],
    /// Views are written by hand beside it.
    pub(crate) views_by_hand: bool,
    /// It is what a generator remembers to have made itself.
    pub(crate) generated_record: bool,
}

impl Capabilities {
    /// What migrations can say.
    pub(crate) const EVERYTHING: Self = Self {
        types: true,
        defaults: true,
        primary_keys: true,
        generated: true,
        array_nulls: true,
        indexes: true,
        rich_indexes: true,
        conditions: true,
        null_keys: true,
        foreign_keys: true,
        checks: true,
        enums: true,
        views: true,
        autoincrement: true,
        virtual_tables: true,
        sql: true,
        own_checks: true,
        type_words: None,
        open_key_nulls: false,
        backfills: false,
        optional_defaults: false,
        optional: &[],
        views_by_hand: false,
        generated_record: false,
    };

    /// What the language of an ORM can say at best.
    pub(crate) const ORM: Self = Self {
        sql: false,
        own_checks: false,
        backfills: true,
        ..Self::EVERYTHING
    };

    /// What a declared schema can say, as its tool knows.
    pub(super) fn of(declared: &Declared) -> Self {
        declared.language.tool.capabilities(declared)
    }

    /// The parts that both sides speak of.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            types: self.types && other.types,
            defaults: self.defaults && other.defaults,
            primary_keys: self.primary_keys && other.primary_keys,
            generated: self.generated && other.generated,
            array_nulls: self.array_nulls && other.array_nulls,
            indexes: self.indexes && other.indexes,
            rich_indexes: self.rich_indexes && other.rich_indexes,
            conditions: self.conditions && other.conditions,
            null_keys: self.null_keys && other.null_keys,
            foreign_keys: self.foreign_keys && other.foreign_keys,
            checks: self.checks && other.checks,
            enums: self.enums && other.enums,
            views: self.views && other.views,
            autoincrement: self.autoincrement && other.autoincrement,
            ..self
        }
    }
}
