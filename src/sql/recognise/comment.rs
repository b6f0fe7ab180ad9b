//! `COMMENT ON` anything.

use sqlparser::tokenizer::Token;

use super::Cursor;
use crate::sql::change::{Change, ChangeKind, ObjectName};

/// Kinds of two and three words, before those of one.
const KINDS: &[&str] = &[
    "ACCESS METHOD",
    "EVENT TRIGGER",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "LARGE OBJECT",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "PROCEDURAL LANGUAGE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM FOR",
];

/// `at` stands after `COMMENT ON`.
pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    let object = match at.take_any(KINDS) {
        Some(kind) => kind.to_owned(),
        None => at.keyword()?,
    };
    // `CONSTRAINT c ON DOMAIN d IS …`, `FUNCTION f(int) IS …`, `CAST (a AS b) IS …`: the text
    // follows the last word `IS` before a string.
    let subject = at.until(&["IS"]);
    if !at.take("IS") {
        return None;
    }
    let text = if at.take("NULL") {
        None
    } else {
        Some(at.string()?)
    };
    let overload = subject
        .rest()
        .iter()
        .any(|token| token.token == Token::LParen);
    let (name, column) = subject_name(subject, &object);
    at.finish(ChangeKind::Comment {
        overload,
        object,
        name,
        column,
        text,
    })
}

fn subject_name(mut at: Cursor, object: &str) -> (ObjectName, Option<crate::sql::change::Ident>) {
    if object != "COLUMN" {
        return (at.name().unwrap_or_default(), None);
    }
    let mut path = Vec::new();
    while let Some(part) = at.ident() {
        path.push(part);
        if !at.symbol(&sqlparser::tokenizer::Token::Period) {
            break;
        }
    }
    let column = path.pop();
    let name = path.pop().unwrap_or_default();
    (
        ObjectName {
            schema: path.pop(),
            name,
        },
        column,
    )
}
