//! Phrases of other servers' grammar, which sqlparser takes whatever the server.
//!
//! A phrase is written in words: `_` stands for any word, `'` for a string, `A|B` for one of them,
//! and signs for themselves.

use sqlparser::tokenizer::Token;

use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;

/// A phrase that a server does not know.
#[derive(Debug)]
pub(crate) struct ForeignPhrase {
    /// The words with which its statement begins; empty for any.
    head: &'static str,
    /// The phrase, anywhere in the statement.
    phrase: &'static str,
    /// What to call it.
    shown: &'static str,
}

impl ForeignPhrase {
    /// A phrase in statements that begin so.
    pub(crate) const fn within(
        head: &'static str,
        phrase: &'static str,
        shown: &'static str,
    ) -> Self {
        Self {
            head,
            phrase,
            shown,
        }
    }

    /// A phrase with which a statement begins, and which is called by its words.
    pub(crate) const fn opening(phrase: &'static str) -> Self {
        Self::within(phrase, phrase, phrase)
    }
}

/// Statements with more tokens are not asked: only rows are as many.
const MOST: usize = 2_000;

impl FaultReader<'_> {
    /// The first phrase of another server.
    pub(super) fn foreign_phrase(&self) -> Option<Fault> {
        let all: &'static [ForeignPhrase] =
            on_server!(self.cx.dialect => shapes::foreign_phrases());
        let few = self.tokens.len().min(MOST);
        let mut here = all
            .iter()
            .filter(|foreign| foreign.head.is_empty() || self.reads(0, foreign.head));
        here.find_map(|foreign| {
            let at = (0..few).find(|&at| self.reads(at, foreign.phrase))?;
            let last = at + foreign.phrase.split(' ').count() - 1;
            self.fault(at, last, FaultKind::OtherServer(foreign.shown))
        })
    }

    /// Whether a phrase begins at a token.
    fn reads(&self, at: usize, phrase: &str) -> bool {
        let mut parts = phrase.split(' ').enumerate();
        parts.all(|(offset, part)| self.stands(at + offset, part))
    }

    fn stands(&self, at: usize, part: &str) -> bool {
        let Some(token) = self.tokens.get(at).map(|token| &token.token) else {
            return false;
        };
        match part {
            "_" => matches!(token, Token::Word(_)),
            "(" => *token == Token::LParen,
            ")" => *token == Token::RParen,
            "," => *token == Token::Comma,
            "=" => *token == Token::Eq,
            "::" => *token == Token::DoubleColon,
            "'" => matches!(token, Token::SingleQuotedString(_)),
            words => words.split('|').any(|word| self.is(at, word)),
        }
    }
}
