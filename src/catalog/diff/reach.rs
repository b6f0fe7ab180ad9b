//! What each declaration language can express.

use crate::schema::{Declared, Language};

/// Which parts of a database a side speaks of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Exact types; otherwise they are only names of the language's own.
    pub(super) types: bool,
    pub(super) defaults: bool,
    pub(super) primary_keys: bool,
    pub(super) generated: bool,
    /// NOT NULL of arrays.
    pub(super) array_nulls: bool,
    /// Unique keys and indexes.
    pub(super) indexes: bool,
    /// Expressions and included columns of indexes.
    pub(super) rich_indexes: bool,
    /// Conditions of indexes.
    pub(super) conditions: bool,
    /// Whether NULL is one value in unique keys.
    pub(super) null_keys: bool,
    pub(super) foreign_keys: bool,
    pub(super) checks: bool,
    pub(super) enums: bool,
    pub(super) views: bool,
    /// SQLite's AUTOINCREMENT.
    pub(super) autoincrement: bool,
}

impl Reach {
    const EVERYTHING: Self = Self {
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
    };

    pub(super) fn of(declared: Option<&Declared>) -> Self {
        let Some(declared) = declared else {
            return Self::EVERYTHING;
        };
        match declared.language {
            Language::Sql => Self::EVERYTHING,
            Language::Sqlc => Self {
                null_keys: false,
                ..Self::EVERYTHING
            },
            Language::Prisma => Self {
                generated: false,
                array_nulls: false,
                rich_indexes: false,
                null_keys: false,
                // A preview: schemas that use none have them written by hand.
                conditions: declared
                    .catalog
                    .tables
                    .values()
                    .any(|table| table.indexes.iter().any(|index| index.condition.is_some())),
                checks: false,
                views: false,
                // `prisma migrate` writes it, and never looks for it again.
                autoincrement: false,
                ..Self::EVERYTHING
            },
            // Checks and views came late to Drizzle, and schemas that use none have them written by
            // hand.
            Language::Drizzle | Language::DrizzleSnapshot => Self {
                checks: declared
                    .catalog
                    .tables
                    .values()
                    .any(|table| !table.checks.is_empty()),
                views: declared.makes_views,
                ..Self::EVERYTHING
            },
            Language::Diesel => Self {
                types: false,
                defaults: false,
                primary_keys: false,
                generated: false,
                array_nulls: false,
                indexes: false,
                rich_indexes: false,
                conditions: false,
                null_keys: false,
                foreign_keys: false,
                checks: false,
                enums: false,
                views: false,
                autoincrement: false,
            },
        }
    }

    /// What both sides speak of.
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
        }
    }
}
