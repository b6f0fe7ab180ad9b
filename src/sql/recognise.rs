//! Statements known by their tokens: what sqlparser rejects, or takes for something else.
//!
//! Where structure matters (columns, expressions, queries), a recogniser takes out of the
//! statement's tokens what sqlparser does not know, lets it parse the rest, and adds what was taken
//! out to the changes that come back.

pub(crate) mod alter_table;
pub(crate) mod bulk;
pub(crate) mod comment;
pub(crate) mod create_table;
pub(crate) mod cursor;
pub(crate) mod element;
pub(crate) mod index;
pub(crate) mod inert;
pub(crate) mod maintenance;
pub(crate) mod relation;
pub(crate) mod rewrite;
pub(crate) mod routine;
pub(crate) mod session;
pub(crate) mod trigger;
pub(crate) mod types;

pub(crate) use cursor::Cursor;

use sqlparser::tokenizer::{Span as TokenSpan, Token, TokenWithSpan};

use super::Understood;
use super::change::{Change, DropMode};
use super::code;
use super::lower::Cx;
use crate::server::on_server;

/// Statements that are decided before sqlparser sees them: it has no grammar for them, or one that
/// reads them wrongly.
pub(crate) fn first(mut cursor: Cursor, depth: usize) -> Option<Vec<Change>> {
    if cursor.take("DROP INDEX") {
        return index::drop(cursor);
    }
    on_server!(cursor.cx.dialect => recognise::first(cursor, depth))
        .or_else(|| maintenance::recognise(cursor))
}

/// Statements that sqlparser rejects.
pub(crate) fn rest(cursor: Cursor) -> Option<Vec<Change>> {
    let mut at = cursor;
    let known = match at.take_any(&["CREATE", "ALTER", "DROP", "COMMENT ON"]) {
        Some("CREATE") => create(cursor, at),
        Some("ALTER") => alter(cursor, at),
        Some("DROP") => drop(at),
        Some(_) => comment::recognise(at),
        None => session::recognise(cursor).or_else(|| rewrite::recognise(cursor)),
    };
    known.or_else(|| inert::recognise(cursor))
}

/// `whole` stands at `CREATE`, `at` after it.
fn create(whole: Cursor, mut at: Cursor) -> Option<Vec<Change>> {
    let or_replace = at.take("OR REPLACE");
    let temporary = at.take_any(&["GLOBAL", "LOCAL"]).is_some();
    let temporary = at.take_any(&["TEMP", "TEMPORARY"]).is_some() || temporary;
    if at.sees("TABLE") || at.sees("UNLOGGED TABLE") || at.sees("FOREIGN TABLE") {
        return create_table::recognise(whole);
    }
    if at.take("VIRTUAL TABLE") {
        return create_table::virtual_table(at);
    }
    if ["INDEX", "UNIQUE", "FULLTEXT", "SPATIAL"]
        .iter()
        .any(|word| at.sees(word))
    {
        return index::create(whole);
    }
    if at.take("SEQUENCE") || at.take("UNLOGGED SEQUENCE") {
        return relation::create_sequence(at, temporary);
    }
    if at.take("DOMAIN") {
        return types::create_domain(at);
    }
    if at.take("TYPE") {
        return types::create_type(at);
    }
    if at.take("EXTENSION") {
        return relation::create_extension(at);
    }
    if at.take("RULE") {
        return trigger::create_rule(at, or_replace);
    }
    if let Some(changes) = trigger::create(at, or_replace) {
        return Some(changes);
    }
    relation::create_view(at, or_replace, temporary).or_else(|| routine::create(at, or_replace))
}

/// `whole` stands at `ALTER`, `at` after it.
fn alter(whole: Cursor, mut at: Cursor) -> Option<Vec<Change>> {
    match at.take_any(&[
        "TABLE",
        "FOREIGN TABLE",
        "ONLINE TABLE",
        "IGNORE TABLE",
        "INDEX",
        "SEQUENCE",
        "MATERIALIZED VIEW",
        "VIEW",
        "TYPE",
        "DOMAIN",
        "SCHEMA",
        "TRIGGER",
        "POLICY",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "ROUTINE",
    ])? {
        "TABLE" | "FOREIGN TABLE" | "ONLINE TABLE" | "IGNORE TABLE" => {
            alter_table::recognise(whole, at)
        }
        "INDEX" => index::alter(at),
        "SEQUENCE" => relation::alter_sequence(at),
        "MATERIALIZED VIEW" => relation::alter_view(at, true),
        "VIEW" => relation::alter_view(at, false),
        "TYPE" => types::alter_type(at),
        "DOMAIN" => types::alter_domain(at),
        "SCHEMA" => relation::alter_schema(at),
        "TRIGGER" => trigger::alter(at),
        "POLICY" => trigger::alter_policy(at),
        _ => routine::alter(at),
    }
}

/// `at` stands after `DROP`.
fn drop(mut at: Cursor) -> Option<Vec<Change>> {
    match at.take_any(&[
        "RULE",
        "TRIGGER",
        "POLICY",
        "DOMAIN",
        "TYPE",
        "EXTENSION",
        "TABLE",
        "TEMPORARY TABLE",
        "TABLES",
    ]) {
        Some("RULE") => trigger::drop_rule(at),
        Some("TRIGGER") => trigger::drop(at),
        Some("POLICY") => trigger::drop_policy(at),
        Some("DOMAIN") => types::drop(at, true),
        Some("TYPE") => types::drop(at, false),
        Some("EXTENSION") => relation::drop_extension(at),
        Some(word) => relation::drop_table(at, word == "TEMPORARY TABLE"),
        None => relation::drop(at).or_else(|| routine::drop(at)),
    }
}

/// Reads `CASCADE` or `RESTRICT` after an `IF EXISTS` that was read before the name.
fn drop_mode(at: &mut Cursor, if_exists: bool) -> DropMode {
    let cascade = at.take("CASCADE");
    if !cascade {
        at.take("RESTRICT");
    }
    DropMode { if_exists, cascade }
}

/// A statement too long for sqlparser.
pub(crate) fn long(cx: &Cx) -> (Vec<Change>, Understood) {
    bulk::recognise(cx)
}

/// A statement with chains that sqlparser would build too deep a tree of.
pub(crate) fn deep(cursor: Cursor) -> Option<Vec<Change>> {
    bulk::kind(cursor).map(|kind| cursor.whole(kind))
}

/// Whether a statement may change the schema: it starts like one that does, or has a word in it
/// that such statements start with.
pub(crate) fn looks_like_ddl(cx: &Cx) -> bool {
    const STARTS: &[&str] = &[
        "COMMENT", "DO", "REINDEX", "CLUSTER", "REFRESH", "BEGIN", "CALL", "EXEC", "EXECUTE",
        "DECLARE", "IMPORT",
    ];
    const WORDS: &[&str] = &["CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"];
    let is =
        |words: &[&str], word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    let first = bulk::head(cx).first().copied().unwrap_or_default();
    is(STARTS, first) || code(cx.slice(cx.span), cx.dialect).any(|word| is(WORDS, word))
}

/// A token that nobody wrote, at the place of another.
pub(crate) fn token_at(token: Token, span: TokenSpan) -> TokenWithSpan {
    TokenWithSpan { token, span }
}

/// An unquoted word that nobody wrote.
pub(crate) fn word_at(word: &str, span: TokenSpan) -> TokenWithSpan {
    token_at(Token::make_word(word, None), span)
}

#[cfg(test)]
mod tests;
