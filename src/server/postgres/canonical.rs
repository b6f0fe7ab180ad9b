//! PostgreSQL's spelling, as its `ruleutils.c` prints stored expressions.

use sqlparser::ast::{
    self, AccessExpr, BinaryOperator as Op, Expr, FunctionArguments, UnaryOperator, Value,
};

use super::names::is_value;
use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::sql::lower::walk::{argument, bare, string_value};
use crate::sql::lower::{expr::has_no_arguments, name};
use crate::sql::quote::{quote, quote_word};

/// Functions of the SQL standard that the server prints in upper case.
const UPPER: &[&str] = &[
    "coalesce",
    "greatest",
    "least",
    "nullif",
    "grouping",
    "xmlelement",
    "xmlconcat",
];

/// Writes an expression.
pub(crate) fn expr(expr: &Expr, out: &mut String) {
    match bare(expr) {
        Expr::Identifier(ident) => out.push_str(&ident_sql(ident)),
        Expr::CompoundIdentifier(parts) => {
            for (index, part) in parts.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "." });
                out.push_str(&ident_sql(part));
            }
        }
        Expr::Value(value) => literal(&value.value, out),
        Expr::BinaryOp {
            left,
            op: op @ (Op::And | Op::Or),
            right,
        } => {
            out.push('(');
            chain(left, op, out);
            out.push_str(if *op == Op::And { " AND " } else { " OR " });
            chain(right, op, out);
            out.push(')');
        }
        Expr::BinaryOp { left, op, right } => binary(left, &operator(op), right, out),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: inner,
        } => around(&["(NOT ", ")"], &[inner], out),
        Expr::UnaryOp {
            op: op @ (UnaryOperator::Minus | UnaryOperator::Plus),
            expr: inner,
        } if is_number(inner) => {
            out.push_str(if *op == UnaryOperator::Minus { "-" } else { "" });
            self::expr(inner, out);
        }
        Expr::UnaryOp { op, expr: inner } => {
            out.extend([format!("({op} ")]);
            self::expr(inner, out);
            out.push(')');
        }
        Expr::IsNull(inner) => around(&["(", " IS NULL)"], &[inner], out),
        Expr::IsNotNull(inner) => around(&["(", " IS NOT NULL)"], &[inner], out),
        Expr::IsTrue(inner) => around(&["(", " IS TRUE)"], &[inner], out),
        Expr::IsNotTrue(inner) => around(&["(", " IS NOT TRUE)"], &[inner], out),
        Expr::IsFalse(inner) => around(&["(", " IS FALSE)"], &[inner], out),
        Expr::IsNotFalse(inner) => around(&["(", " IS NOT FALSE)"], &[inner], out),
        Expr::IsUnknown(inner) => around(&["(", " IS UNKNOWN)"], &[inner], out),
        Expr::IsNotUnknown(inner) => around(&["(", " IS NOT UNKNOWN)"], &[inner], out),
        Expr::IsDistinctFrom(a, b) => around(&["(", " IS DISTINCT FROM ", ")"], &[a, b], out),
        Expr::IsNotDistinctFrom(a, b) => {
            around(&["(NOT (", " IS DISTINCT FROM ", "))"], &[a, b], out);
        }
        Expr::InList {
            expr: of,
            list,
            negated,
        } => in_list(of, list, *negated, out),
        Expr::Between {
            expr: of,
            negated: false,
            low,
            high,
        } => {
            around(
                &["((", " >= ", ") AND (", " <= ", "))"],
                &[of, low, of, high],
                out,
            );
        }
        Expr::Between {
            expr: of,
            negated: true,
            low,
            high,
        } => {
            around(
                &["((", " < ", ") OR (", " > ", "))"],
                &[of, low, of, high],
                out,
            );
        }
        Expr::Like {
            negated,
            expr: of,
            pattern,
            escape_char: None,
            ..
        } => {
            binary(of, if *negated { "!~~" } else { "~~" }, pattern, out);
        }
        Expr::ILike {
            negated,
            expr: of,
            pattern,
            escape_char: None,
            ..
        } => {
            binary(of, if *negated { "!~~*" } else { "~~*" }, pattern, out);
        }
        Expr::AnyOp {
            left,
            compare_op,
            right,
            ..
        } => quantified(left, &operator(compare_op), "ANY", right, out),
        Expr::AllOp {
            left,
            compare_op,
            right,
        } => quantified(left, &operator(compare_op), "ALL", right, out),
        Expr::Cast {
            expr: inner,
            data_type,
            ..
        } => cast(inner, data_type, out),
        Expr::TypedString(typed) => {
            literal(&typed.value.value, out);
            out.push_str("::");
            out.push_str(&type_sql(&typed.data_type));
        }
        Expr::Interval(interval) => {
            self::expr(&interval.value, out);
            out.push_str("::interval");
            if let Some(field) = &interval.leading_field {
                out.extend([format!(" {field}").to_lowercase()]);
            }
        }
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => {
            around(&["(", " AT TIME ZONE ", ")"], &[timestamp, time_zone], out);
        }
        Expr::Extract {
            field, expr: from, ..
        } => {
            out.extend([format!(
                "EXTRACT({} FROM ",
                field.to_string().to_lowercase()
            )]);
            self::expr(from, out);
            out.push(')');
        }
        Expr::Position { expr: what, r#in } => {
            around(&["POSITION((", ") IN (", "))"], &[what, r#in], out);
        }
        Expr::Substring {
            expr: of,
            substring_from: Some(from),
            substring_for,
            special: true,
            shorthand,
        } => {
            let name = if *shorthand { "substr(" } else { "substring(" };
            match substring_for {
                Some(length) => around(&[name, ", ", ", ", ")"], &[of, from, length], out),
                None => around(&[name, ", ", ")"], &[of, from], out),
            }
        }
        Expr::Substring {
            expr: of,
            substring_from: Some(from),
            substring_for,
            ..
        } => match substring_for {
            Some(length) => around(
                &["SUBSTRING(", " FROM ", " FOR ", ")"],
                &[of, from, length],
                out,
            ),
            None => around(&["SUBSTRING(", " FROM ", ")"], &[of, from], out),
        },
        Expr::Substring {
            expr: of,
            substring_for: Some(length),
            ..
        } => around(&["SUBSTRING(", " FROM 1 FOR ", ")"], &[of, length], out),
        Expr::Trim {
            trim_where,
            trim_what,
            expr: of,
            trim_characters: None,
        } => {
            let place = trim_where
                .as_ref()
                .map_or_else(|| "BOTH".to_owned(), ToString::to_string);
            match trim_what {
                Some(what) => around(
                    &[&format!("TRIM({place} "), " FROM ", ")"],
                    &[what, of],
                    out,
                ),
                None => around(&[&format!("TRIM({place} FROM "), ")"], &[of], out),
            }
        }
        Expr::Ceil { expr: of, .. } => around(&["ceil(", ")"], &[of], out),
        Expr::Floor { expr: of, .. } => around(&["floor(", ")"], &[of], out),
        Expr::Collate {
            expr: of,
            collation,
        } => {
            around(&["(", " COLLATE "], &[of], out);
            out.push_str(&name_sql(collation));
            out.push(')');
        }
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            out.push_str("CASE");
            if let Some(operand) = operand {
                around(&[" ", ""], &[operand], out);
            }
            for when in conditions {
                around(
                    &[" WHEN ", " THEN ", ""],
                    &[&when.condition, &when.result],
                    out,
                );
            }
            if let Some(result) = else_result {
                around(&[" ELSE ", ""], &[result], out);
            }
            out.push_str(" END");
        }
        Expr::Array(array) => {
            out.push_str("ARRAY[");
            list(&array.elem, out);
            out.push(']');
        }
        Expr::Tuple(items) => {
            out.push_str("ROW(");
            list(items, out);
            out.push(')');
        }
        Expr::Function(function) if plain(function) => call(function, out),
        Expr::CompoundFieldAccess { root, access_chain } => {
            match bare(root) {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => self::expr(root, out),
                _ => around(&["(", ")"], &[root], out),
            }
            for access in access_chain {
                match access {
                    AccessExpr::Subscript(ast::Subscript::Index { index }) => {
                        around(&["[", "]"], &[index], out);
                    }
                    AccessExpr::Dot(field) => around(&[".", ""], &[field], out),
                    other @ AccessExpr::Subscript(_) => out.push_str(&other.to_string()),
                }
            }
        }
        other => out.push_str(&other.to_string()),
    }
}

