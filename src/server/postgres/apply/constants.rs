//! Constants that PostgreSQL evaluates when it stores them: dates, times, intervals and `jsonb`
//! print in one form, however they were written.

use serde_json::Value;

use crate::catalog::rewrite::rewrite_typed;
use crate::sql::change::{DataType, Expr, ExprKind};

/// The expression with its dates, times, intervals and `jsonb` as the server prints them. A bare
/// literal has the given type.
pub(crate) fn evaluate(expr: &mut Expr, data_type: &DataType) {
    if let ExprKind::String(value) = &expr.kind
        && expr.casts.is_empty()
    {
        if !data_type.array
            && let Some(text) = printed(value, &data_type.name)
        {
            expr.sql = format!("'{text}'");
            expr.kind = ExprKind::String(text);
        }
        return;
    }
    if !expr.sql.contains("'::") {
        return;
    }
    let sql = rewrite_typed(&expr.sql, printed);
    if sql != expr.sql {
        if let (ExprKind::String(value), Some(cast)) = (&expr.kind, expr.casts.last())
            && let Some(text) = printed(value, &cast.name)
        {
            expr.kind = ExprKind::String(text);
        }
        expr.sql = sql;
    }
}

/// How a constant of a type prints, where that differs from how it may be written; `None` where it
/// is not known.
fn printed(value: &str, type_name: &str) -> Option<String> {
    match type_name {
        "interval" => interval(value),
        "timestamp without time zone" | "timestamp" => moment(value, ""),
        "timestamp with time zone" | "timestamptz" => moment(value, "+00"),
        "jsonb" => jsonb(value),
        "date" if value == "epoch" => Some("1970-01-01".to_owned()),
        _ => None,
    }
}

/// A document as `jsonb` prints it: shorter keys first, one blank after each comma and colon.
fn jsonb(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    // A decimal number keeps its digits, `1.50` its zero, and those of other numbers are gone once
    // they are read.
    let decimals = text
        .split(|sign: char| !sign.is_ascii_alphanumeric() && !"+-.".contains(sign))
        .filter(|word| word.starts_with(|first: char| first == '-' || first.is_ascii_digit()));
    let exact = decimals.into_iter().all(keeps_its_text);
    document(&serde_json::from_str(text).ok()?, exact, &mut out).then_some(out)
}

/// Whether a number is printed as it is written.
fn keeps_its_text(word: &str) -> bool {
    word.len() <= 15 && !word.contains(['e', 'E']) && !(word.contains('.') && word.ends_with('0'))
}

/// Writes a document; false if it holds a decimal number, unless those are `exact`.
fn document(value: &Value, exact: bool, out: &mut String) -> bool {
    match value {
        Value::Number(number) if number.is_f64() => {
            let digits = number.to_string();
            out.push_str(&digits);
            exact && !digits.contains('e')
        }
        Value::Array(items) => {
            out.push('[');
            let known = items.iter().enumerate().all(|(at, item)| {
                out.push_str(if at == 0 { "" } else { ", " });
                document(item, exact, out)
            });
            out.push(']');
            known
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| (key.len(), key.as_str()));
            out.push('{');
            let known = fields.into_iter().enumerate().all(|(at, (key, field))| {
                let comma = if at == 0 { "" } else { ", " };
                out.extend([comma, &Value::from(key.as_str()).to_string(), ": "]);
                document(field, exact, out)
            });
            out.push('}');
            known
        }
        other => {
            out.push_str(&other.to_string());
            true
        }
    }
}

/// `2024-01-02` and `2024-01-02T03:04:05Z` as `2024-01-02 00:00:00`, with the zone of a server in
/// UTC.
fn moment(value: &str, zone: &str) -> Option<String> {
    let value = if value.eq_ignore_ascii_case("epoch") {
        "1970-01-01"
    } else {
        value.trim()
    };
    let (date, rest) = value.split_at_checked(10)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = date.split('-');
    let [year, month, day] = [parts.next()?, parts.next()?, parts.next()?];
    if year.len() != 4 || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let time = rest.trim_start_matches([' ', 'T', 't']);
    // Other zones would have to be converted.
    let time = time
        .strip_suffix("+00:00")
        .or_else(|| time.strip_suffix("+00"))
        .unwrap_or(time);
    let time = time.trim_end_matches(['Z', 'z']).trim_end();
    let time = match time.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{time}:00"),
        _ => time.to_owned(),
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((&time, ""));
    let mut fields = clock.split(':');
    if clock.len() != 8 || !fields.all(digits) || !(fraction.is_empty() || digits(fraction)) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() {
        String::new()
    } else {
        format!(".{fraction}")
    };
    Some(format!("{date} {clock}{fraction}{zone}"))
}

