//! `IF [NOT] EXISTS (SELECT … FROM pg_type WHERE typname = 'x')` and its relatives: questions that
//! a catalog can answer.

pub(super) mod lookup;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, SelectItem, SetExpr,
    UnaryOperator, Value,
};

use crate::source::Span;
use crate::sql::change::{Condition, Ident, ObjectName};
use crate::sql::lower::Cx;
use crate::sql::parse;

/// The condition that stands at these bytes.
pub(super) fn recognise(cx: &Cx, span: Span) -> Condition {
    let cx = Cx { span, ..*cx };
    let Ok(tokens) = parse::tokenize(&cx) else {
        return Condition::Unknown;
    };
    parse::parsed_expr(&tokens, &cx, |expr| condition(expr, &cx)).unwrap_or(Condition::Unknown)
}

pub(super) fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Unknown => Condition::Unknown,
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

pub(super) fn condition(expr: &Expr, cx: &Cx) -> Condition {
    match expr {
        Expr::Nested(inner) => condition(inner, cx),
        // `(SELECT condition)`, of no table.
        Expr::Subquery(query) => match query.body.as_ref() {
            SetExpr::Select(select)
                if select.from.is_empty() && select.selection.is_none() && query.with.is_none() =>
            {
                match select.projection.as_slice() {
                    [
                        SelectItem::UnnamedExpr(inner)
                        | SelectItem::ExprWithAlias { expr: inner, .. },
                    ] => condition(inner, cx),
                    _ => Condition::Unknown,
                }
            }
            _ => Condition::Unknown,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => not(condition(expr, cx)),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => Condition::All(vec![condition(left, cx), condition(right, cx)]),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Or,
            right,
        } => Condition::Any(vec![condition(left, cx), condition(right, cx)]),
        Expr::Exists { subquery, negated } => {
            let exists = match subquery.body.as_ref() {
                SetExpr::Select(select) => lookup::exists(select, cx),
                _ => None,
            };
            // A branch whose condition is not understood may run or not: what it touches is in
            // doubt afterwards, and nothing in it is refused.
            let exists = exists.unwrap_or(Condition::Unknown);
            if *negated { not(exists) } else { exists }
        }
        Expr::IsNull(inner) => not(regclass(inner, cx)),
        Expr::IsNotNull(inner) => regclass(inner, cx),
        Expr::BinaryOp { left, op, right } => counted(left, op, right, cx),
        Expr::Value(value) if value.value == Value::Boolean(true) => Condition::Always,
        Expr::Value(value) if value.value == Value::Boolean(false) => {
            Condition::Not(Box::new(Condition::Always))
        }
        _ => Condition::Unknown,
    }
}

/// `to_regclass('public.t')`, `to_regtype('mood')`.
fn regclass(expr: &Expr, cx: &Cx) -> Condition {
    let expr = lookup::without_casts(expr);
    let Expr::Function(function) = expr else {
        return Condition::Unknown;
    };
    let FunctionArguments::List(list) = &function.args else {
        return Condition::Unknown;
    };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_slice() else {
        return Condition::Unknown;
    };
    let Some(lookup::LiteralText { text, span }) = lookup::string(argument, cx) else {
        return Condition::Unknown;
    };
    let name = function
        .name
        .0
        .last()
        .and_then(|part| part.as_ident())
        .map(|name| name.value.to_ascii_lowercase());
    if !is_path(&text) {
        return Condition::Unknown;
    }
    match name.as_deref() {
        Some("to_regclass") => Condition::TableExists(path(&text, span)),
        Some("to_regtype") => Condition::TypeExists(path(&text, span)),
        Some("to_regproc") => Condition::FunctionExists(path(&text, span)),
        Some("to_regnamespace") => Condition::SchemaExists(path(&text, span).name),
        _ => Condition::Unknown,
    }
}

/// `(SELECT count(*) FROM …) = 0` and `> 0`.
fn counted(left: &Expr, op: &BinaryOperator, right: &Expr, cx: &Cx) -> Condition {
    let Expr::Subquery(query) = left else {
        return Condition::Unknown;
    };
    let SetExpr::Select(select) = query.body.as_ref() else {
        return Condition::Unknown;
    };
    let counts = matches!(select.projection.as_slice(), [only] if only.to_string().to_ascii_lowercase().starts_with("count("));
    let Expr::Value(number) = right else {
        return Condition::Unknown;
    };
    let Value::Number(number, _) = &number.value else {
        return Condition::Unknown;
    };
    let exists = lookup::exists(select, cx)
        .filter(|_| counts)
        .unwrap_or(Condition::Unknown);
    match (op, number.as_str()) {
        (BinaryOperator::Gt | BinaryOperator::NotEq, "0") | (BinaryOperator::GtEq, "1") => exists,
        (BinaryOperator::Eq | BinaryOperator::LtEq, "0") | (BinaryOperator::Lt, "1") => not(exists),
        _ => Condition::Unknown,
    }
}

/// Whether a string spells a name, and not a template or anything else.
fn is_path(text: &str) -> bool {
    text.split('.').map(str::trim).all(|part| {
        let mut signs = part.chars();
        let plain = signs.all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        !part.is_empty() && (plain || is_quoted(part))
    })
}

/// Whether a part is in double quotes, with no template inside.
fn is_quoted(part: &str) -> bool {
    part.len() > 2
        && part.starts_with('"')
        && part.ends_with('"')
        && !part.contains("{{")
        && !part.contains("${")
}

/// A name that a string spells as SQL does: `public."Users"`.
fn path(text: &str, span: Span) -> ObjectName {
    let mut parts = text.split('.').map(|part| {
        let part = part.trim();
        let quoted = part.len() > 1 && part.starts_with('"') && part.ends_with('"');
        let value = if quoted {
            part[1..part.len() - 1].replace("\"\"", "\"")
        } else {
            part.to_lowercase()
        };
        Ident {
            quoted,
            span,
            ..Ident::synthetic(value)
        }
    });
    let first = parts.next().unwrap_or_default();
    match parts.next() {
        Some(name) => ObjectName {
            schema: Some(first),
            name,
        },
        None => ObjectName {
            schema: None,
            name: first,
        },
    }
}
