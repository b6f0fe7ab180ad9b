//! Expressions and queries to [trees](crate::sql::change::tree) of names.

mod query;
mod rows;
mod window;

pub(super) use query::{query, statement_rows};
pub(super) use rows::{delete, insert, merge, update};

use sqlparser::ast::{
    self, AccessExpr, BinaryOperator, Expr as E, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArguments, Subscript, UnaryOperator, Value,
};

use super::walk::{argument, string_value};
use super::{Cx, children, data_type, name};
use crate::server::on_server;
use crate::sql::change::tree::{CallClauses, CallTree, NameTree, Term};
use crate::sql::change::{DataType, Ident, ObjectName};

/// The tree of an expression. What has no names and needs no type gets none.
pub(super) fn of_expr(expr: &E, cx: &Cx) -> NameTree<Term> {
    NameTree::of(term(expr, cx))
}

/// The names in an expression.
pub(super) fn term(expr: &E, cx: &Cx) -> Term {
    match expr {
        E::Identifier(ident) => word(ident, cx),
        // MySQL's `@@session.time_zone`.
        E::CompoundIdentifier(parts) if parts.first().is_some_and(|part| is_value(part, cx)) => {
            let words: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
            Term::Word(words.join(".").to_ascii_lowercase())
        }
        E::CompoundIdentifier(parts) => {
            Term::Name(parts.iter().map(|part| name::ident(part, cx)).collect())
        }
        E::Value(value) => literal(value, cx),
        E::Nested(inner) | E::Prefixed { value: inner, .. } => term(inner, cx),
        E::Collate { expr, .. } => term(expr, cx),
        E::Cast {
            expr,
            data_type: to,
            ..
        } => Term::Cast {
            value: Box::new(term(expr, cx)),
            to: data_type(to, cx),
        },
        E::TypedString(typed) => Term::Cast {
            value: Box::new(literal(&typed.value, cx)),
            to: data_type(&typed.data_type, cx),
        },
        E::Array(array) => Term::Array(terms(&array.elem, cx)),
        E::BinaryOp { left, op, right } => binary(left, op, right, cx),
        E::UnaryOp { op, expr } => match op {
            UnaryOperator::Not => Term::Logic(vec![term(expr, cx)]),
            UnaryOperator::Minus | UnaryOperator::Plus => match term(expr, cx) {
                Term::Number(number) if *op == UnaryOperator::Plus => Term::Number(number),
                Term::Number(number) => Term::Number(format!("-{number}")),
                other => Term::Operator {
                    op: op.to_string(),
                    args: vec![other],
                },
            },
            _ => Term::Parts(vec![term(expr, cx)]),
        },
        E::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let whens = conditions.iter().map(|when| &when.condition);
            let others = match operand {
                Some(operand) => vec![held(operand, whens.map(|when| ("=", when)), cx)],
                None => terms(whens, cx),
            };
            let results = conditions.iter().map(|when| &when.result);
            Term::OneOf {
                word: "CASE",
                values: terms(results.chain(else_result.as_deref()), cx),
                others,
            }
        }
        E::Function(function) => call(function, cx),
        E::InSubquery { expr, subquery, .. } => Term::Held {
            value: Box::new(term(expr, cx)),
            against: vec![("=", Term::Query(Box::new(query(subquery, cx))))],
        },
        E::Exists { subquery, .. } => Term::Truth(vec![Term::Query(Box::new(query(subquery, cx)))]),
        E::Subquery(subquery) => Term::Query(Box::new(query(subquery, cx))),
        E::InList { expr, list, .. } => held(expr, list.iter().map(|one| ("=", one)), cx),
        E::Between {
            expr, low, high, ..
        } => held(expr, [(">=", &**low), ("<=", &**high)], cx),
        E::IsDistinctFrom(left, right) | E::IsNotDistinctFrom(left, right) => {
            held(left, [("=", &**right)], cx)
        }
        E::Like {
            expr,
            pattern,
            any: false,
            ..
        } => held(expr, [("~~", &**pattern)], cx),
        E::ILike {
            expr,
            pattern,
            any: false,
            ..
        } => held(expr, [("~~*", &**pattern)], cx),
        E::IsTrue(inner) | E::IsNotTrue(inner) | E::IsFalse(inner) | E::IsNotFalse(inner) => {
            Term::Logic(vec![term(inner, cx)])
        }
        E::AnyOp {
            left,
            compare_op,
            right,
            ..
        }
        | E::AllOp {
            left,
            compare_op,
            right,
        } => Term::Each {
            op: compare_op.to_string(),
            args: terms([&**left, &**right], cx),
        },
        E::Tuple(items) => Term::Row(terms(items, cx)),
        E::CompoundFieldAccess { root, access_chain } => field(root, access_chain, cx),
        E::Interval(interval) => {
            let value = term(&interval.value, cx);
            if cx.dialect.expressions_have_types() {
                Term::Cast {
                    value: Box::new(value),
                    to: DataType::named("interval"),
                }
            } else {
                Term::Parts(vec![value])
            }
        }
        E::Convert { expr, .. } => Term::Parts(vec![term(expr, cx)]),
        E::MatchAgainst { columns, .. } => {
            let names = columns.iter().map(|column| {
                let parts = column.0.iter().filter_map(|part| part.as_ident());
                Term::Name(parts.map(|part| name::ident(part, cx)).collect())
            });
            Term::Parts(names.collect())
        }
        other => {
            if let Some(call) = grammar_call(other, cx) {
                return call;
            }
            let mut parts = Vec::new();
            children::of(other, &mut parts);
            let parts = terms(parts, cx);
            if is_truth(other) {
                Term::Truth(parts)
            } else {
                Term::Parts(parts)
            }
        }
    }
}

