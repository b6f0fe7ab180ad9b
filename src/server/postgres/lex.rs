//! Which statements of PostgreSQL hold statements.

use crate::sql::split::body::Holder;

/// What a statement that creates such an object holds; `None` for an object that says nothing of
/// it.
pub(crate) fn holder(object: &str) -> Option<Holder> {
    match object {
        "function" | "procedure" => Some(Holder::Atomic),
        "rule" => Some(Holder::Rule),
        _ => None,
    }
}
