//! What no server takes: text that is wrong by its tokens alone, whatever its grammar.
//!
//! sqlparser's complaint proves nothing, for servers know more than it does; and our recognisers
//! look at what they need. So a statement that sqlparser did not take as a whole is asked a few
//! questions here that have one answer on every server.

mod actions;
mod columns;
mod foreign;
mod keywords;
mod leftover;
mod neighbours;
mod shape;
mod words;

pub(crate) use actions::ActionWords;
pub(crate) use foreign::ForeignPhrase;
pub(in crate::sql) use leftover::leftover;
pub(crate) use shape::StatementShape;
pub(in crate::sql) use words::begins_statement;

use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::lower::Cx;
use crate::source::Span;

/// Why every server refuses a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes that are wrong, or after which something is missing.
    pub span: Span,
    /// What is wrong with them.
    pub kind: FaultKind,
}

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Its first word begins no statement.
    NoStatement(String),
    /// `CREATE`, `ALTER` or `DROP` of something that no server has.
    NoObject(String),
    /// Another statement begins in it: a `;` is missing.
    NoTerminator,
    /// A comma with nothing before or after it.
    StrayComma,
    /// A bracket without its other half.
    LoneBracket,
    /// It ends where more must follow.
    BreaksOff(String),
    /// A word that is in nobody's grammar, after a statement that was whole without it.
    Leftover(String),
    /// A column without a type, which SQLite alone has.
    NoType(String),
    /// Another server has it, this one does not.
    OtherServer(&'static str),
    /// Statements that begin so have a word in them that this one has not.
    Lacks {
        /// The words by which the statement begins.
        head: String,
        /// The word, or a choice of words.
        word: String,
    },
    /// A keyword that stands there twice.
    Twice(String),
    /// What stands there cannot stand there.
    Unexpected(String),
    /// A bracket in which something must stand.
    EmptyBracket,
}

impl FaultKind {
    /// For people: what is wrong.
    pub fn message(&self) -> String {
        match self {
            Self::NoStatement(word) => format!("`{word}` begins no statement"),
            Self::NoObject(words) => format!("nothing is called `{words}`"),
            Self::NoTerminator => "no `;` ends the statement before this one".to_owned(),
            Self::StrayComma => "nothing stands on one side of this comma".to_owned(),
            Self::LoneBracket => "the other half of this bracket is missing".to_owned(),
            Self::BreaksOff(word) => format!("the statement ends after `{word}`"),
            Self::Leftover(word) => {
                format!("the statement is complete before `{word}`, which no server reads here")
            }
            Self::NoType(column) => format!("the column `{column}` has no type"),
            Self::OtherServer(what) => format!("this server has no `{what}`"),
            Self::Lacks { head, word } => format!("this `{head}` has no `{word}`"),
            Self::Twice(word) => format!("`{word}` stands here twice"),
            Self::Unexpected(word) => format!("`{word}` cannot stand here"),
            Self::EmptyBracket => "something must stand in this bracket".to_owned(),
        }
    }
}

/// What is wrong with a statement that sqlparser did not take as a whole, if that is certain.
pub(super) fn find(tokens: &[TokenWithSpan], cx: &Cx) -> Option<Fault> {
    if is_of_others(tokens, cx) {
        return None;
    }
    let whole = cx.slice(cx.span);
    let reader = FaultReader { tokens, cx };
    reader
        .first_words()
        .or_else(|| reader.next_statement())
        .or_else(|| reader.punctuation(whole))
        .or_else(|| reader.breaks_off())
}

/// What a statement lacks that every one of its kind has, whoever reads it.
pub(super) fn of_shape(tokens: &[TokenWithSpan], cx: &Cx) -> Option<Fault> {
    let reader = FaultReader { tokens, cx };
    let found = reader.repeated().or_else(|| reader.empty_select());
    found.or_else(|| {
        if is_of_others(tokens, cx) {
            return None;
        }
        let found = reader.misshapen().or_else(|| reader.unfinished_action());
        let found = found.or_else(|| reader.neighbours());
        found.or_else(|| {
            // Of `/*! … */` another server reads another part.
            if cx.slice(cx.span).contains("/*") {
                return None;
            }
            reader.wrong_action()
        })
    })
}

/// Whether a statement has a mark in it, outside of strings, that another server reads as a quote
/// or a comment.
fn is_of_others(tokens: &[TokenWithSpan], cx: &Cx) -> bool {
    let mut marks = cx.dialect.marks_of_others().iter();
    let whole = cx.slice(cx.span);
    marks.any(|mark| {
        whole.contains(mark)
            && (mark.contains('\'')
                || tokens.iter().any(|token| {
                    !matches!(token.token, Token::SingleQuotedString(_))
                        && cx.slice(cx.span(token.span)).contains(mark)
                }))
    })
}

