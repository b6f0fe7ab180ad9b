//! Values for rows that are made up.

use crate::sql::change::DataType;

/// What is set before many rows are made at once.
pub(crate) fn settings() -> &'static [&'static str] {
    &[]
}

/// A number as a whole one.
pub(crate) fn whole(number: &str) -> String {
    number.to_owned()
}

/// A value of a type for a number, an expression, by the column's affinity.
pub(crate) fn value(data_type: &DataType, number: &str) -> Option<String> {
    let name = &data_type.name;
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Some(if has(&["char", "text", "clob", "json"]) {
        format!("'v' || {number}")
    } else if has(&["blob"]) {
        format!("CAST('v' || {number} AS BLOB)")
    } else {
        number.to_owned()
    })
}
