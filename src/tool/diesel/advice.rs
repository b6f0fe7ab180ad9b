//! What to do about a `schema.rs` that disagrees with the migrations: it is printed from a
//! database, so nobody edits it.

use crate::tool::PRINTED;

pub(super) fn print() -> String {
    format!("run the migrations and `diesel print-schema`, or write what {PRINTED}")
}

pub(super) fn drop() -> String {
    format!(
        "run the migrations and `diesel print-schema`, or write a migration that drops it, as {PRINTED}"
    )
}
