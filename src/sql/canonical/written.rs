//! MySQL's and SQLite's spelling: as written, with keywords in upper case, functions in lower case
//! and one blank between.

use sqlparser::ast::{self, BinaryOperator as Op, Expr, FunctionArguments, UnaryOperator, Value};

use crate::sql::Dialect;
use crate::sql::lower::walk::{argument, string_value};

/// Writes an expression as the server would print it.
pub(crate) fn expr(expr: &Expr, dialect: Dialect, out: &mut String) {
    let mut around = |texts: &[&str], operands: &[&Expr]| {
        for (index, text) in texts.iter().enumerate() {
            out.push_str(text);
            if let Some(operand) = operands.get(index) {
                self::expr(operand, dialect, out);
            }
        }
    };
    match expr {
        Expr::Nested(inner) => around(&["(", ")"], &[inner]),
        Expr::BinaryOp { left, op, right } => {
            let op = if *op == Op::NotEq {
                "<>".to_owned()
            } else {
                op.to_string()
            };
            around(&["", &format!(" {op} "), ""], &[left, right]);
        }
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => around(&["NOT ", ""], &[expr]),
        Expr::UnaryOp { op, expr } => around(&[&op.to_string(), ""], &[expr]),
        Expr::IsNull(expr) => around(&["", " IS NULL"], &[expr]),
        Expr::IsNotNull(expr) => around(&["", " IS NOT NULL"], &[expr]),
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let word = if *negated {
                " NOT BETWEEN "
            } else {
                " BETWEEN "
            };
            around(&["", word, " AND ", ""], &[expr, low, high]);
        }
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            around(&["", if *negated { " NOT IN (" } else { " IN (" }], &[expr]);
            for (index, item) in list.iter().enumerate() {
                around(&[if index == 0 { "" } else { ", " }, ""], &[item]);
            }
            around(&[")"], &[]);
        }
        Expr::Function(function) => call(function, dialect, out),
        Expr::Value(value) => literal(&value.value, dialect, out),
        Expr::Identifier(ident) => out.push_str(&ident_sql(ident, dialect)),
        Expr::CompoundIdentifier(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| ident_sql(part, dialect)).collect();
            out.push_str(&parts.join("."));
        }
        other => out.push_str(&other.to_string()),
    }
}

fn call(function: &ast::Function, dialect: Dialect, out: &mut String) {
    let name = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &function.args else {
        // Without parentheses it is a keyword: CURRENT_TIMESTAMP.
        out.push_str(&function.to_string().to_uppercase());
        return;
    };
    let plain =
        list.duplicate_treatment.is_none() && list.clauses.is_empty() && function.over.is_none();
    if !plain || !list.args.iter().all(|one| argument(one).is_some()) || function.filter.is_some() {
        out.push_str(&function.to_string());
        return;
    }
    let is_now = matches!(
        name.as_str(),
        "now" | "current_timestamp" | "localtime" | "localtimestamp"
    );
    if dialect.prints_now_in_words() && is_now {
        out.push_str("CURRENT_TIMESTAMP");
        if list.args.is_empty() {
            return;
        }
    } else {
        out.push_str(&name);
    }
    out.push('(');
    for (index, argument) in list.args.iter().filter_map(argument).enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        expr(argument, dialect, out);
    }
    out.push(')');
}

fn literal(value: &Value, dialect: Dialect, out: &mut String) {
    match value {
        // MySQL has no other truth values than these numbers.
        Value::Boolean(value) if dialect.prints_booleans_as_numbers() => {
            out.push_str(if *value { "1" } else { "0" });
        }
        Value::Boolean(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        Value::Null => out.push_str("NULL"),
        other => match string_value(other) {
            Some(text) => out.push_str(&super::quote_string(text, dialect)),
            None => out.push_str(&other.to_string()),
        },
    }
}

/// Quotes are kept only where they are needed.
fn ident_sql(ident: &ast::Ident, dialect: Dialect) -> String {
    let plain = ident
        .value
        .starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && ident
            .value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if ident.quote_style.is_none()
        || plain && ident.quote_style != Some('\'') && !is_keyword(&ident.value)
    {
        return ident.value.clone();
    }
    super::quote_name(&ident.value, dialect)
}

fn is_keyword(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    sqlparser::keywords::ALL_KEYWORDS
        .binary_search(&word.as_str())
        .is_ok()
}
