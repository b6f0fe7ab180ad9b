//! What Drizzle's schema, and drizzle-kit's snapshot of it, can express.

use crate::compare::Capabilities;
use crate::schema::Declared;

/// Checks and views came late to Drizzle, and schemas that use none have them written by hand.
pub(super) fn capabilities(declared: &Declared) -> Capabilities {
    let mut tables = declared.catalog.tables.values();
    Capabilities {
        checks: tables.any(|table| !table.checks.is_empty()),
        views: declared.makes_views,
        virtual_tables: false,
        own_checks: true,
        open_key_nulls: true,
        views_by_hand: true,
        generated_record: declared.language.is_snapshot,
        ..Capabilities::ORM
    }
}
