//! From the parser's places, which count characters of what it is given, to bytes of the file.

use std::ops::Range;

use saphyr_parser::Marker;

use crate::source::Span;

/// Where each character stands.
pub(super) struct Places<'a> {
    text: &'a str,
    /// The characters that are more than a byte. A file has few: to count from one known place to
    /// each mark took as long as reading the file did.
    wide: Vec<WideCharacter>,
    /// The parts of the file that the text consists of, where it is not the whole.
    parts: Vec<KeptPart>,
}

/// A character of several bytes.
struct WideCharacter {
    /// How many characters stand before it.
    index: usize,
    /// How many bytes more than characters there are up to its end.
    surplus: usize,
}

/// A part of the file that was kept.
struct KeptPart {
    /// Where it begins in the text.
    at: usize,
    /// Where it stands in the file.
    range: Range<usize>,
}

impl<'a> Places<'a> {
    /// Those of a whole file.
    pub(super) fn of(text: &'a str) -> Self {
        let mut wide = Vec::new();
        let mut surplus = 0;
        let mut line = 0;
        for signs in text.split_inclusive('\n') {
            // Nearly all lines are passed over as they are.
            if !signs.is_ascii() {
                let signs = signs.char_indices().filter(|(_, sign)| !sign.is_ascii());
                for (at, sign) in signs {
                    let index = line + at - surplus;
                    surplus += sign.len_utf8() - 1;
                    wide.push(WideCharacter { index, surplus });
                }
            }
            line += signs.len();
        }
        Self {
            text,
            wide,
            parts: Vec::new(),
        }
    }

    /// Those of a text that consists of parts of a file.
    pub(super) fn of_parts(text: &'a str, parts: &[Range<usize>]) -> Self {
        let mut at = 0;
        let mut kept = Vec::with_capacity(parts.len());
        for range in parts {
            let range = range.clone();
            let length = range.len();
            kept.push(KeptPart { at, range });
            at += length;
        }
        Self {
            parts: kept,
            ..Self::of(text)
        }
    }

    /// From one mark to another. What begins before a gap ends there at the latest.
    pub(super) fn between(&self, start: Marker, end: Marker) -> Span {
        let (start, end) = (self.byte(start.index()), self.byte(end.index()));
        let after = self.parts.partition_point(|part| part.at <= start);
        let part = after.checked_sub(1).map(|index| &self.parts[index]);
        let Some(part) = part else {
            return Span::new(start, end);
        };
        let in_file = |byte: usize| (byte - part.at + part.range.start).min(part.range.end);
        Span::new(in_file(start), in_file(end.max(start)))
    }

    /// The byte of a character of the text.
    fn byte(&self, index: usize) -> usize {
        let before = self.wide.partition_point(|it| it.index < index);
        let last = before.checked_sub(1).map(|at| &self.wide[at]);
        let surplus = last.map_or(0, |it| it.surplus);
        (index + surplus).min(self.text.len())
    }
}
