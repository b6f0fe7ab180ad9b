//! Which statements of MySQL hold statements.

use crate::sql::split::body::Holder;

/// What a statement that creates such an object holds; `None` for an object that says nothing of
/// it.
pub(crate) fn holder(object: &str) -> Option<Holder> {
    match object {
        "trigger" | "procedure" | "function" | "event" => Some(Holder::Begin),
        _ => None,
    }
}
