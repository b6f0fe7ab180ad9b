//! A form of expressions in which spellings that mean the same are the same.

use crate::server::is_home_schema;
use sqlparser::ast::{
    self, AccessExpr, BinaryOperator as Op, CastKind, Expr, FunctionArguments, UnaryOperator, Value,
};

use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::sql::lower::walk::{argument, bare, string_value};
use crate::sql::lower::{children, name};

/// An expression without parentheses, keyword case, qualifiers of the home schema and the like.
#[derive(Debug, PartialEq)]
pub(super) enum NormalExpr {
    /// A literal, whatever its type: `1`, `'1'` and `'1'::text` are written for one another.
    Literal(String),
    Column(String),
    /// An operator, function or keyword with its operands.
    Apply(String, Vec<NormalExpr>),
    Cast(Box<NormalExpr>, DataType),
}

/// Types that a server casts to by itself, to bring operands together.
const IMPLICIT: &[&str] = &[
    "bigint",
    "bpchar",
    "character",
    "character varying",
    "double precision",
    "integer",
    "numeric",
    "real",
    "regclass",
    "smallint",
    "text",
    "timestamp with time zone",
    "timestamp without time zone",
];

impl NormalExpr {
    /// The normal form of an expression.
    pub(super) fn of(expr: &Expr, dialect: Dialect) -> Self {
        NodeReader { dialect }.read(expr)
    }

    /// Whether the two mean the same. A cast on one side only is looked through when the server
    /// could have added it.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Cast(a, to), Self::Cast(b, as_well)) if to == as_well => a.same(b),
            (Self::Cast(inner, to), other) | (other, Self::Cast(inner, to)) if is_implicit(to) => {
                inner.same(other)
            }
            (Self::Apply(a, left), Self::Apply(b, right)) => {
                same_word(a, b)
                    && left.len() == right.len()
                    && left.iter().zip(right).all(|(a, b)| a.same(b))
            }
            _ => self == other,
        }
    }
}

/// An array's literal as the server keeps it: without blanks around its elements and quotes that
/// they do not need. One that takes more to read stays as it is.
fn array_literal(literal: String) -> String {
    without_quotes(&literal).unwrap_or(literal)
}

/// The same without quotes that the server does not keep; `None` where it needs them.
fn without_quotes(literal: &str) -> Option<String> {
    let inside = literal.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inside.trim().is_empty() {
        return Some("{}".to_owned());
    }
    let elements: Option<Vec<&str>> = inside.split(',').map(array_element).collect();
    Some(format!("{{{}}}", elements?.join(",")))
}

fn array_element(element: &str) -> Option<&str> {
    let element = element.trim();
    let quoted = element
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let text = quoted.unwrap_or(element);
    let is_word = quoted.is_some() && text.eq_ignore_ascii_case("null");
    (!text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !is_word)
        .then_some(text)
}

/// Whether two calls are of one function: its schema may be left to the search path.
fn same_word(a: &str, b: &str) -> bool {
    let bare = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    a == b || bare(a, b) || bare(b, a)
}

fn is_implicit(to: &DataType) -> bool {
    to.schema.is_none() && IMPLICIT.contains(&to.name.as_str())
}

struct NodeReader {
    dialect: Dialect,
}