/// Operands between fixed texts.
fn around(texts: &[&str], operands: &[&Expr], out: &mut String) {
    for (index, text) in texts.iter().enumerate() {
        out.push_str(text);
        if let Some(operand) = operands.get(index) {
            expr(operand, out);
        }
    }
}

fn binary(left: &Expr, operator: &str, right: &Expr, out: &mut String) {
    around(&["(", &format!(" {operator} "), ")"], &[left, right], out);
}

/// `a AND b AND c` is one list for the server.
fn chain(side: &Expr, op: &Op, out: &mut String) {
    match bare(side) {
        Expr::BinaryOp {
            left,
            op: inner,
            right,
        } if inner == op => {
            chain(left, op, out);
            out.push_str(if *op == Op::And { " AND " } else { " OR " });
            chain(right, op, out);
        }
        other => expr(other, out),
    }
}

fn list(items: &[Expr], out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        expr(item, out);
    }
}

fn in_list(of: &Expr, items: &[Expr], negated: bool, out: &mut String) {
    if let [only] = items {
        return binary(of, if negated { "<>" } else { "=" }, only, out);
    }
    around(
        &[
            "(",
            if negated {
                " <> ALL (ARRAY["
            } else {
                " = ANY (ARRAY["
            },
        ],
        &[of],
        out,
    );
    list(items, out);
    out.push_str("]))");
}

