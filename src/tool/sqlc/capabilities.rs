//! What a schema for sqlc says: columns and types. What else stands there is meant, and nobody
//! writes all of it.

use crate::compare::Capabilities;

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    null_keys: false,
    backfills: true,
    optional_defaults: true,
    optional: &[
        "primary_key",
        "unique",
        "foreign_key",
        "index",
        "check",
        "view",
    ],
    ..Capabilities::EVERYTHING
};