impl NodeReader {
    fn read(&self, expr: &Expr) -> NormalExpr {
        match bare(expr) {
            Expr::Value(value) => literal(&value.value),
            Expr::Prefixed { value, .. } => self.read(value),
            Expr::TypedString(typed) => literal(&typed.value.value),
            Expr::Interval(interval) if interval.leading_field.is_none() => {
                self.read(&interval.value)
            }
            Expr::Identifier(ident) => NormalExpr::Column(self.name(ident)),
            Expr::CompoundIdentifier(parts) => NormalExpr::Column(
                parts
                    .last()
                    .map_or_else(String::new, |part| self.name(part)),
            ),
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                ..
            } => self.cast(expr, data_type),
            Expr::Convert {
                expr,
                data_type: Some(data_type),
                ..
            } => self.cast(expr, data_type),
            Expr::UnaryOp {
                op: UnaryOperator::Plus,
                expr,
            } => self.read(expr),
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => match self.read(expr) {
                NormalExpr::Literal(number) => NormalExpr::Literal(format!("-{number}")),
                other => NormalExpr::Apply("-".to_owned(), vec![other]),
            },
            Expr::UnaryOp {
                op: UnaryOperator::Not | UnaryOperator::BangNot,
                expr,
            } => self.not(expr),
            Expr::UnaryOp { op, expr } => self.apply(&op.to_string(), [&**expr]),
            Expr::BinaryOp {
                left,
                op: op @ (Op::And | Op::Or),
                right,
            } => {
                let mut operands = Vec::new();
                self.flatten(left, op, &mut operands);
                self.flatten(right, op, &mut operands);
                NormalExpr::Apply(op.to_string(), operands)
            }
            Expr::BinaryOp {
                left,
                op: op @ (Op::HashArrow | Op::HashLongArrow),
                right,
            } => {
                let path = match self.read(right) {
                    NormalExpr::Literal(path) => NormalExpr::Literal(array_literal(path)),
                    other => other,
                };
                NormalExpr::Apply(operator(op), vec![self.read(left), path])
            }
            Expr::BinaryOp { left, op, right } => self.apply(&operator(op), [&**left, &**right]),
            Expr::IsNull(expr) => self.apply("IS NULL", [&**expr]),
            Expr::IsNotNull(expr) => negated(self.apply("IS NULL", [&**expr])),
            Expr::InList {
                expr,
                list,
                negated: not,
            } => {
                let mut list: Vec<NormalExpr> = list.iter().map(|item| self.read(item)).collect();
                let left = self.read(expr);
                let node = match (list.len(), list.pop()) {
                    (1, Some(only)) => NormalExpr::Apply("=".to_owned(), vec![left, only]),
                    (_, last) => {
                        list.extend(last);
                        NormalExpr::Apply(
                            "= ANY".to_owned(),
                            vec![left, NormalExpr::Apply("ARRAY".to_owned(), list)],
                        )
                    }
                };
                if *not { negated(node) } else { node }
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.apply(
                &format!("{} ANY", operator(compare_op)),
                [&**left, &**right],
            ),
            Expr::AllOp {
                left,
                compare_op: Op::NotEq,
                right,
            } => negated(self.apply("= ANY", [&**left, &**right])),
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => self.apply(
                &format!("{} ALL", operator(compare_op)),
                [&**left, &**right],
            ),
            Expr::Between {
                expr,
                negated: not,
                low,
                high,
            } => {
                let (least, most, both) = if *not {
                    ("<", ">", "OR")
                } else {
                    (">=", "<=", "AND")
                };
                let bounds = vec![
                    self.apply(least, [&**expr, &**low]),
                    self.apply(most, [&**expr, &**high]),
                ];
                NormalExpr::Apply(both.to_owned(), bounds)
            }
            Expr::Like {
                negated,
                expr,
                pattern,
                escape_char: None,
                ..
            } => self.apply(if *negated { "!~~" } else { "~~" }, [&**expr, &**pattern]),
            Expr::ILike {
                negated,
                expr,
                pattern,
                escape_char: None,
                ..
            } => self.apply(if *negated { "!~~*" } else { "~~*" }, [&**expr, &**pattern]),
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => self.apply("timezone", [&**time_zone, &**timestamp]),
            Expr::IsNotDistinctFrom(a, b) => negated(self.apply("IS DISTINCT FROM", [&**a, &**b])),
            Expr::IsDistinctFrom(a, b) => self.apply("IS DISTINCT FROM", [&**a, &**b]),
            Expr::Extract { field, expr, .. } => {
                let field = NormalExpr::Literal(field.to_string().to_lowercase());
                NormalExpr::Apply("extract".to_owned(), vec![field, self.read(expr)])
            }
            // With commas or with words, it is one function, of which `substr` is another name.
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let from = match substring_from {
                    Some(from) => self.read(from),
                    None => NormalExpr::Literal("1".to_owned()),
                };
                let mut operands = vec![self.read(expr), from];
                operands.extend(substring_for.iter().map(|length| self.read(length)));
                NormalExpr::Apply("substring".to_owned(), operands)
            }
            Expr::Array(array) => self.apply("ARRAY", &array.elem),
            Expr::Tuple(items) => self.apply("ROW", items),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                let mut parts: Vec<NormalExpr> =
                    operand.iter().map(|operand| self.read(operand)).collect();
                parts.extend(
                    conditions
                        .iter()
                        .map(|when| self.apply("WHEN", [&when.condition, &when.result])),
                );
                parts.extend(
                    else_result
                        .iter()
                        .map(|result| self.apply("ELSE", [&**result])),
                );
                NormalExpr::Apply("CASE".to_owned(), parts)
            }
            Expr::Function(function) => self.call(function),
            Expr::Collate { expr, collation } => {
                let collation =
                    NormalExpr::Literal(collation.to_string().replace('"', "").to_lowercase());
                NormalExpr::Apply("COLLATE".to_owned(), vec![self.read(expr), collation])
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                let mut parts = vec![self.read(root)];
                parts.extend(access_chain.iter().map(|access| match access {
                    AccessExpr::Subscript(ast::Subscript::Index { index }) => self.read(index),
                    other => NormalExpr::Literal(other.to_string()),
                }));
                NormalExpr::Apply("[]".to_owned(), parts)
            }
            other => self.other(other),
        }
    }

    /// Kinds without a rule of their own: the same kind, the same words around, the same operands.
    fn other(&self, expr: &Expr) -> NormalExpr {
        let mut operands = Vec::new();
        children::of(expr, &mut operands);
        if operands.is_empty() {
            return NormalExpr::Literal(expr.to_string().to_lowercase());
        }
        let mut words = expr.to_string().to_lowercase();
        for operand in &operands {
            words = words.replacen(&operand.to_string().to_lowercase(), "?", 1);
        }
        NormalExpr::Apply(
            words,
            operands
                .into_iter()
                .map(|operand| self.read(operand))
                .collect(),
        )
    }

    fn apply<'e>(&self, word: &str, operands: impl IntoIterator<Item = &'e Expr>) -> NormalExpr {
        NormalExpr::Apply(
            word.to_owned(),
            operands
                .into_iter()
                .map(|operand| self.read(operand))
                .collect(),
        )
    }

    fn not(&self, expr: &Expr) -> NormalExpr {
        negated(self.read(expr))
    }

    fn flatten(&self, side: &Expr, op: &Op, operands: &mut Vec<NormalExpr>) {
        match bare(side) {
            Expr::BinaryOp {
                left,
                op: inner,
                right,
            } if inner == op => {
                self.flatten(left, op, operands);
                self.flatten(right, op, operands);
            }
            other => operands.push(self.read(other)),
        }
    }

    /// The type of a literal is left out: the server adds one where none was written.
    fn cast(&self, inner: &Expr, data_type: &ast::DataType) -> NormalExpr {
        let text = data_type.to_string();
        let mut to = DataType::parse(&text, self.dialect).unwrap_or_else(|| DataType::named(text));
        to.schema = to.schema.filter(|schema| !is_home_schema(schema));
        match self.read(inner) {
            // The name of an object, with or without quotes.
            NormalExpr::Literal(name) if to.name.starts_with("reg") => {
                NormalExpr::Literal(name.replace('"', ""))
            }
            NormalExpr::Literal(text) if to.array => NormalExpr::Literal(array_literal(text)),
            literal @ NormalExpr::Literal(_) => literal,
            NormalExpr::Apply(word, items) if word == "ARRAY" => NormalExpr::Apply(word, items),
            other => NormalExpr::Cast(Box::new(other), to),
        }
    }

    fn call(&self, function: &ast::Function) -> NormalExpr {
        let mut parts = function
            .name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(|part| self.name(part).to_lowercase());
        let mut name = parts.next_back().unwrap_or_default();
        if let Some(schema) = parts
            .next_back()
            .filter(|schema| !is_home_schema(schema) && schema != "pg_catalog")
        {
            name = format!("{schema}.{name}");
        }
        let arguments = match &function.args {
            FunctionArguments::List(list) => list.args.as_slice(),
            FunctionArguments::None | FunctionArguments::Subquery(_) => &[],
        };
        if matches!(name.as_str(), "current_timestamp" | "transaction_timestamp")
            || self.dialect.localtime_is_now()
                && matches!(name.as_str(), "localtime" | "localtimestamp")
        {
            "now".clone_into(&mut name);
        }
        match name.as_str() {
            "char_length" | "character_length" => "length".clone_into(&mut name),
            "ceiling" => "ceil".clone_into(&mut name),
            "substr" | "mid" => "substring".clone_into(&mut name),
            // As MariaDB prints them.
            "lcase" => "lower".clone_into(&mut name),
            "ucase" => "upper".clone_into(&mut name),
            _ => {}
        }
        let operands = arguments.iter().map(|one| match argument(one) {
            Some(expr) => self.read(expr),
            None => NormalExpr::Literal(one.to_string()),
        });
        NormalExpr::Apply(name, operands.collect())
    }

    fn name(&self, ident: &ast::Ident) -> String {
        let name = name::fold(&ident.value, ident.quote_style.is_some(), self.dialect);
        if self.dialect.folds_case() {
            name
        } else {
            name.to_lowercase()
        }
    }
}

