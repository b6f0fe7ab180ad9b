//! What stands after a whole statement.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::{Fault, FaultKind, FaultReader, keywords};
use crate::source::Span;
use crate::sql::lower::Cx;

/// A word after what sqlparser took as a whole statement, if it is in nobody's grammar: another one
/// may begin a clause that sqlparser does not know.
pub(in crate::sql) fn leftover(tokens: &[TokenWithSpan], word: Span, cx: &Cx) -> Option<Fault> {
    let reader = FaultReader { tokens, cx };
    let verbs = [
        "CREATE", "ALTER", "DROP", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE",
    ];
    // The engines of MySQL have options of their own.
    let has_options = cx.dialect.has_executable_comments() && reader.is_one_of(1, &["TABLE"]);
    if !reader.is_one_of(0, &verbs) || has_options {
        return None;
    }
    let at = tokens
        .iter()
        .position(|token| cx.span(token.span) == word)?;
    let certain = match &tokens[at].token {
        Token::Word(Word {
            value,
            quote_style: None,
            keyword: Keyword::NoKeyword,
        }) if value.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            !keywords::is_known(value) || reader.lacks_comma(at)
        }
        Token::Word(Word {
            quote_style: Some(_),
            ..
        })
        | Token::Number(..) => reader.lacks_comma(at) || reader.follows_value(at),
        Token::Word(_) => reader.lacks_comma(at),
        _ => false,
    };
    let kind = FaultKind::Leftover(cx.slice(word).to_owned());
    certain.then(|| reader.fault(at, at, kind)).flatten()
}

impl FaultReader<'_> {
    /// Whether what stands after a whole `UPDATE` is the next column that it sets.
    fn lacks_comma(&self, at: usize) -> bool {
        let next = self.tokens.get(at + 1).map(|token| &token.token);
        self.is(0, "UPDATE") && next == Some(&Token::Eq)
    }

    /// Whether a quoted name, or a number, stands after a value in a statement on rows, or one that
    /// drops. A type of one's own may stand before a string, and a name after a query is an alias.
    fn follows_value(&self, at: usize) -> bool {
        let rows = self.is_one_of(0, &["UPDATE", "DELETE", "INSERT", "DROP", "TRUNCATE"]);
        let before = at.checked_sub(1).map(|before| &self.tokens[before].token);
        match before {
            Some(
                Token::Number(..)
                | Token::SingleQuotedString(_)
                | Token::Word(Word {
                    quote_style: Some(_),
                    ..
                }),
            ) => rows || self.is(0, "SELECT"),
            Some(Token::RParen) => rows,
            _ => false,
        }
    }
}
