//! Queries and changes of rows with a form that sqlparser does not know, put into one that it knows
//! and that says the same of tables and columns.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Cursor, token_at, word_at};
use crate::sql::change::{Change, ChangeKind};
use crate::sql::{Dialect, parse};

pub(super) fn recognise(whole: Cursor) -> Option<Vec<Change>> {
    let mut at = whole;
    match whole.cx.dialect {
        Dialect::Postgres => {
            if at.take("TABLE") {
                let span = whole.rest().first()?.span;
                let mut tokens = vec![
                    word_at("SELECT", span),
                    token_at(Token::Mul, span),
                    word_at("FROM", span),
                ];
                tokens.extend_from_slice(at.rest());
                return parse::statement(tokens, whole.cx).ok();
            }
            rewritten(
                whole,
                &["UPDATE", "DELETE", "INSERT", "WITH", "MERGE", "SELECT"],
                postgres,
            )
        }
        Dialect::MySql => {
            if at.take("LOAD DATA") {
                return load_data(at);
            }
            None
        }
        Dialect::Sqlite => rewritten(
            whole,
            &["UPDATE", "DELETE", "INSERT", "REPLACE", "WITH", "SELECT"],
            sqlite,
        ),
    }
}

/// Parses the statement again when a rewriting changes anything in it.
fn rewritten<'c>(
    whole: Cursor<'c>,
    verbs: &[&'static str],
    rewrite: fn(&mut Cursor<'c>, Option<&Token>) -> Option<Vec<TokenWithSpan>>,
) -> Option<Vec<Change>> {
    let mut at = whole;
    at.take_any(verbs)?;
    at = whole;
    let mut tokens: Vec<TokenWithSpan> = Vec::with_capacity(whole.rest().len());
    let mut changed = false;
    while !at.done() {
        match rewrite(&mut at, tokens.last().map(|token| &token.token)) {
            Some(instead) => {
                changed = true;
                tokens.extend(instead);
            }
            None => tokens.push(at.next()?.clone()),
        }
    }
    if changed {
        parse::statement(tokens, whole.cx).ok()
    } else {
        None
    }
}

/// `UPDATE ONLY t`, `FROM ONLY t`, `OVERRIDING SYSTEM VALUE`.
fn postgres(at: &mut Cursor, before: Option<&Token>) -> Option<Vec<TokenWithSpan>> {
    if at
        .take_any(&["OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"])
        .is_some()
    {
        return Some(Vec::new());
    }
    let follows = matches!(before, Some(Token::Word(word)) if word.quote_style.is_none()
        && matches!(word.keyword, Keyword::UPDATE | Keyword::FROM | Keyword::JOIN | Keyword::INTO));
    (follows && at.take("ONLY")).then(Vec::new)
}

/// `a IS b` and `a IS NOT b` of any operands: SQLite's `=` and `<>` that know NULL.
fn sqlite(at: &mut Cursor, _before: Option<&Token>) -> Option<Vec<TokenWithSpan>> {
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

/// `at` stands behind `LOAD DATA`.
fn load_data(mut at: Cursor) -> Option<Vec<Change>> {
    at.until(&["INTO TABLE"]);
    if !at.take("INTO TABLE") {
        return None;
    }
    let table = at.name()?;
    Some(at.whole(ChangeKind::CopyInto {
        table,
        columns: Vec::new(),
    }))
}
