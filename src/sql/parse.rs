//! One statement to its changes: sqlparser where it understands all of it, our recognisers where it
//! does not.
//!
//! Tokens reach the parser with the line 1 and the column "byte of the file, plus one", so that
//! every location of the AST is a byte of the file, also after a recogniser has taken tokens out or
//! put others in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlparser::dialect::Dialect as Grammar;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::change::{Change, ChangeKind, ObjectName, TableAction};
use super::lex::{Lexer, TokenKind};
use super::lower::{self, Cx};
use super::recognise::{self, Cursor};
use super::{Dialect, Understood, Unread, demand, fault};
use crate::server::on_server;
use crate::source::Span;

mod guard;
mod spelled;
mod tokens;

/// Statements longer than this are never given to sqlparser: its AST takes some fifty times their
/// bytes. A single INSERT of 10 MB needed 749 MiB and four seconds, for rows of which nothing is
/// kept.
pub(super) const LONGEST: usize = 1 << 20;

/// What is said of a statement whose syntax tree would be too deep to walk.
const TOO_DEEP: &str = "nested or chained too deeply to parse";

/// The changes of the statement at `cx.span`, and how they were found. `depth` counts blocks and
/// `EXECUTE`s around it.
pub(super) fn understand(cx: &Cx, depth: usize) -> (Vec<Change>, Understood) {
    if cx.span.end - cx.span.start > LONGEST {
        return recognise::long(cx);
    }
    // Only this statement: an unclosed quote makes sqlparser's tokenizer fail on all of the text
    // that it is given.
    let tokens = match tokenize(cx) {
        Ok(tokens) => tokens,
        Err(error) => return opaque(cx, error),
    };
    if let Some(fault) = fault::of_another_server(&tokens, cx) {
        return invalid(fault);
    }
    if depth == 0
        && let Some(fault) = fault::of_shape(&tokens, cx)
    {
        return invalid(fault);
    }
    let demands = demand::read(&tokens, cx);
    let (mut changes, mut understood) = changes(tokens, cx, depth);
    if let Some(action) = unknown_action(&changes) {
        let reason = Unread::Parser(format!("`{action}` is not understood"));
        understood = Understood::Opaque { reason, ddl: true };
    }
    if !demands.is_empty() && !matches!(understood, Understood::Opaque { .. }) {
        changes.extend(demands);
    }
    (changes, understood)
}

/// An action of `ALTER TABLE` that nobody understands, beside others.
fn unknown_action(changes: &[Change]) -> Option<&str> {
    changes.iter().find_map(|change| {
        let ChangeKind::AlterTable(alter) = &change.kind else {
            return None;
        };
        alter.actions.iter().find_map(|(action, _)| match action {
            TableAction::Unknown(text) => Some(text.as_str()),
            _ => None,
        })
    })
}

/// What the statement changes.
fn changes(tokens: Vec<TokenWithSpan>, cx: &Cx, depth: usize) -> (Vec<Change>, Understood) {
    if let Some(changes) = recognise::first(Cursor::new(&tokens, cx), depth) {
        return recognised(changes, &tokens, cx);
    }
    let deep = guard::is_deep(&tokens)
        .then(|| recognise::deep(Cursor::new(&tokens, cx)))
        .flatten();
    if let Some(changes) = deep {
        return (changes, Understood::Recognised);
    }
    let refusal = match whole(tokens, cx) {
        Ok(changes) => return (changes, Understood::Parsed),
        Err(refusal) => refusal,
    };
    // The parser has used the tokens up. Few statements need them again.
    let tokens = tokenize(cx).unwrap_or_default();
    if let Some(changes) = recognise::rest(Cursor::new(&tokens, cx)) {
        recognised(changes, &tokens, cx)
    } else {
        match fault::find(&tokens, cx).or_else(|| fault::leftover(&tokens, refusal.leftover?, cx)) {
            Some(fault) => invalid(fault),
            None => opaque(cx, refusal.message),
        }
    }
}

/// What a recogniser made of a statement, of which it may have read the head alone.
fn recognised(
    changes: Vec<Change>,
    tokens: &[TokenWithSpan],
    cx: &Cx,
) -> (Vec<Change>, Understood) {
    match fault::find(tokens, cx) {
        Some(fault) => invalid(fault),
        None => (changes, Understood::Recognised),
    }
}

fn invalid(fault: fault::Fault) -> (Vec<Change>, Understood) {
    let reason = Unread::Invalid(fault);
    (Vec::new(), Understood::Opaque { reason, ddl: true })
}

/// What is said of a statement that nobody understands.
pub(super) fn opaque(cx: &Cx, error: String) -> (Vec<Change>, Understood) {
    (
        Vec::new(),
        Understood::Opaque {
            reason: Unread::Parser(error),
            ddl: recognise::looks_like_ddl(cx),
        },
    )
}

