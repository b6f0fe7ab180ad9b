//! MySQL's names.

/// The most characters that the name of an object holds.
pub(crate) const CHARACTERS: usize = 64;

/// Whether a relation of that name belongs to the server. Its own lie in databases of their own.
pub(crate) fn is_system(_: &str) -> bool {
    false
}
