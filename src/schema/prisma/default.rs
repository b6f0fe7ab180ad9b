//! `@default(…)`: what the database holds, and what only the client fills in.

use super::syntax::{Arity, Block, EnumValue, Expr, ExprKind, Field};
use super::types::Scalar;
use crate::schema::value;
use crate::sql::Dialect;
use crate::sql::change::{self, DataType};

/// Who fills the column.
pub(super) enum Default {
    /// The database, with this expression.
    Database(change::Expr),
    /// The database, by counting.
    AutoIncrement,
    /// The client.
    Client,
    /// The database or nobody; why that cannot be told.
    Unknown(String),
}

/// What a field's values are.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    Scalar(Scalar),
    Enum(&'a Block),
    Unsupported,
}

/// The default of a field that has `@default` or `@updatedAt`.
pub(super) fn default(dialect: Dialect, field: &Field, content: Content, data_type: &DataType) -> Option<Default> {
    let Some(attribute) = field.attribute("default") else {
        return field.attribute("updatedAt").map(|_| Default::Client);
    };
    let Some(value) = attribute.named_or_first("value") else {
        return Some(Default::Unknown("`@default` has no value".to_owned()));
    };
    Some(match &value.kind {
        ExprKind::Call(name, arguments) => match name.as_str() {
            "autoincrement" => Default::AutoIncrement,
            "now" => {
                let precision = if dialect == Dialect::MySql { data_type.args.first() } else { None };
                Default::Database(value::current_timestamp(precision.map(String::as_str)))
            }
            "cuid" | "uuid" | "ulid" | "nanoid" | "auto" => Default::Client,
            "dbgenerated" => match arguments.first().and_then(|it| it.value.as_string()) {
                Some(sql) if !sql.trim().is_empty() => Default::Database(value::raw(dialect, sql)),
                _ => Default::Unknown("`dbgenerated()` does not say which expression the database holds".to_owned()),
            },
            _ => Default::Unknown(format!("the default `{name}()` is not known")),
        },
        ExprKind::Array(elements) if field.arity == Arity::List => array(dialect, elements, content, data_type),
        _ => literal(dialect, value, content).map_or_else(Default::Unknown, Default::Database),
    })
}

fn array(dialect: Dialect, elements: &[Expr], content: Content, data_type: &DataType) -> Default {
    let literals: Result<Vec<String>, String> =
        elements.iter().map(|it| literal(dialect, it, content).map(|expr| expr.sql)).collect();
    match literals {
        Ok(literals) => {
            let name = match content {
                Content::Enum(_) => {
                    let schema = data_type.schema.as_ref().map(|it| format!("\"{it}\".")).unwrap_or_default();
                    format!("{schema}\"{}\"", data_type.name)
                }
                _ => data_type.name.clone(),
            };
            Default::Database(value::raw(dialect, &format!("ARRAY[{}]::{name}[]", literals.join(", "))))
        }
        Err(reason) => Default::Unknown(reason),
    }
}

/// A literal as the database holds it; an error says why it is not known.
fn literal(dialect: Dialect, expr: &Expr, content: Content) -> Result<change::Expr, String> {
    match (&expr.kind, content) {
        (ExprKind::Word(word), Content::Enum(block)) => {
            let value = block.values.iter().find(|it| it.name.text == *word);
            let label = value.map(EnumValue::label).ok_or_else(|| format!("`{word}` is not a value of the enum"))?;
            Ok(value::string(dialect, label))
        }
        (ExprKind::Word(word), _) if word == "true" || word == "false" => Ok(value::boolean(word == "true")),
        (ExprKind::Number(text), _) => Ok(value::number(text)),
        (ExprKind::String(_), Content::Scalar(Scalar::DateTime)) => {
            Err("how the server prints a literal time is not known".to_owned())
        }
        (ExprKind::String(text), Content::Scalar(Scalar::Bytes)) => bytes(dialect, text),
        (ExprKind::String(text), _) => Ok(value::string(dialect, text)),
        _ => Err("the default is not a literal".to_owned()),
    }
}

/// Prisma writes bytes in base64, servers in hexadecimal.
fn bytes(dialect: Dialect, base64: &str) -> Result<change::Expr, String> {
    let hex = hex_of_base64(base64).ok_or("the default is not base64")?;
    match dialect {
        Dialect::Postgres => Ok(value::string(dialect, &format!("\\x{hex}"))),
        Dialect::Sqlite => Ok(value::raw(dialect, &format!("X'{hex}'"))),
        Dialect::MySql => Err("MySQL keeps no default for bytes".to_owned()),
    }
}

fn hex_of_base64(text: &str) -> Option<String> {
    use std::fmt::Write as _;
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut hex, mut bits, mut count) = (String::new(), 0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let digit = alphabet.iter().position(|it| *it == byte)?;
        bits = (bits << 6 | u32::try_from(digit).ok()?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            write!(hex, "{:02x}", bits >> count & 0xff).ok()?;
        }
    }
    Some(hex)
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_becomes_hexadecimal() {
        assert_eq!(super::hex_of_base64("aGVsbG8=").as_deref(), Some("68656c6c6f"));
        assert_eq!(super::hex_of_base64("a b"), None);
    }
}
