//! What Diesel's `schema.rs` can express: columns, their nullability, and nothing else.

use crate::compare::Capabilities;

pub(super) const CAPABILITIES: Capabilities = Capabilities {
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
    ..Capabilities::ORM
};
