//! The bytes of the elements of `CREATE TABLE`, of the actions of `ALTER TABLE`, and of the options
//! of a column.

use std::ops::Range;

use super::Cx;
use super::scan::{Scan, ScanToken, at_commas, span_of};
use crate::source::Span;

/// The elements of a `CREATE TABLE` or the actions of an `ALTER TABLE`, as tokens.
pub(super) struct Elements<'a> {
    tokens: Vec<ScanToken<'a>>,
    /// Where each starts and ends in `tokens`.
    parts: Vec<Range<usize>>,
}

impl<'a> Elements<'a> {
    /// Reads the statement's text.
    pub(super) fn of(cx: &Cx<'a>) -> Self {
        let tokens: Vec<ScanToken> =
            Scan::new(cx.slice(cx.span), cx.span.start, cx.dialect).collect();
        let alter = tokens.first().is_some_and(|token| token.is("ALTER"));
        let inside = if alter {
            after_name(&tokens)..tokens.len()
        } else {
            bracketed(&tokens)
        };
        let parts = at_commas(&tokens[inside]);
        let at = |part: &[ScanToken]| {
            let first = part.first().map_or(0, |token| token.span.start);
            tokens.partition_point(|token| token.span.start < first)
        };
        let parts = parts
            .iter()
            .filter(|part| !part.is_empty())
            .map(|part| at(part)..at(part) + part.len())
            .collect();
        Self { tokens, parts }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The bytes of the n-th.
    pub(super) fn span(&self, index: usize) -> Option<Span> {
        let part = self.parts.get(index)?;
        span_of(&self.tokens[part.clone()])
    }

    /// The tokens of the element around a byte.
    pub(super) fn around(&self, byte: usize) -> &[ScanToken<'a>] {
        // Elements follow each other, and none is empty.
        let at = self
            .parts
            .partition_point(|part| self.tokens[part.end - 1].span.end <= byte);
        let part = self
            .parts
            .get(at)
            .map_or(&[][..], |part| &self.tokens[part.clone()]);
        if part.first().is_some_and(|first| first.span.start <= byte) {
            part
        } else {
            &[]
        }
    }

    /// The tokens of the element around a byte, from that byte on.
    pub(super) fn from(&self, byte: usize) -> &[ScanToken<'a>] {
        let tokens = self.around(byte);
        &tokens[tokens.partition_point(|token| token.span.start < byte)..]
    }
}

/// The first token after the name of `ALTER TABLE`.
fn after_name(tokens: &[ScanToken]) -> usize {
    const WORDS: &[&str] = &["ALTER", "FOREIGN", "TABLE", "IF", "EXISTS", "ONLY"];
    let mut at = tokens
        .iter()
        .take_while(|token| WORDS.iter().any(|word| token.is(word)))
        .count()
        + 1;
    while tokens.get(at).is_some_and(|token| token.is_punct(".")) {
        at += 2;
    }
    at += usize::from(tokens.get(at).is_some_and(|token| token.is_punct("*")));
    at.min(tokens.len())
}

/// What stands inside the first brackets.
fn bracketed(tokens: &[ScanToken]) -> Range<usize> {
    let start = tokens
        .iter()
        .position(|token| token.is_punct("("))
        .map_or(tokens.len(), |at| at + 1);
    let mut depth = 1_usize;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "(" if token.is_punct("(") => depth += 1,
            ")" if token.is_punct(")") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return start..index;
        }
    }
    start..tokens.len()
}

/// Whether an option of a column starts here.
fn starts_option(tokens: &[ScanToken], at: usize) -> bool {
    const WORDS: &[&str] = &[
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "DEFAULT",
        "COLLATE",
        "GENERATED",
        "AS",
        "KEY",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "COMMENT",
        "CHARACTER",
        "CHARSET",
        "INVISIBLE",
        "VISIBLE",
        "FIRST",
        "AFTER",
        "USING",
    ];
    let token = &tokens[at];
    let before = |word| {
        at.checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|token| token.is(word))
    };
    let after = |word| tokens.get(at + 1).is_some_and(|token| token.is(word));
    match () {
        () if token.is("DEFAULT") => !before("SET") && !before("BY"),
        () if token.is("CHARACTER") => after("SET"),
        () if token.is("KEY") => !before("PRIMARY") && !before("UNIQUE"),
        () if token.is("NOT") => after("NULL"),
        () if token.is("NULL") => !before("NOT") && !before("SET"),
        () if token.is("ON") => {
            after("UPDATE") && !tokens[..at].iter().any(|token| token.is("REFERENCES"))
        }
        () => WORDS.iter().any(|word| token.is(word)),
    }
}

/// Which tokens from `from` on belong to one option, that token's own brackets included.
fn option_end(tokens: &[ScanToken], from: usize) -> usize {
    let mut depth = 0_usize;
    for at in from..tokens.len() {
        match tokens[at].text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth == 0 && at > from && starts_option(tokens, at) => return at,
            _ => {}
        }
    }
    tokens.len()
}

/// Where the type of a column stands.
pub(super) fn type_span(tokens: &[ScanToken]) -> Span {
    let end = option_end(tokens, 0);
    tokens.get(1..end).and_then(span_of).unwrap_or_default()
}

/// The constraints of one column, each with its bytes, in the order written.
pub(super) struct Inline<'t, 'a> {
    pub(super) tokens: &'t [ScanToken<'a>],
    pub(super) at: usize,
}

impl Inline<'_, '_> {
    /// The next constraint that one of the keywords starts.
    pub(super) fn next(&mut self, keywords: &[&str]) -> Option<Span> {
        let mut depth = 0_usize;
        for at in self.at..self.tokens.len() {
            let token = &self.tokens[at];
            match token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ if depth == 0 && at > 0 && keywords.iter().any(|keyword| token.is(keyword)) => {
                    let named = at >= 2 && self.tokens[at - 2].is("CONSTRAINT");
                    let end = option_end(self.tokens, at);
                    self.at = at + 1;
                    return span_of(&self.tokens[if named { at - 2 } else { at }..end]);
                }
                _ => {}
            }
        }
        None
    }
}
