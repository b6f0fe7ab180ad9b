//! PostgreSQL's names.

use crate::server::own_function::OwnFunction;

/// The schema of a name that says none.
pub(crate) const HOME: &str = "public";

/// The most bytes that a name holds (`NAMEDATALEN - 1`).
pub(crate) const BYTES: usize = 63;

/// Whether a relation of that name belongs to the server or an extension.
pub(crate) fn is_system(name: &str) -> bool {
    name.starts_with("pg_")
        || matches!(
            name,
            "spatial_ref_sys" | "geometry_columns" | "geography_columns"
        )
}

/// Whether a word without quotes and brackets is a value: SQL's own, which look like columns.
pub(crate) fn is_value(word: &str) -> bool {
    VALUES.iter().any(|value| word.eq_ignore_ascii_case(value))
}

const VALUES: [&str; 12] = [
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "system_user",
    "user",
];

/// Whether an error, or a class of errors, is called so in `EXCEPTION WHEN`, in lower case. The list
/// is what PostgreSQL 12, 15 and 18 took, all together.
pub(crate) fn is_condition(name: &str) -> bool {
    CONDITIONS.lines().any(|known| known == name)
}

const CONDITIONS: &str = include_str!("conditions.txt");

/// Whether the brackets of a function hold words of its own, which are no columns.
pub(crate) fn takes_words(function: &str) -> bool {
    function.starts_with("xml") || function.starts_with("json_") || function == "normalize"
}

/// Whether a function of the server's own makes one value of many rows.
pub(crate) fn is_aggregate(function: &str, arguments: usize) -> bool {
    super::functions::facts::is_aggregate(function, arguments)
}

/// Whether a function gives another value each time; here the tables of functions say so.
pub(crate) fn changes_each_time(_function: &str) -> bool {
    false
}

/// The function that the server has by itself under a name; here the tables of functions say so.
pub(crate) fn own_function(_name: &str) -> Option<&'static OwnFunction> {
    None
}