/// Why sqlparser did not take a text as one statement.
struct Refusal {
    message: String,
    /// The first token after what was a whole statement.
    leftover: Option<Span>,
}

/// Parses tokens as exactly one statement and lowers it.
pub(crate) fn statement(tokens: Vec<TokenWithSpan>, cx: &Cx) -> Result<Vec<Change>, String> {
    whole(tokens, cx).map_err(|refusal| refusal.message)
}

fn whole(tokens: Vec<TokenWithSpan>, cx: &Cx) -> Result<Vec<Change>, Refusal> {
    let mut leftover = None;
    let parsed = if guard::is_deep(&tokens) {
        Err(TOO_DEEP.to_owned())
    } else {
        with_parser(tokens, cx, |parser| {
            let statement = parser.parse_statement()?;
            leftover = Some(cx.span(parser.peek_token_ref().span));
            end(parser)?;
            Ok(lower::statement(&statement, cx))
        })
    };
    match parsed {
        Ok(changes) if changes.is_empty() => Err(Refusal {
            message: "this kind of statement is not known".to_owned(),
            leftover: None,
        }),
        Ok(changes) => Ok(changes),
        Err(message) => Err(Refusal { message, leftover }),
    }
}

/// Parses tokens as one query, expression, type or the like, all of it, and lowers it.
pub(super) fn part<T, R>(
    tokens: &[TokenWithSpan],
    cx: &Cx,
    parse: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
    lower: impl FnOnce(&T) -> R,
) -> Option<R> {
    if tokens.is_empty() || guard::is_deep(tokens) {
        return None;
    }
    with_parser(tokens.to_vec(), cx, |parser| {
        let parsed = parse(parser)?;
        end(parser)?;
        Ok(lower(&parsed))
    })
    .ok()
}

pub(super) fn query(tokens: &[TokenWithSpan], cx: &Cx) -> Option<super::change::Query> {
    part(
        tokens,
        cx,
        |parser| parser.parse_query().map(|query| *query),
        |query| lower::query(query, cx),
    )
}

/// An expression, whose unqualified columns are this table's.
pub(super) fn expr(
    tokens: &[TokenWithSpan],
    table: Option<&ObjectName>,
    cx: &Cx,
) -> Option<super::change::Expr> {
    part(tokens, cx, Parser::parse_expr, |expr| {
        lower::expr::expr_in(expr, table, cx)
    })
}

/// An expression, for those who read the tree themselves.
pub(super) fn parsed_expr<R>(
    tokens: &[TokenWithSpan],
    cx: &Cx,
    read: impl FnOnce(&sqlparser::ast::Expr) -> R,
) -> Option<R> {
    part(tokens, cx, Parser::parse_expr, read)
}

pub(super) fn data_type(tokens: &[TokenWithSpan], cx: &Cx) -> Option<super::change::DataType> {
    part(tokens, cx, Parser::parse_data_type, |data_type| {
        lower::data_type(data_type, cx)
    })
}

/// `parse_statement` is content with a prefix: it would take `DROP TABLE a b` for `DROP TABLE a`.
fn end(parser: &Parser) -> Result<(), ParserError> {
    match &parser.peek_token_ref().token {
        Token::EOF => Ok(()),
        token => Err(ParserError::ParserError(format!(
            "Expected: end of statement, found: {token}"
        ))),
    }
}

fn with_parser<R>(
    tokens: Vec<TokenWithSpan>,
    cx: &Cx,
    work: impl FnOnce(&mut Parser<'static>) -> Result<R, ParserError>,
) -> Result<R, String> {
    // sqlparser has not panicked on any of 77,240 statements that it was tried on. If it does, one
    // statement is opaque instead of no file being judged.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut parser = Parser::new(grammar(cx.dialect)).with_tokens_with_locations(tokens);
        work(&mut parser)
    }));
    match outcome {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(ParserError::ParserError(message) | ParserError::TokenizerError(message))) => {
            Err(plain(&message))
        }
        Ok(Err(ParserError::RecursionLimitExceeded)) => Err(TOO_DEEP.to_owned()),
        Err(_) => Err("the parser failed".to_owned()),
    }
}

/// The message without the location that sqlparser puts at its end, which is in our private
/// coordinates.
fn plain(message: &str) -> String {
    message
        .rfind(" at Line: ")
        .map_or(message, |at| &message[..at])
        .to_owned()
}

/// Never sqlparser's generic one: it rejects 405 PostgreSQL statements of public projects that the
/// dialect's own takes, and rescues two, both of which are MySQL's.
pub(super) fn grammar(dialect: Dialect) -> &'static dyn Grammar {
    on_server!(dialect => parse::grammar())
}

