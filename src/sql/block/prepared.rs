//! MySQL's prepared statements, as far as their text is known before it runs: user variables that
//! hold constants, parts put together, and choices by what the catalog holds.
//!
//! A variable is evaluated where it is used. Between the two lies seldom more than a line.

use std::collections::BTreeMap;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query,
    SelectItem, SetExpr, UnaryOperator, Value as Literal,
};
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::condition::{self, lookup, not};
use super::execute;
use crate::source::Span;
use crate::sql::change::{Block, BlockItem, Change, ChangeKind, Condition};
use crate::sql::lower::Cx;
use crate::sql::recognise::Cursor;
use crate::sql::{Understood, Unread, parse};

/// How many texts a variable may stand for.
const MOST: usize = 16;

/// What the variables and the prepared statements of a session hold.
#[derive(Debug, Default)]
pub(crate) struct PreparedSession {
    variables: BTreeMap<String, Value>,
    prepared: BTreeMap<String, Value>,
}

/// A value as far as it is known.
#[derive(Clone, Debug)]
enum Value {
    /// A text, and where it stands.
    Text(String, Span),
    Number(String),
    /// `DATABASE()`.
    Database,
    /// A number of rows, or a row: whether there is any.
    Rows(Box<Condition>),
    /// The first whose condition holds.
    Choice(Vec<(Condition, Value)>),
    /// Not known; what it is made of stands there.
    Unknown(Span),
}

impl PreparedSession {
    /// Follows a statement. How it is understood, if it runs what was prepared.
    pub(crate) fn follow(&mut self, cx: &Cx) -> Option<(Vec<Change>, Understood)> {
        let text = cx.slice(cx.span);
        let first = text
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let runs = matches!(first.as_str(), "PREPARE" | "EXECUTE");
        if !cx.dialect.prepares_texts()
            || !(runs || text.contains('@'))
            || text.len() > parse::LONGEST
        {
            return None;
        }
        if first == "CREATE" {
            return None;
        }
        let tokens = parse::tokenize(cx).ok()?;
        let mut at = Cursor::new(&tokens, cx);
        match first.as_str() {
            "SET" if at.take("SET") => {
                for part in at.split_commas() {
                    self.set(part);
                }
            }
            "SELECT" => self.select(at),
            "PREPARE" if at.take("PREPARE") => {
                let name = at.ident()?.value.to_lowercase();
                if at.take("FROM") {
                    let value = self.value(at);
                    self.prepared.insert(name, value);
                }
            }
            "EXECUTE" if at.take("EXECUTE") => {
                let value = if at.take("IMMEDIATE") {
                    self.value(at.until(&["USING"]))
                } else {
                    let name = at.ident()?.value.to_lowercase();
                    self.prepared
                        .get(&name)
                        .cloned()
                        .unwrap_or(Value::Unknown(cx.span))
                };
                return Some(run(&value, cx));
            }
            _ => self.forget(&tokens, cx),
        }
        None
    }

    /// `@name = value`.
    fn set(&mut self, mut part: Cursor) {
        let Some(name) = part.next().and_then(variable) else {
            return;
        };
        if part.equals() {
            let value = self.value(part);
            self.variables.insert(name, value);
        }
    }

    /// `SELECT value INTO @name FROM …`.
    fn select(&mut self, at: Cursor) {
        let tokens = at.rest();
        self.forget(tokens, at.cx);
        let mut into = at;
        into.until(&["INTO"]);
        let start = tokens.len() - into.rest().len();
        let name = tokens.get(start + 1).and_then(variable);
        let more = tokens
            .get(start + 2)
            .is_some_and(|token| token.token == Token::Comma);
        if let Some(name) = name.filter(|_| !more) {
            let rest: Vec<TokenWithSpan> = [&tokens[..start], &tokens[start + 2..]].concat();
            let rest = self.filled_in(&rest);
            let cx = at.cx;
            let value = parse::part(&rest, cx, sqlparser::parser::Parser::parse_query, |query| {
                self.query(query, cx)
            });
            self.variables
                .insert(name, value.unwrap_or(Value::Unknown(cx.span)));
        }
    }

    /// Variables that a statement assigns in some other way are not known any more.
    fn forget(&mut self, tokens: &[TokenWithSpan], cx: &Cx) {
        let calls = Cursor::new(tokens, cx).sees("CALL");
        for (at, token) in tokens.iter().enumerate() {
            let assigned = tokens
                .get(at + 1)
                .is_some_and(|next| next.token == Token::Assignment);
            let before = at.checked_sub(1).map(|before| &tokens[before].token);
            let into = matches!(before, Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("INTO"));
            if let Some(name) = variable(token)
                .filter(|_| assigned || into || calls || before == Some(&Token::Comma))
            {
                self.variables.insert(name, Value::Unknown(cx.span));
            }
        }
    }

