//! A place in a statement's tokens, and what recognisers ask there.

use sqlparser::ast;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use crate::source::Span;
use crate::sql::change::{Change, ChangeKind, DataType, Expr, Ident, ObjectName, Query};
use crate::sql::lower::{self, Cx};
use crate::sql::parse;

/// Reads a statement's tokens from left to right. A copy is a bookmark.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'c> {
    all: &'c [TokenWithSpan],
    at: usize,
    /// The name of the table that the tokens are about, if they are; literals compared with its
    /// columns get their type from it.
    pub(crate) table: &'c [TokenWithSpan],
    /// The statement, with the text that spans are bytes of.
    pub(crate) cx: &'c Cx<'c>,
}

impl<'c> Cursor<'c> {
    /// At the first token.
    pub(crate) fn new(tokens: &'c [TokenWithSpan], cx: &'c Cx<'c>) -> Self {
        Self {
            all: tokens,
            at: 0,
            table: &[],
            cx,
        }
    }

    /// Over other tokens of the same statement.
    pub(crate) fn over(self, tokens: &'c [TokenWithSpan]) -> Self {
        Self {
            all: tokens,
            at: 0,
            ..self
        }
    }

    /// The tokens not read yet.
    pub(crate) fn rest(self) -> &'c [TokenWithSpan] {
        &self.all[self.at..]
    }

    /// The tokens read since a bookmark.
    pub(crate) fn since(self, mark: Cursor<'c>) -> &'c [TokenWithSpan] {
        &self.all[mark.at..self.at]
    }

    /// Whether everything is read.
    pub(crate) fn done(self) -> bool {
        self.at >= self.all.len()
    }

    /// The next token, which stays unread.
    pub(crate) fn peek(self) -> Option<&'c Token> {
        self.all.get(self.at).map(|token| &token.token)
    }

    /// The next token, read.
    pub(crate) fn next(&mut self) -> Option<&'c TokenWithSpan> {
        let token = self.all.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// The next token if it is a word without quotes.
    fn word_at(self, ahead: usize) -> Option<&'c Word> {
        match self.all.get(self.at + ahead).map(|token| &token.token) {
            Some(Token::Word(word)) if word.quote_style.is_none() => Some(word),
            _ => None,
        }
    }

    /// Whether these words follow, without reading them.
    pub(crate) fn sees(self, words: &str) -> bool {
        let words = words.split(' ').enumerate();
        words.into_iter().all(|(at, word)| {
            self.word_at(at)
                .is_some_and(|next| next.value.eq_ignore_ascii_case(word))
        })
    }

    /// Reads these words if all of them follow.
    pub(crate) fn take(&mut self, words: &str) -> bool {
        let follows = self.sees(words);
        if follows {
            self.at += words.split(' ').count();
        }
        follows
    }

    /// Reads the first of several phrases that follows.
    pub(crate) fn take_any(&mut self, phrases: &[&'static str]) -> Option<&'static str> {
        phrases.iter().copied().find(|phrase| self.take(phrase))
    }

    /// Reads one unquoted word, whatever it is, in upper case.
    pub(crate) fn keyword(&mut self) -> Option<String> {
        let word = self.word_at(0)?;
        self.at += 1;
        Some(word.value.to_ascii_uppercase())
    }

    /// Reads this token if it follows.
    pub(crate) fn symbol(&mut self, token: &Token) -> bool {
        let follows = self.peek() == Some(token);
        self.at += usize::from(follows);
        follows
    }

    /// Reads an optional `=`.
    pub(crate) fn equals(&mut self) -> bool {
        self.symbol(&Token::Eq) || self.symbol(&Token::Assignment)
    }

    /// Reads a name, quoted or not.
    pub(crate) fn ident(&mut self) -> Option<Ident> {
        let token = self.all.get(self.at)?;
        let ident = match &token.token {
            Token::Word(word) => ast::Ident {
                value: word.value.clone(),
                quote_style: word.quote_style,
                span: token.span,
            },
            // SQLite takes a string where it expects a name; MySQL does so for accounts and
            // charsets.
            Token::SingleQuotedString(value) | Token::DoubleQuotedString(value)
                if self.cx.dialect.strings_can_be_names() =>
            {
                ast::Ident {
                    value: value.clone(),
                    quote_style: Some('"'),
                    span: token.span,
                }
            }
            _ => return None,
        };
        self.at += 1;
        Some(lower::ident(&ident, self.cx))
    }

    /// Reads a name with an optional schema; a database before the schema is dropped.
    pub(crate) fn name(&mut self) -> Option<ObjectName> {
        let mut name = ObjectName {
            schema: None,
            name: self.ident()?,
        };
        while self.symbol(&Token::Period) {
            let next = self.ident()?;
            name = ObjectName {
                schema: Some(name.name),
                name: next,
            };
        }
        Some(name)
    }

    /// Reads names between commas.
    pub(crate) fn names(&mut self) -> Option<Vec<ObjectName>> {
        let mut names = vec![self.name()?];
        while self.symbol(&Token::Comma) {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// Reads a string, and gives its value.
    pub(crate) fn string(&mut self) -> Option<String> {
        let value = text_of(self.peek()?)?.to_owned();
        self.at += 1;
        Some(value)
    }

    /// Reads `( … )`, and gives what is inside.
    pub(crate) fn group(&mut self) -> Option<Cursor<'c>> {
        if self.peek() != Some(&Token::LParen) {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        for (at, token) in self.all.iter().enumerate().skip(self.at) {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => {
                    depth -= 1;
                    if depth == 0 {
                        self.at = at + 1;
                        return Some(self.over(&self.all[start..at]));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The rest, cut at commas outside of parentheses and brackets.
    pub(crate) fn split_commas(self) -> Vec<Cursor<'c>> {
        let rest = self.rest();
        let mut parts = Vec::new();
        let (mut start, mut depth) = (0, 0_usize);
        for (at, token) in rest.iter().enumerate() {
            match token.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                Token::Comma if depth == 0 => {
                    parts.push(self.over(&rest[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(self.over(&rest[start..]));
        parts
    }

    /// Reads up to the first of these phrases outside of parentheses, or to the end.
    pub(crate) fn until(&mut self, phrases: &[&str]) -> Cursor<'c> {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ if depth == 0 && phrases.iter().any(|phrase| self.sees(phrase)) => break,
                _ => {}
            }
            self.at += 1;
        }
        self.over(&self.all[start..self.at])
    }

    /// Where PL/pgSQL's `INTO [STRICT] a, b` stands among the tokens: an `INTO` that no `INSERT` or
    /// `MERGE` precedes.
    pub(crate) fn into_clause(self) -> Option<std::ops::Range<usize>> {
        let mut at = self;
        if ![
            "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "PERFORM",
        ]
        .iter()
        .any(|verb| at.sees(verb))
        {
            return None;
        }
        loop {
            at.until(&["INTO"]);
            let start = at.at;
            if !at.take("INTO") {
                return None;
            }
            let before = start
                .checked_sub(1)
                .map(|before| at.over(&at.all[before..]));
            if before.is_some_and(|before| before.sees("INSERT") || before.sees("MERGE")) {
                continue;
            }
            at.take("STRICT");
            while at.name().is_some() && at.symbol(&Token::Comma) {}
            return Some(start..at.at);
        }
    }

    /// The bytes of the tokens not read yet.
    pub(crate) fn span(self) -> Span {
        self.span_of(self.rest())
    }

    /// The bytes of some tokens; the statement's for none.
    pub(crate) fn span_of(self, tokens: &[TokenWithSpan]) -> Span {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => self.cx.span(first.span).to(self.cx.span(last.span)),
            _ => self.cx.span,
        }
    }

    /// The text of the tokens not read yet.
    pub(crate) fn text(self) -> &'c str {
        if self.done() {
            ""
        } else {
            self.cx.slice(self.span())
        }
    }

    /// Reads `IF EXISTS`; whether it was there.
    pub(crate) fn if_exists(&mut self) -> bool {
        self.take("IF EXISTS")
    }

    /// Reads a type: everything up to one of these phrases.
    pub(crate) fn data_type(&mut self, before: &[&str]) -> Option<DataType> {
        let tokens = self.until(before);
        parse::data_type(tokens.rest(), self.cx)
    }

    /// Everything that is left, as an expression about the table.
    pub(crate) fn expr(self) -> Option<Expr> {
        let table = self.over(self.table).name();
        parse::expr(self.rest(), table.as_ref(), self.cx)
    }

    /// Everything that is left, as a query.
    pub(crate) fn query(self) -> Option<Query> {
        parse::query(self.rest(), self.cx)
    }

    /// A change of the whole statement, if nothing is left to read.
    pub(crate) fn finish(self, kind: ChangeKind) -> Option<Vec<Change>> {
        self.done().then(|| self.whole(kind))
    }

    /// A change of the whole statement, whatever is left.
    pub(crate) fn whole(self, kind: ChangeKind) -> Vec<Change> {
        vec![Change {
            span: self.cx.span,
            kind,
        }]
    }
}

/// The value of a string token.
pub(crate) fn text_of(token: &Token) -> Option<&str> {
    match token {
        Token::SingleQuotedString(value)
        | Token::DoubleQuotedString(value)
        | Token::EscapedStringLiteral(value)
        | Token::NationalStringLiteral(value)
        | Token::UnicodeStringLiteral(value) => Some(value),
        Token::DollarQuotedString(string) => Some(&string.value),
        _ => None,
    }
}