/// The statement's tokens without blanks and comments, located in bytes of the file.
pub(super) fn tokenize(cx: &Cx) -> Result<Vec<TokenWithSpan>, String> {
    let text = cx.slice(cx.span);
    let blanked =
        (cx.dialect.has_executable_comments() && text.contains("/*")).then(|| blank_hints(cx));
    let text = blanked.as_deref().unwrap_or(text);
    let plain = tokens::plain(text, cx.span.start, grammar(cx.dialect));
    let mut tokens = match plain {
        Some(tokens) => tokens,
        None => any_tokens(text, cx)?,
    };
    while tokens
        .last()
        .is_some_and(|token| token.token == Token::SemiColon)
    {
        tokens.pop();
    }
    if cx.dialect.joins_strings_across_lines() {
        join_strings(&mut tokens, cx);
    }
    spelled::as_the_parser_knows(&mut tokens, cx.dialect);
    Ok(tokens)
}

/// The tokens of a text that stands in no file.
pub(super) fn read(text: &str, dialect: Dialect) -> Option<Vec<TokenWithSpan>> {
    let mut tokens = Tokenizer::new(grammar(dialect), text)
        .tokenize_with_location()
        .ok()?;
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    spelled::as_the_parser_knows(&mut tokens, dialect);
    Some(tokens)
}

/// The tokens of any text, as sqlparser reads them.
fn any_tokens(text: &str, cx: &Cx) -> Result<Vec<TokenWithSpan>, String> {
    let mut locator = Locator {
        text,
        ascii: text.is_ascii(),
        base: cx.span.start,
        line: 1,
        column: 1,
        at: 0,
    };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let outcome = Tokenizer::new(grammar(cx.dialect), text)
        .tokenize_with_location_into_buf_with_mapper(&mut tokens, |mut token| {
            token.span.start = locator.byte(token.span.start);
            token.span.end = locator.byte(token.span.end);
            token
        });
    outcome.map_err(|error| error.message)?;
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    Ok(tokens)
}

/// PostgreSQL reads strings that only blanks with a line break separate as one.
fn join_strings(tokens: &mut Vec<TokenWithSpan>, cx: &Cx) {
    let mut at = 1;
    while at < tokens.len() {
        let gap = Span::new(
            cx.span(tokens[at - 1].span).end,
            cx.span(tokens[at].span).start,
        );
        let joined = match (&tokens[at - 1].token, &tokens[at].token) {
            (before, Token::SingleQuotedString(more)) if cx.slice(gap).contains('\n') => {
                joined(before, more)
            }
            _ => None,
        };
        if let Some(token) = joined {
            let end = tokens[at].span.end;
            tokens[at - 1].token = token;
            tokens[at - 1].span.end = end;
            tokens.remove(at);
        } else {
            at += 1;
        }
    }
}

fn joined(string: &Token, more: &str) -> Option<Token> {
    Some(match string {
        Token::SingleQuotedString(text) => Token::SingleQuotedString(format!("{text}{more}")),
        Token::EscapedStringLiteral(text) => Token::EscapedStringLiteral(format!("{text}{more}")),
        Token::NationalStringLiteral(text) => Token::NationalStringLiteral(format!("{text}{more}")),
        _ => return None,
    })
}

/// The statement with the frames of MySQL's `/*! … */` blanked, and comments that this server
/// ignores as well. Line breaks stay: they are what ends a line comment.
fn blank_hints(cx: &Cx) -> String {
    let mut text = String::with_capacity(cx.span.end - cx.span.start);
    for token in Lexer::new(cx.text, cx.span, cx.dialect, cx.versions) {
        match token.kind {
            TokenKind::Space | TokenKind::BlockComment => {
                text.extend(
                    cx.slice(token.span)
                        .bytes()
                        .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
                );
            }
            _ => text.push_str(cx.slice(token.span)),
        }
    }
    text
}

/// From sqlparser's lines and columns, which it counts in characters, to bytes; forward only.
struct Locator<'a> {
    text: &'a str,
    /// Whether a character is a byte everywhere, as it mostly is.
    ascii: bool,
    base: usize,
    line: u64,
    column: u64,
    at: usize,
}

impl Locator<'_> {
    fn byte(&mut self, to: Location) -> Location {
        if self.ascii && self.line == to.line && self.column <= to.column {
            let left = self.text.len() - self.at;
            let step = usize::try_from(to.column - self.column).map_or(left, |step| step.min(left));
            self.at += step;
            self.column += step as u64;
        }
        let mut rest = self.text[self.at..].chars();
        while self.line < to.line || self.line == to.line && self.column < to.column {
            let Some(character) = rest.next() else { break };
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
            self.at += character.len_utf8();
        }
        Location {
            line: 1,
            column: (self.base + self.at + 1) as u64,
        }
    }
}

#[cfg(test)]
mod tests;
