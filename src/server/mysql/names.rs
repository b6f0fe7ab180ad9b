//! MySQL's names.

use super::functions::OWN;
use crate::server::own_function::OwnFunction;

/// The most characters that the name of an object holds.
pub(crate) const CHARACTERS: usize = 64;

/// Whether a relation of that name belongs to the server. Its own lie in databases of their own.
pub(crate) fn is_system(name: &str) -> bool {
    // What stands after `FROM` where there is no table.
    name.eq_ignore_ascii_case("dual")
}

/// Whether a word without quotes and brackets is a value: the server's own, or a variable's.
pub(crate) fn is_value(word: &str) -> bool {
    word.starts_with('@') || VALUES.iter().any(|value| word.eq_ignore_ascii_case(value))
}

const VALUES: [&str; 11] = [
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "maxvalue",
    "utc_date",
    "utc_time",
    "utc_timestamp",
];

/// Whether the brackets of a function hold words of its own, which are no columns: a unit, a
/// character set, a sequence.
pub(crate) fn takes_words(function: &str) -> bool {
    matches!(
        function,
        "timestampdiff"
            | "timestampadd"
            | "get_format"
            | "weight_string"
            | "convert"
            | "char"
            | "nextval"
            | "lastval"
            | "setval"
            | "json_table"
            | "json_value"
            | "extract"
    )
}

/// Whether a function makes one value of many rows.
pub(crate) fn is_aggregate(function: &str, _arguments: usize) -> bool {
    AGGREGATES.contains(&function)
}

const AGGREGATES: [&str; 18] = [
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "count",
    "group_concat",
    "json_arrayagg",
    "json_objectagg",
    "max",
    "min",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
];

/// Whether a function gives another value each time, so that no column that is kept can be made of
/// it. Measured on MariaDB 10.11.
pub(crate) fn changes_each_time(function: &str) -> bool {
    EACH_TIME.contains(&function)
}

const EACH_TIME: [&str; 11] = [
    "connection_id",
    "curdate",
    "current_timestamp",
    "curtime",
    "now",
    "rand",
    "sysdate",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "uuid",
];

/// The function that the server has by itself under a name in lower case, if it can be listed.
pub(crate) fn own_function(name: &str) -> Option<&'static OwnFunction> {
    OwnFunction::named(OWN, name)
}