    /// The value of an expression.
    fn value(&self, at: Cursor) -> Value {
        let unknown = Value::Unknown(at.span());
        if let [token] = at.rest()
            && let Some(name) = variable(token)
        {
            return self.variables.get(&name).cloned().unwrap_or(unknown);
        }
        let tokens = self.filled_in(at.rest());
        parse::parsed_expr(&tokens, at.cx, |expr| self.eval(expr, None, at.cx)).unwrap_or(unknown)
    }

    /// Constants in the place of the variables that hold them, so that the questions of a catalog
    /// are understood.
    fn filled_in(&self, tokens: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
        let mut filled = Vec::with_capacity(tokens.len());
        for token in tokens {
            let known = variable(token).and_then(|name| self.variables.get(&name));
            let mut put = |with: Token| {
                filled.push(TokenWithSpan {
                    token: with,
                    span: token.span,
                });
            };
            match known {
                Some(Value::Text(text, _)) => put(Token::SingleQuotedString(text.clone())),
                Some(Value::Number(number)) => put(Token::Number(number.clone(), false)),
                Some(Value::Database) => {
                    put(Token::Word(Word {
                        value: "DATABASE".to_owned(),
                        quote_style: None,
                        keyword: sqlparser::keywords::Keyword::DATABASE,
                    }));
                    put(Token::LParen);
                    put(Token::RParen);
                }
                _ => put(token.token.clone()),
            }
        }
        filled
    }

    /// `rows` says whether the query around has any, where it asks the catalog.
    fn eval(&self, expr: &Expr, rows: Option<&Condition>, cx: &Cx) -> Value {
        match expr {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.eval(inner, rows, cx),
            Expr::Value(value) => match &value.value {
                Literal::SingleQuotedString(text) | Literal::DoubleQuotedString(text) => {
                    Value::Text(text.clone(), cx.span(value.span))
                }
                Literal::Number(number, _) => Value::Number(number.clone()),
                _ => Value::Unknown(cx.span),
            },
            Expr::Identifier(name) if name.value.starts_with('@') => {
                let known = self.variables.get(&name.value.to_lowercase()).cloned();
                known.unwrap_or(Value::Unknown(cx.span))
            }
            Expr::Subquery(query) => self.query(query, cx),
            Expr::Case {
                operand: None,
                conditions,
                else_result,
                ..
            } => {
                let branches = conditions.iter().map(|when| {
                    (
                        self.condition(&when.condition, rows, cx),
                        self.eval(&when.result, rows, cx),
                    )
                });
                let otherwise = else_result
                    .as_ref()
                    .map(|expr| (Condition::Always, self.eval(expr, rows, cx)));
                Value::Choice(branches.chain(otherwise).collect())
            }
            Expr::Function(function) => self.function(function, rows, cx),
            _ => Value::Unknown(cx.span),
        }
    }

