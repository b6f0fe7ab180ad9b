//! SQLite's names.

use super::functions::OWN;
use crate::server::own_function::OwnFunction;

/// How the server's own names start.
pub(crate) const RESERVED: &str = "sqlite_";

/// Whether a relation of that name belongs to the server.
pub(crate) fn is_system(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with(RESERVED)
}

/// The names under which every rowid can be used.
pub(crate) fn is_rowid(name: &str) -> bool {
    ["rowid", "oid", "_rowid_"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
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

/// Whether a function makes one value of many rows. `max(a, b)` is of one row.
pub(crate) fn is_aggregate(function: &str, arguments: usize) -> bool {
    match function {
        "avg" | "count" | "group_concat" | "json_group_array" | "json_group_object"
        | "jsonb_group_array" | "jsonb_group_object" | "median" | "percentile"
        | "percentile_cont" | "percentile_disc" | "string_agg" | "sum" | "total" => true,
        "max" | "min" => arguments == 1,
        _ => false,
    }
}

/// Whether a function gives another value each time, so that no index can be made of it.
pub(crate) fn changes_each_time(function: &str) -> bool {
    [
        "changes",
        "last_insert_rowid",
        "random",
        "randomblob",
        "total_changes",
    ]
    .contains(&function)
}

/// The function that the server has by itself under a name in lower case, if it can be listed.
pub(crate) fn own_function(name: &str) -> Option<&'static OwnFunction> {
    OwnFunction::named(OWN, name)
}