fn quantified(left: &Expr, operator: &str, quantifier: &str, right: &Expr, out: &mut String) {
    around(&["(", &format!(" {operator} {quantifier} (")], &[left], out);
    expr(right, out);
    out.push_str("))");
}

fn cast(inner: &Expr, data_type: &ast::DataType, out: &mut String) {
    let simple = match bare(inner) {
        Expr::Value(value) => string_value(&value.value).is_some() || value.value == Value::Null,
        Expr::Array(array) => array.elem.is_empty(),
        Expr::BinaryOp { .. } | Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::AtTimeZone { .. } => {
            true
        }
        _ => false,
    };
    if simple {
        expr(inner, out);
    } else {
        around(&["(", ")"], &[inner], out);
    }
    out.push_str("::");
    out.push_str(&type_sql(data_type));
}

/// A call of which nothing but name and arguments has to be printed.
fn plain(function: &ast::Function) -> bool {
    let arguments = match &function.args {
        FunctionArguments::None => true,
        FunctionArguments::Subquery(_) => false,
        FunctionArguments::List(list) => {
            list.duplicate_treatment.is_none()
                && list.clauses.is_empty()
                && list.args.iter().all(|one| argument(one).is_some())
        }
    };
    arguments
        && function.over.is_none()
        && function.filter.is_none()
        && function.within_group.is_empty()
}

fn call(function: &ast::Function, out: &mut String) {
    let name = name_sql(&function.name);
    if matches!(function.args, FunctionArguments::None)
        || has_no_arguments(function) && name.starts_with("current_")
    {
        let upper = is_value(&name);
        out.push_str(&if upper { name.to_uppercase() } else { name });
        return;
    }
    let upper = UPPER.contains(&name.as_str()) || is_value(&name);
    out.push_str(&if upper { name.to_uppercase() } else { name });
    out.push('(');
    if let FunctionArguments::List(list) = &function.args {
        for (index, one) in list.args.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            if let Some(name) = argument_name(one) {
                out.push_str(&name);
            }
            if let Some(value) = argument(one) {
                expr(value, out);
            }
        }
    }
    out.push(')');
}

/// What stands before the value of an argument. The parser reads `VARIADIC a` as an argument of that
/// name.
fn argument_name(argument: &ast::FunctionArg) -> Option<String> {
    let name = match argument {
        ast::FunctionArg::Unnamed(_) => return None,
        ast::FunctionArg::Named { name, .. } => ident_sql(name),
        ast::FunctionArg::ExprNamed { name, .. } => {
            let mut text = String::new();
            expr(name, &mut text);
            text
        }
    };
    // As a name of somebody's it would stand in quotes.
    Some(if name.trim_matches('"') == "variadic" {
        "VARIADIC ".to_owned()
    } else {
        format!("{name} => ")
    })
}

fn operator(op: &Op) -> String {
    match op {
        Op::NotEq => "<>".to_owned(),
        Op::PGCustomBinaryOperator(parts) => match parts.as_slice() {
            [only] => only.clone(),
            [schema, only] if schema.eq_ignore_ascii_case("pg_catalog") => only.clone(),
            _ => op.to_string(),
        },
        other => other.to_string(),
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Value(value) if matches!(value.value, Value::Number(..)))
}

fn literal(value: &Value, out: &mut String) {
    match value {
        Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Null => out.push_str("NULL"),
        other => match string_value(other) {
            Some(text) if text.contains('\\') => {
                out.extend([format!(
                    "E'{}'",
                    text.replace('\\', "\\\\").replace('\'', "''")
                )]);
            }
            Some(text) => out.push_str(&crate::sql::canonical::quote_string(
                text,
                Dialect::Postgres,
            )),
            None => out.push_str(&other.to_string()),
        },
    }
}

fn ident_sql(ident: &ast::Ident) -> String {
    let name = name::fold(&ident.value, ident.quote_style.is_some(), Dialect::Postgres);
    if ident.quote_style.is_some() {
        quote(&name)
    } else {
        quote_word(&name)
    }
    .into_owned()
}

fn name_sql(name: &ast::ObjectName) -> String {
    let parts = name
        .0
        .iter()
        .map(|part| part.as_ident().map_or_else(|| part.to_string(), ident_sql));
    let parts: Vec<String> = parts.collect();
    let parts = if parts.len() > 1 && parts[0] == "pg_catalog" {
        &parts[1..]
    } else {
        &parts[..]
    };
    parts.join(".")
}

fn type_sql(data_type: &ast::DataType) -> String {
    let text = data_type.to_string();
    DataType::parse(&text, Dialect::Postgres)
        .map_or(text, |data_type| data_type.sql(Dialect::Postgres))
}
