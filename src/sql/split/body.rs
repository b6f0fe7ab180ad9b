//! Statements that hold statements: which `;` is inside one.

use super::super::lex::{Token, TokenKind};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::Dialect;

/// How many leading words are kept: `CREATE OR REPLACE DEFINER = a @ b SQL SECURITY …` needs the
/// most.
const HEAD: usize = 8;

/// Follows one statement's words.
#[derive(Default)]
pub(super) struct Body {
    head: [Span; HEAD],
    words: usize,
    kind: Option<Holder>,
    /// Open `BEGIN`s and `CASE`s, or parentheses of a rule.
    depth: usize,
    /// Where the body opens.
    opening: Span,
    /// The word before was `END`, which may yet turn out to be `END IF`.
    ended: bool,
    previous: Span,
}

/// What kind of statement holds statements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// It holds none: every `;` ends it.
    None,
    /// PostgreSQL's `CREATE FUNCTION … BEGIN ATOMIC … END`.
    Atomic,
    /// `CREATE TRIGGER … BEGIN … END` and MySQL's routines.
    Begin,
    /// `CREATE RULE … DO (a; b)`.
    Rule,
}

impl Body {
    /// Keeps the leading words.
    pub(super) fn head(&mut self, text: &str, token: Token) {
        if token.kind != TokenKind::Word {
            return;
        }
        if self.words < HEAD {
            self.head[self.words] = token.span;
            self.words += 1;
        } else if is(text, token.span, "stdin") && is(text, self.previous, "from") {
            self.head[HEAD - 1] = token.span;
        }
        self.previous = token.span;
    }

    /// Follows a token that is code.
    pub(super) fn token(&mut self, text: &str, token: Token, dialect: Dialect) {
        let before = self.previous;
        self.head(text, token);
        if self.kind.is_none() && token.kind == TokenKind::Word {
            self.kind = holder(text, &self.head[..self.words], dialect);
        }
        match self.kind {
            Some(Holder::Rule) => match token.kind {
                TokenKind::Symbol(b'(') => self.open(token.span),
                TokenKind::Symbol(b')') => self.depth = self.depth.saturating_sub(1),
                _ => {}
            },
            Some(Holder::Atomic | Holder::Begin) => self.block(text, token, before),
            _ => {}
        }
    }

    fn block(&mut self, text: &str, token: Token, before: Span) {
        let word = |name: &str| token.kind == TokenKind::Word && is(text, token.span, name);
        if std::mem::take(&mut self.ended) {
            if ["if", "loop", "while", "repeat", "for"]
                .iter()
                .any(|name| word(name))
            {
                return;
            }
            self.depth = self.depth.saturating_sub(1);
            if word("case") {
                return;
            }
        }
        let begins = match self.kind {
            Some(Holder::Atomic) => word("atomic") && is(text, before, "begin"),
            _ => word("begin"),
        };
        if begins || self.depth > 0 && word("case") {
            self.open(token.span);
        } else if self.depth > 0 && word("end") {
            self.ended = true;
        }
    }

    fn open(&mut self, span: Span) {
        if self.depth == 0 {
            self.opening = span;
        }
        self.depth += 1;
    }

    /// Follows a terminator; true when it ends the statement.
    pub(super) fn terminator(&mut self) -> bool {
        if std::mem::take(&mut self.ended) {
            self.depth = self.depth.saturating_sub(1);
        }
        self.depth == 0
    }

    /// Whether the text ended inside the body.
    pub(super) fn inside(&self) -> bool {
        self.depth > usize::from(self.ended)
    }

    /// The word or parenthesis that opened the body.
    pub(super) fn opening(&self) -> Span {
        self.opening
    }

    /// Whether this is `COPY … FROM stdin`.
    pub(super) fn copies_from_stdin(&self, text: &str) -> bool {
        let head = &self.head[..self.words];
        head.first().is_some_and(|&span| is(text, span, "copy"))
            && head.iter().any(|&span| is(text, span, "stdin"))
    }
}

/// What the leading words say; `None` while they do not say it yet.
fn holder(text: &str, head: &[Span], dialect: Dialect) -> Option<Holder> {
    let (&first, rest) = head.split_first()?;
    if dialect.begin_may_open_a_block() && is(text, first, "begin") {
        // MariaDB's `BEGIN NOT ATOMIC … END`.
        return match rest {
            [] => None,
            [not, ..] if is(text, *not, "not") => Some(Holder::Begin),
            _ => Some(Holder::None),
        };
    }
    if !is(text, first, "create") {
        return Some(Holder::None);
    }
    let object = rest.iter().find_map(|&span| {
        let word = text[span.range()].to_ascii_lowercase();
        on_server!(dialect => lex::holder(&word)).or(match word.as_str() {
            "table" | "index" | "view" | "type" | "schema" | "database" | "user" | "role"
            | "trigger" | "unique" => Some(Holder::None),
            _ => None,
        })
    });
    object.or((head.len() == HEAD).then_some(Holder::None))
}

fn is(text: &str, span: Span, word: &str) -> bool {
    text[span.range()].eq_ignore_ascii_case(word)
}
