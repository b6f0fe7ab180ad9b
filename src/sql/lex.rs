//! Bytes to tokens, per dialect; never fails.
//!
//! Only as much as splitting and procedural bodies need: which bytes are code, and which are inside
//! a quote, a comment or a client's command. The tokens tile the text. Statements themselves are
//! tokenised a second time by sqlparser, one at a time (see [`super::parse`]).

mod quote;

use super::{Dialect, Versions};
use crate::source::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Blanks, a byte-order mark, and the frame of MySQL's `/*! … */`, whose inside is code.
    Space,
    /// `-- …` (MySQL: `# …` too), without its line break.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// `--> statement-breakpoint`, which a generator writes between statements.
    Breakpoint,
    /// A keyword or name.
    Word,
    /// A quoted name.
    Quoted,
    /// A string in quotes, prefix (`E`, `N`, `X`, `B`, `U&`) included.
    Text,
    /// A dollar-quoted string.
    Dollar,
    Number,
    /// `;`, or what `DELIMITER` put in its place.
    Terminator,
    /// A `DELIMITER` line of the mysql client.
    Delimiter,
    /// A psql command from the backslash to the end of its line; `\;` is one too.
    Meta,
    /// One character of anything else.
    Symbol(u8),
}

/// A token: what, where, and whether its closing quote is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Where it stands in the text.
    pub(crate) span: Span,
    /// False for a quote or comment that runs to the end of the text.
    pub(crate) closed: bool,
}

impl Token {
    /// Whether it is neither blank nor comment.
    pub(crate) fn is_code(&self) -> bool {
        !matches!(
            self.kind,
            TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment
        )
    }
}

