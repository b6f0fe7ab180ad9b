//! Defaults as MySQL keeps them.

use crate::sql::change::{DataType, Expr, ExprKind};

/// A default as a value of the column's type: `'5'` of an `int` is 5, `1.5` of a `decimal(10,2)` is
/// 1.50.
pub(in crate::server::mysql::apply) fn settled_default(
    default: &Expr,
    data_type: &DataType,
) -> Expr {
    let (ExprKind::Number(text) | ExprKind::String(text)) = &default.kind else {
        return default.clone();
    };
    let places = match data_type.name.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => 0,
        "decimal" => data_type
            .args
            .get(1)
            .and_then(|places| places.parse().ok())
            .unwrap_or(0),
        "float" | "double" => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            return number.map_or_else(
                || default.clone(),
                |number| numeric(default, number.to_string()),
            );
        }
        _ => return default.clone(),
    };
    rounded(text, places).map_or_else(|| default.clone(), |sql| numeric(default, sql))
}

pub(super) fn numeric(default: &Expr, sql: String) -> Expr {
    Expr {
        kind: ExprKind::Number(sql.clone()),
        sql,
        ..default.clone()
    }
}

/// A decimal number with so many places, half of the last one rounded away from zero.
pub(super) fn rounded(text: &str, places: usize) -> Option<String> {
    let (sign, digits) = text
        .trim()
        .strip_prefix('-')
        .map_or(("", text.trim()), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let kept: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(places)
        .collect();
    let up = fraction
        .as_bytes()
        .get(places)
        .is_some_and(|digit| *digit >= b'5');
    let scaled = format!("{whole}{kept}")
        .parse::<u128>()
        .ok()?
        .checked_add(u128::from(up))?;
    let all = format!("{scaled:0width$}", width = places + 1);
    let (whole, fraction) = all.split_at(all.len() - places);
    Some(if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

pub(super) fn is_character(word: &str) -> bool {
    word.starts_with("character set ")
        || word.starts_with("collate ")
        || matches!(word, "binary" | "ascii" | "unicode")
}
