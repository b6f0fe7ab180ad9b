//! Files of drizzle-kit's that are not what it writes: mostly a merge has left its marks in them.

use std::sync::OnceLock;

use regex::Regex;

use crate::source::{Source, Span};

/// A journal or a snapshot that nobody can read.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The file, with the text that cannot be read.
    pub source: Source,
    /// Where it stops making sense.
    pub span: Span,
    /// What is wrong with it, to follow its name: `is not JSON: …`.
    pub why: String,
}

impl Broken {
    /// A file that lacks what `lacks` says, if nothing worse is wrong with it.
    pub(super) fn new(source: Source, lacks: &str) -> Self {
        let (span, why) = conflict(&source)
            .or_else(|| no_json(&source))
            .unwrap_or((Span::default(), lacks.to_owned()));
        Self { source, span, why }
    }
}

/// The first mark of an unfinished merge.
pub(super) fn conflict(source: &Source) -> Option<(Span, String)> {
    // A literal pattern is searched with the processor's wide instructions: looking through the old
    // snapshots of a large project with `str::find` was half of a check.
    static MARK: OnceLock<Regex> = OnceLock::new();
    let mark = MARK.get_or_init(|| Regex::new("\n<<<<<<< ").expect("this pattern is valid"));
    let text = source.text();
    let start = if text.starts_with("<<<<<<< ") {
        0
    } else {
        mark.find(text)?.start() + 1
    };
    let line = text[start..].lines().next().unwrap_or_default();
    Some((
        Span::new(start, start + line.len()),
        "holds the two sides of a merge that was not finished".to_owned(),
    ))
}

fn no_json(source: &Source) -> Option<(Span, String)> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(source.text()).err()?;
    let text = source.text();
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    Some((Span::new(at, end), format!("is not JSON: {said}")))
}
