//! SQLite's names.

/// How the server's own names start.
pub(crate) const RESERVED: &str = "sqlite_";

/// Whether a relation of that name belongs to the server.
pub(crate) fn is_system(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with(RESERVED)
}

/// Whether a word without quotes and brackets is a value. What is true and false may be a column.
pub(crate) fn is_value(word: &str) -> bool {
    ["current_date", "current_time", "current_timestamp"]
        .iter()
        .any(|value| word.eq_ignore_ascii_case(value))
}

/// Whether the brackets of a function hold words of its own: `RAISE(ABORT, …)`.
pub(crate) fn takes_words(function: &str) -> bool {
    function == "raise"
}
