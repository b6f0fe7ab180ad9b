//! One expression: its facts, its shape, its bytes and its canonical spelling.

use sqlparser::ast::{self, BinaryOperator, FunctionArguments, UnaryOperator, Value};

use super::scan::{Scan, ScanKind};
use super::truth::truth;
use super::walk::{Walker, Want, bare, string_value};
use super::{Cx, name, tree};
use crate::source::Span;
use crate::sql::canonical;
use crate::sql::change::tree::NameTree;
use crate::sql::change::{Expr, ExprKind, Ident, ObjectName};

/// An expression about no particular table.
pub(crate) fn expr(expr: &ast::Expr, cx: &Cx) -> Expr {
    expr_in(expr, None, cx)
}

/// An expression whose unqualified columns are this table's.
pub(crate) fn expr_in(expr: &ast::Expr, table: Option<&ObjectName>, cx: &Cx) -> Expr {
    let mut walker = Walker::over(cx, table);
    walker.expr(expr, Want::Unknown);
    finish(expr, walker)
}

/// An expression whose value goes into a column: a default, an assignment.
pub(crate) fn value_of(
    expr: &ast::Expr,
    table: Option<&ObjectName>,
    column: &Ident,
    cx: &Cx,
) -> Expr {
    let mut walker = Walker::over(cx, table);
    walker.expr(expr, Want::Column(table, column));
    finish(expr, walker)
}

/// A column's default. SQLite reads a quoted word there as a string.
pub(crate) fn default_of(
    expr: &ast::Expr,
    table: Option<&ObjectName>,
    column: &Ident,
    cx: &Cx,
) -> Expr {
    let mut lowered = value_of(expr, table, column, cx);
    if let ast::Expr::Identifier(word) = expr
        && cx.dialect.words_can_be_strings()
    {
        lowered.columns.clear();
        lowered.tree = NameTree::default();
        lowered.kind = ExprKind::String(word.value.clone());
        lowered.sql = format!("'{}'", word.value.replace('\'', "''"));
    }
    lowered
}

pub(super) fn finish(expr: &ast::Expr, walker: Walker) -> Expr {
    let tree = tree::of_expr(expr, walker.cx);
    Expr {
        tree,
        ..facts(expr, walker)
    }
}

/// An expression that is part of a statement whose names are looked for as a whole.
pub(super) fn facts(expr: &ast::Expr, walker: Walker) -> Expr {
    let cx = walker.cx;
    let mut columns: Vec<Ident> = Vec::new();
    for column in walker.columns {
        if !columns
            .iter()
            .any(|known| known.value == column.column.value)
        {
            columns.push(column.column);
        }
    }
    let mut proves_not_null = Vec::new();
    not_null(expr, false, cx, &mut proves_not_null);
    Expr {
        span: walker.range.map_or(cx.span, |range| widen(range, expr, cx)),
        sql: canonical::print(expr, cx.dialect),
        kind: kind(expr, cx),
        columns,
        functions: walker.functions,
        casts: walker.casts,
        literals: walker.literals,
        proves_not_null,
        truth: truth(expr),
        chooses: walker.chooses,
        tree: NameTree::default(),
        queries: Vec::new(),
    }
}

/// The shape, parentheses and casts looked through.
fn kind(expr: &ast::Expr, cx: &Cx) -> ExprKind {
    match bare(expr) {
        ast::Expr::Cast { expr, .. } | ast::Expr::Prefixed { value: expr, .. } => {
            match kind(expr, cx) {
                simple @ (ExprKind::Null
                | ExprKind::String(_)
                | ExprKind::Number(_)
                | ExprKind::Boolean(_)) => simple,
                // A cast of a column or call is no longer that column or call, but its shape is
                // what rules ask for.
                other => other,
            }
        }
        ast::Expr::TypedString(typed) => value_kind(&typed.value.value),
        ast::Expr::Value(value) => value_kind(&value.value),
        ast::Expr::UnaryOp {
            op: op @ (UnaryOperator::Minus | UnaryOperator::Plus),
            expr,
        } => match kind(expr, cx) {
            ExprKind::Number(number) if *op == UnaryOperator::Minus => {
                ExprKind::Number(format!("-{number}"))
            }
            number @ ExprKind::Number(_) => number,
            _ => ExprKind::Other,
        },
        ast::Expr::Identifier(ident) => ExprKind::Column(name::ident(ident, cx)),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map_or(ExprKind::Other, |ident| {
            ExprKind::Column(name::ident(ident, cx))
        }),
        ast::Expr::Function(function) if function.over.is_none() => {
            ExprKind::Function(name::function_name(&function.name, cx))
        }
        _ => ExprKind::Other,
    }
}

fn value_kind(value: &Value) -> ExprKind {
    match value {
        Value::Null => ExprKind::Null,
        Value::Boolean(value) => ExprKind::Boolean(*value),
        Value::Number(number, _) => ExprKind::Number(number.clone()),
        other => {
            string_value(other).map_or(ExprKind::Other, |text| ExprKind::String(text.to_owned()))
        }
    }
}

/// Columns that must be non-null for `expr` to be true (or false, under `NOT`).
fn not_null(expr: &ast::Expr, negated: bool, cx: &Cx, found: &mut Vec<Ident>) {
    match (bare(expr), negated) {
        (
            ast::Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            },
            false,
        )
        | (
            ast::Expr::BinaryOp {
                left,
                op: BinaryOperator::Or,
                right,
            },
            true,
        ) => {
            not_null(left, negated, cx, found);
            not_null(right, negated, cx, found);
        }
        (
            ast::Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            },
            _,
        ) => not_null(expr, !negated, cx, found),
        (ast::Expr::IsNotNull(inner), false) | (ast::Expr::IsNull(inner), true) => {
            if let ExprKind::Column(column) = kind_without_casts(inner, cx) {
                found.push(column);
            }
        }
        _ => {}
    }
}

