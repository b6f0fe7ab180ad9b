//! Actions of `ALTER TABLE`: what begins none, or has a word too much or too little. Recognisers
//! read of an action what they need, and sqlparser takes much that no server does.

use std::ops::Range;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

use super::columns::ELEMENTS;
use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;

/// What a server's actions look like.
#[derive(Debug)]
pub(crate) struct ActionWords {
    /// Begin an action, or an option that needs no sign.
    pub(crate) first: &'static [&'static str],
    /// Follow the column of `ALTER COLUMN`; empty where nothing is known.
    pub(crate) of_column: &'static [&'static str],
    /// Are no type by themselves, though the server's catalog says so of some columns.
    pub(crate) no_types: &'static [&'static str],
    /// May follow a type of one word; empty where any word is a part of a type.
    pub(crate) after_type: &'static [&'static str],
    /// Stand between `DROP` and a name.
    pub(crate) dropped: &'static [&'static str],
    /// Whether `COLUMN` is nobody's name without quotes.
    pub(crate) column_is_reserved: bool,
    /// Whether a constraint may be called nothing after `CONSTRAINT`.
    pub(crate) constraint_may_lack_a_name: bool,
}

/// Words with which the rest of an action may be a list, commas and all.
const LISTS: &[&str] = &["PARTITION", "PARTITIONS", "SUBPARTITION", "ORDER", "ALL"];

/// Begin a part of an action.
const NO_ACTION: &[&str] = &[
    "COLUMN",
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "FOREIGN",
    "TABLE",
];

/// Types that a column without a verb shows itself by.
const TYPES: &[Keyword] = &[
    Keyword::BIGINT,
    Keyword::BLOB,
    Keyword::BOOL,
    Keyword::BOOLEAN,
    Keyword::CHAR,
    Keyword::DATE,
    Keyword::DATETIME,
    Keyword::DECIMAL,
    Keyword::DOUBLE,
    Keyword::FLOAT,
    Keyword::INT,
    Keyword::INTEGER,
    Keyword::JSON,
    Keyword::JSONB,
    Keyword::LONGTEXT,
    Keyword::MEDIUMTEXT,
    Keyword::NUMERIC,
    Keyword::SMALLINT,
    Keyword::TEXT,
    Keyword::TIMESTAMP,
    Keyword::TINYINT,
    Keyword::UUID,
    Keyword::VARCHAR,
];

