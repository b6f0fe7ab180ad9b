//! Pieces of the page that hold from one migration to another.

use std::fmt::Write as _;

/// A piece of HTML that is shown at the steps `from..to`.
pub(super) struct TimedPiece {
    pub(super) from: usize,
    /// `None` for one that is still there after the last step.
    pub(super) to: Option<usize>,
    pub(super) html: String,
}

impl TimedPiece {
    /// What the script reads, and what holds before it has run: the last step is shown.
    pub(super) fn attributes(&self) -> String {
        let mut text = format!("data-from=\"{}\"", self.from);
        if let Some(to) = self.to {
            let _ = write!(text, " data-to=\"{to}\" hidden=\"\"");
        }
        text
    }
}

/// What stands at one place of the page, step by step.
#[derive(Default)]
pub(super) struct TimedPlace {
    pub(super) pieces: Vec<TimedPiece>,
}

impl TimedPlace {
    /// What stands there from a step on; nothing where it is empty.
    pub(super) fn set(&mut self, step: usize, html: String) {
        if let Some(last) = self.pieces.last_mut().filter(|last| last.to.is_none()) {
            if last.html == html {
                return;
            }
            last.to = Some(step);
        }
        if !html.is_empty() {
            self.pieces.push(TimedPiece {
                from: step,
                to: None,
                html,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_ends_where_another_begins() {
        let mut place = TimedPlace::default();
        for (step, html) in [(1, "a"), (2, "a"), (3, "b"), (4, ""), (6, "c")] {
            place.set(step, html.to_owned());
        }
        let spans: Vec<_> = place
            .pieces
            .iter()
            .map(|piece| (piece.html.as_str(), piece.from, piece.to))
            .collect();
        assert_eq!(
            spans,
            [("a", 1, Some(3)), ("b", 3, Some(4)), ("c", 6, None)]
        );
    }
}