fn negated(node: NormalExpr) -> NormalExpr {
    match node {
        NormalExpr::Apply(word, mut operands) if word == "NOT" && operands.len() == 1 => {
            operands.remove(0)
        }
        NormalExpr::Apply(word, operands) if word == "=" => {
            NormalExpr::Apply("<>".to_owned(), operands)
        }
        other => NormalExpr::Apply("NOT".to_owned(), vec![other]),
    }
}

fn operator(op: &Op) -> String {
    match op {
        Op::NotEq => "<>".to_owned(),
        Op::PGCustomBinaryOperator(parts) => parts.last().cloned().unwrap_or_default(),
        other => other.to_string(),
    }
}

fn literal(value: &Value) -> NormalExpr {
    NormalExpr::Literal(match value {
        Value::Boolean(value) => if *value { "true" } else { "false" }.to_owned(),
        Value::Null => "null".to_owned(),
        Value::Number(number, _) => plain_number(number),
        Value::SingleQuotedByteStringLiteral(bits) => bits.clone(),
        other => string_value(other).map_or_else(|| other.to_string(), ToOwned::to_owned),
    })
}

/// `1.0`, `1.` and `01` are one.
fn plain_number(number: &str) -> String {
    if number.contains(['e', 'E', 'x', 'X']) {
        return number.to_lowercase();
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}