/// What sqlparser takes and this server does not.
pub(super) fn of_another_server(tokens: &[TokenWithSpan], cx: &Cx) -> Option<Fault> {
    let reader = FaultReader { tokens, cx };
    if !cx.dialect.has_untyped_columns()
        && let Some(fault) = reader.untyped_column()
    {
        return Some(fault);
    }
    if let Some(fault) = reader.foreign_phrase() {
        return Some(fault);
    }
    let phrase = ["CREATE", "OR", "REPLACE", "TABLE"];
    let mut words = phrase.iter().enumerate();
    let follows = words.all(|(at, word)| reader.is(at, word));
    let kind = FaultKind::OtherServer("CREATE OR REPLACE TABLE");
    (follows && !cx.dialect.has_or_replace_table())
        .then(|| reader.fault(0, 3, kind))
        .flatten()
}

struct FaultReader<'a> {
    tokens: &'a [TokenWithSpan],
    cx: &'a Cx<'a>,
}

impl<'a> FaultReader<'a> {
    /// The word at a place, unless it is quoted.
    fn word(&self, at: usize) -> Option<&'a str> {
        match &self.tokens.get(at)?.token {
            Token::Word(Word {
                value,
                quote_style: None,
                ..
            }) => Some(value),
            _ => None,
        }
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.word(at)
            .is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        self.word(at)
            .is_some_and(|found| words.iter().any(|word| found.eq_ignore_ascii_case(word)))
    }

    fn fault(&self, first: usize, last: usize, kind: FaultKind) -> Option<Fault> {
        let span = |at: usize| Some(self.cx.span(self.tokens.get(at)?.span));
        Some(Fault {
            span: span(first)?.to(span(last)?),
            kind,
        })
    }

    /// The first word, and what `CREATE`, `ALTER` and `DROP` are about.
    fn first_words(&self) -> Option<Fault> {
        let first = self.word(0)?;
        let plain = |word: &str| {
            word.bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        };
        if !plain(first) {
            return None;
        }
        if self.begins_in_the_middle() {
            return self.fault(0, 0, FaultKind::NoStatement(first.to_owned()));
        }
        let verbs = ["CREATE", "ALTER", "DROP", "INSERT", "DELETE"];
        if self.is_one_of(0, &verbs) && self.is(1, first) {
            return self.fault(1, 1, FaultKind::Twice(first.to_owned()));
        }
        if !words::begins_statement(first) {
            // `a := 1;`, `new.a = 1;` and `f(1);` are pieces of a body in another language.
            let of_body = matches!(
                self.tokens.get(1).map(|token| &token.token),
                Some(Token::Assignment | Token::Eq | Token::Period | Token::LParen | Token::Colon)
            );
            return (!of_body)
                .then(|| self.fault(0, 0, FaultKind::NoStatement(first.to_owned())))
                .flatten();
        }
        if !self.is_one_of(0, &["CREATE", "ALTER", "DROP"]) {
            return None;
        }
        let object = self.word(1)?;
        if plain(object) && !words::is_object(object) {
            return self.fault(0, 1, FaultKind::NoObject(format!("{first} {object}")));
        }
        None
    }

    /// Whether the verb is missing: no part of a body begins so, and `TABLE name` is a query.
    fn begins_in_the_middle(&self) -> bool {
        let after = if self.is(1, "ONLY") { 3 } else { 2 };
        let query = [
            "ORDER",
            "LIMIT",
            "OFFSET",
            "FETCH",
            "FOR",
            "UNION",
            "INTERSECT",
            "EXCEPT",
            "INTO",
        ];
        let goes_on = match self.tokens.get(after).map(|token| &token.token) {
            Some(Token::Word(_)) => !self.is_one_of(after, &query),
            Some(token) => *token == Token::LParen,
            None => false,
        };
        self.is(0, "INTO") || (self.is(0, "TABLE") && goes_on)
    }

    /// Another statement that begins at the start of a line, outside of brackets.
    fn next_statement(&self) -> Option<Fault> {
        let begins = self.is(0, "BEGIN") && !self.cx.dialect.begin_may_open_a_block();
        if self.holds_statements() && !(begins && self.begins_another(1)) {
            return None;
        }
        // `--split`: MySQL wants a blank after a comment's two dashes, so that this is none. It may
        // be the mark of a tool, and what follows on the next line a statement of its own.
        let mut first = self.tokens.get(..2).unwrap_or_default().iter();
        if first.len() == 2 && first.all(|it| it.token == Token::Minus) {
            return None;
        }
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(1) {
            match token.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ if depth == 0 && self.begins_another(at) && self.starts_line(at) => {
                    let mut last = at + 1;
                    while last + 1 < self.tokens.len() && !self.starts_line(last + 1) {
                        last += 1;
                    }
                    return self.fault(at, last, FaultKind::NoTerminator);
                }
                _ => {}
            }
        }
        None
    }

    /// Whether statements of this kind have others in them.
    fn holds_statements(&self) -> bool {
        let outer = [
            "EXPLAIN", "PREPARE", "DECLARE", "DO", "WITH", "COPY", "BEGIN", "IF", "WHILE", "EXEC",
            "EXECUTE", "GRANT", "REVOKE", "CALL", "FOR", "LOOP", "CASE",
        ];
        let bodies = [
            "FUNCTION",
            "PROCEDURE",
            "PROC",
            "TRIGGER",
            "RULE",
            "EVENT",
            "SCHEMA",
            "PACKAGE",
            "EXTENSION",
            "PUBLICATION",
            "TYPE",
        ];
        let head = self.tokens.len().min(12);
        self.is_one_of(0, &outer) || (1..head).any(|at| self.is_one_of(at, &bodies))
    }

    fn begins_another(&self, at: usize) -> bool {
        let of_table = self.is(0, "ALTER") && self.is(1, "TABLE");
        let object = match self.word(at).map(str::to_ascii_uppercase).as_deref() {
            Some("CREATE") => words::is_object(self.word(at + 1).unwrap_or_default()),
            // `ALTER TABLE t DROP INDEX i` is MySQL's.
            Some("ALTER" | "DROP") => {
                let kinds = [
                    "TABLE",
                    "VIEW",
                    "SEQUENCE",
                    "DATABASE",
                    "MATERIALIZED",
                    "POLICY",
                    "TYPE",
                    "FUNCTION",
                    "TRIGGER",
                ];
                self.is_one_of(at + 1, &kinds) || (!of_table && self.is(at + 1, "INDEX"))
            }
            Some("INSERT") => self.is(at + 1, "INTO"),
            Some("DELETE") => self.is(at + 1, "FROM"),
            Some("TRUNCATE" | "RENAME") => self.is(at + 1, "TABLE"),
            _ => false,
        };
        let goes_on = [
            "AS", "DO", "THEN", "ELSE", "FOR", "ALSO", "INSTEAD", "ANALYZE", "VERBOSE", "ON", "OR",
            "WITH", "GRANT", "REVOKE", "ADD", "NOT", "AND", "TO", "FROM",
        ];
        let comma = self.tokens[at - 1].token == Token::Comma;
        object && !comma && !self.is_one_of(at - 1, &goes_on)
    }

    /// Whether a token is the first one of its line, and no comment before it says that a tool cuts
    /// the file there.
    fn starts_line(&self, at: usize) -> bool {
        let (Some(before), Some(token)) =
            (self.tokens.get(at.wrapping_sub(1)), self.tokens.get(at))
        else {
            return false;
        };
        let (end, start) = (
            self.cx.span(before.span).end,
            self.cx.span(token.span).start,
        );
        let between = self.cx.text.get(end..start).unwrap_or_default();
        let cuts = [
            "split",
            "statement",
            "delimiter",
            ";;",
            "breakpoint",
            "go\n",
        ];
        let lower = between.to_ascii_lowercase();
        between.contains('\n') && !cuts.iter().any(|mark| lower.contains(mark))
    }

    /// Looks for commas that separate nothing, and for brackets without their other half.
    fn punctuation(&self, whole: &str) -> Option<Fault> {
        // Of `/*! … */` another server reads another part; a module reads its own arguments.
        let own = whole.contains("/*!") || whole.contains("/*M!") || self.is(1, "VIRTUAL");
        if own {
            return None;
        }
        let mut open: Vec<usize> = Vec::new();
        let token = |at: usize| self.tokens.get(at).map(|token| &token.token);
        for at in 0..self.tokens.len() {
            match self.tokens[at].token {
                Token::LParen => open.push(at),
                Token::RParen if open.pop().is_none() => {
                    return self.fault(at, at, FaultKind::LoneBracket);
                }
                Token::Comma
                    if matches!(token(at + 1), None | Some(Token::RParen | Token::Comma))
                        || matches!(
                            at.checked_sub(1).and_then(token),
                            None | Some(Token::LParen)
                        ) =>
                {
                    return self.fault(at, at, FaultKind::StrayComma);
                }
                _ => {}
            }
        }
        let lone = open.pop()?;
        self.fault(lone, lone, FaultKind::LoneBracket)
    }

    /// An operator or a keyword that something must follow.
    fn breaks_off(&self) -> Option<Fault> {
        let last = self.tokens.len().checked_sub(1)?;
        let symbol = matches!(
            self.tokens[last].token,
            Token::Eq
                | Token::Lt
                | Token::Gt
                | Token::LtEq
                | Token::GtEq
                | Token::Neq
                | Token::Plus
                | Token::Minus
                | Token::Period
                | Token::StringConcat
                | Token::DoubleColon
                | Token::Assignment
        );
        let words = [
            "WHERE",
            "SET",
            "INTO",
            "FROM",
            "AND",
            "OR",
            "LIKE",
            "JOIN",
            "REFERENCES",
            "CONSTRAINT",
            "HAVING",
            "TO",
            "AS",
            "IN",
            "LIMIT",
            "UNION",
            "WHEN",
            "THEN",
            "ELSE",
        ];
        let object = ["CREATE", "ALTER", "DROP", "TRUNCATE"];
        let nameless = self.is(last, "TABLE") && self.is_one_of(0, &object);
        if last == 0 || !(symbol || nameless || self.is_one_of(last, &words)) {
            return None;
        }
        let text = self.cx.slice(self.cx.span(self.tokens[last].span));
        self.fault(last, last, FaultKind::BreaksOff(text.to_owned()))
    }
}
