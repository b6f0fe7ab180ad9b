//! The SQL type of every column function of Drizzle, as its `getSQLType` spells it.
//!
//! Source: drizzle-orm 0.45, `pg-core/columns`, `mysql-core/columns`, `sqlite-core/columns`; the
//! names have not changed since 0.20.

use std::rc::Rc;

use super::value::{JsValue, Unknown};
use crate::sql::Dialect;

/// Whether a function of Drizzle's makes a column.
pub(super) fn is_column(dialect: Dialect, function: &str) -> bool {
    let none = ColumnOptions(&JsValue::Undefined);
    matches!(sql_type(dialect, function, &none), Ok(Some(_)))
}

/// The SQL type that a column function yields for a configuration object; `None` for a function
/// that makes no column.
pub(super) fn column_type(
    dialect: Dialect,
    function: &str,
    config: &JsValue<'_>,
) -> Result<Option<String>, Unknown> {
    if let JsValue::Unknown(unknown) = config
        && is_column(dialect, function)
    {
        // Types without parameters do not depend on it.
        let fixed = sql_type(dialect, function, &ColumnOptions(&JsValue::Undefined))?;
        return if takes_parameters(function) {
            Err(unknown.clone())
        } else {
            Ok(fixed)
        };
    }
    sql_type(dialect, function, &ColumnOptions(config))
}

fn takes_parameters(function: &str) -> bool {
    !matches!(
        function,
        "boolean"
            | "serial"
            | "bigserial"
            | "smallserial"
            | "date"
            | "json"
            | "jsonb"
            | "uuid"
            | "real"
            | "blob"
            | "integer"
            | "int"
            | "numeric"
            | "text"
            | "inet"
            | "cidr"
            | "macaddr"
    )
}

fn sql_type(
    dialect: Dialect,
    function: &str,
    config: &ColumnOptions<'_, '_>,
) -> Result<Option<String>, Unknown> {
    match dialect {
        Dialect::Postgres => postgres(function, config),
        Dialect::MySql => mysql(function, config),
        Dialect::Sqlite => sqlite(function, config),
    }
}

fn postgres(function: &str, config: &ColumnOptions<'_, '_>) -> Result<Option<String>, Unknown> {
    Ok(Some(match function {
        "bigint" | "integer" | "smallint" | "serial" | "bigserial" | "smallserial" | "boolean"
        | "real" | "text" | "uuid" | "json" | "jsonb" | "date" | "inet" | "cidr" | "macaddr"
        | "macaddr8" | "line" | "point" | "bytea" => function.to_owned(),
        "doublePrecision" => "double precision".to_owned(),
        "char" | "varchar" => format!("{function}{}", config.parenthesized(&["length"], ",")?),
        "numeric" | "decimal" => format!(
            "numeric{}",
            config.parenthesized(&["precision", "scale"], ", ")?
        ),
        "time" | "timestamp" => time(function, config)?,
        "interval" => {
            let fields = config
                .text("fields")?
                .map_or(String::new(), |fields| format!(" {fields}"));
            format!(
                "interval{fields}{}",
                config.parenthesized(&["precision"], ",")?
            )
        }
        "vector" | "bit" | "halfvec" | "sparsevec" => {
            format!("{function}{}", config.parenthesized(&["dimensions"], ",")?)
        }
        "geometry" => "geometry(point)".to_owned(),
        _ => return Ok(None),
    }))
}

/// A type of time with its precision, with or without a time zone.
fn time(name: &str, config: &ColumnOptions<'_, '_>) -> Result<String, Unknown> {
    let zone = if config.flag("withTimezone")? {
        " with time zone"
    } else {
        ""
    };
    Ok(format!(
        "{name}{}{zone}",
        config.parenthesized(&["precision"], ",")?
    ))
}

fn mysql(function: &str, config: &ColumnOptions<'_, '_>) -> Result<Option<String>, Unknown> {
    let unsigned = |sql: String| -> Result<String, Unknown> {
        Ok(if config.flag("unsigned")? {
            format!("{sql} unsigned")
        } else {
            sql
        })
    };
    Ok(Some(match function {
        "boolean" | "date" | "json" | "serial" | "year" | "text" | "tinytext" | "mediumtext"
        | "longtext" | "blob" | "tinyblob" | "mediumblob" | "longblob" => function.to_owned(),
        "int" | "tinyint" | "smallint" | "mediumint" | "bigint" => unsigned(function.to_owned())?,
        "binary" | "varbinary" | "char" | "varchar" => {
            format!("{function}{}", config.parenthesized(&["length"], ",")?)
        }
        "decimal" => {
            let sql = format!(
                "decimal{}",
                config.parenthesized(&["precision", "scale"], ",")?
            );
            unsigned(if matches!(sql.as_str(), "decimal(10,0)" | "decimal(10)") {
                "decimal".to_owned()
            } else {
                sql
            })?
        }
        "double" | "float" => unsigned(format!(
            "{function}{}",
            config.parenthesized(&["precision", "scale"], ",")?
        ))?,
        "real" => format!(
            "real{}",
            config.parenthesized(&["precision", "scale"], ", ")?
        ),
        "datetime" | "timestamp" | "time" => {
            format!("{function}{}", config.parenthesized(&["fsp"], ",")?)
        }
        _ => return Ok(None),
    }))
}

fn sqlite(function: &str, config: &ColumnOptions<'_, '_>) -> Result<Option<String>, Unknown> {
    Ok(Some(match function {
        "integer" | "int" => "integer".to_owned(),
        "real" | "blob" | "numeric" => function.to_owned(),
        "text" if config.text("mode")?.as_deref() == Some("json") => "text".to_owned(),
        "text" => format!("text{}", config.parenthesized(&["length"], ",")?),
        _ => return Ok(None),
    }))
}

/// The configuration object of a column function.
struct ColumnOptions<'v, 'a>(&'v JsValue<'a>);

impl ColumnOptions<'_, '_> {
    fn text(&self, key: &str) -> Result<Option<Rc<str>>, Unknown> {
        match self.0.property(key) {
            JsValue::Unknown(unknown) => Err(unknown),
            JsValue::Undefined | JsValue::Null => Ok(None),
            value => Ok(value.to_text()),
        }
    }

    fn flag(&self, key: &str) -> Result<bool, Unknown> {
        match self.0.property(key) {
            JsValue::Unknown(unknown) => Err(unknown),
            value => Ok(value.truthy() == Some(true)),
        }
    }

    /// `(10, 2)` of the settings that are given, up to the first that is not.
    fn parenthesized(&self, keys: &[&str], separator: &str) -> Result<String, Unknown> {
        let mut given = Vec::new();
        for key in keys {
            match self.text(key)? {
                Some(text) => given.push(text.to_string()),
                None => break,
            }
        }
        Ok(if given.is_empty() {
            String::new()
        } else {
            format!("({})", given.join(separator))
        })
    }
}

/// A MySQL enum as Drizzle writes it.
pub(super) fn mysql_enum(labels: &[Rc<str>]) -> String {
    let labels: Vec<String> = labels
        .iter()
        .map(|label| format!("'{}'", label.replace('\'', "''")))
        .collect();
    format!("enum({})", labels.join(","))
}
