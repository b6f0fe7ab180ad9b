//! SQLite's names.

/// How the server's own names start.
pub(crate) const RESERVED: &str = "sqlite_";

/// Whether a relation of that name belongs to the server.
pub(crate) fn is_system(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with(RESERVED)
}
