//! From the parser's places, which count characters of what it is given, to bytes of the file.

use std::ops::Range;

use saphyr_parser::Marker;

use crate::source::Span;

/// How many characters one step of the table is: a table of all of them was a tenth of reading a
/// file with one `é` in it.
const STEP: usize = 64;

/// Where each character stands.
pub(super) struct Places<'a> {
    text: &'a str,
    /// The byte of every [`STEP`]th character; `None` where a character is a byte.
    steps: Option<Vec<usize>>,
    /// The parts of the file that the text consists of, where it is not the whole.
    parts: Vec<KeptPart>,
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
        let steps = (!text.is_ascii()).then(|| {
            let all = text.char_indices().map(|(at, _)| at);
            all.step_by(STEP).collect()
        });
        Self {
            text,
            steps,
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
        let Some(steps) = &self.steps else {
            return index.min(self.text.len());
        };
        let Some(&step) = steps.get(index / STEP) else {
            return self.text.len();
        };
        let mut signs = self.text[step..].char_indices();
        signs
            .nth(index % STEP)
            .map_or(self.text.len(), |(at, _)| step + at)
    }
}