/// What PostgreSQL's grammar makes a call of though it is not written as one. The functions are
/// those of `pg_catalog`, with the arguments in their order.
fn grammar_call(expr: &E, cx: &Cx) -> Option<Term> {
    if !cx.dialect.expressions_have_types() {
        return None;
    }
    let (name, args): (&str, Vec<&E>) = match expr {
        E::Ceil { expr, field } if is_plain(field) => ("ceil", vec![&**expr]),
        E::Floor { expr, field } if is_plain(field) => ("floor", vec![&**expr]),
        E::Position { expr, r#in } => ("position", vec![&**r#in, &**expr]),
        E::Substring {
            expr,
            substring_from,
            substring_for,
            shorthand,
            ..
        } => {
            let rest = [substring_from.as_deref(), substring_for.as_deref()];
            let name = if *shorthand { "substr" } else { "substring" };
            let args = std::iter::once(&**expr).chain(rest.into_iter().flatten());
            (name, args.collect())
        }
        E::AtTimeZone {
            timestamp,
            time_zone,
        } => ("timezone", vec![&**time_zone, &**timestamp]),
        _ => return None,
    };
    Some(Term::Call(Box::new(CallTree {
        name: ObjectName {
            schema: None,
            name: Ident::synthetic(name),
        },
        args: terms(args, cx),
        plain: true,
        rest: Vec::new(),
        clauses: CallClauses::default(),
        over: false,
    })))
}

/// Whether nothing but a number is rounded.
fn is_plain(field: &ast::CeilFloorKind) -> bool {
    matches!(
        field,
        ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime)
    )
}

/// A value held against others.
fn held<'e>(value: &E, against: impl IntoIterator<Item = (&'static str, &'e E)>, cx: &Cx) -> Term {
    let others = against.into_iter();
    Term::Held {
        value: Box::new(term(value, cx)),
        against: others.map(|(op, other)| (op, term(other, cx))).collect(),
    }
}

pub(super) fn terms<'e>(exprs: impl IntoIterator<Item = &'e E>, cx: &Cx) -> Vec<Term> {
    exprs.into_iter().map(|expr| term(expr, cx)).collect()
}

/// Whether a word is a value of the server's, or a variable's.
fn is_value(ident: &ast::Ident, cx: &Cx) -> bool {
    ident.quote_style.is_none() && on_server!(cx.dialect => names::is_value(&ident.value))
}

/// A word that stands for itself: a column, a row, or a value of the server's.
fn word(ident: &ast::Ident, cx: &Cx) -> Term {
    if ident.quote_style.is_none() {
        if ident.value.eq_ignore_ascii_case("default") {
            return Term::Default;
        }
        if is_value(ident, cx) {
            return Term::Word(ident.value.to_ascii_lowercase());
        }
    }
    let name = name::ident(ident, cx);
    if ident.quote_style == Some('"') && cx.dialect.words_can_be_strings() {
        Term::NameOrText(name)
    } else {
        Term::Name(vec![name])
    }
}

