//! Columns without a type, which sqlparser takes whatever the server.

use sqlparser::tokenizer::{Token, Word};

use super::actions::ActionWords;
use super::{Fault, FaultKind, FaultReader};
use crate::server::on_server;

/// What follows a column's name only where its type is missing.
const AFTER_NAME: [&str; 7] = [
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "CHECK",
];

/// What begins an element of a table that is no column.
pub(super) const ELEMENTS: [&str; 12] = [
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "FOREIGN",
    "EXCLUDE",
    "LIKE",
    "INDEX",
    "KEY",
    "FULLTEXT",
    "SPATIAL",
    "PERIOD",
];

impl FaultReader<'_> {
    /// The first column of `CREATE TABLE name (…)` or `ADD COLUMN` that has no type.
    pub(super) fn untyped_column(&self) -> Option<Fault> {
        if self.is(0, "ALTER") && self.is(1, "TABLE") {
            return self.added();
        }
        if !(self.is(0, "CREATE") && self.is(1, "TABLE")) {
            return None;
        }
        let named = if self.is(2, "IF") { 5 } else { 2 };
        let open = (named + 1..self.tokens.len().min(named + 5))
            .find(|&at| self.holds(at, &Token::LParen))?;
        // `OF type (a WITH OPTIONS)`, `PARTITION OF parent (a PRIMARY KEY)`: the type is elsewhere.
        // A query gives the types of `CREATE TABLE t (a, b) AS SELECT …`.
        let close = self.closing(open)?;
        let elsewhere = (named..open).any(|at| self.is(at, "OF"))
            || self.is_one_of(close + 1, &["AS", "SELECT", "WITH"])
            || self.tokens[close..]
                .iter()
                .enumerate()
                .any(|(after, _)| self.is_one_of(close + after, &["AS", "SELECT"]));
        if elsewhere {
            return None;
        }
        let mut depth = 0_usize;
        for at in open..close {
            match self.tokens[at].token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            let begins = at == open || (depth == 1 && self.holds(at, &Token::Comma));
            if begins && let Some(fault) = self.untyped(at + 1) {
                return Some(fault);
            }
        }
        None
    }

    fn added(&self) -> Option<Fault> {
        let mut depth = 0_usize;
        for at in 2..self.tokens.len() {
            match self.tokens[at].token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > 0 || !(self.is(at, "ADD") && self.is(at + 1, "COLUMN")) {
                continue;
            }
            if at + 2 == self.tokens.len() {
                return self.fault(at + 1, at + 1, FaultKind::BreaksOff("COLUMN".to_owned()));
            }
            let name = if self.is(at + 2, "IF") {
                at + 5
            } else {
                at + 2
            };
            if let Some(fault) = self.untyped(name) {
                return Some(fault);
            }
        }
        None
    }

    /// Whether a column begins there whose name is followed by no type.
    fn untyped(&self, name: usize) -> Option<Fault> {
        let Some(Token::Word(Word { value, .. })) = self.tokens.get(name).map(|it| &it.token)
        else {
            return None;
        };
        if self.is_one_of(name, &ELEMENTS) {
            return None;
        }
        let never: &'static [&'static str] = on_server!(self.cx.dialect => shapes::no_columns());
        if self.is_one_of(name, never) {
            return self.unexpected(name);
        }
        let words: &ActionWords = on_server!(self.cx.dialect => shapes::actions());
        if self.is_one_of(name + 1, words.no_types) {
            return self.unexpected(name + 1);
        }
        let next = self.tokens.get(name + 1).map(|token| &token.token);
        let ends = matches!(next, None | Some(Token::Comma | Token::RParen));
        (ends || self.is_one_of(name + 1, &AFTER_NAME))
            .then(|| self.fault(name, name, FaultKind::NoType(value.clone())))
            .flatten()
    }

    fn holds(&self, at: usize, token: &Token) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|found| found.token == *token)
    }

    /// Where the bracket ends that opens there.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            match self.tokens[at].token {
                Token::LParen => depth += 1,
                Token::RParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
