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

/// A value of a type for a number, an expression; `None` for types of which none is known.
pub(crate) fn value(data_type: &DataType, number: &str) -> Option<String> {
    if data_type.array {
        return Some("'{}'".to_owned());
    }
    let length = data_type.args.first();
    Some(match data_type.name.as_str() {
        "integer" | "bigint" | "numeric" | "real" | "double precision" => number.to_owned(),
        "smallint" => format!("{number} % 32768"),
        "text" | "citext" => format!("'v' || {number}"),
        "character varying" | "character" => match length {
            Some(length) => format!("left({number} || 'v', {length})"),
            None => format!("'v' || {number}"),
        },
        "boolean" => format!("{number} % 2 = 0"),
        "uuid" => format!("md5(({number})::text)::uuid"),
        "timestamp without time zone" | "timestamp with time zone" | "date" => {
            format!("timestamp '2024-01-01' + {number} * interval '1 minute'")
        }
        "time without time zone" => "'12:00'".to_owned(),
        "interval" => format!("{number} * interval '1 minute'"),
        "json" | "jsonb" => "'{}'".to_owned(),
        "bytea" => format!("decode(md5(({number})::text), 'hex')"),
        "inet" | "cidr" => "'10.0.0.1'".to_owned(),
        "tsvector" => "''".to_owned(),
        _ => return None,
    })
}
