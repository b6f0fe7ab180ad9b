//! `.default(…)` as the SQL that drizzle-kit writes for it.

use super::builder::ColumnBuilder;
use super::date;
use super::naming::Naming;
use super::value::{Unknown, Value, number_text};
use crate::sql::Dialect;

/// The SQL of a column's default. Source: drizzle-kit 0.31, the serializers of the three dialects.
pub(super) fn default_sql(
    column: &ColumnBuilder<'_>,
    data_type: Option<&String>,
    naming: &Naming,
) -> Result<Option<String>, Unknown> {
    let sql = match &column.default {
        None | Some(Value::Undefined) => return Ok(None),
        Some(Value::Unknown(unknown)) => return Err(unknown.clone()),
        // Written as it is, on every dialect.
        Some(Value::Sql(sql)) => return sql.render(column.dialect, naming).map(Some),
        Some(value) => {
            let data_type = data_type.map(|data_type| data_type.to_lowercase()).unwrap_or_default();
            match column.dialect {
                Dialect::Postgres => postgres(value, &data_type),
                Dialect::MySql => mysql(value, &data_type),
                Dialect::Sqlite => sqlite(value),
            }
        }
    };
    sql.map(Some).ok_or_else(|| Unknown::new(&column.source, column.span, "the default is not a constant"))
}

fn postgres(value: &Value<'_>, data_type: &str) -> Option<String> {
    Some(match value {
        Value::String(text) => literal(text),
        Value::Date(time) if !matches!(data_type, "json" | "jsonb") => match data_type {
            "date" => literal(&date::iso(*time)[..10]),
            "timestamp" => literal(&moment(*time)),
            _ => literal(&date::iso(*time)),
        },
        value if matches!(data_type, "json" | "jsonb") => format!("{}::{data_type}", literal(&value.to_json()?)),
        Value::Array(items) if data_type.contains('[') => literal(&array(items)?),
        value => scalar(value)?,
    })
}

fn mysql(value: &Value<'_>, data_type: &str) -> Option<String> {
    let sql = match value {
        Value::String(text) => literal(text),
        value if data_type == "json" => literal(&value.to_json()?),
        Value::Date(time) if data_type == "date" => literal(&date::iso(*time)[..10]),
        Value::Date(time) if data_type.starts_with("datetime") || data_type.starts_with("timestamp") => {
            literal(&moment(*time))
        }
        value => scalar(value)?,
    };
    Some(if matches!(data_type, "blob" | "text" | "json") { format!("({sql})") } else { sql })
}

fn sqlite(value: &Value<'_>) -> Option<String> {
    Some(match value {
        Value::String(text) => literal(text),
        Value::Array(_) | Value::Object(_) | Value::Date(_) => literal(&value.to_json()?),
        value => scalar(value)?,
    })
}

fn scalar(value: &Value<'_>) -> Option<String> {
    Some(match value {
        Value::Null => "null".to_owned(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) => "false".to_owned(),
        Value::Number(number) => number_text(*number),
        Value::BigInt(digits) => digits.to_string(),
        _ => return None,
    })
}

/// A time without its zone.
fn moment(time: i64) -> String {
    date::iso(time).replace('T', " ").trim_end_matches('Z').to_owned()
}

/// A string literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// PostgreSQL's text form of an array.
fn array(items: &[Value<'_>]) -> Option<String> {
    let items: Option<Vec<String>> = items
        .iter()
        .map(|item| {
            Some(match item {
                Value::Number(_) | Value::BigInt(_) | Value::Bool(_) => scalar(item)?,
                Value::Array(items) => array(items)?,
                Value::String(text) => format!("\"{text}\""),
                Value::Object(_) => format!("\"{}\"", item.to_json()?.replace('"', "\\\"")),
                _ => return None,
            })
        })
        .collect();
    Some(format!("{{{}}}", items?.join(",")))
}
