//! Queries and changes of rows with a form that sqlparser does not know, put into one that it knows
//! and that says the same of tables and columns.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::Cursor;
use crate::server::on_server;
use crate::sql::change::Change;
use crate::sql::parse;

pub(crate) fn recognise(whole: Cursor) -> Option<Vec<Change>> {
    on_server!(whole.cx.dialect => recognise::rows(whole))
}

/// Parses the statement again when a rewriting changes anything in it.
pub(crate) fn rewritten<'c>(
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
