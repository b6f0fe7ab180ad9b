//! Elements of MySQL's tables that the parser does not know.

use sqlparser::tokenizer::{Span as TokenSpan, Token};

use crate::sql::change::{ChangeKind, IndexDef};
use crate::sql::parse;
use crate::sql::recognise::element::{Clean, Element};
use crate::sql::recognise::{Cursor, word_at};

/// An element that the parser takes for something else.
pub(crate) fn element(at: Cursor) -> Option<Element> {
    index(at).map(|index| Element::Index(Box::new(index)))
}

/// MySQL's `[FULLTEXT | SPATIAL] {KEY | INDEX} [name] [USING x] (…) options`.
fn index(mut at: Cursor) -> Option<IndexDef> {
    let kind = at.take_any(&["FULLTEXT", "SPATIAL"]);
    if at.take_any(&["KEY", "INDEX"]).is_none() && kind.is_none() {
        return None;
    }
    at.take("IF NOT EXISTS");
    let mut method = kind.map(str::to_ascii_lowercase);
    let mut name = None;
    if at.peek() != Some(&Token::LParen) && !at.sees("USING") {
        name = Some(at.ident()?);
    }
    if at.take("USING") {
        method = at.keyword().map(|word| word.to_ascii_lowercase());
    }
    let start = at;
    at.group()?;
    let nowhere = TokenSpan::empty();
    let mut tokens: Vec<_> = ["CREATE", "INDEX", "i", "ON"]
        .iter()
        .map(|word| word_at(word, nowhere))
        .collect();
    tokens.extend_from_slice(at.table);
    tokens.extend_from_slice(at.since(start));
    let changes = parse::statement(tokens, at.cx).ok()?;
    let [change] = <[_; 1]>::try_from(changes).ok()?;
    let ChangeKind::CreateIndex { index, .. } = change.kind else {
        return None;
    };
    Some(IndexDef {
        name,
        method: method.or_else(|| index.method.clone()),
        ..*index
    })
}

/// Takes what the parser does not know, and whether there was any.
pub(crate) fn clean(clean: &mut Clean, at: &mut Cursor) -> bool {
    let typed = clean.tokens.len() > 1;
    if clean.tokens.len() == 1 && at.take("REAL") {
        // The parser knows no `REAL(6, 2)`, which is a DOUBLE.
        let span = clean
            .tokens
            .last()
            .map_or_else(TokenSpan::empty, |token| token.span);
        clean.tokens.push(word_at("DOUBLE", span));
    } else if typed
        && at
            .take_any(&[
                "COLUMN_FORMAT",
                "STORAGE",
                "SRID",
                "KEY_BLOCK_SIZE",
                "ENGINE_ATTRIBUTE",
            ])
            .is_some()
    {
        at.equals();
        at.next();
    } else if typed && at.take("PERSISTENT") {
        let span = clean
            .tokens
            .last()
            .map_or_else(TokenSpan::empty, |token| token.span);
        clean.tokens.push(word_at("STORED", span));
    } else if typed && at.take("USING") {
        at.next();
    } else if typed && at.sees("ZEROFILL") {
        // Such a number has no sign either.
        let span = at.next().map_or_else(TokenSpan::empty, |token| token.span);
        let signless = matches!(clean.tokens.last().map(|last| &last.token), Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("UNSIGNED"));
        if !signless && !at.take("UNSIGNED") {
            clean.tokens.push(word_at("UNSIGNED", span));
        }
    } else {
        // `VARCHAR(20) BINARY`: a collation of the character set, unless it is the type itclean.
        return typed
            && at
                .take_any(&[
                    "BINARY",
                    "VISIBLE",
                    "INVISIBLE",
                    "COMPRESSED",
                    "WITHOUT SYSTEM VERSIONING",
                    "WITH SYSTEM VERSIONING",
                ])
                .is_some();
    }
    true
}
