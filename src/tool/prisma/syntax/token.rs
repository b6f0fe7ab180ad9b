//! Prisma schema text to tokens. Line breaks are tokens, because they end fields; inside brackets
//! they mean nothing.

use crate::source::Span;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct PrismaToken {
    pub(super) kind: PrismaTokenKind,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PrismaTokenKind {
    Word(String),
    Number(String),
    String(String),
    /// `{ } ( ) [ ] , : . = ? !` and `@`.
    Punctuation(char),
    /// `@@`.
    BlockAttribute,
    NewLine,
    /// A character or string that the language does not have.
    Invalid,
}

/// Every token of a text; comments are left out.
pub(super) fn tokens(text: &str) -> Vec<PrismaToken> {
    let mut lexer = PrismaLexer {
        text,
        at: 0,
        depth: 0,
        tokens: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.next();
    }
    lexer.tokens
}

struct PrismaLexer<'a> {
    text: &'a str,
    at: usize,
    /// Open round and square brackets.
    depth: usize,
    tokens: Vec<PrismaToken>,
}

impl PrismaLexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: PrismaTokenKind, length: usize) {
        self.tokens.push(PrismaToken {
            kind,
            span: Span::new(self.at, self.at + length),
        });
        self.at += length;
    }

    fn next(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        match first {
            '\n' if self.depth > 0 => self.at += 1,
            '\n' => self.push(PrismaTokenKind::NewLine, 1),
            ' ' => self.at += rest.bytes().take_while(|byte| *byte == b' ').count(),
            _ if first.is_whitespace() || first == '\u{feff}' => self.at += first.len_utf8(),
            '/' if rest.starts_with("//") => self.at += rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            }
            '"' => self.string(),
            '@' if rest.starts_with("@@") => self.push(PrismaTokenKind::BlockAttribute, 2),
            '(' | '[' => {
                self.depth += 1;
                self.push(PrismaTokenKind::Punctuation(first), 1);
            }
            ')' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                self.push(PrismaTokenKind::Punctuation(first), 1);
            }
            '{' | '}' | ',' | ':' | '.' | '=' | '?' | '!' | '@' => {
                self.push(PrismaTokenKind::Punctuation(first), 1);
            }
            _ if first.is_ascii_digit() || first == '-' => {
                let length = 1 + span_of(&rest[1..], |it| {
                    it.is_ascii_alphanumeric() || matches!(it, '.' | '+' | '-')
                });
                self.push(PrismaTokenKind::Number(rest[..length].to_owned()), length);
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let length = span_of(rest, |it| it.is_alphanumeric() || matches!(it, '_' | '-'));
                self.push(PrismaTokenKind::Word(rest[..length].to_owned()), length);
            }
            _ => self.push(PrismaTokenKind::Invalid, first.len_utf8()),
        }
        // A bracket that was never closed must not swallow the rest of the file.
        if self.depth > 0 && self.starts_block() {
            self.depth = 0;
        }
    }

    /// Whether a new line starts here with the head of a block, so that an open bracket before it
    /// is a mistake.
    fn starts_block(&self) -> bool {
        let words = ["model", "view", "enum", "type", "datasource", "generator"];
        self.text[..self.at].ends_with('\n')
            && words.iter().any(|word| {
                self.rest().strip_prefix(word).is_some_and(|after| {
                    let line = after.lines().next().unwrap_or_default();
                    after.starts_with(' ') && line.trim_end().ends_with('{')
                })
            })
    }

    fn string(&mut self) {
        let rest = self.rest();
        let mut value = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => return self.push(PrismaTokenKind::String(value), at + 1),
                '\n' => return self.push(PrismaTokenKind::Invalid, at),
                '\\' => match chars.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, 'b')) => value.push('\u{8}'),
                    Some((_, 'f')) => value.push('\u{c}'),
                    Some((at, 'u')) => {
                        let code = rest
                            .get(at + 1..at + 5)
                            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
                        value.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
                        chars.by_ref().take(4).for_each(drop);
                    }
                    Some((_, other)) => value.push(other),
                    None => break,
                },
                _ => value.push(char),
            }
        }
        self.push(PrismaTokenKind::Invalid, rest.len());
    }
}

/// Bytes of the longest prefix whose characters all pass.
fn span_of(text: &str, pass: impl Fn(char) -> bool) -> usize {
    text.find(|it| !pass(it)).unwrap_or(text.len())
}
