//! Diesel's types as a migration of the server writes them.

use super::macros::ColumnLine;
use crate::sql::Dialect;
use crate::sql::change::DataType;

/// The length of a text for which a file has no `#[max_length = …]`, where MySQL must have one.
const LENGTH: &str = "255";

/// The type of a column. A name that is none of Diesel's own (an enum of the project's) stays as it is.
pub(super) fn data_type(line: &ColumnLine, dialect: Dialect) -> DataType {
    let text = match dialect {
        Dialect::Postgres => postgres(line),
        Dialect::MySql => mysql(line),
        Dialect::Sqlite => None,
    };
    let known = text.and_then(|text| DataType::parse(&text, dialect));
    DataType {
        array: line.array,
        ..known.unwrap_or_else(|| DataType::named(line.sql_type.clone()))
    }
}

/// `diesel::pg::sql_types`, and what `diesel::sql_types` has for every server.
fn postgres(line: &ColumnLine) -> Option<String> {
    let word = line.sql_type.to_ascii_lowercase();
    let around = |name: &str| line.around.iter().any(|it| it == name);
    if around("Range") || around("Multirange") {
        let range = match word.as_str() {
            "int4" | "integer" => "int4",
            "int8" | "bigint" => "int8",
            "numeric" => "num",
            "date" => "date",
            "timestamp" => "ts",
            "timestamptz" => "tstz",
            _ => return None,
        };
        let kind = if around("Range") {
            "range"
        } else {
            "multirange"
        };
        return Some(format!("{range}{kind}"));
    }
    let name = match word.as_str() {
        "float" | "float4" => "real",
        "double" | "float8" => "double precision",
        "binary" | "bytea" => "bytea",
        "tinyint" => "smallint",
        "datetime" => "timestamp",
        "cchar" => "\"char\"",
        "pglsn" => "pg_lsn",
        "varchar" => return Some(sized("varchar", line.max_length.as_deref())),
        "bpchar" | "char" => return Some(sized("char", line.max_length.as_deref())),
        "smallint" | "int2" | "integer" | "int4" | "bigint" | "int8" | "numeric" | "decimal"
        | "bool" | "text" | "date" | "time" | "timestamp" | "timestamptz" | "interval" | "uuid"
        | "json" | "jsonb" | "inet" | "cidr" | "macaddr" | "macaddr8" | "oid" | "money"
        | "citext" | "int4range" | "int8range" | "numrange" | "daterange" | "tsrange"
        | "tstzrange" => &word,
        _ => return None,
    };
    Some(name.to_owned())
}

/// `diesel::mysql::sql_types`, and what `diesel::sql_types` has for every server.
fn mysql(line: &ColumnLine) -> Option<String> {
    let word = line.sql_type.to_ascii_lowercase();
    let length = line.max_length.as_deref();
    let name = match word.as_str() {
        "varchar" | "varbinary" => sized(&word, Some(length.unwrap_or(LENGTH))),
        "char" | "bpchar" => sized("char", length),
        "binary" => {
            length.map_or_else(|| "blob".to_owned(), |length| sized("binary", Some(length)))
        }
        "bytea" => "blob".to_owned(),
        "int2" => "smallint".to_owned(),
        "int4" | "integer" => "int".to_owned(),
        "int8" => "bigint".to_owned(),
        "float4" => "float".to_owned(),
        "float8" => "double".to_owned(),
        "jsonb" => "json".to_owned(),
        "tinyint" | "smallint" | "bigint" | "bool" | "float" | "double" | "decimal" | "numeric"
        | "text" | "tinytext" | "mediumtext" | "longtext" | "blob" | "tinyblob" | "mediumblob"
        | "longblob" | "date" | "time" | "datetime" | "timestamp" | "json" | "bit" => word,
        _ => return None,
    };
    let unsigned = line.around.iter().any(|it| it == "Unsigned");
    Some(if unsigned {
        format!("{name} unsigned")
    } else {
        name
    })
}

fn sized(name: &str, length: Option<&str>) -> String {
    length.map_or_else(|| name.to_owned(), |length| format!("{name}({length})"))
}
