//! sqlparser's tokens for the plain text that most statements are.
//!
//! sqlparser reads a text character by character, with a string and a location for each blank: 164
//! instructions a byte, a fifth of a whole check. Here a statement of words, whole numbers, plain
//! quotes and common signs is read in one pass. Anything else is left to sqlparser, the whole
//! statement with it, so that there is no second opinion about what a token is; a test compares
//! both on every statement of the fixtures.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use sqlparser::dialect::Dialect as Grammar;
use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Word};

/// sqlparser looks each word up by halving its list of a thousand, which took half of what is left.
static KEYWORDS: LazyLock<HashMap<&[u8], Keyword, BuildHasherDefault<WordHasher>>> =
    LazyLock::new(|| {
        let keywords = ALL_KEYWORDS_INDEX.iter().copied();
        let words = ALL_KEYWORDS.iter().map(|word| word.as_bytes());
        words.zip(keywords).collect()
    });

/// FNV-1a: the map is the same in every run, and the standard hash, safe against chosen words, was a
/// tenth of reading tokens.
struct WordHasher(u64);

impl Default for WordHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.write(&[length.to_le_bytes()[0]]);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Longer than any keyword.
const LONGEST_KEYWORD: usize = 48;

fn keyword(word: &str) -> Keyword {
    let mut upper = [0; LONGEST_KEYWORD];
    let Some(upper) = upper.get_mut(..word.len()) else {
        return Keyword::NoKeyword;
    };
    upper.copy_from_slice(word.as_bytes());
    upper.make_ascii_uppercase();
    let found = KEYWORDS.get(&*upper);
    found.copied().unwrap_or(Keyword::NoKeyword)
}

/// The tokens of a text that starts at a byte of its file, without blanks and comments; `None` if
/// there is anything unusual in it.
pub(super) fn plain(text: &str, base: usize, grammar: &dyn Grammar) -> Option<Vec<TokenWithSpan>> {
    let mut reader = PlainReader {
        text,
        at: 0,
        base,
        tokens: Vec::with_capacity(text.len() / 5),
        grammar,
    };
    while reader.at < text.len() {
        reader.step()?;
    }
    Some(reader.tokens)
}

struct PlainReader<'t> {
    text: &'t str,
    at: usize,
    base: usize,
    tokens: Vec<TokenWithSpan>,
    grammar: &'t dyn Grammar,
}

impl<'t> PlainReader<'t> {
    /// Reads one token, or a blank.
    fn step(&mut self) -> Option<()> {
        let first = self.byte(0);
        match first {
            b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
            b'-' if self.byte(1) == b'-' => self.comment()?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word()?,
            b'0'..=b'9' => self.number()?,
            b'\'' => self.text()?,
            b'"' | b'`'
                if self
                    .grammar
                    .is_delimited_identifier_start(char::from(first)) =>
            {
                self.quoted(first)?;
            }
            b'[' if self.grammar.is_delimited_identifier_start('[') => return None,
            _ => self.sign(first)?,
        }
        Some(())
    }

    fn byte(&self, ahead: usize) -> u8 {
        let bytes = self.text.as_bytes();
        bytes.get(self.at + ahead).copied().unwrap_or(b'\n')
    }

    fn push(&mut self, token: Token, length: usize) {
        let location = |at: usize| Location {
            line: 1,
            column: (self.base + at + 1) as u64,
        };
        let span = Span {
            start: location(self.at),
            end: location(self.at + length),
        };
        self.tokens.push(TokenWithSpan { token, span });
        self.at += length;
    }

