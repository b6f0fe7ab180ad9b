//! What a part of a migration without statements says: nothing, or why there is nothing.

use super::MigrationPart;

/// What tools write into a migration that is still to be filled.
const BOILERPLATE: &[&str] = &[
    "this is an empty migration",
    "custom sql migration file",
    "your sql goes here",
    "this file should undo anything in up",
    "put your code below",
    "write your migrate up statements here",
    "write your migrate down statements here",
    "write migrate up statements here",
    "add migration script here",
    "add down migration script here",
    "migration contents here",
    "sql in section",
    // Says that there is nothing, not why.
    "nothing to undo",
    "this section contains sql",
];

/// Words that are an explanation by themselves: the file is kept for its number.
const KEPT: [&str; 8] = [
    "deleted",
    "moved",
    "noop",
    "obsolete",
    "placeholder",
    "removed",
    "skipped",
    "superseded",
];

/// Words that a comment needs to be an explanation.
const WORDS: usize = 2;

/// Words of "not reversible", which is no reason.
const NO_WAY_BACK: [&str; 20] = [
    "be",
    "can",
    "cannot",
    "cant",
    "down",
    "here",
    "irreversible",
    "is",
    "it",
    "migration",
    "no",
    "not",
    "non",
    "reversed",
    "reversible",
    "reverted",
    "rollback",
    "this",
    "undo",
    "undone",
];

impl MigrationPart {
    /// Whether it holds nothing but comments and marks of the tool.
    pub fn is_blank(&self) -> bool {
        lines(self).all(|line| line.is_empty() || comment(line).is_some())
    }

    /// The comment of a blank part that says why it is blank; `None` where there is none but what a
    /// tool wrote.
    pub fn reason(&self) -> Option<&str> {
        lines(self).filter_map(comment).find(|text| {
            let lower = text.to_ascii_lowercase();
            let is_mark = text.starts_with('+') || lower.starts_with("migrate:");
            let written = BOILERPLATE.iter().any(|known| lower.contains(known));
            let mut words = lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.chars().any(char::is_alphabetic));
            let kept = words.clone().any(|word| KEPT.contains(&word));
            let telling = words.by_ref().filter(|word| !NO_WAY_BACK.contains(word));
            !is_mark && !written && (kept || telling.count() >= WORDS)
        })
    }
}

fn lines(part: &MigrationPart) -> impl Iterator<Item = &str> {
    part.source.slice(part.span).lines().map(str::trim)
}

/// The text of a line that is a comment, or a bare `;` or PL/SQL nothing.
fn comment(line: &str) -> Option<&str> {
    let open = ["--", "#", "/*", "*"]
        .iter()
        .find_map(|mark| line.strip_prefix(mark));
    open.or_else(|| line.ends_with("*/").then_some(line))
        .map(|text| text.trim_start_matches('-').trim_end_matches("*/").trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn that_there_is_no_way_back_is_no_reason() {
        for (text, explains) in [
            ("-- Not reversible", false),
            ("-- This migration cannot be undone.", false),
            ("-- Not reversible: the addresses were deleted", true),
            ("-- intentionally left blank", true),
            ("-- Your SQL goes here", false),
            ("-- Migration removed", true),
            ("-- Down", false),
        ] {
            let part = MigrationPart::whole(Source::new("down.sql".to_owned(), text));
            assert_eq!(part.reason().is_some(), explains, "{text}");
        }
    }
}
