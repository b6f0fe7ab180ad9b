//! A default date of `0000-00-00`.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::{Expr, ExprKind, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        let dated = matches!(
            defined.column.data_type.name.as_str(),
            "date" | "datetime" | "timestamp"
        );
        if let Some(default) = &defined.column.default
            && dated
            && (is_zero_date(default) || is_zero(default))
        {
            report(&defined.column.name.value, default, context);
        }
    }
    for edit in crate::context::edits(statement) {
        if let TableAction::SetDefault { column, default } = edit.action
            && is_zero_date(default)
        {
            report(&column.value, default, context);
        }
    }
}

fn report(column: &str, default: &Expr, context: &mut Context) {
    context
        .report(
            default.span,
            format!("the default of `{column}` is no date: MySQL refuses it in strict mode, and every later ALTER of a table that holds it"),
        )
        .help("let the column be null, or take CURRENT_TIMESTAMP");
}

fn is_zero(default: &Expr) -> bool {
    matches!(&default.kind, ExprKind::Number(number) if number.parse() == Ok(0_u64))
}

/// Whether year, month or day is 0 in what reads as a date.
fn is_zero_date(default: &Expr) -> bool {
    let ExprKind::String(text) = &default.kind else {
        return false;
    };
    let date = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let zero = |part: &str| part.bytes().all(|byte| byte == b'0');
    [*year, *month, *day].into_iter().all(is_number)
        && year.len() == 4
        && (zero(month) || zero(day))
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}
