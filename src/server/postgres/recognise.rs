//! PostgreSQL's statements known by their tokens.

mod alter_table;
mod element;
mod inert;
mod maintenance;
mod publication;
mod table;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

pub(crate) use element::{clean, element};
pub(crate) use inert::recognise as inert;
pub(crate) use maintenance::recognise as maintenance;
pub(crate) use table::clause as table_clause;

use crate::sql::change::{Change, TableAction};
use crate::sql::recognise::element::Element;
use crate::sql::recognise::rewrite::rewritten;
use crate::sql::recognise::{Cursor, token_at, word_at};
use crate::sql::{block, parse};

/// What is decided before the parser sees it.
pub(crate) fn first(mut at: Cursor, depth: usize) -> Option<Vec<Change>> {
    if at.take("DO") {
        block::recognise(at, depth)
    } else {
        None
    }
}

/// The actions of one part of an `ALTER TABLE`.
pub(crate) fn actions(part: Cursor) -> Option<Vec<TableAction>> {
    alter_table::action(part).map(|action| vec![action])
}

/// Whether this action and everything after it is one.
pub(crate) fn takes_the_rest(_: Cursor) -> bool {
    false
}

/// Elements that the parser rejects as they are.
pub(crate) fn odd_elements(_: Cursor) -> Option<Vec<Element>> {
    None
}

/// Queries and changes of rows in a form that the parser does not know.
pub(crate) fn rows(whole: Cursor) -> Option<Vec<Change>> {
    let mut at = whole;
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
        plain,
    )
}

/// `UPDATE ONLY t`, `FROM ONLY t`, `OVERRIDING SYSTEM VALUE`.
fn plain(at: &mut Cursor, before: Option<&Token>) -> Option<Vec<TokenWithSpan>> {
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
