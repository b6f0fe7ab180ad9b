//! Applies fixes to texts. Pure: what comes out is written by others.

mod diff;

use std::collections::BTreeMap;

pub use diff::unified;

use crate::diagnostic::{Edit, Fix};
use crate::source::Span;

/// Texts of files by path, as they become.
pub type FileTexts = BTreeMap<String, String>;

/// What one pass of fixes makes of files.
#[derive(Debug, Default)]
pub struct FixPass {
    /// Every file that changes, with its new text.
    pub texts: FileTexts,
    /// Which of the fixes were applied, by index.
    pub applied: Vec<usize>,
}

/// Applies fixes, the first ones first. A fix that touches what an earlier one has changed waits
/// for the next pass, and so does one whose file is no longer the text that it was made for: of
/// each fix all edits are applied, or none. `now` is the text of a file; `None` where there is
/// none.
pub fn pass<'f>(
    fixes: impl IntoIterator<Item = &'f Fix>,
    now: impl Fn(&str) -> Option<String>,
) -> FixPass {
    let mut taken: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    let mut pass = FixPass::default();
    for (index, fix) in fixes.into_iter().enumerate() {
        let fits = |edit: &Edit| {
            let path = edit.source.path();
            let text = now(path);
            let known = match &text {
                // A file that is made must not be there yet.
                None => edit.source.text().is_empty(),
                Some(text) => text == edit.source.text() && !edit.source.damaged(),
            };
            let others = taken.get(path).map(Vec::as_slice).unwrap_or_default();
            let free = others.iter().all(|other| !touch(other.span, edit.span));
            known && free
        };
        let own = &fix.edits;
        let apart = (1..own.len()).all(|at| {
            own[..at].iter().all(|before| {
                before.source.path() != own[at].source.path() || !overlap(before.span, own[at].span)
            })
        });
        if !own.is_empty() && apart && own.iter().all(fits) {
            for edit in own {
                taken.entry(edit.source.path()).or_default().push(edit);
            }
            pass.applied.push(index);
        }
    }
    for (path, mut edits) in taken {
        edits.sort_by_key(|edit| edit.span);
        let mut text = edits[0].source.text().to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        pass.texts.insert(path.to_owned(), text);
    }
    pass
}

/// Whether two edits of one file cannot both be made: they share bytes or stand at one place.
fn touch(one: Span, other: Span) -> bool {
    one.start == other.start || overlap(one, other)
}

/// Whether two edits share bytes. Those of one fix may stand at one place: the first comes first.
fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::source::Source;

    fn fix(edits: &[(&Source, usize, usize, &str)]) -> Fix {
        Fix {
            title: String::new(),
            applicability: Applicability::Safe,
            edits: edits
                .iter()
                .map(|&(source, start, end, text)| Edit {
                    source: source.clone(),
                    span: Span::new(start, end),
                    text: text.to_owned(),
                })
                .collect(),
        }
    }

    #[test]
    fn overlapping_fixes_are_applied_once_a_pass() {
        let (a, new) = (Source::new("a.sql", "one two"), Source::new("b.sql", ""));
        let fixes = [
            fix(&[(&a, 0, 3, "1"), (&a, 7, 7, "!")]),
            fix(&[(&a, 2, 5, "x")]),
            fix(&[(&a, 4, 7, "2"), (&new, 0, 0, "made")]),
            fix(&[(&new, 0, 0, "made too")]),
        ];
        let pass = pass(&fixes, |path| {
            (path == "a.sql").then(|| a.text().to_owned())
        });
        assert_eq!(pass.applied, [0, 2]);
        assert_eq!(pass.texts["a.sql"], "1 2!");
        assert_eq!(pass.texts["b.sql"], "made");
    }

    #[test]
    fn a_file_that_has_changed_since_is_left_alone() {
        let (a, b) = (Source::new("a.sql", "one"), Source::new("b.sql", ""));
        let fixes = [fix(&[(&a, 0, 3, "1")]), fix(&[(&b, 0, 0, "made")])];
        let pass = pass(&fixes, |_| Some("other".to_owned()));
        assert!(pass.applied.is_empty());
    }
}
