//! Expressions in one spelling, and whether two spellings mean the same.
//!
//! `print` writes what a server would show, as far as that is known without types:
//! PostgreSQL as `pg_get_expr` does (every operator in parentheses, `IN` as `= ANY`), MySQL and
//! SQLite as written, with one spelling for keywords and blanks. [`same_expr`] also looks through
//! what a server adds or rewrites.

mod normal;
pub(crate) mod written;

use crate::server::on_server;
use crate::server::questions::Backslashes;
use sqlparser::ast;
use sqlparser::parser::Parser;

use super::Dialect;
use super::change::Expr;
use super::parse::{grammar, read};

/// An expression in canonical spelling.
pub(super) fn print(expr: &ast::Expr, dialect: Dialect) -> String {
    let mut out = String::new();
    on_server!(dialect => canonical::expr(expr, &mut out));
    out
}

/// Whether two expressions mean the same to the server, however they are spelled.
pub fn same_expr(a: &Expr, b: &Expr, dialect: Dialect) -> bool {
    a.sql == b.sql || same_sql(&a.sql, &b.sql, dialect)
}

/// Whether two expressions, given as text, mean the same to the server.
pub fn same_sql(a: &str, b: &str, dialect: Dialect) -> bool {
    if let (Some(a), Some(b)) = (parse(a, dialect), parse(b, dialect)) {
        let read = |expr| normal::NormalExpr::of(expr, dialect);
        read(&a).same(&read(&b))
    } else {
        let words = |text| {
            super::lower::scan::Scan::new(text, 0, dialect).map(|token| token.text.to_lowercase())
        };
        words(a).eq(words(b))
    }
}

/// All of a text as one expression.
pub(super) fn parse(text: &str, dialect: Dialect) -> Option<ast::Expr> {
    let tokens = read(text, dialect)?;
    let mut parser = Parser::new(grammar(dialect)).with_tokens_with_locations(tokens);
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token_ref().token == sqlparser::tokenizer::Token::EOF).then_some(expr)
}

/// A string literal that the server reads back as this text.
pub(crate) fn quote_string(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    if dialect.backslashes() == Backslashes::Escape {
        format!("'{}'", text.replace('\\', "\\\\"))
    } else {
        format!("'{text}'")
    }
}

/// A name in such quotes.
pub(crate) fn quoted(name: &str, quote: char) -> String {
    let twice = [quote, quote].iter().collect::<String>();
    format!("{quote}{}{quote}", name.replace(quote, &twice))
}

/// A name in quotes.
pub(crate) fn quote_name(name: &str, dialect: Dialect) -> String {
    quoted(name, dialect.name_quote())
}

#[cfg(test)]
mod tests;
