//! One element of a table: a column, a constraint, an index, a `LIKE`.

use sqlparser::tokenizer::{Span as TokenSpan, Token, TokenWithSpan};

use super::{Cursor, token_at, word_at};
use crate::sql::change::{ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, IndexDef, Like};
use crate::sql::{Dialect, parse};

/// What an element turned out to be.
pub(super) enum Element {
    Column(Box<ColumnDef>),
    Constraint(Box<ConstraintDef>),
    Index(Box<IndexDef>),
    Like(Like),
}

/// Understands one element of the table that the cursor is about. SQLite takes several constraints
/// without commas between them for several elements.
pub(super) fn elements(at: Cursor) -> Option<Vec<Element>> {
    if at.cx.dialect == Dialect::Postgres
        && let Some(element) = like(at).or_else(|| not_null(at))
    {
        return Some(vec![element]);
    }
    if at.cx.dialect == Dialect::MySql
        && let Some(index) = index(at)
    {
        return Some(vec![Element::Index(Box::new(index))]);
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
    if at.cx.dialect == Dialect::Sqlite {
        several(at).or_else(|| odd_type(at))
    } else {
        None
    }
}

/// Lets sqlparser parse the element as the only one of a table.
fn wrapped(tokens: Vec<TokenWithSpan>, at: Cursor) -> Option<Vec<Element>> {
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

/// `LIKE other INCLUDING ALL EXCLUDING INDEXES`.
fn like(mut at: Cursor) -> Option<Element> {
    if !at.take("LIKE") {
        return None;
    }
    let table = at.name()?;
    let mut including: Vec<String> = Vec::new();
    while let Some(verb) = at.take_any(&["INCLUDING", "EXCLUDING"]) {
        let what = at.keyword()?;
        if verb == "INCLUDING" {
            including.push(what);
        } else {
            if including.iter().any(|word| word == "ALL") {
                let every = [
                    "COMMENTS",
                    "COMPRESSION",
                    "CONSTRAINTS",
                    "DEFAULTS",
                    "GENERATED",
                    "IDENTITY",
                    "INDEXES",
                    "STATISTICS",
                    "STORAGE",
                ];
                including = every.map(str::to_owned).to_vec();
            }
            including.retain(|word| *word != what && what != "ALL");
        }
    }
    at.done()
        .then_some(Element::Like(Like { table, including }))
}

/// `[CONSTRAINT name] NOT NULL column [NO INHERIT] [NOT VALID]`.
pub(super) fn not_null(mut at: Cursor) -> Option<Element> {
    let span = at.span();
    let name = if at.take("CONSTRAINT") {
        Some(at.ident()?)
    } else {
        None
    };
    if !at.take("NOT NULL") {
        return None;
    }
    let column = at.ident()?;
    at.take("NO INHERIT");
    let not_valid = at.take("NOT VALID");
    let kind = ConstraintKind::NotNull { column };
    let constraint = ConstraintDef {
        name,
        span,
        kind,
        not_valid,
        deferrable: false,
        initially_deferred: false,
    };
    at.done().then(|| Element::Constraint(Box::new(constraint)))
}

/// MySQL's `[FULLTEXT | SPATIAL] {KEY | INDEX} [name] [USING x] (…) options`.
fn index(mut at: Cursor) -> Option<IndexDef> {
    let kind = at.take_any(&["FULLTEXT", "SPATIAL"]);
    if at.take_any(&["KEY", "INDEX"]).is_none() && kind.is_none() {
        return None;
    }
    at.take("IF NOT EXISTS");
    let mut method = kind.map(str::to_ascii_lowercase);
    let mut name = None;
    if at.peek() != Some(&Token::LParen) && !at.sees("USING") {
        name = Some(at.ident()?);
    }
    if at.take("USING") {
        method = at.keyword().map(|word| word.to_ascii_lowercase());
    }
    let start = at;
    at.group()?;
    let nowhere = TokenSpan::empty();
    let mut tokens: Vec<_> = ["CREATE", "INDEX", "i", "ON"]
        .iter()
        .map(|word| word_at(word, nowhere))
        .collect();
    tokens.extend_from_slice(at.table);
    tokens.extend_from_slice(at.since(start));
    let changes = parse::statement(tokens, at.cx).ok()?;
    let [change] = <[_; 1]>::try_from(changes).ok()?;
    let ChangeKind::CreateIndex { index, .. } = change.kind else {
        return None;
    };
    Some(IndexDef {
        name,
        method: method.or_else(|| index.method.clone()),
        ..*index
    })
}

/// The words that start a table constraint.
const CONSTRAINTS: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY KEY",
    "UNIQUE",
    "CHECK",
    "FOREIGN KEY",
];

/// SQLite's table constraints without commas between them.
fn several(mut at: Cursor) -> Option<Vec<Element>> {
    let mut all = Vec::new();
    while !at.done() {
        let start = at;
        if at.take("CONSTRAINT") {
            at.ident()?;
        }
        at.take_any(CONSTRAINTS)?;
        at.until(CONSTRAINTS);
        all.extend(wrapped(Clean::of(at.over(at.since(start))).tokens, at)?);
    }
    (all.len() > 1).then_some(all)
}

/// SQLite's types are any words: they are given to the parser as one.
fn odd_type(mut at: Cursor) -> Option<Vec<Element>> {
    let clean = Clean::of(at).tokens;
    let name = at.next()?.clone();
    let end = at.until(&[
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
        "AS",
    ]);
    let words: Vec<_> = end
        .rest()
        .iter()
        .take_while(|token| token.token != Token::LParen)
        .collect();
    let (first, last) = (words.first()?, words.last()?);
    let span = at.span_of(end.rest().get(..words.len())?);
    let mut tokens = vec![name];
    tokens.push(word_at(
        at.cx.slice(span),
        TokenSpan::new(first.span.start, last.span.end),
    ));
    tokens.extend_from_slice(clean.get(1 + end.rest().len()..)?);
    wrapped(tokens, at)
}

/// An element without what sqlparser does not know and no catalog keeps.
struct Clean {
    tokens: Vec<TokenWithSpan>,
    /// `STORED` was put where `VIRTUAL` or nothing stood.
    computed: bool,
    /// `UNIQUE NULLS NOT DISTINCT` stood at a column.
    not_distinct: bool,
}

impl Clean {
    fn of(mut at: Cursor) -> Self {
        let mut clean = Self {
            tokens: Vec::new(),
            computed: false,
            not_distinct: false,
        };
        while !at.done() {
            let read = match at.cx.dialect {
                Dialect::Postgres => clean.postgres(&mut at),
                Dialect::MySql => clean.mysql(&mut at),
                Dialect::Sqlite => clean.sqlite(&mut at),
            };
            if !read {
                clean.keep(&mut at);
            }
        }
        clean
    }

    fn keep(&mut self, at: &mut Cursor) {
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
    fn ends_with_column_unique(&self) -> bool {
        is_word(self.tokens.last(), "UNIQUE") && !is_word(self.tokens.first(), "CONSTRAINT")
    }

    /// Whether this is a constraint of the table that rows can break.
    fn is_checked_constraint(&self) -> bool {
        ["CONSTRAINT", "FOREIGN", "CHECK"]
            .iter()
            .any(|word| is_word(self.tokens.first(), word))
    }

    fn sqlite(&mut self, at: &mut Cursor) -> bool {
        if at.take("ON CONFLICT") {
            at.next();
            return true;
        }
        // A column's name may be a string.
        if let (
            true,
            Some(TokenWithSpan {
                token: Token::SingleQuotedString(name),
                span,
            }),
        ) = (self.tokens.is_empty(), at.rest().first())
        {
            self.tokens
                .push(token_at(Token::make_word(name, Some('"')), *span));
            at.next();
            return true;
        }
        false
    }

    /// Keeps these words if they follow.
    fn kept(&mut self, at: &mut Cursor, words: &str) -> bool {
        let start = *at;
        let follows = at.take(words);
        self.tokens.extend_from_slice(at.since(start));
        follows
    }

    fn postgres(&mut self, at: &mut Cursor) -> bool {
        if self.tokens.len() > 1 && at.take_any(&["COMPRESSION", "STORAGE"]).is_some() {
            at.next();
        } else if self.kept(at, "AS IDENTITY") {
            at.group();
        } else if !at.sees("GENERATED ALWAYS AS IDENTITY") && self.kept(at, "GENERATED ALWAYS AS") {
            let span = at
                .rest()
                .first()
                .map_or_else(TokenSpan::empty, |token| token.span);
            self.keep(at);
            if !at.take("STORED") {
                at.take("VIRTUAL");
                self.computed = true;
            }
            self.tokens.push(word_at("STORED", span));
        } else if ["ON DELETE SET NULL", "ON DELETE SET DEFAULT"]
            .iter()
            .any(|action| self.kept(at, action))
        {
            at.group();
        } else if self.kept(at, "NOT NULL") {
            at.take("NO INHERIT");
        } else if self.tokens.len() > 1 && at.sees("NULLS") && self.ends_with_column_unique() {
            self.not_distinct |= at.take("NULLS NOT DISTINCT");
            return self.not_distinct || at.take("NULLS DISTINCT");
        } else if self.is_checked_constraint() && at.take("NOT VALID") {
            // A new table has no rows that could break it, so the server takes it for valid.
        } else if at.take("OPTIONS") {
            at.group();
        } else if at.take("USING INDEX TABLESPACE") {
            at.next();
        } else if at.sees("WITH") {
            let mut options = *at;
            options.take("WITH");
            if options.group().is_none() {
                return false;
            }
            *at = options;
        } else {
            return false;
        }
        true
    }

    fn mysql(&mut self, at: &mut Cursor) -> bool {
        let typed = self.tokens.len() > 1;
        if self.tokens.len() == 1 && at.take("REAL") {
            // The parser knows no `REAL(6, 2)`, which is a DOUBLE.
            let span = self
                .tokens
                .last()
                .map_or_else(TokenSpan::empty, |token| token.span);
            self.tokens.push(word_at("DOUBLE", span));
        } else if typed
            && at
                .take_any(&[
                    "COLUMN_FORMAT",
                    "STORAGE",
                    "SRID",
                    "KEY_BLOCK_SIZE",
                    "ENGINE_ATTRIBUTE",
                ])
                .is_some()
        {
            at.equals();
            at.next();
        } else if typed && at.take("PERSISTENT") {
            let span = self
                .tokens
                .last()
                .map_or_else(TokenSpan::empty, |token| token.span);
            self.tokens.push(word_at("STORED", span));
        } else if typed && at.take("USING") {
            at.next();
        } else {
            // `VARCHAR(20) BINARY`: a collation of the character set, unless it is the type itself.
            return typed
                && at
                    .take_any(&[
                        "BINARY",
                        "VISIBLE",
                        "INVISIBLE",
                        "COMPRESSED",
                        "WITHOUT SYSTEM VERSIONING",
                        "WITH SYSTEM VERSIONING",
                    ])
                    .is_some();
        }
        true
    }
}

fn is_word(token: Option<&TokenWithSpan>, text: &str) -> bool {
    matches!(token.map(|token| &token.token), Some(Token::Word(word)) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}