/// Reads tokens off a text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    dialect: Dialect,
    mariadb: bool,
    /// In place of `;`.
    delimiter: Option<&'a str>,
    /// How many `/*!` are open, whose text is code until their `*/`.
    hints: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer over a part of a text; spans are bytes of the whole.
    pub(crate) fn new(text: &'a str, span: Span, dialect: Dialect, versions: Versions) -> Self {
        let end = span.end.min(text.len());
        Self {
            text,
            at: span.start.min(end),
            end,
            dialect,
            mariadb: versions.mariadb,
            delimiter: None,
            hints: 0,
        }
    }

    /// The first byte not read yet.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// One past the last byte to read.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Goes on from another byte.
    pub(crate) fn seek(&mut self, at: usize) {
        self.at = at.min(self.end);
    }

    /// Whether a `DELIMITER` line has put something in the place of `;`.
    pub(crate) fn has_delimiter(&self) -> bool {
        self.delimiter.is_some()
    }

    fn byte(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end {
            self.text.as_bytes()[at]
        } else {
            0
        }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..self.end]
    }

    /// The bytes from here up to the first that `stop` accepts.
    fn run(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        rest.iter()
            .skip(from)
            .position(|&byte| stop(byte))
            .map_or(rest.len(), |at| at + from)
    }

    /// The kind and length of the token that starts here, and whether it is closed.
    fn scan(&mut self) -> (TokenKind, usize, bool) {
        let rest = self.rest();
        let first = rest[0];
        if let Some(delimiter) = self.delimiter
            && rest.starts_with(delimiter.as_bytes())
        {
            return (TokenKind::Terminator, delimiter.len(), true);
        }
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => (
                TokenKind::Space,
                self.run(1, |byte| {
                    !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
                }),
                true,
            ),
            0xef if rest.starts_with("\u{feff}".as_bytes()) => (TokenKind::Space, 3, true),
            b'-' if self.byte(1) == b'-' => self.dashes(),
            b'#' if self.dialect.has_hash_comments() => self.line_comment(),
            b'/' if self.byte(1) == b'*' => self.block_comment(),
            // mysqldump writes `/*!50003 CREATE*/ /*!50017 DEFINER=…*/ /*!50003 TRIGGER …*/`: the
            // splitter hands over the statement from its first word on, which stands after the
            // first mark.
            // A statement may start inside of a frame; `a*/* … */b` closes none.
            b'*' if self.byte(1) == b'/'
                && (self.hints > 0
                    || (self.dialect.has_executable_comments() && self.byte(2) != b'*')) =>
            {
                self.hints = self.hints.saturating_sub(1);
                (TokenKind::Space, 2, true)
            }
            b'\'' => self.string(0),
            b'"' if self.dialect.double_quotes_are_strings() => self.string(0),
            b'"' => self.quoted(0, b'"'),
            b'`' if self.dialect.has_backticks() => self.quoted(0, b'`'),
            b'[' if self.dialect.has_brackets() => {
                match rest.iter().position(|&byte| byte == b']') {
                    Some(at) => (TokenKind::Quoted, at + 1, true),
                    None => (TokenKind::Quoted, rest.len(), false),
                }
            }
            b'$' if self.dialect.has_dollar_quotes() => self.dollar(),
            b'\\' if self.dialect.has_client_commands() => self.meta(),
            b';' if self.delimiter.is_none() => (TokenKind::Terminator, 1, true),
            b'0'..=b'9' => (TokenKind::Number, self.number(), true),
            _ if is_word_start(first)
                || first == b'$' && self.dialect.words_start_with_dollar() =>
            {
                self.word()
            }
            _ => (TokenKind::Symbol(first), 1, true),
        }
    }

    fn dashes(&self) -> (TokenKind, usize, bool) {
        let rest = self.rest();
        if rest.get(2) == Some(&b'>') {
            let blanks = rest[3..].iter().take_while(|&&byte| byte == b' ').count();
            if rest[3 + blanks..].starts_with(b"statement-breakpoint") {
                return (
                    TokenKind::Breakpoint,
                    3 + blanks + "statement-breakpoint".len(),
                    true,
                );
            }
        }
        // MySQL wants a blank or control character after the dashes: `5--1` is six.
        if self.dialect.dashes_need_a_blank()
            && rest.get(2).is_some_and(|&byte| byte > b' ' && byte != 0x7f)
        {
            return (TokenKind::Symbol(b'-'), 1, true);
        }
        self.line_comment()
    }

    fn line_comment(&self) -> (TokenKind, usize, bool) {
        // PostgreSQL ends a comment at a carriage return too.
        let carriage_return = self.dialect.carriage_return_ends_comment();
        let length = self.run(1, |byte| byte == b'\n' || carriage_return && byte == b'\r');
        let length = length - usize::from(length > 1 && self.rest()[length - 1] == b'\r');
        (TokenKind::LineComment, length, true)
    }

    fn number(&self) -> usize {
        let rest = self.rest();
        let mut at = 1;
        while let Some(&byte) = rest.get(at) {
            let sign = matches!(byte, b'+' | b'-')
                && matches!(rest[at - 1], b'e' | b'E')
                && !matches!(rest.get(1), Some(b'x' | b'X'))
                && rest.get(at + 1).is_some_and(u8::is_ascii_digit);
            let dot = byte == b'.' && rest.get(at + 1) != Some(&b'.');
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || sign || dot) {
                break;
            }
            at += 1;
        }
        at
    }

    fn word(&mut self) -> (TokenKind, usize, bool) {
        let prefix = self.rest();
        let quote = |at: usize| prefix.get(at).copied().unwrap_or_default();
        match prefix[0].to_ascii_lowercase() {
            b'e' | b'n' | b'x' | b'b' if quote(1) == b'\'' => return self.string(1),
            b'u' if quote(1) == b'&' && self.dialect.has_unicode_escapes() => match quote(2) {
                b'\'' => return self.string(2),
                b'"' => return self.quoted(2, b'"'),
                _ => {}
            },
            _ => {}
        }
        let mut length = self.run(1, |byte| !is_word_part(byte));
        if let Some(delimiter) = self.delimiter
            && let Some(at) = find(
                &prefix[..length.saturating_add(delimiter.len()).min(prefix.len())],
                delimiter,
            )
        {
            length = length.min(at);
        }
        if self.dialect.has_delimiter_command()
            && prefix[..length].eq_ignore_ascii_case(b"delimiter")
            && self.at_line_start()
        {
            return self.set_delimiter(length);
        }
        (TokenKind::Word, length, true)
    }

    fn at_line_start(&self) -> bool {
        let before = self.text[..self.at].trim_end_matches([' ', '\t', '\u{feff}']);
        before.is_empty() || before.ends_with('\n')
    }

    fn set_delimiter(&mut self, word: usize) -> (TokenKind, usize, bool) {
        // A runner in Java takes what stands on the next line, too.
        let blank = self.run(word, |byte| !byte.is_ascii_whitespace());
        let length = self.run(blank, |byte| byte == b'\n');
        let argument = self
            .text
            .get(self.at + word..self.at + length)
            .unwrap_or_default();
        let Some(delimiter) = argument.split_whitespace().next() else {
            return (TokenKind::Word, word, true);
        };
        let delimiter = delimiter.trim_matches(['\'', '"', '`']);
        let is_apart = argument
            .trim_start_matches([' ', '\t'])
            .starts_with(['\r', '\n']);
        // A column may be called so, with its type below.
        if is_apart && delimiter.starts_with(char::is_alphanumeric) {
            return (TokenKind::Word, word, true);
        }
        if delimiter.is_empty() || !argument.starts_with(char::is_whitespace) {
            return (TokenKind::Word, word, true);
        }
        self.delimiter = (delimiter != ";").then_some(delimiter);
        (TokenKind::Delimiter, length, true)
    }

    fn meta(&self) -> (TokenKind, usize, bool) {
        if self.byte(1) == b';' {
            return (TokenKind::Meta, 2, true);
        }
        let length = self.run(1, |byte| byte == b'\n');
        (TokenKind::Meta, length, true)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        let (kind, length, closed) = self.scan();
        let mut end = (start + length.max(1)).min(self.end);
        // A symbol outside ASCII cannot occur (those bytes are words), but a cut character must not
        // become two tokens.
        while end < self.end && !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        Some(Token {
            kind,
            span: Span::new(start, end),
            closed,
        })
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

fn find(haystack: &[u8], needle: &str) -> Option<usize> {
    haystack
        .windows(needle.len().max(1))
        .position(|window| window == needle.as_bytes())
}
