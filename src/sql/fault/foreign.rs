//! Phrases of other servers' grammar, which sqlparser takes whatever the server.
//!
//! A phrase is written in words: `_` stands for any word, `'` for a string, `A|B` for one of them,
//! and signs for themselves.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use super::neighbours::keyword;
use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;
use crate::sql::Dialect;

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

/// One part of a phrase.
#[derive(Debug)]
enum PhrasePart {
    /// `_`
    AnyWord,
    /// `'`
    String,
    Sign(Token),
    /// Such a word, all of which the parser knows.
    Keyword(Vec<Keyword>),
    /// Such a word.
    Word(Vec<&'static str>),
}

impl PhrasePart {
    fn read(text: &'static str) -> Self {
        match text {
            "_" => Self::AnyWord,
            "'" => Self::String,
            "(" => Self::Sign(Token::LParen),
            ")" => Self::Sign(Token::RParen),
            "," => Self::Sign(Token::Comma),
            "=" => Self::Sign(Token::Eq),
            "::" => Self::Sign(Token::DoubleColon),
            words => {
                let words: Vec<&str> = words.split('|').collect();
                let keywords: Vec<Keyword> = words.iter().map(|word| keyword(word)).collect();
                if keywords.contains(&Keyword::NoKeyword) {
                    Self::Word(words)
                } else {
                    Self::Keyword(keywords)
                }
            }
        }
    }
}

/// A [`ForeignPhrase`] in its parts.
#[derive(Debug)]
struct ReadPhrase {
    head: Vec<PhrasePart>,
    phrase: Vec<PhrasePart>,
    shown: &'static str,
}

impl ReadPhrase {
    fn of(foreign: &ForeignPhrase) -> Self {
        let parts = |text: &'static str| {
            let words = text.split(' ').filter(|word| !word.is_empty());
            words.map(PhrasePart::read).collect()
        };
        Self {
            head: parts(foreign.head),
            phrase: parts(foreign.phrase),
            shown: foreign.shown,
        }
    }
}

/// The phrases of one server.
#[derive(Debug, Default)]
struct ServerPhrases {
    all: Vec<ReadPhrase>,
    /// Those in statements that begin with a word, in lower case, by their places.
    by_first: HashMap<String, Vec<usize>>,
    /// Those in any statement.
    in_any: Vec<usize>,
}

impl ServerPhrases {
    fn of(dialect: Dialect) -> Self {
        let all: &'static [ForeignPhrase] = on_server!(dialect => shapes::foreign_phrases());
        let mut phrases = Self::default();
        for (at, foreign) in all.iter().enumerate() {
            phrases.all.push(ReadPhrase::of(foreign));
            match foreign.head.split(' ').next() {
                None | Some("") => phrases.in_any.push(at),
                Some(first) => {
                    for word in first.split('|').map(str::to_ascii_lowercase) {
                        phrases.by_first.entry(word).or_default().push(at);
                    }
                }
            }
        }
        phrases
    }
}

/// Every statement is asked: taking all phrases apart each time was a twelfth of a check.
static PHRASES: LazyLock<HashMap<Dialect, ServerPhrases>> = LazyLock::new(|| {
    let all = Dialect::ALL.iter();
    all.map(|&dialect| (dialect, ServerPhrases::of(dialect)))
        .collect()
});

impl FaultReader<'_> {
    /// The first phrase of another server.
    pub(super) fn foreign_phrase(&self) -> Option<Fault> {
        let phrases = PHRASES.get(&self.cx.dialect)?;
        let first = self.word(0).map(str::to_ascii_lowercase);
        let alike = first.and_then(|first| phrases.by_first.get(&first));
        let lists = [alike, Some(&phrases.in_any)].into_iter().flatten();
        let foreign = &phrases.all[lists
            .filter_map(|places| {
                let mut places = places.iter().copied();
                places.find(|&at| self.place_of_foreign(&phrases.all[at]).is_some())
            })
            .min()?];
        let at = self.place_of_foreign(foreign)?;
        let last = at + foreign.phrase.len() - 1;
        self.fault(at, last, FaultKind::OtherServer(foreign.shown))
    }

    /// Where a phrase stands in a statement that begins as it must.
    fn place_of_foreign(&self, foreign: &ReadPhrase) -> Option<usize> {
        if !self.reads(0, &foreign.head) {
            return None;
        }
        let few = self.tokens.len().min(MOST);
        (0..few).find(|&at| self.reads(at, &foreign.phrase))
    }

    /// Whether a phrase begins at a token.
    fn reads(&self, at: usize, phrase: &[PhrasePart]) -> bool {
        let mut parts = phrase.iter().enumerate();
        parts.all(|(offset, part)| self.stands(at + offset, part))
    }

    fn stands(&self, at: usize, part: &PhrasePart) -> bool {
        let Some(token) = self.tokens.get(at).map(|token| &token.token) else {
            return false;
        };
        match part {
            PhrasePart::AnyWord => matches!(token, Token::Word(_)),
            PhrasePart::String => matches!(token, Token::SingleQuotedString(_)),
            PhrasePart::Sign(sign) => token == sign,
            PhrasePart::Keyword(keywords) => {
                matches!(token, Token::Word(word)
                    if word.quote_style.is_none() && keywords.contains(&word.keyword))
            }
            PhrasePart::Word(words) => self.is_one_of(at, words),
        }
    }
}
