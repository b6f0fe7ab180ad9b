//! The text of a command, and where each byte of it stands in its file.

use std::sync::OnceLock;

use super::shell::Word;
use crate::source::{Source, Span};
use std::borrow::Cow;

/// Text that is run, taken from a file: a whole script, a line of one, or a string of a JSON or
/// YAML file without its quotes and escapes.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) source: Source,
    text: String,
    /// Where it is written, with quotes, escapes or indentation around it.
    place: Span,
    /// Looked for when somebody asks: most scripts of CI are read, and run nothing that is judged.
    map: OnceLock<Map>,
}

/// From bytes of the text to bytes of the file.
#[derive(Clone, Debug)]
enum Map {
    /// The text stands there as it is, from this byte on.
    At(usize),
    /// The byte of the file for each byte of the text.
    Bytes(Vec<usize>),
}

/// A word of a list in a file.
pub(crate) struct ListWord<'t> {
    /// What it says.
    pub(crate) text: Cow<'t, str>,
    /// Where it stands, with quotes.
    pub(crate) span: Span,
}

impl Text {
    /// A whole file.
    pub(crate) fn whole(source: &Source) -> Self {
        Self::slice(source, Span::new(0, source.text().len()))
    }

    /// A part of a file, as it stands there.
    pub(crate) fn slice(source: &Source, span: Span) -> Self {
        Self {
            source: source.clone(),
            text: source.slice(span).to_owned(),
            place: span,
            map: Map::At(span.start).into(),
        }
    }

    /// What a file says at a place with quotes, escapes or indentation around it.
    pub(crate) fn decoded(source: &Source, span: Span, text: String) -> Self {
        Self {
            source: source.clone(),
            text,
            place: span,
            map: OnceLock::new(),
        }
    }

    /// Words of a list, `["tool", "up"]`, joined by blanks.
    pub(crate) fn joined(source: &Source, parts: &[ListWord]) -> (Self, Vec<Word>) {
        let mut text = String::new();
        let mut bytes = Vec::new();
        let mut words = Vec::new();
        for ListWord { text: part, span } in parts {
            if !text.is_empty() {
                text.push(' ');
                bytes.push(span.start);
            }
            let start = text.len();
            let one = Self::decoded(source, *span, part.to_string());
            text.push_str(part);
            bytes.extend((0..part.len()).map(|at| one.span(Span::new(at, at)).start));
            words.push(Word {
                text: part.to_string(),
                span: Span::new(start, text.len()),
                inner: Vec::new(),
                quoted: true,
            });
        }
        let joined = Self {
            source: source.clone(),
            text,
            place: Span::default(),
            map: Map::Bytes(bytes).into(),
        };
        (joined, words)
    }

    /// A string inside of this text, as in `sh -c "…"`; `span` is where it stands in this text.
    pub(crate) fn inner(&self, span: Span, text: String) -> Self {
        let here = self.span(span);
        // Mostly it is all that stands there; looking for a whole script begins with reading it twice.
        let found = match self.text.get(span.range()) {
            Some(written) if written.starts_with(&text) => Some(0),
            Some(written) => written.find(&text),
            None => None,
        };
        match found {
            Some(at) if !text.is_empty() => {
                let at = span.start + at;
                let map = match self.map() {
                    Map::At(start) => Map::At(start + at),
                    Map::Bytes(bytes) => Map::Bytes(bytes[at..at + text.len()].to_vec()),
                };
                Self {
                    source: self.source.clone(),
                    text,
                    place: here,
                    map: map.into(),
                }
            }
            _ => Self::decoded(&self.source, here, text),
        }
    }

    fn map(&self) -> &Map {
        self.map
            .get_or_init(|| find_bytes(&self.source, self.place, &self.text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// A place of this text in the file.
    pub(crate) fn span(&self, span: Span) -> Span {
        match self.map() {
            Map::At(start) => span.shifted(*start),
            Map::Bytes(bytes) => {
                let at = |byte: usize| bytes.get(byte).copied();
                let start = at(span.start).or_else(|| bytes.last().copied());
                let last = span.end.checked_sub(1).and_then(at);
                let start = start.unwrap_or_default();
                Span::new(start, last.map_or(start, |last| last + 1).max(start))
            }
        }
    }
}

/// Where the bytes of a text stand that is written at a place. Each character is looked for in the
/// order in which it must stand there, so that a place in it is right to a character or two whatever
/// the escapes.
fn find_bytes(source: &Source, span: Span, text: &str) -> Map {
    let written = source.slice(span);
    if let Some(at) = written.find(text).filter(|_| !text.is_empty()) {
        return Map::At(span.start + at);
    }
    let mut map = Vec::with_capacity(text.len());
    let mut at = 0;
    for sign in text.chars() {
        if sign.is_whitespace() {
            map.extend(std::iter::repeat_n(span.start + at, sign.len_utf8()));
            continue;
        }
        // A script of a job may have thousands of signs, nearly all of one byte.
        let stands = |at: usize| match u8::try_from(sign) {
            Ok(byte) if byte.is_ascii() => written.as_bytes().get(at) == Some(&byte),
            _ => written[at..].starts_with(sign),
        };
        if !stands(at)
            && let Some(found) = written[at..].find(sign)
        {
            at += found;
        }
        map.extend(std::iter::repeat_n(span.start + at, sign.len_utf8()));
        if stands(at) {
            at += sign.len_utf8();
        }
    }
    Map::Bytes(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_decoded_string_are_places_in_the_file() {
        let source = Source::new("package.json", r#"{"a": "sh -c \"x && push\""}"#);
        let text = Text::decoded(&source, Span::new(6, 27), r#"sh -c "x && push""#.to_owned());
        let at = text.as_str().find("push").expect("it is there");
        let span = text.span(Span::new(at, at + 4));
        assert_eq!(source.slice(span), "push");
        let inner = text.inner(Span::new(6, 17), "x && push".to_owned());
        let span = inner.span(Span::new(5, 9));
        assert_eq!(source.slice(span), "push");
    }
}
