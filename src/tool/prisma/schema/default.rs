//! `@default(…)`: what the database holds, and what only the client fills in.

use super::types::Scalar;
use crate::schema::value;
use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::tool::prisma::syntax::{
    Arity, EnumValue, Field, PrismaBlock, PrismaExpr, PrismaExprKind,
};

/// Who fills the column.
pub(super) enum Default {
    /// The database, with this expression as `prisma migrate` writes it.
    Database(String),
    /// The database, by counting.
    AutoIncrement,
    Client,
    /// The database or nobody; why that cannot be known.
    Unknown(String),
}

/// What a field's values are.
#[derive(Clone, Copy)]
pub(super) enum FieldContent<'a> {
    Scalar(Scalar),
    Enum(&'a PrismaBlock),
    Unsupported,
}

/// The default of a field that has `@default` or `@updatedAt`.
pub(super) fn default(
    dialect: Dialect,
    field: &Field,
    content: FieldContent,
    data_type: &DataType,
) -> Option<Default> {
    let Some(attribute) = field.attribute("default") else {
        return field.attribute("updatedAt").map(|_| Default::Client);
    };
    let Some(value) = attribute.named_or_first("value") else {
        return Some(Default::Unknown("`@default` has no value".to_owned()));
    };
    Some(match &value.kind {
        PrismaExprKind::Call(name, arguments) => match name.as_str() {
            "autoincrement" => Default::AutoIncrement,
            "now" => {
                let digits = data_type
                    .args
                    .first()
                    .filter(|digits| dialect.now_needs_digits() && *digits != "0");
                let digits = digits
                    .map(|digits| format!("({digits})"))
                    .unwrap_or_default();
                Default::Database(format!("CURRENT_TIMESTAMP{digits}"))
            }
            "cuid" | "uuid" | "ulid" | "nanoid" | "auto" => Default::Client,
            "dbgenerated" => match arguments.first().and_then(|it| it.value.as_string()) {
                Some(sql) if !sql.trim().is_empty() => Default::Database(sql.trim().to_owned()),
                _ => Default::Unknown(
                    "`dbgenerated()` does not say which expression the database holds".to_owned(),
                ),
            },
            _ => Default::Unknown(format!("the default `{name}()` is not known")),
        },
        PrismaExprKind::Array(elements) if field.arity == Arity::List => {
            array(dialect, elements, content, data_type)
        }
        // MySQL knows no defaults of these, and Prisma writes none.
        _ if !dialect.documents_have_defaults()
            && matches!(content, FieldContent::Scalar(Scalar::Json | Scalar::Bytes)) =>
        {
            Default::Client
        }
        _ => literal(dialect, value, content).map_or_else(Default::Unknown, Default::Database),
    })
}

fn array(
    dialect: Dialect,
    elements: &[PrismaExpr],
    content: FieldContent,
    data_type: &DataType,
) -> Default {
    let literals: Result<Vec<String>, String> = elements
        .iter()
        .map(|it| literal(dialect, it, content))
        .collect();
    match literals {
        Ok(literals) => Default::Database(format!(
            "ARRAY[{}]::{}",
            literals.join(", "),
            data_type.sql(dialect)
        )),
        Err(reason) => Default::Unknown(reason),
    }
}

/// A literal as `prisma migrate` writes it; an error says why it is not known.
fn literal(dialect: Dialect, expr: &PrismaExpr, content: FieldContent) -> Result<String, String> {
    let quoted = value::string;
    match (&expr.kind, content) {
        (PrismaExprKind::Word(word), FieldContent::Enum(block)) => {
            let value = block.values.iter().find(|it| it.name.text == *word);
            let label = value
                .map(EnumValue::label)
                .ok_or_else(|| format!("`{word}` is not a value of the enum"))?;
            Ok(quoted(label))
        }
        (PrismaExprKind::Word(word), _) if word == "true" || word == "false" => Ok(word.clone()),
        // A decimal may be written as text, to keep its digits.
        (PrismaExprKind::Number(text), _)
        | (PrismaExprKind::String(text), FieldContent::Scalar(Scalar::Decimal)) => Ok(text.clone()),
        (PrismaExprKind::String(text), FieldContent::Scalar(Scalar::DateTime)) => {
            moment(dialect, text)
                .map(|text| quoted(&text))
                .ok_or_else(|| format!("`{text}` is not a time"))
        }
        (PrismaExprKind::String(text), FieldContent::Scalar(Scalar::Bytes)) => {
            let hex = hex_of_base64(text).ok_or("the default is not base64")?;
            Ok(quoted(&match dialect {
                Dialect::Postgres => format!("\\x{hex}"),
                Dialect::MySql | Dialect::Sqlite => hex,
            }))
        }
        (PrismaExprKind::String(text), FieldContent::Scalar(Scalar::Json)) => Ok(match dialect {
            // SQLite gets the document without quotes, which works for numbers alone.
            Dialect::Sqlite => text.clone(),
            Dialect::Postgres | Dialect::MySql => quoted(text),
        }),
        (PrismaExprKind::String(text), _) => Ok(quoted(text)),
        _ => Err("the default is not a literal".to_owned()),
    }
}

/// `2020-01-02T03:04:05.6Z` as Prisma writes times: `2020-01-02 03:04:05.600 +00:00`; for MySQL
/// `2020-01-02T03:04:05.600+00:00`.
fn moment(dialect: Dialect, text: &str) -> Option<String> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let zone = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone);
    let zone = if zone.eq_ignore_ascii_case("z") {
        "+00:00"
    } else {
        zone
    };
    let (seconds, digits) = time.split_once('.').unwrap_or((time, ""));
    let digits = digits.trim_end_matches('0');
    let digits = match digits.len() {
        0 => String::new(),
        length => format!(".{digits:0<width$}", width = length.div_ceil(3) * 3),
    };
    let (comma, blank) = match dialect {
        Dialect::MySql => ("T", ""),
        Dialect::Postgres | Dialect::Sqlite => (" ", " "),
    };
    Some(format!("{date}{comma}{seconds}{digits}{blank}{zone}"))
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
        assert_eq!(
            super::hex_of_base64("aGVsbG8=").as_deref(),
            Some("68656c6c6f")
        );
        assert_eq!(super::hex_of_base64("a b"), None);
    }

    #[test]
    fn times_are_written_as_prisma_does() {
        use crate::sql::Dialect::{MySql, Postgres};
        for (dialect, text, written) in [
            (
                Postgres,
                "2020-01-02T03:04:05Z",
                "2020-01-02 03:04:05 +00:00",
            ),
            (
                Postgres,
                "2020-01-02T03:04:05.6780+02:00",
                "2020-01-02 03:04:05.678 +02:00",
            ),
            (
                MySql,
                "2020-01-02T03:04:05.5Z",
                "2020-01-02T03:04:05.500+00:00",
            ),
        ] {
            assert_eq!(super::moment(dialect, text).as_deref(), Some(written));
        }
        assert_eq!(super::moment(Postgres, "today"), None);
    }
}
