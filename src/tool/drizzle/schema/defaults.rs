//! `.default(…)` as the SQL that drizzle-kit writes for it.

use super::builder::ColumnBuilder;
use super::date;
use super::naming::SchemaNaming;
use super::value::{JsValue, Unknown, number_text};
use crate::sql::Dialect;

/// The SQL of a column's default. Source: drizzle-kit 0.31, the serializers of the three dialects.
pub(super) fn default_sql(
    column: &ColumnBuilder<'_>,
    data_type: Option<&String>,
    naming: &SchemaNaming,
) -> Result<Option<String>, Unknown> {
    let sql = match &column.default {
        None | Some(JsValue::Undefined) => return Ok(None),
        Some(JsValue::Unknown(unknown)) => return Err(unknown.clone()),
        // Written as it is, on every dialect.
        Some(JsValue::Sql(sql)) => return sql.render(column.dialect, naming).map(Some),
        Some(value) => {
            let data_type = data_type
                .map(|data_type| data_type.to_lowercase())
                .unwrap_or_default();
            match column.dialect {
                Dialect::Postgres if naming.since_v1 => postgres_since_v1(value, &data_type),
                Dialect::Postgres => postgres(value, &data_type),
                Dialect::MySql => mysql(value, &data_type),
                // drizzle-kit 1.0 writes a number that depends on the column's mode.
                Dialect::Sqlite if naming.since_v1 && matches!(value, JsValue::Date(_)) => None,
                Dialect::Sqlite => sqlite(value),
            }
        }
    };
    sql.map(Some)
        .ok_or_else(|| Unknown::new(&column.source, column.span, "the default is not a constant"))
}

fn postgres(value: &JsValue<'_>, data_type: &str) -> Option<String> {
    Some(match value {
        JsValue::String(text) => literal(text),
        JsValue::Date(time) if !matches!(data_type, "json" | "jsonb") => match data_type {
            "date" => literal(&date::iso(*time)[..10]),
            "timestamp" => literal(&moment(*time)),
            _ => literal(&date::iso(*time)),
        },
        value if matches!(data_type, "json" | "jsonb") => {
            format!("{}::{data_type}", literal(&value.to_json()?))
        }
        JsValue::Array(items) if data_type.contains('[') => literal(&array(items)?),
        value => scalar(value)?,
    })
}

/// Source: drizzle-kit 1.0.0-rc.5, `dialects/postgres/grammar.ts`.
fn postgres_since_v1(value: &JsValue<'_>, data_type: &str) -> Option<String> {
    let zoned = data_type.starts_with("timestamp") && data_type.contains("with time zone");
    Some(match value {
        JsValue::Array(items) if data_type.contains('[') => literal(&array_since_v1(items)?),
        value if matches!(data_type, "json" | "jsonb") => literal(&value.to_json()?),
        JsValue::Date(time) if zoned => literal(&format!("{}+00", moment(*time))),
        JsValue::String(text) if zoned && !has_zone(text) => literal(&format!("{text}+00")),
        JsValue::String(text) => literal(&text.replace('\\', "\\\\")),
        value => postgres(value, data_type)?,
    })
}

/// Whether a time ends with its zone: `Z`, `+02`, `-03:30`.
fn has_zone(text: &str) -> bool {
    let clock = text.split_once([' ', 'T']).map_or("", |(_, clock)| clock);
    text.ends_with(['Z', 'z']) || clock.contains(['+', '-'])
}

fn array_since_v1(items: &[JsValue<'_>]) -> Option<String> {
    let items: Option<Vec<String>> = items
        .iter()
        .map(|item| {
            Some(match item {
                JsValue::Bool(value) => if *value { "t" } else { "f" }.to_owned(),
                JsValue::Array(items) => array_since_v1(items)?,
                JsValue::String(text) => {
                    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                    let bare = !text.is_empty() && !text.contains(['\\', '"', ',']);
                    if bare {
                        escaped
                    } else {
                        format!("\"{escaped}\"")
                    }
                }
                JsValue::Number(_) | JsValue::BigInt(_) => scalar(item)?,
                _ => return None,
            })
        })
        .collect();
    Some(format!("{{{}}}", items?.join(",")))
}

fn mysql(value: &JsValue<'_>, data_type: &str) -> Option<String> {
    let sql = match value {
        JsValue::String(text) => literal(text),
        value if data_type == "json" => literal(&value.to_json()?),
        JsValue::Date(time) if data_type == "date" => literal(&date::iso(*time)[..10]),
        JsValue::Date(time)
            if data_type.starts_with("datetime") || data_type.starts_with("timestamp") =>
        {
            literal(&moment(*time))
        }
        value => scalar(value)?,
    };
    Some(if matches!(data_type, "blob" | "text" | "json") {
        format!("({sql})")
    } else {
        sql
    })
}

fn sqlite(value: &JsValue<'_>) -> Option<String> {
    Some(match value {
        JsValue::String(text) => literal(text),
        JsValue::Array(_) | JsValue::Object(_) | JsValue::Date(_) => literal(&value.to_json()?),
        value => scalar(value)?,
    })
}

fn scalar(value: &JsValue<'_>) -> Option<String> {
    Some(match value {
        JsValue::Null => "null".to_owned(),
        JsValue::Bool(true) => "true".to_owned(),
        JsValue::Bool(false) => "false".to_owned(),
        JsValue::Number(number) => number_text(*number),
        JsValue::BigInt(digits) => digits.to_string(),
        _ => return None,
    })
}

/// A time without its zone.
fn moment(time: i64) -> String {
    date::iso(time)
        .replace('T', " ")
        .trim_end_matches('Z')
        .to_owned()
}

pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// PostgreSQL's text form of an array.
fn array(items: &[JsValue<'_>]) -> Option<String> {
    let items: Option<Vec<String>> = items
        .iter()
        .map(|item| {
            Some(match item {
                JsValue::Number(_) | JsValue::BigInt(_) | JsValue::Bool(_) => scalar(item)?,
                JsValue::Array(items) => array(items)?,
                JsValue::String(text) => format!("\"{text}\""),
                JsValue::Object(_) => format!("\"{}\"", item.to_json()?.replace('"', "\\\"")),
                _ => return None,
            })
        })
        .collect();
    Some(format!("{{{}}}", items?.join(",")))
}
