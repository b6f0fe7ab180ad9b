//! Words that never stand side by side, and brackets in which something must stand.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::Token;

use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;
use crate::sql::Dialect;

/// On every server, since all of them keep the first of these words for themselves.
const NEVER: &[&str] = &[
    "DEFAULT DEFAULT",
    "CHECK CHECK",
    "UNIQUE UNIQUE",
    "PRIMARY PRIMARY",
    "PRIMARY KEY KEY",
    "CONSTRAINT CONSTRAINT",
    "REFERENCES REFERENCES",
    "FOREIGN FOREIGN",
    "TABLE TABLE",
    "USING USING",
    "AND AND",
    "OR OR",
    "AND OR",
    "OR AND",
    "WHERE AND",
    "WHERE OR",
    "WHERE IN",
    "AND IN",
    "OR IN",
    "WHERE IS NULL",
    "WHERE IS NOT",
    "AND IS NULL",
    "AND IS NOT",
    "OR IS NULL",
    "OR IS NOT",
    "UPDATE TABLE",
    "DROP TABLE IF NOT",
    "DROP INDEX IF NOT",
    "DROP COLUMN IF NOT",
    "DROP CONSTRAINT IF NOT",
    "DROP VIEW IF NOT",
    "DROP TRIGGER IF NOT",
    "CREATE TABLE IF EXISTS",
    "CREATE INDEX IF EXISTS",
    "ADD COLUMN IF EXISTS",
];

/// Types whose brackets hold a length.
const SIZED: &[Keyword] = &[
    Keyword::VARCHAR,
    Keyword::CHARACTER,
    Keyword::VARYING,
    Keyword::NUMERIC,
    Keyword::DECIMAL,
    Keyword::VARBINARY,
    Keyword::NVARCHAR,
];

/// The phrases of a server, each at the number of its first word. Every word of every statement is
/// looked up.
type PhrasesByKeyword = Vec<Vec<Vec<Keyword>>>;

static PHRASES: LazyLock<HashMap<Dialect, PhrasesByKeyword>> = LazyLock::new(|| {
    let all = Dialect::ALL.iter().copied();
    all.map(|dialect| (dialect, phrases_of(dialect))).collect()
});

fn phrases_of(dialect: Dialect) -> PhrasesByKeyword {
    let own: &'static [&'static str] = on_server!(dialect => shapes::never());
    let mut phrases = vec![Vec::new(); ALL_KEYWORDS_INDEX.len() + 1];
    for phrase in NEVER.iter().chain(own) {
        let words: Vec<Keyword> = phrase.split(' ').map(keyword).collect();
        phrases[words[0] as usize].push(words);
    }
    phrases
}

/// The keyword that a word in upper case is.
pub(super) fn keyword(word: &str) -> Keyword {
    let found = ALL_KEYWORDS.binary_search(&word);
    found.map_or(Keyword::NoKeyword, |at| ALL_KEYWORDS_INDEX[at])
}

impl FaultReader<'_> {
    /// Neighbours that no server takes.
    pub(super) fn neighbours(&self) -> Option<Fault> {
        let table = self.is_one_of(0, &["CREATE", "ALTER"]) && self.is(1, "TABLE");
        let phrases = PHRASES.get(&self.cx.dialect)?;
        for at in 0..self.tokens.len() {
            let found = match self.keyword(at) {
                Some(Keyword::NoKeyword) | None => {
                    if table && self.tokens[at].token == Token::RParen {
                        self.empty_bracket(at)
                    } else {
                        None
                    }
                }
                Some(Keyword::DEFAULT) if table => self
                    .phrase(at, Keyword::DEFAULT, phrases)
                    .or_else(|| self.lacks_default(at)),
                Some(word) => self.phrase(at, word, phrases),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The keyword that an unquoted word is.
    fn keyword(&self, at: usize) -> Option<Keyword> {
        match &self.tokens.get(at)?.token {
            Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
            _ => None,
        }
    }

    /// One of the phrases that begin with the word there.
    fn phrase(&self, at: usize, first: Keyword, phrases: &PhrasesByKeyword) -> Option<Fault> {
        let found = phrases.get(first as usize)?.iter().find(|phrase| {
            let mut words = phrase.iter().enumerate().skip(1);
            words.all(|(after, word)| self.keyword(at + after) == Some(*word))
        })?;
        // PostgreSQL takes any word after `AS`, and after a dot.
        if at > 0 && (self.is(at - 1, "AS") || self.follows_dot(at)) {
            return None;
        }
        self.unexpected(at + found.len() - 1)
    }

    /// `DEFAULT` with no value, in the definition of a column.
    fn lacks_default(&self, at: usize) -> Option<Fault> {
        let others = [
            "SET",
            "DROP",
            "STORAGE",
            "COLUMN_FORMAT",
            "COMPRESSION",
            "STATISTICS",
        ];
        let before = at.checked_sub(1)?;
        if self.is_one_of(before, &others) || self.tokens[before].token == Token::Eq {
            return None;
        }
        let next = self.tokens.get(at + 1).map(|token| &token.token);
        let ends = matches!(next, Some(Token::Comma | Token::RParen)) && self.is_in_brackets(at)
            || self.is(at + 1, "NOT");
        ends.then(|| self.unexpected(at + 1)).flatten()
    }

    /// Whether a token stands in the brackets of a `CREATE TABLE` without partitions.
    fn is_in_brackets(&self, at: usize) -> bool {
        let mut open = 0_usize;
        for token in &self.tokens[..at] {
            match token.token {
                Token::LParen => open += 1,
                Token::RParen => open = open.saturating_sub(1),
                _ => {}
            }
        }
        let partitions = (0..at).any(|at| self.is(at, "PARTITION") || self.is(at, "VALUES"));
        open > 0 && !partitions && self.is(0, "CREATE")
    }

    /// Whether the bracket that closes there has nothing in it, and something must be.
    fn empty_bracket(&self, close: usize) -> Option<Fault> {
        let open = close.checked_sub(1)?;
        if self.tokens[open].token != Token::LParen {
            return None;
        }
        let before = open.checked_sub(1)?;
        let of_key = self.is(before, "UNIQUE")
            || (self.is(before, "KEY")
                && before > 0
                && self.is_one_of(before - 1, &["PRIMARY", "FOREIGN", "UNIQUE"]))
            || (before > 0 && self.is(before - 1, "REFERENCES"));
        let sized = self
            .keyword(before)
            .is_some_and(|word| SIZED.contains(&word));
        (of_key || sized)
            .then(|| self.fault(open, close, FaultKind::EmptyBracket))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{NEVER, keyword};
    use crate::server::on_server;
    use crate::sql::Dialect;
    use sqlparser::keywords::Keyword;

    #[test]
    fn the_parser_knows_every_word_of_a_phrase() {
        for &dialect in Dialect::ALL {
            let own: &'static [&'static str] = on_server!(dialect => shapes::never());
            for phrase in NEVER.iter().chain(own) {
                for word in phrase.split(' ') {
                    assert_ne!(keyword(word), Keyword::NoKeyword, "{word}");
                }
            }
        }
    }
}