fn literal(value: &ast::ValueWithSpan, cx: &Cx) -> Term {
    match &value.value {
        Value::Null => Term::Null,
        Value::Boolean(_) => Term::Boolean,
        Value::Number(number, _) => Term::Number(number.clone()),
        other => match string_value(other) {
            Some(text) if value.span.start.line != 0 => {
                Term::Text(text.to_owned(), cx.span(value.span))
            }
            _ => Term::Opaque,
        },
    }
}

fn is_truth(expr: &E) -> bool {
    matches!(
        expr,
        E::IsTrue(_)
            | E::IsNotTrue(_)
            | E::IsFalse(_)
            | E::IsNotFalse(_)
            | E::IsNull(_)
            | E::IsNotNull(_)
            | E::IsUnknown(_)
            | E::IsNotUnknown(_)
            | E::Like { .. }
            | E::ILike { .. }
            | E::SimilarTo { .. }
            | E::RLike { .. }
    )
}

fn binary(left: &E, op: &BinaryOperator, right: &E, cx: &Cx) -> Term {
    // Chains are as deep as they are long; the guard before the parser keeps them short.
    let args = vec![term(left, cx), term(right, cx)];
    match op {
        BinaryOperator::And => Term::And(args),
        BinaryOperator::Or | BinaryOperator::Xor => Term::Logic(args),
        op => Term::Operator {
            op: op.to_string(),
            args,
        },
    }
}

/// `(a).b`, `a[1]`: a field of a composite value is no column. `(t).a` is one of a row, and is not
/// looked for.
fn field(root: &E, access_chain: &[AccessExpr], cx: &Cx) -> Term {
    let mut parts = Vec::new();
    match root {
        E::Nested(_) => {}
        other => parts.push(term(other, cx)),
    }
    for access in access_chain {
        match access {
            AccessExpr::Dot(_) => {}
            AccessExpr::Subscript(Subscript::Index { index }) => parts.push(term(index, cx)),
            AccessExpr::Subscript(Subscript::Slice {
                lower_bound,
                upper_bound,
                stride,
            }) => {
                let bounds = [lower_bound, upper_bound, stride].into_iter().flatten();
                parts.extend(terms(bounds, cx));
            }
        }
    }
    Term::Parts(parts)
}

fn call(function: &ast::Function, cx: &Cx) -> Term {
    let name = name::object_name(&function.name, cx);
    let own = name.name.value.to_ascii_lowercase();
    if on_server!(cx.dialect => names::takes_words(&own)) {
        return Term::Opaque;
    }
    let (mut args, mut plain) = (Vec::new(), true);
    plain &= matches!(function.parameters, FunctionArguments::None);
    match &function.args {
        FunctionArguments::None if on_server!(cx.dialect => names::is_value(&own)) => {
            return Term::Word(own);
        }
        FunctionArguments::None => plain &= function.uses_odbc_syntax,
        FunctionArguments::Subquery(inner) => {
            plain = false;
            args.push(Term::Query(Box::new(query(inner, cx))));
        }
        FunctionArguments::List(list) => {
            plain &= list
                .clauses
                .iter()
                .all(|clause| matches!(clause, FunctionArgumentClause::OrderBy(_)));
            for given in &list.args {
                plain &= matches!(given, FunctionArg::Unnamed(FunctionArgExpr::Expr(_)));
                args.extend(argument(given).map(|expr| term(expr, cx)));
            }
        }
    }
    plain &= function.within_group.is_empty();
    let (rest, clauses) = window::beside_arguments(function, cx);
    let chooses = ["coalesce", "greatest", "least", "ifnull"];
    if plain && let Some(word) = chooses.into_iter().find(|word| *word == own) {
        return Term::OneOf {
            word,
            values: args,
            others: rest,
        };
    }
    Term::Call(Box::new(CallTree {
        name,
        args,
        plain,
        rest,
        clauses,
        over: function.over.is_some(),
    }))
}

fn idents(list: &[ast::Ident], cx: &Cx) -> Vec<Ident> {
    list.iter().map(|ident| name::ident(ident, cx)).collect()
}

/// A name whose parts are all there: `a`, `t.a`, `s.t.a`.
fn parts(name: &ast::ObjectName, cx: &Cx) -> Vec<Ident> {
    let parts = name.0.iter().filter_map(|part| part.as_ident());
    parts.map(|part| name::ident(part, cx)).collect()
}

fn object(name: &ast::ObjectName, cx: &Cx) -> ObjectName {
    name::object_name(name, cx)
}