fn kind_without_casts(expr: &ast::Expr, cx: &Cx) -> ExprKind {
    match bare(expr) {
        ast::Expr::Cast { .. } => ExprKind::Other,
        other => kind(other, cx),
    }
}

/// From the names and literals of an expression to all of it, as far as brackets, prefixes and
/// suffixes tell.
fn widen(mut range: Span, expr: &ast::Expr, cx: &Cx) -> Span {
    match expr {
        ast::Expr::Case {
            case_token,
            end_token,
            ..
        } => {
            range = range
                .to(cx.span(case_token.0.span))
                .to(cx.span(end_token.0.span));
        }
        ast::Expr::UnaryOp { op, .. } => range.start = before(range.start, &op.to_string(), cx),
        ast::Expr::Nested(_) => range.start = before(range.start, "(", cx),
        ast::Expr::Array(array) if array.named => {
            range.start = before(before(range.start, "[", cx), "ARRAY", cx);
        }
        ast::Expr::Interval(_) => range.start = before(range.start, "INTERVAL", cx),
        ast::Expr::Cast { .. } | ast::Expr::Extract { .. } => {
            let opened = before(range.start, "(", cx);
            range.start = if opened < range.start {
                word_before(opened, cx)
            } else {
                range.start
            };
        }
        _ => {}
    }
    let mut depth = 0_isize;
    let mut scan = Scan::new(
        cx.slice(Span::new(range.start, cx.span.end)),
        range.start,
        cx.dialect,
    )
    .peekable();
    let mut in_type = false;
    while let Some(token) = scan.peek().copied() {
        let inside = token.span.start < range.end;
        let call = token.text == "(" && (token.span.start == range.end || in_type);
        let index = in_type && token.text == "[";
        let colons =
            token.text == ":" && (token.span.start == range.end || in_type || is_cast(expr));
        let of_type =
            in_type && token.kind != ScanKind::Punct && depth == 0 && is_type_word(token.text);
        let test = depth == 0 && is_test(expr) && TEST_WORDS.iter().any(|word| token.is(word));
        if !(inside || depth > 0 || call || index || colons || of_type || test) {
            break;
        }
        depth += match token.text {
            "(" | "[" if token.kind == ScanKind::Punct => 1,
            ")" | "]" if token.kind == ScanKind::Punct => -1,
            _ => 0,
        };
        if depth < 0 && !inside {
            break;
        }
        in_type = (colons && !inside) || (in_type && depth >= 0);
        range.end = range.end.max(token.span.end);
        scan.next();
    }
    range
}

/// Words that follow the operand of `IS …`.
const TEST_WORDS: &[&str] = &[
    "IS", "NOT", "NULL", "TRUE", "FALSE", "UNKNOWN", "ISNULL", "NOTNULL",
];

fn is_test(expr: &ast::Expr) -> bool {
    matches!(
        expr,
        ast::Expr::IsNull(_)
            | ast::Expr::IsNotNull(_)
            | ast::Expr::IsTrue(_)
            | ast::Expr::IsNotTrue(_)
            | ast::Expr::IsFalse(_)
            | ast::Expr::IsNotFalse(_)
    )
}

fn is_cast(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Cast { .. })
}

/// Whether a word after `::` still belongs to the type.
fn is_type_word(word: &str) -> bool {
    const ENDS: &[&str] = &[
        "NOT",
        "NULL",
        "DEFAULT",
        "CHECK",
        "UNIQUE",
        "PRIMARY",
        "REFERENCES",
        "CONSTRAINT",
        "GENERATED",
        "COLLATE",
        "AND",
        "OR",
        "IS",
        "IN",
        "THEN",
        "ELSE",
        "END",
        "WHEN",
        "FROM",
        "WHERE",
        "AS",
        "RETURNING",
        "ON",
        "ORDER",
        "GROUP",
        "LIMIT",
        "USING",
        "STORED",
        "BETWEEN",
        "LIKE",
        "ILIKE",
        "DESC",
        "ASC",
        "NULLS",
    ];
    !ENDS.iter().any(|end| word.eq_ignore_ascii_case(end))
}

/// `start`, or where `text` starts if it stands right before.
fn before(start: usize, text: &str, cx: &Cx) -> usize {
    let head = cx.slice(Span::new(cx.span.start, start)).trim_end();
    match head
        .len()
        .checked_sub(text.len())
        .and_then(|at| head.get(at..))
    {
        Some(tail) if tail.eq_ignore_ascii_case(text) => cx.span.start + head.len() - text.len(),
        _ => start,
    }
}

/// Where the word right before `start` starts.
fn word_before(start: usize, cx: &Cx) -> usize {
    let head = cx.slice(Span::new(cx.span.start, start)).trim_end();
    cx.span.start
        + head
            .trim_end_matches(|char: char| char.is_alphanumeric() || char == '_')
            .len()
}

/// Whether a function is called without arguments.
pub(crate) fn has_no_arguments(function: &ast::Function) -> bool {
    match &function.args {
        FunctionArguments::None => true,
        FunctionArguments::Subquery(_) => false,
        FunctionArguments::List(list) => list.args.is_empty(),
    }
}