/// `12 months` as `1 year`, `90 seconds` as `00:01:30`.
fn interval(value: &str) -> Option<String> {
    let (mut months, mut days, mut seconds) = (0_i64, 0_i64, 0_i64);
    let mut words = value.split_ascii_whitespace();
    while let Some(word) = words.next() {
        if word.contains(':') {
            let mut fields = word
                .split(':')
                .map(|field| field.parse::<i64>().ok().filter(|field| *field >= 0));
            let [hour, minute] = [fields.next()??, fields.next()??];
            let second = fields.next().unwrap_or(Some(0))?;
            seconds =
                seconds.checked_add(hour.checked_mul(3600)?.checked_add(minute * 60 + second)?)?;
            continue;
        }
        let split = word
            .find(|character: char| character.is_ascii_alphabetic())
            .unwrap_or(word.len());
        let (number, glued) = word.split_at(split);
        let number: i64 = number.parse().ok()?;
        let unit = if glued.is_empty() {
            words.next()?
        } else {
            glued
        };
        let unit = unit.to_ascii_lowercase();
        let (field, factor) = match unit
            .strip_suffix('s')
            .filter(|unit| !unit.is_empty())
            .unwrap_or(&unit)
        {
            "year" | "yr" | "y" => (&mut months, 12),
            "month" | "mon" => (&mut months, 1),
            "week" | "w" => (&mut days, 7),
            "day" | "d" => (&mut days, 1),
            "hour" | "hr" | "h" => (&mut seconds, 3600),
            "minute" | "min" | "m" => (&mut seconds, 60),
            "second" | "sec" | "s" => (&mut seconds, 1),
            _ => return None,
        };
        *field = field.checked_add(number.checked_mul(factor)?)?;
    }
    if months < 0 || days < 0 || seconds < 0 {
        return None;
    }
    let mut parts = Vec::new();
    let mut count = |number: i64, one: &str, many: &str| {
        if number != 0 {
            parts.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    };
    count(months / 12, "year", "years");
    count(months % 12, "mon", "mons");
    count(days, "day", "days");
    if seconds != 0 || parts.is_empty() {
        parts.push(format!(
            "{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ));
    }
    Some(parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_print_in_years_months_days_and_a_clock() {
        assert_eq!(interval("12 months").as_deref(), Some("1 year"));
        assert_eq!(interval("90 seconds").as_deref(), Some("00:01:30"));
        assert_eq!(
            interval("1 year 14 months 3 weeks").as_deref(),
            Some("2 years 2 mons 21 days")
        );
        assert_eq!(interval("30d").as_deref(), Some("30 days"));
        assert_eq!(interval("0").as_deref(), None);
        assert_eq!(interval("-1 day"), None);
    }

    #[test]
    fn documents_print_their_shorter_keys_first() {
        assert_eq!(
            jsonb(r#"{"wide":4,"x":[0,{"b":null,"a":true}], "h" : "1\u00e9"}"#).as_deref(),
            Some(r#"{"h": "1é", "x": [0, {"a": true, "b": null}], "wide": 4}"#)
        );
        assert_eq!(jsonb("[ ]").as_deref(), Some("[]"));
        assert_eq!(
            jsonb(r#"{"ratio":-0.1}"#).as_deref(),
            Some(r#"{"ratio": -0.1}"#)
        );
        assert_eq!(jsonb(r#"{"ratio":1.50}"#), None);
        assert_eq!(jsonb("1e3"), None);
        assert_eq!(jsonb("{"), None);
    }

    #[test]
    fn moments_print_with_a_clock_and_the_zone_of_utc() {
        assert_eq!(
            moment("epoch", "+00").as_deref(),
            Some("1970-01-01 00:00:00+00")
        );
        assert_eq!(
            moment("1970-01-01", "").as_deref(),
            Some("1970-01-01 00:00:00")
        );
        assert_eq!(
            moment("2024-01-02T03:04:05.500Z", "+00").as_deref(),
            Some("2024-01-02 03:04:05.5+00")
        );
        assert_eq!(moment("2024-01-02 03:04:05+02", "+00"), None);
        assert_eq!(moment("now", ""), None);
    }
}
