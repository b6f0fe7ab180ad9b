//! The tokens of one statement with their text, comments left out.
//!
//! sqlparser's AST says where names and literals stand, and nothing about keywords; this finds the
//! rest.

use crate::server::questions::Backslashes;
use crate::source::Span;
use crate::sql::lex::{self, Lexer};
use crate::sql::{Dialect, Versions};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanKind {
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name.
    Quoted,
    String,
    Number,
    /// One other character.
    Punct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScanToken<'a> {
    pub(crate) kind: ScanKind,
    /// As written, quotes included.
    pub(crate) text: &'a str,
    /// Its bytes, counted as the scanner counts them.
    pub(crate) span: Span,
}

impl ScanToken<'_> {
    /// Whether it is this keyword, given in upper case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == ScanKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    /// Whether it is this character.
    pub(crate) fn is_punct(&self, punct: &str) -> bool {
        self.kind == ScanKind::Punct && self.text == punct
    }

    /// The value of a string or quoted name: quotes taken off, doubled ones halved, MySQL's
    /// backslashes undone.
    pub(crate) fn value(&self, dialect: Dialect) -> String {
        if !matches!(self.kind, ScanKind::Quoted | ScanKind::String) {
            return self.text.to_owned();
        }
        let text = self
            .text
            .trim_start_matches(|char: char| char.is_ascii_alphabetic() || char == '&');
        let inner = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        let quote = if text.starts_with('[') {
            ']'
        } else {
            text.chars().next().unwrap_or('\'')
        };
        let mut value = String::with_capacity(inner.len());
        let mut chars = inner.chars().peekable();
        while let Some(char) = chars.next() {
            if char == quote && chars.peek() == Some(&quote) {
                chars.next();
            } else if char == '\\'
                && self.kind == ScanKind::String
                && dialect.backslashes() == Backslashes::Escape
            {
                value.push(chars.next().map_or('\\', unescape));
                continue;
            }
            value.push(char);
        }
        value
    }
}

/// What a character means after a backslash.
fn unescape(char: char) -> char {
    match char {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'b' => '\u{8}',
        'Z' => '\u{1a}',
        other => other,
    }
}

/// Tokens of a text.
pub(crate) struct Scan<'a> {
    text: &'a str,
    base: usize,
    lexer: Lexer<'a>,
}

impl<'a> Scan<'a> {
    /// `base` is added to every offset.
    pub(crate) fn new(text: &'a str, base: usize, dialect: Dialect) -> Self {
        let lexer = Lexer::new(text, Span::new(0, text.len()), dialect, Versions::default());
        Self { text, base, lexer }
    }
}

impl<'a> Iterator for Scan<'a> {
    type Item = ScanToken<'a>;

    fn next(&mut self) -> Option<ScanToken<'a>> {
        let token = self.lexer.by_ref().find(lex::Token::is_code)?;
        let kind = match token.kind {
            lex::TokenKind::Word => ScanKind::Word,
            lex::TokenKind::Quoted => ScanKind::Quoted,
            lex::TokenKind::Text | lex::TokenKind::Dollar => ScanKind::String,
            lex::TokenKind::Number => ScanKind::Number,
            _ => ScanKind::Punct,
        };
        let text = self.text.get(token.span.range()).unwrap_or_default();
        Some(ScanToken {
            kind,
            text,
            span: token.span.shifted(self.base),
        })
    }
}

/// Splits tokens at top-level commas.
pub(crate) fn at_commas<'a, 't>(tokens: &'t [ScanToken<'a>]) -> Vec<&'t [ScanToken<'a>]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != ScanKind::Punct {
            continue;
        }
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                parts.push(&tokens[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        parts.push(&tokens[start..]);
    }
    parts
}

/// First to last byte of some tokens.
pub(crate) fn span_of(tokens: &[ScanToken]) -> Option<Span> {
    Some(tokens.first()?.span.to(tokens.last()?.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, dialect: Dialect) -> Vec<&str> {
        Scan::new(text, 0, dialect)
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn comments_vanish_and_quotes_stay_whole() {
        let pg = "a /* x /* y */ z */ \"b\"\"c\" 'd''e' E'f\\'g' $q$ h ; $q$ -- end\n.1";
        assert_eq!(
            texts(pg, Dialect::Postgres),
            [
                "a",
                "\"b\"\"c\"",
                "'d''e'",
                "E'f\\'g'",
                "$q$ h ; $q$",
                ".",
                "1"
            ]
        );
        let mysql = "`a``b` /*!40100 x */ \"c\\\"d\" # end\n'e'";
        assert_eq!(
            texts(mysql, Dialect::MySql),
            ["`a``b`", "x", "\"c\\\"d\"", "'e'"]
        );
        assert_eq!(
            texts("[a b] `c` 'é'", Dialect::Sqlite),
            ["[a b]", "`c`", "'é'"]
        );
    }

    #[test]
    fn commas_inside_brackets_do_not_split() {
        let tokens: Vec<_> = Scan::new("a(b, c), d[e, f], g", 7, Dialect::Postgres).collect();
        let spans: Vec<_> = at_commas(&tokens).into_iter().filter_map(span_of).collect();
        assert_eq!(
            spans,
            [Span::new(7, 14), Span::new(16, 23), Span::new(25, 26)]
        );
    }
}
