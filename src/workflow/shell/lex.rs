//! The words and operators of a shell script, each with its place.

use crate::source::Span;

/// A word without its quotes; `$NAME` stays as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// What the command is given.
    pub(crate) text: String,
    /// Its bytes, quotes included.
    pub(crate) span: Span,
    /// What stands in `$( )` and backticks.
    pub(crate) inner: Vec<Span>,
    /// Whether any of it was quoted.
    pub(crate) quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ShellToken {
    Word(Word),
    /// `&&`, `||`, `;`, `;;`, `|`, `&`, `(`, `)`, and a line break.
    Operator(&'static str, Span),
}

const OPERATORS: [&str; 11] = ["&&", "||", ";;", ";&", "|&", ";", "|", "&", "(", ")", "\n"];

pub(super) fn tokens(text: &str) -> Vec<ShellToken> {
    read(text).tokens
}

/// The same, with the redirections, which are in no command.
pub(super) fn read(text: &str) -> ShellLexer<'_> {
    let mut lexer = ShellLexer {
        text,
        at: 0,
        tokens: Vec::new(),
        redirections: Vec::new(),
        documents: Vec::new(),
    };
    while lexer.step() {}
    lexer
}

/// `> file`, `>> file` or `<< END`.
pub(super) struct Redirection {
    /// How many tokens stand before it.
    pub(super) after: usize,
    /// With the descriptor before it, as in `2>`.
    pub(super) sign: String,
    /// The file, or what ends the here-document.
    pub(super) target: String,
    /// The text of a here-document.
    pub(super) document: Option<Span>,
}

pub(super) struct ShellLexer<'a> {
    text: &'a str,
    at: usize,
    pub(super) tokens: Vec<ShellToken>,
    pub(super) redirections: Vec<Redirection>,
    /// Here-documents whose text starts after this line, as places among the redirections.
    documents: Vec<usize>,
}

impl ShellLexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        match first {
            '\\' if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") => {
                self.at += rest.find('\n').map_or(1, |end| end + 1);
            }
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            _ if first != '\n' && first.is_whitespace() => {
                self.at += run(rest, |sign| sign != '\n' && sign.is_whitespace());
            }
            '0'..='9' | '<' | '>' | '&' if let Some(length) = redirection(rest) => {
                self.redirect(length);
            }
            '&' | '|' | ';' | '(' | ')' | '\n' if let Some(operator) = operator(rest) => {
                let span = Span::new(self.at, self.at + operator.len());
                self.at = span.end;
                self.tokens.push(ShellToken::Operator(operator, span));
                if first == '\n' {
                    self.skip_documents();
                }
            }
            _ => {
                let word = self.word();
                self.tokens.push(ShellToken::Word(word));
            }
        }
        true
    }

    /// Takes `2>&1`, `> file`, `<< END` and what belongs to it out of the command.
    fn redirect(&mut self, length: usize) {
        let sign = self.rest()[..length].to_owned();
        let document = sign == "<<" || sign == "<<-";
        self.at += length;
        while self.rest().starts_with([' ', '\t']) {
            self.at += 1;
        }
        if self.rest().starts_with(['\n', ';']) || self.rest().is_empty() {
            return;
        }
        let target = self.word();
        if document {
            self.documents.push(self.redirections.len());
        }
        self.redirections.push(Redirection {
            after: self.tokens.len(),
            sign,
            target: target.text,
            document: None,
        });
    }

    fn skip_documents(&mut self) {
        for index in std::mem::take(&mut self.documents) {
            let (start, mut end) = (self.at, self.at);
            while !self.rest().is_empty() {
                let rest = self.rest();
                let length = rest.find('\n').unwrap_or(rest.len());
                let is_end = rest[..length].trim() == self.redirections[index].target;
                self.at += (length + 1).min(rest.len());
                if is_end {
                    break;
                }
                end = self.at;
            }
            self.redirections[index].document = Some(Span::new(start, end));
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Word::default();
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '\'' => {
                    let body = self.rest()[1..].find('\'').unwrap_or(self.rest().len() - 1);
                    word.text.push_str(&self.rest()[1..=body]);
                    self.at = (self.at + body + 2).min(self.text.len());
                    word.quoted = true;
                }
                '"' => self.double_quoted(&mut word),
                '\\' => {
                    let mut signs = self.rest().chars();
                    let escaped = signs.nth(1);
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                    word.text.extend(escaped.filter(|sign| *sign != '\n'));
                }
                '$' | '`' => self.dollar(&mut word),
                sign if ends_word(sign) => break,
                _ => {
                    self.plain(&mut word, |sign| {
                        !ends_word(sign) && !matches!(sign, '\'' | '"' | '\\' | '$' | '`')
                    });
                }
            }
        }
        // A sign that nothing above takes must not stop the reading.
        if self.at == start {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
        word.span = Span::new(start, self.at);
        word
    }

    /// Takes the signs that mean nothing but themselves; at least one.
    fn plain(&mut self, word: &mut Word, is_plain: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        let length = run(rest, is_plain);
        word.text.push_str(&rest[..length]);
        self.at += length;
    }

    fn double_quoted(&mut self, word: &mut Word) {
        self.at += 1;
        word.quoted = true;
        while let Some(sign) = self.rest().chars().next() {
            match sign {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    let escaped = self.rest().chars().nth(1);
                    self.at += 1 + escaped.map_or(0, char::len_utf8);
                    match escaped {
                        Some(sign) if "\"\\$`".contains(sign) => word.text.push(sign),
                        Some('\n') | None => {}
                        Some(sign) => word.text.extend(['\\', sign]),
                    }
                }
                '$' | '`' => self.dollar(word),
                _ => self.plain(word, |sign| !matches!(sign, '"' | '\\' | '$' | '`')),
            }
        }
    }

    /// `$NAME`, `${…}`, `$(…)`, `` `…` `` and GitHub's `${{ … }}` stay as they are written.
    fn dollar(&mut self, word: &mut Word) {
        let rest = self.rest();
        let length = if let Some(inside) = rest.strip_prefix('`') {
            inside.find('`').map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("$(") {
            closing(rest, 1, '(', ')')
        } else if rest.starts_with("${") {
            closing(rest, 1, '{', '}')
        } else {
            1
        };
        let (start, end) = (self.at, self.at + length);
        if rest.starts_with('`') {
            word.inner
                .push(Span::new(start + 1, (end - 1).max(start + 1)));
        } else if rest.starts_with("$(") && !rest.starts_with("$((") {
            word.inner
                .push(Span::new(start + 2, (end - 1).max(start + 2)));
        }
        word.text.push_str(&rest[..length]);
        self.at = end;
    }
}

