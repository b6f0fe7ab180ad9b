//! What a column's type and its default cannot be. Measured on MariaDB 10.11; the limits of MySQL
//! after its manual.

use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::server::mysql::charset::{self, one_name};
use crate::sql::change::{ColumnDef, DataType, Expr, ExprKind};

/// Refuses a character set or collation that no server has, or that do not belong together.
pub(in crate::server::mysql::apply) fn refuse_charset(
    charset: Option<&str>,
    collation: Option<&str>,
    span: crate::source::Span,
) -> Outcome {
    let refusal = |message: String| {
        let code = sqlstate::UNDEFINED_OBJECT;
        Err(Rejection::new(code, span, message))
    };
    let charset = charset.map(str::to_ascii_lowercase);
    let charset = charset.filter(|it| it != "default");
    if let Some(charset) = &charset
        && !charset::is_known(charset)
    {
        return refusal(format!("no character set is called `{charset}`"));
    }
    let Some(collation) = collation.map(str::to_ascii_lowercase) else {
        return Ok(());
    };
    // MariaDB's belong to any character set.
    if collation == "default" || collation.starts_with("uca1400") {
        return Ok(());
    }
    let own = charset::of_collation(&collation);
    if !charset::is_known(&own) {
        return refusal(format!("no collation is called `{collation}`"));
    }
    match charset {
        Some(charset) if one_name(&charset) != one_name(&own) => refusal(format!(
            "collation `{collation}` does not belong to character set `{charset}`"
        )),
        _ => Ok(()),
    }
}

/// Refuses a type whose length or precision no server takes, and a default that is no value of it.
pub(super) fn refuse(definition: &ColumnDef, lenient: bool) -> Outcome {
    let data_type = &definition.data_type;
    let span = if definition.type_span.is_empty() {
        definition.name.span
    } else {
        definition.type_span
    };
    let name = &definition.name.value;
    let refusal = |message: String| {
        let code = sqlstate::INVALID_PARAMETER_VALUE;
        Err(Rejection::new(code, span, message))
    };
    let number = |at: usize| data_type.args.get(at)?.trim().parse::<u64>().ok();
    match data_type.name.as_str() {
        "decimal" | "numeric" | "dec" | "fixed" => {
            // MySQL has 30, MariaDB these.
            let most = 38;
            if let Some(precision) = number(0).filter(|it| *it > 65) {
                return refusal(format!(
                    "column `{name}` has {precision} digits, and 65 are the most"
                ));
            }
            if let Some(scale) = number(1).filter(|it| *it > most) {
                return refusal(format!(
                    "column `{name}` has {scale} decimals, and {most} are the most"
                ));
            }
            if let (Some(precision), Some(scale)) = (number(0), number(1))
                && scale > precision
            {
                return refusal(format!("column `{name}` has more decimals than digits"));
            }
        }
        "datetime" | "timestamp" | "time" if number(0).is_some_and(|it| it > 6) => {
            return refusal(format!(
                "column `{name}` has more than 6 decimals of a second"
            ));
        }
        "char" | "binary" if !lenient && number(0).is_some_and(|it| it > 255) => {
            return refusal(format!("column `{name}` is longer than 255"));
        }
        "varchar" | "varbinary" if !lenient && number(0).is_some_and(|it| it > 65_535) => {
            return refusal(format!("column `{name}` is longer than 65535 bytes"));
        }
        "bit" if number(0).is_some_and(|it| it > 64) => {
            return refusal(format!("column `{name}` has more than 64 bits"));
        }
        "enum" if !lenient => {
            let labels = &data_type.args;
            let twice = labels
                .iter()
                .enumerate()
                .find(|(at, label)| labels[..*at].contains(label));
            if let Some((_, label)) = twice {
                return refusal(format!("column `{name}` has the value `{label}` twice"));
            }
        }
        _ => {}
    }
    if definition.on_update.is_some()
        && !matches!(data_type.name.as_str(), "datetime" | "timestamp")
    {
        return refusal(format!(
            "column `{name}` has `ON UPDATE`, and is neither `DATETIME` nor `TIMESTAMP`"
        ));
    }
    match &definition.default {
        Some(default) => refuse_default(default, data_type, name),
        None => Ok(()),
    }
}

/// Refuses a literal that is no value of the column's type.
pub(in crate::server::mysql::apply) fn refuse_default(
    default: &Expr,
    data_type: &DataType,
    name: &str,
) -> Outcome {
    let (text, is_text) = match &default.kind {
        ExprKind::String(text) => (text.as_str(), true),
        ExprKind::Number(text) => (text.as_str(), false),
        _ => return Ok(()),
    };
    // What a cast makes of a literal is another value; MariaDB takes `(CAST('a' AS decimal))`.
    let first = default.sql.trim_start().chars().next();
    if !first.is_some_and(|sign| sign.is_ascii_digit() || "'\"-+.".contains(sign)) {
        return Ok(());
    }
    let unsigned = data_type.modifiers.iter().any(|word| word == "unsigned");
    let fits = match data_type.name.as_str() {
        word @ ("tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint") => {
            let bits = match word {
                "tinyint" => 8,
                "smallint" => 16,
                "mediumint" => 24,
                "bigint" => 64,
                _ => 32,
            };
            let (least, most) = if unsigned {
                (0, (1_i128 << bits) - 1)
            } else {
                (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
            };
            match text.trim().parse::<i128>() {
                Ok(number) => (least..=most).contains(&number),
                Err(_) => text.trim().parse::<f64>().is_ok(),
            }
        }
        "decimal" | "float" | "double" => text.trim().parse::<f64>().is_ok(),
        "date" | "datetime" | "timestamp" | "time" if is_text => {
            text.bytes().any(|byte| byte.is_ascii_digit())
        }
        "enum" if is_text => {
            let mut labels = data_type.args.iter();
            labels.any(|label| label.trim_end().to_lowercase() == text.trim_end().to_lowercase())
        }
        "char" | "varchar" if is_text => {
            let most = data_type.args.first().map_or(Some(1), |it| it.parse().ok());
            most.is_none_or(|most: usize| text.trim_end().chars().count() <= most)
        }
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let message = format!("the default of column `{name}` is no value of its type");
    let code = sqlstate::INVALID_TEXT_REPRESENTATION;
    Err(Rejection::new(code, default.span, message))
}
