//! Values for rows that are made up.

use crate::sql::change::DataType;

/// What is set before many rows are made at once: a recursion ends after a thousand rounds, whose
/// limit MySQL and MariaDB call by different names.
pub(crate) fn settings() -> &'static [&'static str] {
    &[
        "SET SESSION cte_max_recursion_depth = 100000000",
        "SET SESSION max_recursive_iterations = 100000000",
    ]
}

/// A number as a whole one: `/` gives a fraction.
pub(crate) fn whole(number: &str) -> String {
    format!("FLOOR({number})")
}

/// A value of a type for a number, an expression; `None` for types of which none is known.
pub(crate) fn value(data_type: &DataType, number: &str) -> Option<String> {
    let length = data_type.args.first();
    Some(match data_type.name.as_str() {
        "int" | "integer" | "bigint" | "mediumint" | "decimal" | "numeric" | "float" | "double" => {
            number.to_owned()
        }
        "smallint" => format!("{number} % 32768"),
        "tinyint" | "boolean" | "bool" => format!("{number} % 2"),
        "text" | "longtext" | "mediumtext" | "tinytext" | "blob" | "longblob" => {
            format!("CONCAT('v', {number})")
        }
        "varchar" | "char" | "varbinary" | "binary" => {
            format!("LEFT(CONCAT({number}, 'v'), {})", length?)
        }
        "datetime" | "timestamp" | "date" => {
            format!("TIMESTAMP '2024-01-01 00:00:00' + INTERVAL {number} SECOND")
        }
        "json" => "'{}'".to_owned(),
        "enum" => format!("'{}'", length?.replace('\'', "''")),
        _ => return None,
    })
}
