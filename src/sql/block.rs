//! `DO` blocks: which statements they run, and under which conditions.
//!
//! PL/pgSQL is followed by its control words only; every SQL statement inside goes the way of any
//! other, at its own bytes of the file.

mod compile;
mod condition;
mod execute;
mod plpgsql;
mod prepared;

pub(crate) use compile::ReadRoutine;
pub(super) use prepared::PreparedSession;

use sqlparser::tokenizer::Token;

use super::change::{Block, BlockItem, BodyFault, Change, ChangeKind, Expr, Query};
use super::lex::Lexer;
use super::lower::Cx;
use super::recognise::Cursor;
use super::walk::literals;
use crate::source::Span;

/// How deep blocks, and strings given to `EXECUTE`, are followed into each other.
const DEEPEST: usize = 8;

/// `at` stands after `DO`. `depth` counts the blocks around.
pub(crate) fn recognise(mut at: Cursor, depth: usize) -> Option<Vec<Change>> {
    let (mut body, mut language) = (None, "plpgsql".to_owned());
    while !at.done() {
        if at.take("LANGUAGE") {
            language = at
                .string()
                .or_else(|| at.ident().map(|name| name.value))?
                .to_lowercase();
        } else {
            let token = at.next()?;
            body = Some((&token.token, at.cx.span(token.span)));
        }
    }
    let (token, span) = body?;
    let block = match inside(token, at.cx.slice(span), span) {
        Inside::NoString => return None,
        // `DO` is the commonest statement that sqlparser has no grammar for (74 of 266 in public
        // projects), and most of them change the schema: a generator once wrapped each foreign key
        // in one. To leave them opaque would leave those keys out of the catalog.
        Inside::AsWritten(inside) if language == "plpgsql" && depth < DEEPEST => {
            let cx = at.cx;
            let tokens = Lexer::new(cx.text, inside, cx.dialect, cx.versions)
                .filter(super::lex::Token::is_code)
                .collect();
            let block = plpgsql::BlockReader::new(tokens, cx, inside, depth).outermost();
            let read = compile::read(cx, inside, &ReadRoutine::block());
            Block {
                fault: read.fault,
                names: read.names.map(Into::into),
                ..block
            }
        }
        _ => Block {
            items: vec![execute::unknown(at.cx, span)],
            ..Block::default()
        },
    };
    Some(at.whole(ChangeKind::Block(Box::new(block))))
}

/// The body of a function in SQL, whose names and string literals the server resolves when it makes
/// the function. Its span is that of the string.
pub(super) fn with_statements(cx: &Cx, body: Expr) -> Expr {
    let here = Cx {
        span: body.span,
        ..*cx
    };
    // A body that makes functions itself is rare, and could nest them without end.
    if here
        .slice(body.span)
        .to_ascii_lowercase()
        .contains("function")
    {
        return body;
    }
    let Some(BlockItem::Changes(changes)) = execute::string(&here, 0) else {
        return body;
    };
    let literals = changes.iter().flat_map(literals).cloned().collect();
    let queries: Option<Vec<Query>> = changes.into_iter().map(query_of).collect();
    Expr {
        literals,
        queries: queries.unwrap_or_default(),
        ..body
    }
}

/// The statements of `BEGIN ATOMIC … END`, whose names the server resolves too.
pub(super) fn with_atomic(cx: &Cx, body: Expr) -> Expr {
    let tokens: Vec<_> = Lexer::new(cx.text, body.span, cx.dialect, cx.versions)
        .filter(super::lex::Token::is_code)
        .collect();
    let is = |at: usize, word: &str| {
        let token = tokens.get(at);
        token.is_some_and(|token| cx.slice(token.span).eq_ignore_ascii_case(word))
    };
    if !is(0, "BEGIN") || !is(1, "ATOMIC") || !is(tokens.len() - 1, "END") {
        return body;
    }
    let inner = &tokens[2..tokens.len() - 1];
    let mut queries = Vec::new();
    for piece in inner.split(|token| token.kind == super::lex::TokenKind::Terminator) {
        let [first, .., last] = piece else { continue };
        let changes = plpgsql::statement(cx, first.span.to(last.span), 1);
        let read: Option<Vec<Query>> =
            changes.and_then(|changes| changes.into_iter().map(query_of).collect());
        let Some(read) = read else { return body };
        queries.extend(read);
    }
    Expr { queries, ..body }
}

