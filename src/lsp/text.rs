//! Places in a text as the protocol counts them: lines from 0 that end at `\n`, `\r\n` or `\r`,
//! columns in UTF-16 code units.

use super::protocol::{LspPosition, LspRange};
use crate::source::Span;

/// Where the lines of a text begin.
pub(super) struct LineStarts<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineStarts<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        });
        Self {
            text,
            starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// The place of a byte.
    pub(super) fn position(&self, offset: usize) -> LspPosition {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let units: usize = before.chars().map(char::len_utf16).sum();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        LspPosition {
            line: number(line),
            character: number(units),
        }
    }

    pub(super) fn range(&self, span: Span) -> LspRange {
        LspRange {
            start: self.position(span.start),
            end: self.position(span.end.max(span.start)),
        }
    }

    /// The byte of a place. What lies after the end of a line or of the text is its end, and the
    /// middle of a character is its start.
    pub(super) fn offset(&self, position: LspPosition) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(&start) = self.starts.get(line) else {
            return self.text.len();
        };
        let end = self.starts.get(line + 1).copied();
        let line = &self.text[start..end.unwrap_or(self.text.len())];
        let line = line.trim_end_matches(['\n', '\r']);
        let mut left = usize::try_from(position.character).unwrap_or(usize::MAX);
        for (at, sign) in line.char_indices() {
            if left < sign.len_utf16() {
                return start + at;
            }
            left -= sign.len_utf16();
        }
        start + line.len()
    }
}

/// A text with a range of it replaced.
pub(super) fn replace(text: &mut String, range: LspRange, with: &str) {
    let lines = LineStarts::of(text);
    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
    text.replace_range(start.min(end)..end.max(start), with);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> LspPosition {
        LspPosition { line, character }
    }

    #[test]
    fn columns_count_utf16() {
        let lines = LineStarts::of("a😀é\r\nb\rc");
        assert_eq!(lines.position(5), at(0, 3));
        assert_eq!(lines.position(10), at(1, 1));
        assert_eq!(lines.position(11), at(2, 0));
        assert_eq!(lines.offset(at(0, 3)), 5);
        assert_eq!(lines.offset(at(0, 2)), 1, "the middle of a character");
        assert_eq!(lines.offset(at(0, 99)), 7, "no further than the line");
        assert_eq!(lines.offset(at(9, 9)), 12);
    }

    #[test]
    fn ranges_may_be_anything() {
        let mut text = "one\ntwo\n".to_owned();
        let range = LspRange {
            start: at(1, 3),
            end: at(0, 1),
        };
        replace(&mut text, range, "é");
        assert_eq!(text, "oé\n");
    }
}
