//! Statements that are too long or too deep for sqlparser: rows, almost always. Only their head is
//! read.

use sqlparser::tokenizer::Token;

use super::Cursor;
use crate::source::Span;
use crate::sql::Understood;
use crate::sql::change::{Change, ChangeKind, Expr, Query};
use crate::sql::lex::{Lexer, TokenKind};
use crate::sql::lower::Cx;
use crate::sql::parse;

/// How many tokens of the head are read; a list of a hundred columns is 200.
const HEAD: usize = 4000;

/// The leading words of a statement.
pub(crate) fn head<'a>(cx: &Cx<'a>) -> Vec<&'a str> {
    let words = Lexer::new(cx.text, cx.span, cx.dialect, cx.versions)
        .filter(super::super::lex::Token::is_code);
    words
        .take_while(|token| token.kind == TokenKind::Word)
        .take(4)
        .map(|token| cx.slice(token.span))
        .collect()
}

pub(crate) fn recognise(cx: &Cx) -> (Vec<Change>, Understood) {
    let tokens = Lexer::new(cx.text, cx.span, cx.dialect, cx.versions)
        // A string of megabytes is one token, and belongs to the rows, not to the head.
        .take_while(|token| token.closed && token.span.end - token.span.start < parse::LONGEST / 16)
        .take(HEAD);
    let end = tokens.last().map_or(cx.span.start, |token| token.span.end);
    let short = Cx {
        span: Span::new(cx.span.start, end),
        ..*cx
    };
    let kind = parse::tokenize(&short)
        .ok()
        .and_then(|tokens| kind(Cursor::new(&tokens, &short)));
    match kind {
        Some(kind) => (
            vec![Change {
                span: cx.span,
                kind,
            }],
            Understood::Recognised,
        ),
        None => parse::opaque(cx, "longer than a mebibyte".to_owned()),
    }
}

/// What a statement about rows does to which table; its expressions are not read.
pub(crate) fn kind(mut at: Cursor) -> Option<ChangeKind> {
    match at.take_any(&[
        "INSERT",
        "REPLACE",
        "UPDATE",
        "DELETE FROM",
        "COPY",
        "SELECT",
    ])? {
        "INSERT" | "REPLACE" => {
            at.take_any(&[
                "OR REPLACE",
                "OR IGNORE",
                "OR ABORT",
                "OR FAIL",
                "OR ROLLBACK",
                "LOW_PRIORITY",
                "HIGH_PRIORITY",
            ]);
            at.take("IGNORE");
            at.take("INTO");
            let table = at.name()?;
            if at.take("AS") {
                at.ident()?;
            }
            let mut columns = Vec::new();
            if let Some(group) = at.group() {
                for mut column in group.split_commas() {
                    columns.push(column.ident()?);
                }
            }
            Some(ChangeKind::Insert {
                table,
                columns,
                query: Query::default(),
            })
        }
        "UPDATE" => {
            at.take("ONLY");
            let table = at.name()?;
            at.until(&["SET"]);
            at.take("SET");
            let column = at.ident()?;
            at.symbol(&Token::Eq);
            // The value and the condition are beyond what is read: there is some, and nothing is
            // known about it.
            let unread = Expr {
                span: at.cx.span,
                ..Expr::default()
            };
            let assignments = vec![(column, unread.clone())];
            Some(ChangeKind::Update {
                table,
                assignments,
                condition: Some(unread),
                query: Query::default(),
            })
        }
        "DELETE FROM" => {
            at.take("ONLY");
            let unread = Expr {
                span: at.cx.span,
                ..Expr::default()
            };
            Some(ChangeKind::Delete {
                table: at.name()?,
                condition: Some(unread),
                query: Query::default(),
            })
        }
        "COPY" => {
            let table = at.name()?;
            at.group();
            at.sees("FROM").then(|| ChangeKind::CopyInto {
                table,
                columns: Vec::new(),
            })
        }
        _ => Some(ChangeKind::Select(Query::default())),
    }
}