/// One past the bracket that closes the one at `at`, quotes respected; the end if there is none.
fn closing(text: &str, at: usize, open: char, close: char) -> usize {
    let mut depth = 0;
    let mut quote: Option<char> = None;
    let mut signs = text.char_indices().skip_while(|(index, _)| *index < at);
    while let Some((index, sign)) = signs.next() {
        match (quote, sign) {
            (_, '\\') => drop(signs.next()),
            (Some(open), sign) if open == sign => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if open == '(' => quote = Some(sign),
            (None, sign) if sign == open => depth += 1,
            (None, sign) if sign == close => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// How much of a text such signs are from its start.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    // Scripts are ASCII but for a few comments.
    while let Some(&byte) = bytes.get(at) {
        let sign = if byte.is_ascii() {
            char::from(byte)
        } else {
            text[at..].chars().next().unwrap_or_default()
        };
        if !is_part(sign) {
            break;
        }
        at += sign.len_utf8();
    }
    at
}

fn ends_word(sign: char) -> bool {
    matches!(sign, ';' | '|' | '&' | '(' | ')' | '<' | '>') || sign.is_whitespace()
}

fn operator(text: &str) -> Option<&'static str> {
    OPERATORS.into_iter().find(|it| text.starts_with(it))
}

/// The length of a redirection's sign, with the descriptor before it.
fn redirection(text: &str) -> Option<usize> {
    let digits = run(text, |it| it.is_ascii_digit());
    let sign = &text[digits..];
    if !sign.starts_with(['<', '>', '&']) {
        return None;
    }
    let known = [
        "<<<", "<<-", "<<", "&>>", "&>", ">>", ">&", ">|", "<&", "<>", ">", "<",
    ];
    let found = known.iter().find(|it| sign.starts_with(**it))?;
    // `<(…)` and `>(…)` are words to the shell, and rare.
    (!sign[found.len()..].starts_with('(')).then_some(digits + found.len())
}
