//! Conditions that are the same for every row, whatever it holds.

use std::cmp::Ordering;

use sqlparser::ast::{self, BinaryOperator, UnaryOperator, Value};

use super::walk::{bare, string_value};

/// What a condition is for every row; `None` where that depends on the row, or is null.
pub(super) fn truth(expr: &ast::Expr) -> Option<bool> {
    match bare(expr) {
        ast::Expr::Value(value) => match &value.value {
            Value::Boolean(value) => Some(*value),
            Value::Number(number, _) => number.parse::<f64>().ok().map(|number| number != 0.0),
            _ => None,
        },
        ast::Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => truth(expr).map(|value| !value),
        ast::Expr::IsTrue(inner) => truth(inner),
        ast::Expr::IsNull(inner) => is_null(inner),
        ast::Expr::IsNotNull(inner) => is_null(inner).map(|value| !value),
        ast::Expr::BinaryOp { left, op, right } => binary(left, op, right),
        _ => None,
    }
}

fn binary(left: &ast::Expr, op: &BinaryOperator, right: &ast::Expr) -> Option<bool> {
    let both = || (truth(left), truth(right));
    match op {
        BinaryOperator::And => match both() {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        BinaryOperator::Or => match both() {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => {
            let order = compare(left, right)?;
            Some(match op {
                BinaryOperator::Eq => order == Ordering::Equal,
                BinaryOperator::NotEq => order != Ordering::Equal,
                BinaryOperator::Lt => order == Ordering::Less,
                BinaryOperator::Gt => order == Ordering::Greater,
                BinaryOperator::LtEq => order != Ordering::Greater,
                BinaryOperator::GtEq => order != Ordering::Less,
                _ => return None,
            })
        }
    }
}

/// How two literals of one kind compare.
fn compare(left: &ast::Expr, right: &ast::Expr) -> Option<Ordering> {
    let (ast::Expr::Value(left), ast::Expr::Value(right)) = (bare(left), bare(right)) else {
        return None;
    };
    match (&left.value, &right.value) {
        (Value::Number(one, _), Value::Number(other, _)) => {
            one.parse::<f64>().ok()?.partial_cmp(&other.parse().ok()?)
        }
        (one, other) => match (string_value(one), string_value(other)) {
            // Collations order strings in their own ways, but equal ones are equal.
            (Some(one), Some(other)) => (one == other).then_some(Ordering::Equal),
            _ => None,
        },
    }
}

fn is_null(expr: &ast::Expr) -> Option<bool> {
    match bare(expr) {
        ast::Expr::Value(value) => Some(matches!(value.value, Value::Null)),
        _ => None,
    }
}