/// What a statement that only reads and writes rows says.
fn query_of(change: Change) -> Option<Query> {
    match change.kind {
        ChangeKind::Select(query)
        | ChangeKind::Insert { query, .. }
        | ChangeKind::Update { query, .. }
        | ChangeKind::Delete { query, .. } => Some(query),
        _ => None,
    }
}

/// What a routine does whose body stands at `span`: a string (PostgreSQL), or text from its `BEGIN`
/// on. Nothing where it cannot be followed.
pub(super) fn routine(cx: &Cx, span: Span, language: &str) -> Vec<BlockItem> {
    let here = Cx { span, ..*cx };
    if !cx.dialect.routine_texts_are_code() {
        return statements(&here);
    }
    if language == "sql" {
        return execute::string(&here, 1).into_iter().collect();
    }
    let Ok(tokens) = super::parse::tokenize(&here) else {
        return Vec::new();
    };
    match tokens.as_slice() {
        [token] if language == "plpgsql" => match inside(&token.token, cx.slice(span), span) {
            Inside::AsWritten(body) => {
                let tokens = Lexer::new(cx.text, body, cx.dialect, cx.versions)
                    .filter(super::lex::Token::is_code)
                    .collect();
                vec![BlockItem::Block(
                    plpgsql::BlockReader::new(tokens, &here, body, 1).outermost(),
                )]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The statements about rows in a body, whatever surrounds them.
fn statements(cx: &Cx) -> Vec<BlockItem> {
    let tokens: Vec<_> = Lexer::new(cx.text, cx.span, cx.dialect, cx.versions)
        .filter(super::lex::Token::is_code)
        .collect();
    let mut found = Vec::new();
    for piece in tokens.split(|token| token.kind == super::lex::TokenKind::Terminator) {
        let Some(first) = piece
            .iter()
            .find(|token| begins_statement(cx.slice(token.span)))
        else {
            continue;
        };
        let end = piece.last().map_or(first.span, |last| last.span);
        let changes = plpgsql::statement(cx, first.span.to(end), 1);
        found.extend(changes.map(BlockItem::Changes));
    }
    found
}

/// Whether a word begins a statement about rows.
fn begins_statement(word: &str) -> bool {
    let verbs = ["UPDATE", "DELETE", "INSERT", "REPLACE", "CALL", "WITH"];

    verbs.iter().any(|verb| verb.eq_ignore_ascii_case(word))
}

/// What the server refuses of a routine's body when it makes the routine, where it reads it.
pub(crate) fn body_fault(cx: &Cx, body: &Expr, routine: &ReadRoutine) -> Option<Box<BodyFault>> {
    let here = Cx {
        span: body.span,
        ..*cx
    };
    let tokens = super::parse::tokenize(&here).ok()?;
    let [token] = tokens.as_slice() else {
        return None;
    };
    match inside(&token.token, cx.slice(body.span), body.span) {
        Inside::AsWritten(text) => compile::read(cx, text, routine).fault,
        Inside::Escaped | Inside::NoString => None,
    }
}

/// What stands between a string's quotes.
enum Inside {
    /// Its value, byte for byte.
    AsWritten(Span),
    /// Its value with a quote or backslash escaped.
    Escaped,
    /// It is no string.
    NoString,
}

fn inside(token: &Token, text: &str, span: Span) -> Inside {
    match token {
        Token::DollarQuotedString(string) => {
            let tag = string.tag.as_ref().map_or(0, String::len) + 2;
            if span.end < span.start + 2 * tag {
                return Inside::Escaped;
            }
            Inside::AsWritten(Span::new(span.start + tag, span.end - tag))
        }
        Token::SingleQuotedString(_) => {
            let inner = text.len().checked_sub(1).and_then(|end| text.get(1..end));
            match inner {
                Some(inner) if !inner.contains('\'') => {
                    Inside::AsWritten(Span::new(span.start + 1, span.end - 1))
                }
                _ => Inside::Escaped,
            }
        }
        Token::EscapedStringLiteral(_)
        | Token::NationalStringLiteral(_)
        | Token::UnicodeStringLiteral(_) => Inside::Escaped,
        _ => Inside::NoString,
    }
}

#[cfg(test)]
mod tests;
