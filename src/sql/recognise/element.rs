//! One element of a table: a column, a constraint, an index, a `LIKE`.

use sqlparser::tokenizer::{Span as TokenSpan, Token, TokenWithSpan};

use super::{Cursor, token_at, word_at};
use crate::server::on_server;
use crate::sql::change::{ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, IndexDef, Like};
use crate::sql::parse;

/// What an element turned out to be.
pub(crate) enum Element {
    Column(Box<ColumnDef>),
    Constraint(Box<ConstraintDef>),
    Index(Box<IndexDef>),
    Like(Like),
}

/// Understands one element of the table that the cursor is about. SQLite takes several constraints
/// without commas between them for several elements.
pub(crate) fn elements(at: Cursor) -> Option<Vec<Element>> {
    if let Some(element) = on_server!(at.cx.dialect => recognise::element(at)) {
        return Some(vec![element]);
    }
    if let Some(elements) = wrapped(at.rest().to_vec(), at) {
        return Some(elements);
    }
    let clean = Clean::of(at);
    if let Some(mut elements) = wrapped(clean.tokens, at) {
        for element in &mut elements {
            let Element::Column(column) = element else {
                continue;
            };
            if let Some(generated) = &mut column.generated
                && clean.computed
            {
                generated.stored = false;
            }
            for constraint in &mut column.constraints {
                if let ConstraintKind::Unique {
                    nulls_not_distinct, ..
                } = &mut constraint.kind
                {
                    *nulls_not_distinct |= clean.not_distinct;
                }
            }
        }
        return Some(elements);
    }
    on_server!(at.cx.dialect => recognise::odd_elements(at))
}

/// Lets sqlparser parse the element as the only one of a table.
pub(crate) fn wrapped(tokens: Vec<TokenWithSpan>, at: Cursor) -> Option<Vec<Element>> {
    let nowhere = TokenSpan::empty();
    let mut wrapped: Vec<_> = ["CREATE", "TABLE"]
        .iter()
        .map(|word| word_at(word, nowhere))
        .collect();
    wrapped.extend_from_slice(at.table);
    wrapped.push(token_at(Token::LParen, nowhere));
    wrapped.extend(tokens);
    wrapped.push(token_at(Token::RParen, nowhere));
    let changes = parse::statement(wrapped, at.cx).ok()?;
    let [change] = <[_; 1]>::try_from(changes).ok()?;
    let ChangeKind::CreateTable(table) = change.kind else {
        return None;
    };
    let columns = table
        .columns
        .into_iter()
        .map(|column| Element::Column(Box::new(column)));
    let constraints = table
        .constraints
        .into_iter()
        .map(|constraint| Element::Constraint(Box::new(constraint)));
    let indexes = table
        .indexes
        .into_iter()
        .map(|index| Element::Index(Box::new(index)));
    let likes = table.like.into_iter().map(Element::Like);
    Some(
        columns
            .chain(constraints)
            .chain(indexes)
            .chain(likes)
            .collect(),
    )
}

/// An element without what sqlparser does not know and no catalog keeps.
pub(crate) struct Clean {
    pub(crate) tokens: Vec<TokenWithSpan>,
    /// `STORED` was put where `VIRTUAL` or nothing stood.
    pub(crate) computed: bool,
    /// `UNIQUE NULLS NOT DISTINCT` stood at a column.
    pub(crate) not_distinct: bool,
}

impl Clean {
    pub(crate) fn of(mut at: Cursor) -> Self {
        let mut clean = Self {
            tokens: Vec::new(),
            computed: false,
            not_distinct: false,
        };
        while !at.done() {
            if !on_server!(at.cx.dialect => recognise::clean(&mut clean, &mut at)) {
                clean.keep(&mut at);
            }
        }
        clean
    }

    /// Keeps the next token, or group of tokens.
    pub(crate) fn keep(&mut self, at: &mut Cursor) {
        let start = *at;
        if at.group().is_none() {
            at.next();
        }
        // PostgreSQL 18's keys over periods: `(a, b WITHOUT OVERLAPS)`, `(a, PERIOD b)`.
        let mut read = at.over(at.since(start));
        while !read.done() {
            let starts = matches!(
                self.tokens.last(),
                Some(TokenWithSpan {
                    token: Token::Comma | Token::LParen,
                    ..
                })
            );
            let period = starts
                && matches!(
                    read.rest(),
                    [
                        _,
                        TokenWithSpan {
                            token: Token::Word(_),
                            ..
                        },
                        ..
                    ]
                );
            if !(read.take("WITHOUT OVERLAPS") || period && read.take("PERIOD")) {
                self.tokens.extend(read.next().cloned());
            }
        }
    }

    /// Whether the last word is the `UNIQUE` of a column, not that of a constraint of the table.
    pub(crate) fn ends_with_column_unique(&self) -> bool {
        is_word(self.tokens.last(), "UNIQUE") && !is_word(self.tokens.first(), "CONSTRAINT")
    }

    /// Whether this is a constraint of the table that rows can break.
    pub(crate) fn is_checked_constraint(&self) -> bool {
        ["CONSTRAINT", "FOREIGN", "CHECK"]
            .iter()
            .any(|word| is_word(self.tokens.first(), word))
    }

    /// Keeps these words if they follow.
    pub(crate) fn kept(&mut self, at: &mut Cursor, words: &str) -> bool {
        let start = *at;
        let follows = at.take(words);
        self.tokens.extend_from_slice(at.since(start));
        follows
    }
}

fn is_word(token: Option<&TokenWithSpan>, text: &str) -> bool {
    matches!(token.map(|token| &token.token), Some(Token::Word(word)) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}