    /// How many bytes from here on are of a kind.
    fn run(&self, is_part: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| !is_part(*byte));
        end.unwrap_or(rest.len())
    }

    /// To the end of the line. MySQL wants a blank after the dashes.
    fn comment(&mut self) -> Option<()> {
        if !matches!(self.byte(2), b' ' | b'\t' | b'\n') {
            return None;
        }
        self.at += self.run(|byte| byte != b'\n');
        Some(())
    }

    /// A name or keyword, and no prefix of a string such as `E'…'`.
    fn word(&mut self) -> Option<()> {
        let length = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let next = self.byte(length);
        if matches!(
            next,
            b'\'' | b'"' | b'`' | b'&' | b'$' | b'@' | b'#' | b'\\'
        ) || !next.is_ascii()
        {
            return None;
        }
        let word = &self.text[self.at..self.at + length];
        let token = Token::Word(Word {
            value: word.to_owned(),
            quote_style: None,
            keyword: keyword(word),
        });
        self.push(token, length);
        Some(())
    }

    /// A number in decimals.
    fn number(&mut self) -> Option<()> {
        let mut length = self.run(|byte| byte.is_ascii_digit());
        if self.byte(length) == b'.' && self.byte(length + 1).is_ascii_digit() {
            let digits = self.text.as_bytes()[self.at + length + 1..].iter();
            length += 1 + digits.take_while(|byte| byte.is_ascii_digit()).count();
        }
        let next = self.byte(length);
        let before = self.tokens.last().map(|token| &token.token);
        let plain = matches!(
            next,
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b')' | b';' | b']'
        );
        if !plain || before == Some(&Token::Period) {
            return None;
        }
        let digits = self.text[self.at..self.at + length].to_owned();
        self.push(Token::Number(digits, false), length);
        Some(())
    }

    /// What stands between two quotes, with neither the quote nor a backslash in it.
    fn between(&self, quote: u8) -> Option<&'t str> {
        let rest = &self.text[self.at + 1..];
        let end = rest
            .bytes()
            .position(|byte| byte == quote || byte == b'\\')?;
        let ends = rest.as_bytes()[end] == quote && self.byte(end + 2) != quote;
        ends.then(|| &rest[..end])
    }

    /// A string, in which a quote may stand twice for itself.
    fn text(&mut self) -> Option<()> {
        let bytes = &self.text.as_bytes()[self.at + 1..];
        let mut end = 0;
        loop {
            end += bytes[end..]
                .iter()
                .position(|byte| matches!(byte, b'\'' | b'\\'))?;
            match (bytes[end], bytes.get(end + 1)) {
                (b'\\', _) => return None,
                (_, Some(b'\'')) => end += 2,
                _ => break,
            }
        }
        let written = &self.text[self.at + 1..self.at + 1 + end];
        let text = if written.contains('\'') {
            written.replace("''", "'")
        } else {
            written.to_owned()
        };
        self.push(Token::SingleQuotedString(text), end + 2);
        Some(())
    }

    fn quoted(&mut self, quote: u8) -> Option<()> {
        let name = self.between(quote)?;
        let token = Token::make_word(name, Some(char::from(quote)));
        self.push(token, name.len() + 2);
        Some(())
    }

    /// A sign that no other character makes a longer one of.
    fn sign(&mut self, first: u8) -> Option<()> {
        let next = self.byte(1);
        if let Some((token, length)) = self.long_sign(first, next) {
            self.push(token, length);
            return Some(());
        }
        let apart = next.is_ascii_whitespace();
        let ends = apart || next.is_ascii_alphanumeric() || matches!(next, b'_' | b'\'' | b'"');
        let token = match first {
            b'(' => Token::LParen,
            b')' => Token::RParen,
            b',' => Token::Comma,
            b';' => Token::SemiColon,
            b'[' => Token::LBracket,
            b']' => Token::RBracket,
            b'.' if !next.is_ascii_digit() => Token::Period,
            b'=' if ends => Token::Eq,
            b'*' if apart || matches!(next, b')' | b',' | b';') => Token::Mul,
            b'+' if apart => Token::Plus,
            b'-' if apart => Token::Minus,
            b'/' if apart => Token::Div,
            b'<' if apart => Token::Lt,
            b'>' if apart => Token::Gt,
            _ => return None,
        };
        self.push(token, 1);
        Some(())
    }

    /// An operator of several characters, before what belongs to none.
    fn long_sign(&self, first: u8, next: u8) -> Option<(Token, usize)> {
        let (token, length) = match (first, next) {
            (b':', b':') => (Token::DoubleColon, 2),
            (b'|', b'|') => (Token::StringConcat, 2),
            (b'<', b'>') | (b'!', b'=') => (Token::Neq, 2),
            (b'<', b'=') => (Token::LtEq, 2),
            (b'>', b'=') => (Token::GtEq, 2),
            (b'-', b'>') if self.byte(2) == b'>' => (Token::LongArrow, 3),
            (b'-', b'>') => (Token::Arrow, 2),
            _ => return None,
        };
        let after = self.byte(length);
        let ends = match first {
            b':' => after.is_ascii_alphabetic() || after == b'"',
            _ => {
                after.is_ascii_alphanumeric()
                    || after.is_ascii_whitespace()
                    || matches!(after, b'_' | b'\'' | b'"' | b'(')
            }
        };
        ends.then_some((token, length))
    }
}
