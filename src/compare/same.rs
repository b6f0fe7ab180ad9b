//! Whether two types, defaults or actions mean the same.

use crate::catalog::Column;
use crate::server::on_server;
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::{DataType, Expr, ExprKind, ReferentialAction};

/// Whether two columns of these types hold the same.
pub(super) fn same_type(left: &DataType, right: &DataType, dialect: Dialect) -> bool {
    on_server!(dialect => compare::same_type(left, right))
}

/// What fills a column that an `INSERT` leaves out.
#[derive(Clone, Copy)]
pub(super) enum ValueSource<'a> {
    Nothing,
    /// A sequence, identity or AUTO_INCREMENT.
    Counter,
    Default(&'a Expr),
    Generated(&'a Expr),
}

pub(super) fn filler(column: &Column, dialect: Dialect) -> ValueSource<'_> {
    if let Some(generated) = &column.generated {
        return ValueSource::Generated(&generated.expr);
    }
    // SQLite counts in an INTEGER PRIMARY KEY anyway.
    if column.identity.is_some() || (column.auto_increment && !dialect.integer_key_is_row_number())
    {
        return ValueSource::Counter;
    }
    match &column.default {
        None => ValueSource::Nothing,
        Some(default) if default.expr.kind == ExprKind::Null => ValueSource::Nothing,
        Some(default)
            if default
                .expr
                .sql
                .to_ascii_lowercase()
                .starts_with("nextval(") =>
        {
            ValueSource::Counter
        }
        Some(default) => ValueSource::Default(&default.expr),
    }
}

pub(super) fn same_filler(left: ValueSource, right: ValueSource, dialect: Dialect) -> bool {
    match (left, right) {
        (ValueSource::Nothing, ValueSource::Nothing)
        | (ValueSource::Counter, ValueSource::Counter) => true,
        (ValueSource::Default(a), ValueSource::Default(b)) => same_default(a, b, dialect),
        (ValueSource::Generated(a), ValueSource::Generated(b)) => same_expr(a, b, dialect),
        _ => false,
    }
}

pub(super) fn describe(filler: ValueSource) -> Option<String> {
    match filler {
        ValueSource::Nothing => None,
        ValueSource::Counter => Some("auto-increment".to_owned()),
        ValueSource::Default(expr) => Some(expr.sql.clone()),
        ValueSource::Generated(expr) => Some(format!("generated as {}", expr.sql)),
    }
}

fn same_default(left: &Expr, right: &Expr, dialect: Dialect) -> bool {
    if same_expr(left, right, dialect) {
        return true;
    }
    if is_now(left) && is_now(right) {
        return true;
    }
    if let (Some(a), Some(b)) = (array(&left.sql), array(&right.sql)) {
        return a == b;
    }
    match (literal(left, dialect), literal(right, dialect)) {
        (Some(a), Some(b)) => a == b || same_number(&a, &b) || same_json(&a, &b),
        _ => false,
    }
}

/// The elements of `ARRAY['a', 'b']::text[]` and of `'{a,b}'::text[]`, as far as they are plain
/// words and numbers.
fn array(sql: &str) -> Option<Vec<String>> {
    let sql = sql.trim().trim_start_matches('(');
    let inside = match sql.get(..6) {
        Some(head) if head.eq_ignore_ascii_case("array[") => sql[6..].split_once(']')?.0,
        _ => sql.strip_prefix("'{")?.split_once("}'")?.0,
    };
    if inside.contains(['"', '{', '(', '\\', ':']) && !inside.contains("'::") {
        return None;
    }
    Some(if inside.trim().is_empty() {
        Vec::new()
    } else {
        inside.split(',').map(element).collect()
    })
}

fn element(text: &str) -> String {
    let text = text.trim();
    let text = text.split_once("'::").map_or(text, |(text, _)| text);
    text.trim_matches('\'').to_owned()
}

/// The current time, to whatever precision: the column's type decides what is kept.
fn is_now(expr: &Expr) -> bool {
    let sql = expr.sql.to_ascii_lowercase();
    let sql = sql.trim_matches(|it| it == '(' || it == ')');
    sql.starts_with("now(") || sql == "now" || sql.starts_with("current_timestamp")
}

/// The value of a literal, without regard for how it is quoted.
fn literal(expr: &Expr, dialect: Dialect) -> Option<String> {
    match &expr.kind {
        ExprKind::String(text) | ExprKind::Number(text) => Some(text.clone()),
        ExprKind::Boolean(value) if dialect.has_booleans() => Some(value.to_string()),
        ExprKind::Boolean(value) => Some(i32::from(*value).to_string()),
        _ => None,
    }
}

#[expect(
    clippy::float_cmp,
    reason = "both are read from text, and equal texts give equal numbers"
)]
fn same_number(left: &str, right: &str) -> bool {
    matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

fn same_json(left: &str, right: &str) -> bool {
    let read = |text: &str| {
        serde_json::from_str::<serde_json::Value>(text)
            .ok()
            .filter(|it| it.is_object() || it.is_array())
    };
    matches!((read(left), read(right)), (Some(a), Some(b)) if a == b)
}

/// RESTRICT and NO ACTION differ only where checks can wait until the end of a transaction.
pub(super) fn same_action(
    left: ReferentialAction,
    right: ReferentialAction,
    dialect: Dialect,
) -> bool {
    let plain = |action| match action {
        ReferentialAction::Restrict if !dialect.restrict_differs() => ReferentialAction::NoAction,
        other => other,
    };
    plain(left) == plain(right)
}
