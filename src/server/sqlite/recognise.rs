//! SQLite's statements known by their tokens.

use sqlparser::tokenizer::{Span as TokenSpan, Token, TokenWithSpan};

use crate::sql::change::{Change, ChangeKind, CreateTable, TableAction, TableOption};
use crate::sql::recognise::element::{Clean, Element, wrapped};
use crate::sql::recognise::maintenance::change;
use crate::sql::recognise::rewrite::rewritten;
use crate::sql::recognise::{self, Cursor, create_table, session, token_at, word_at};

/// Leading words of what changes nothing that a catalog keeps.
const INERT: &[&str] = &["ATTACH", "DETACH", "EXPLAIN"];

/// What is decided before the parser sees it.
pub(crate) fn first(mut at: Cursor, _: usize) -> Option<Vec<Change>> {
    if at.take("PRAGMA") {
        session::pragma(at)
    } else if at.take("CREATE VIRTUAL TABLE") {
        create_table::virtual_table(at)
    } else {
        None
    }
}

/// Statements that change nothing that a catalog keeps.
pub(crate) fn inert(at: Cursor) -> Option<Vec<Change>> {
    recognise::inert::one_of(at, INERT)
}

/// Queries and changes of rows in a form that the parser does not know.
pub(crate) fn rows(whole: Cursor) -> Option<Vec<Change>> {
    rewritten(
        whole,
        &["UPDATE", "DELETE", "INSERT", "REPLACE", "WITH", "SELECT"],
        equal,
    )
}

/// `a IS b` and `a IS NOT b` of any operands: SQLite's `=` and `<>` that know NULL.
fn equal(at: &mut Cursor, _before: Option<&Token>) -> Option<Vec<TokenWithSpan>> {
    let mut next = *at;
    let span = next.rest().first()?.span;
    if !next.take("IS") {
        return None;
    }
    let equals = if next.take("NOT") {
        Token::Neq
    } else {
        Token::Eq
    };
    if ["NULL", "TRUE", "FALSE", "DISTINCT"]
        .iter()
        .any(|word| next.sees(word))
    {
        return None;
    }
    *at = next;
    Some(vec![token_at(equals, span)])
}

/// `VACUUM`, `ANALYZE` and `REINDEX`.
pub(crate) fn maintenance(mut at: Cursor) -> Option<Vec<Change>> {
    match at.take_any(&["VACUUM", "ANALYZE", "REINDEX"])? {
        "VACUUM" => {
            if !at.sees("INTO") && !at.done() {
                at.ident()?;
            }
            if at.take("INTO") {
                at.until(&[]);
            }
            at.finish(change("VACUUM", None, false))
        }
        "ANALYZE" => {
            let table = if at.done() { None } else { Some(at.name()?) };
            at.finish(change("ANALYZE", table, true))
        }
        _ => {
            let name = if at.done() { None } else { Some(at.name()?) };
            at.finish(ChangeKind::Reindex {
                target: "INDEX".to_owned(),
                name,
                concurrently: false,
            })
        }
    }
}

/// A clause after the elements of a `CREATE TABLE`.
pub(crate) fn table_clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    at.symbol(&Token::Comma);
    match at.take_any(&["STRICT", "WITHOUT ROWID", "AS"])? {
        "AS" => table.query = Some(at.until(&[]).query()?),
        option => table
            .options
            .push(TableOption::new(option.to_ascii_lowercase(), "")),
    }
    Some(())
}

/// The actions of one part of an `ALTER TABLE`.
pub(crate) fn actions(part: Cursor) -> Option<Vec<TableAction>> {
    redefinition(part).map(|action| vec![action])
}

/// Whether this action and everything after it is one.
pub(crate) fn takes_the_rest(_: Cursor) -> bool {
    false
}

/// libSQL's `ALTER COLUMN c TO c definition`.
fn redefinition(mut at: Cursor) -> Option<TableAction> {
    if !at.take("ALTER COLUMN") {
        return None;
    }
    let from = at.ident()?;
    if !at.take("TO") {
        return None;
    }
    let column = create_table::column(at)?;
    Some(TableAction::Modify {
        from,
        column,
        position: None,
    })
}

/// An element that the parser takes for something else.
pub(crate) fn element(_: Cursor) -> Option<Element> {
    None
}

/// Elements that the parser rejects as they are.
pub(crate) fn odd_elements(at: Cursor) -> Option<Vec<Element>> {
    several(at).or_else(|| odd_type(at))
}

/// The words that start a table constraint.
const CONSTRAINTS: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY KEY",
    "UNIQUE",
    "CHECK",
    "FOREIGN KEY",
];

/// SQLite's table constraints without commas between them.
fn several(mut at: Cursor) -> Option<Vec<Element>> {
    let mut all = Vec::new();
    while !at.done() {
        let start = at;
        if at.take("CONSTRAINT") {
            at.ident()?;
        }
        at.take_any(CONSTRAINTS)?;
        at.until(CONSTRAINTS);
        all.extend(wrapped(Clean::of(at.over(at.since(start))).tokens, at)?);
    }
    (all.len() > 1).then_some(all)
}

/// SQLite's types are any words: they are given to the parser as one.
fn odd_type(mut at: Cursor) -> Option<Vec<Element>> {
    let clean = Clean::of(at).tokens;
    let name = at.next()?.clone();
    let end = at.until(&[
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
        "AS",
    ]);
    let words: Vec<_> = end
        .rest()
        .iter()
        .take_while(|token| token.token != Token::LParen)
        .collect();
    let (first, last) = (words.first()?, words.last()?);
    let span = at.span_of(end.rest().get(..words.len())?);
    let mut tokens = vec![name];
    tokens.push(word_at(
        at.cx.slice(span),
        TokenSpan::new(first.span.start, last.span.end),
    ));
    tokens.extend_from_slice(clean.get(1 + end.rest().len()..)?);
    wrapped(tokens, at)
}

/// Takes what the parser does not know, and whether there was any.
pub(crate) fn clean(clean: &mut Clean, at: &mut Cursor) -> bool {
    if at.take("ON CONFLICT") {
        at.next();
        return true;
    }
    // A column's name may be a string.
    if let (
        true,
        Some(TokenWithSpan {
            token: Token::SingleQuotedString(name),
            span,
        }),
    ) = (clean.tokens.is_empty(), at.rest().first())
    {
        clean
            .tokens
            .push(token_at(Token::make_word(name, Some('"')), *span));
        at.next();
        return true;
    }
    false
}
