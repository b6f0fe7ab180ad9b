//! What Prisma's schema can express.

use crate::compare::Capabilities;
use crate::schema::Declared;

pub(super) fn capabilities(declared: &Declared) -> Capabilities {
    let mut indexes = declared
        .catalog
        .tables
        .values()
        .flat_map(|table| &table.indexes);
    Capabilities {
        generated: false,
        array_nulls: false,
        rich_indexes: false,
        null_keys: false,
        // A preview: schemas that use none have them written by hand.
        conditions: indexes.any(|index| index.condition.is_some()),
        checks: false,
        views: false,
        // `prisma migrate` writes it, and never looks for it again.
        autoincrement: false,
        virtual_tables: false,
        type_words: true,
        ..Capabilities::ORM
    }
}