    fn function(&self, function: &Function, rows: Option<&Condition>, cx: &Cx) -> Value {
        let arguments = match &function.args {
            FunctionArguments::List(list) => list.args.as_slice(),
            _ => &[],
        };
        let exprs: Vec<&Expr> = arguments
            .iter()
            .filter_map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            })
            .collect();
        let unknown = Value::Unknown(cx.span);
        match (
            function.name.to_string().to_ascii_uppercase().as_str(),
            exprs.as_slice(),
        ) {
            ("DATABASE" | "SCHEMA", []) => Value::Database,
            ("COUNT", _) => rows.map_or(unknown, |rows| Value::Rows(Box::new(rows.clone()))),
            ("IF", [condition, yes, no]) => Value::Choice(vec![
                (
                    self.condition(condition, rows, cx),
                    self.eval(yes, rows, cx),
                ),
                (Condition::Always, self.eval(no, rows, cx)),
            ]),
            ("CONCAT", parts) => {
                let nothing = Value::Text(String::new(), Span::new(0, 0));
                parts.iter().fold(nothing, |before, part| {
                    join(before, self.eval(part, rows, cx), cx.span)
                })
            }
            _ => unknown,
        }
    }

    /// `(SELECT value)`, and `(SELECT value FROM information_schema.…)`, of which there may be a
    /// row or none.
    fn query(&self, query: &Query, cx: &Cx) -> Value {
        let unknown = Value::Unknown(cx.span);
        let SetExpr::Select(select) = query.body.as_ref() else {
            return unknown;
        };
        let [SelectItem::UnnamedExpr(item) | SelectItem::ExprWithAlias { expr: item, .. }] =
            select.projection.as_slice()
        else {
            return unknown;
        };
        if select.from.is_empty() {
            return if select.selection.is_none() {
                self.eval(item, None, cx)
            } else {
                unknown
            };
        }
        let rows = lookup::exists(select, cx).unwrap_or(Condition::Unknown);
        if item.to_string().to_ascii_uppercase().contains("COUNT(") {
            return self.eval(item, Some(&rows), cx);
        }
        match item {
            Expr::Value(value) if matches!(value.value, Literal::Number(..)) => {
                Value::Rows(Box::new(rows))
            }
            _ => unknown,
        }
    }

    fn condition(&self, expr: &Expr, rows: Option<&Condition>, cx: &Cx) -> Condition {
        let any = |expr: &Expr| match self.eval(expr, rows, cx) {
            Value::Rows(rows) => Some(*rows),
            _ => None,
        };
        match expr {
            Expr::Nested(inner) => self.condition(inner, rows, cx),
            Expr::UnaryOp {
                op: UnaryOperator::Not | UnaryOperator::BangNot,
                expr,
            } => not(self.condition(expr, rows, cx)),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => Condition::All(vec![
                self.condition(left, rows, cx),
                self.condition(right, rows, cx),
            ]),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Or,
                right,
            } => Condition::Any(vec![
                self.condition(left, rows, cx),
                self.condition(right, rows, cx),
            ]),
            Expr::IsNull(inner) => any(inner).map_or(Condition::Unknown, not),
            Expr::IsNotNull(inner) => any(inner).unwrap_or(Condition::Unknown),
            Expr::BinaryOp { left, op, right } => match (any(left), self.eval(right, None, cx)) {
                (Some(rows), Value::Number(number)) => match (op, number.as_str()) {
                    (BinaryOperator::Gt | BinaryOperator::NotEq, "0")
                    | (BinaryOperator::GtEq | BinaryOperator::Eq, "1") => rows,
                    (BinaryOperator::Eq | BinaryOperator::LtEq, "0")
                    | (BinaryOperator::Lt, "1") => not(rows),
                    _ => Condition::Unknown,
                },
                _ => condition::condition(expr, cx),
            },
            _ => any(expr).unwrap_or_else(|| condition::condition(expr, cx)),
        }
    }
}

/// The name of a user variable, in lower case.
fn variable(token: &TokenWithSpan) -> Option<String> {
    match &token.token {
        Token::Word(word) if word.value.starts_with('@') && !word.value.starts_with("@@") => {
            Some(word.value.to_lowercase())
        }
        _ => None,
    }
}

/// Two values, one after the other. A text of several parts stands where the statement stands that
/// joins them.
fn join(before: Value, after: Value, span: Span) -> Value {
    match (before, after) {
        (Value::Text(one, _), Value::Text(other, _) | Value::Number(other)) => {
            Value::Text(one + &other, span)
        }
        (Value::Choice(branches), after) if branches.len() <= MOST => Value::Choice(
            branches
                .into_iter()
                .map(|(when, value)| (when, join(value, after.clone(), span)))
                .collect(),
        ),
        (before, Value::Choice(branches)) if branches.len() <= MOST => Value::Choice(
            branches
                .into_iter()
                .map(|(when, value)| (when, join(before.clone(), value, span)))
                .collect(),
        ),
        _ => Value::Unknown(span),
    }
}

/// What running a value does.
fn run(value: &Value, cx: &Cx) -> (Vec<Change>, Understood) {
    let mut known = true;
    let items = items(value, cx, &mut known);
    let block = ChangeKind::Block(Box::new(Block {
        items,
        handlers: Vec::new(),
        fault: None,
        names: None,
    }));
    let understood = if known {
        Understood::Recognised
    } else {
        Understood::Opaque {
            reason: Unread::Computed,
            ddl: true,
        }
    };
    (
        vec![Change {
            kind: block,
            span: cx.span,
        }],
        understood,
    )
}

fn items(value: &Value, cx: &Cx, known: &mut bool) -> Vec<BlockItem> {
    let item = match value {
        Value::Text(text, span) => execute::in_place(cx, text, *span, 0),
        Value::Choice(branches) => {
            let branches = branches
                .iter()
                .map(|(condition, value)| (condition.clone(), items(value, cx, known)));
            Some(BlockItem::If(branches.collect()))
        }
        _ => None,
    };
    vec![item.unwrap_or_else(|| {
        *known = false;
        let (Value::Text(_, span) | Value::Unknown(span)) = value else {
            return execute::unknown(cx, cx.span);
        };
        execute::unknown(cx, *span)
    })]
}
