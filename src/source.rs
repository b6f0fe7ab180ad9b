//! A text with a path, and places in it.

mod ahead;

use std::any::Any;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub(crate) use ahead::{Promise, Window};

/// A half-open range of bytes in one [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte that is in it.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The same span, `by` bytes further on.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// Whether `other` lies inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether there are no bytes in it.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// As a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A line and a column, both counted from 1; columns count characters as editors do, which show no
/// byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1; only `\n` ends a line.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// The text of one file and where it came from. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: String,
    text: String,
    damaged: bool,
    lines: OnceLock<Vec<usize>>,
    memo: Option<Memo>,
    /// What other threads work out of its parts.
    promises: OnceLock<HashMap<Span, Promise>>,
}

/// What was worked out of a text, in pairs of what it was worked out from and what came out.
type Memo = Mutex<Vec<Box<dyn Any + Send + Sync>>>;

impl Source {
    /// A source from text that is known to be UTF-8. `path` is relative to the repository's root,
    /// with `/` between folders.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            path: path.into(),
            text: text.into(),
            damaged: false,
            lines: OnceLock::new(),
            memo: None,
            promises: OnceLock::new(),
        }))
    }

    /// A source of a session that reads the same text again and again: what is worked out of it is
    /// kept until [`Source::forget`]. An editor asks again at every keystroke, and only one text
    /// has changed: remembering the others took 44 % of the CPU time off each on 434 migrations.
    pub(crate) fn remembering(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let source = Self::from_bytes(path, bytes);
        Self(Arc::new(Inner {
            path: source.0.path.clone(),
            text: source.0.text.clone(),
            damaged: source.0.damaged,
            lines: OnceLock::new(),
            memo: Some(Memo::default()),
            promises: OnceLock::new(),
        }))
    }

    /// Says that something will be asked for about parts of the text, before anybody asks. It is
    /// said once; what is said later is not heard.
    pub(crate) fn promise(&self, promises: HashMap<Span, Promise>) {
        if self.0.memo.is_none() {
            drop(self.0.promises.set(promises));
        }
    }

    /// Works out what was promised about a part, unless somebody has begun. False once nobody will
    /// ask any more.
    pub(crate) fn keep_promise<K, V>(&self, part: Span, key: K, make: impl FnOnce() -> V) -> bool
    where
        K: Send + 'static,
        V: Send + 'static,
    {
        let promises = self.0.promises.get();
        let promise = promises.and_then(|promises| promises.get(&part));
        promise.is_none_or(|promise| promise.keep(|| Box::new((key, make()))))
    }

    /// What `make` makes of a part of the text, which depends on `key` and on nothing else. A source
    /// that does not remember makes it each time, unless it was promised.
    pub(crate) fn recall<K, V>(&self, part: Span, key: K, make: impl FnOnce() -> V) -> V
    where
        K: PartialEq + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let promises = self.0.promises.get();
        let promise = promises.and_then(|promises| promises.get(&part));
        if let Some(outcome) = promise.and_then(Promise::take)
            && let Ok(pair) = outcome.downcast::<(K, V)>()
            && pair.0 == key
        {
            return pair.1;
        }
        let Some(memo) = &self.0.memo else {
            return make();
        };
        let found = memo
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find_map(|pair| {
                let (known, value) = pair.downcast_ref::<(K, V)>()?;
                (*known == key).then(|| value.clone())
            });
        if let Some(value) = found {
            return value;
        }
        let value = make();
        let mut pairs = memo.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.push(Box::new((key, value.clone())));
        value
    }

    /// Lets go of what was worked out. That speaks of the text, so that neither would ever go by
    /// itself.
    pub(crate) fn forget(&self) {
        if let Some(memo) = &self.0.memo {
            memo.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// The same text under another name.
    pub(crate) fn renamed(&self, path: String) -> Self {
        Self(Arc::new(Inner {
            path,
            text: self.0.text.clone(),
            damaged: self.0.damaged,
            lines: OnceLock::new(),
            memo: None,
            promises: OnceLock::new(),
        }))
    }

    /// A source from bytes. Each byte that is not UTF-8 becomes one `?`, so that offsets stay those
    /// of the file.
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(path, text),
            Err(error) => {
                let text = replace_invalid(error.as_bytes());
                Self(Arc::new(Inner {
                    path: path.into(),
                    text,
                    damaged: true,
                    lines: OnceLock::new(),
                    memo: None,
                    promises: OnceLock::new(),
                }))
            }
        }
    }

    /// Whether it is this very source, not just the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether it is the same text under the same path.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        let (own, theirs) = (&*self.0, &*other.0);
        self.is(other)
            || (own.path == theirs.path && own.damaged == theirs.damaged && own.text == theirs.text)
    }

    /// Path relative to the repository's root.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The whole text, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether bytes that were not UTF-8 had to be replaced.
    pub fn damaged(&self) -> bool {
        self.0.damaged
    }

    /// The text of a span; empty when the span lies outside or cuts a character.
    pub fn slice(&self, span: Span) -> &str {
        self.0.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = self.lines();
        let line = lines.partition_point(|&start| start <= offset);
        let start = lines[line - 1];
        let before = if start == 0 {
            text[..offset].trim_start_matches('\u{feff}')
        } else {
            &text[start..offset]
        };
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The column in bytes, from 1, of a place in its line; a byte order mark counts as nothing.
    pub fn byte_column(&self, offset: usize) -> usize {
        let offset = offset.min(self.text().len());
        let lines = self.lines();
        let start = lines[lines.partition_point(|&start| start <= offset) - 1];
        let mark = if start == 0 && self.text().starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        offset.saturating_sub(start + mark) + 1
    }

    /// The span of a line counted from 1, without its line break.
    pub fn line_span(&self, line: usize) -> Span {
        let lines = self.lines();
        let Some(&start) = line.checked_sub(1).and_then(|index| lines.get(index)) else {
            return Span::default();
        };
        let end = lines.get(line).map_or(self.text().len(), |next| next - 1);
        Span::new(
            start,
            start + self.text()[start..end].trim_end_matches('\r').len(),
        )
    }

    fn lines(&self) -> &[usize] {
        self.0.lines.get_or_init(|| {
            let breaks = self
                .0
                .text
                .bytes()
                .enumerate()
                .filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect()
        })
    }
}

fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_newline_only() {
        let source = Source::new("a.sql", "é;\r\nx\u{2028}y");
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(5), Position { line: 2, column: 1 });
        assert_eq!(source.position(9), Position { line: 2, column: 3 });
        assert_eq!(source.slice(source.line_span(1)), "é;");
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let source = Source::new("a.sql", "\u{feff}ab\n\u{feff}c");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(4), Position { line: 1, column: 2 });
        assert_eq!(source.position(9), Position { line: 2, column: 2 });
    }

    #[test]
    fn bytes_that_are_not_utf8_keep_their_offsets() {
        let source = Source::from_bytes("a.sql", b"a\xff\xfeb".to_vec());
        assert_eq!(source.text(), "a??b");
        assert!(source.damaged());
    }
}