impl FaultReader<'_> {
    /// The first action that no server takes.
    pub(super) fn wrong_action(&self) -> Option<Fault> {
        let dialect = self.cx.dialect;
        let words: &ActionWords = on_server!(dialect => shapes::actions());
        if !(self.is(0, "ALTER") && self.is(1, "TABLE")) || self.has_list() || self.is_cut() {
            return None;
        }
        let start = self.after_table()?;
        self.split_actions(start)
            .into_iter()
            .find_map(|action| self.of_action(action, words))
    }

    fn has_list(&self) -> bool {
        (2..self.tokens.len()).any(|at| self.is_one_of(at, LISTS))
    }

    /// Where the actions begin.
    fn after_table(&self) -> Option<usize> {
        let mut at = 2;
        if self.is(at, "IF") && self.is(at + 1, "EXISTS") {
            at += 2;
        }
        if self.is(at, "ONLY") {
            at += 1;
        }
        at = self.after_name(at)?;
        while self.token(at) == Some(&Token::Mul) || self.is(at, "NOWAIT") {
            at += 1;
        }
        if self.is(at, "WAIT") {
            at += 2;
        }
        Some(at)
    }

    /// Where a name ends, which may say its schema.
    fn after_name(&self, mut at: usize) -> Option<usize> {
        self.any_word(at)?;
        while self.token(at + 1) == Some(&Token::Period) {
            self.any_word(at + 2)?;
            at += 2;
        }
        Some(at + 1)
    }

    fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).map(|token| &token.token)
    }

    /// A word, in quotes or not.
    fn any_word(&self, at: usize) -> Option<&Word> {
        match self.token(at)? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    fn split_actions(&self, start: usize) -> Vec<Range<usize>> {
        let mut actions = Vec::new();
        let mut from = start;
        let mut depth = 0_usize;
        for at in start..self.tokens.len() {
            match self.tokens[at].token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                Token::Comma if depth == 0 => {
                    actions.push(from..at);
                    from = at + 1;
                }
                _ => {}
            }
        }
        actions.push(from..self.tokens.len());
        actions.retain(|action| !action.is_empty());
        actions
    }

    fn of_action(&self, action: Range<usize>, words: &ActionWords) -> Option<Fault> {
        let Range { start, end } = action;
        if !self.is_one_of(start, words.first) {
            return (self.begins_no_action(start) || self.is_lone_name(start..end))
                .then(|| self.unexpected(start))
                .flatten();
        }
        if words.column_is_reserved {
            let verbs = ["ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME"];
            let first = usize::from(self.is_one_of(start, &verbs)) + 1;
            let mut depth = 0_usize;
            for at in start + first..end {
                match self.tokens[at].token {
                    Token::LParen => depth += 1,
                    Token::RParen => depth = depth.saturating_sub(1),
                    _ if depth == 0 && self.is(at, "COLUMN") && !self.follows_dot(at) => {
                        return self.unexpected(at);
                    }
                    _ => {}
                }
            }
        }
        if self.is(start, "ALTER") {
            self.altered(start + 1..end, words)
        } else if self.is(start, "DROP") {
            self.dropped(start + 1..end, words)
        } else if self.is(start, "ADD") {
            self.added_wrongly(start + 1..end, words)
        } else {
            None
        }
    }

    /// Whether what stands there is certainly no action: a column without its verb. Of another word
    /// a later version or a fork may make one.
    fn begins_no_action(&self, start: usize) -> bool {
        // An option of a storage engine has any name, and a sign after it.
        if self.token(start + 1) == Some(&Token::Eq) {
            return false;
        }
        let is_type = matches!(
            self.token(start + 1),
            Some(Token::Word(Word { quote_style: None, keyword, .. })) if TYPES.contains(keyword)
        );
        let quoted = self.any_word(start).is_some() && self.word(start).is_none();
        quoted
            || is_type
            || self.is_one_of(start, NO_ACTION)
            || self.is_one_of(
                start + 1,
                &["ADD", "DROP", "ALTER", "MODIFY", "CHANGE", "COLUMN"],
            )
    }

    /// Whether an action is one name and nothing else: `DROP a, b` drops two columns nowhere.
    fn is_lone_name(&self, action: Range<usize>) -> bool {
        let Range { start, end } = action;
        let word = self.any_word(start);
        end == start + 1 && word.is_some_and(|word| word.keyword == Keyword::NoKeyword)
    }

    /// Whether more than this statement stands in the text, cut in a way that only a tool knows.
    fn is_cut(&self) -> bool {
        (2..self.tokens.len()).any(|at| self.is(at, "ALTER") && self.is(at + 1, "TABLE"))
    }

    /// After `ALTER`: a column and what becomes of it.
    fn altered(&self, rest: Range<usize>, words: &ActionWords) -> Option<Fault> {
        let Range { mut start, end } = rest;
        if words.of_column.is_empty() {
            return None;
        }
        let of_column = self.is(start, "COLUMN");
        if of_column {
            start += 1;
        } else if self.is_one_of(start, &["CONSTRAINT", "INDEX", "CHECK", "KEY"]) {
            return None;
        }
        if start >= end {
            return None;
        }
        let verb = start + 1;
        if verb >= end {
            return self.fault(start, start, FaultKind::BreaksOff(self.text(start)));
        }
        if !self.is_one_of(verb, words.of_column) {
            return self.unexpected(verb);
        }
        let says_data = self.is(verb, "SET") && self.is(verb + 1, "DATA");
        let typed = if says_data { verb + 3 } else { verb + 1 };
        if self.is(typed - 1, "TYPE") && self.is_one_of(typed, words.no_types) {
            return self.unexpected(typed);
        }
        let last = if self.is_one_of(verb, &["SET", "DROP"]) && self.is(verb + 1, "NOT") {
            verb + 2
        } else if self.is(verb, "DROP") && self.is(verb + 1, "DEFAULT") {
            verb + 1
        } else {
            return None;
        };
        (last + 1 < end)
            .then(|| self.unexpected(last + 1))
            .flatten()
    }

    /// After `DROP`: a name, and nothing but what it takes along.
    fn dropped(&self, rest: Range<usize>, words: &ActionWords) -> Option<Fault> {
        let Range { mut start, end } = rest;
        let untold = ["PRIMARY", "FOREIGN", "PERIOD", "SYSTEM"];
        if self.is_one_of(start, &untold) {
            return None;
        }
        if self.is_one_of(start, words.dropped) && start + 1 < end {
            start += 1;
        }
        if self.is(start, "IF") && self.is(start + 1, "EXISTS") {
            start += 2;
        }
        self.any_word(start)?;
        let mut after = start + 1;
        if self.is_one_of(after, &["CASCADE", "RESTRICT"]) {
            after += 1;
        }
        let goes_on = ["REMOVE", "ONLINE", "OFFLINE"];
        (after < end && !self.is_one_of(after, &goes_on))
            .then(|| self.unexpected(after))
            .flatten()
    }

    /// After `ADD`: a constraint that has no kind, or a column with a word too much.
    fn added_wrongly(&self, rest: Range<usize>, words: &ActionWords) -> Option<Fault> {
        let Range { mut start, end } = rest;
        let kinds = ["UNIQUE", "PRIMARY", "CHECK", "FOREIGN", "EXCLUDE"];
        if self.is(start, "CONSTRAINT") {
            let unnamed = self.is_one_of(start + 1, &kinds);
            return (unnamed && !words.constraint_may_lack_a_name)
                .then(|| self.unexpected(start + 1))
                .flatten();
        }
        let others = ["SYSTEM", "NOT"];
        if self.is_one_of(start, &ELEMENTS)
            || self.is_one_of(start, &others)
            || words.after_type.is_empty()
        {
            return None;
        }
        if self.is(start, "COLUMN") {
            start += 1;
        }
        if self.is(start, "IF") {
            start += 3;
        }
        let after = self.after_name(start + 1)?;
        let follows = after < end && self.word(after).is_some();
        (follows && !self.is_one_of(after, words.after_type))
            .then(|| self.unexpected(after))
            .flatten()
    }

    fn text(&self, at: usize) -> String {
        self.cx.slice(self.cx.span(self.tokens[at].span)).to_owned()
    }

    /// What stands there cannot stand there.
    pub(super) fn unexpected(&self, at: usize) -> Option<Fault> {
        self.fault(at, at, FaultKind::Unexpected(self.text(at)))
    }
}
