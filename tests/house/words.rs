//! Plain English: words that have a plainer one, and names that stand for two types.

use std::fmt::Write as _;

use super::{assert_none, files, root};

/// A word, and what to write instead. CONTRIBUTING.md has the same list.
const WORDS: &[(&str, &str)] = &[
    ("anew", "again"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("mends", "fixes"),
    ("stands behind", "stands after"),
    ("is none of the", "is not one of the"),
    ("by way of", "through"),
    ("is told", "is reported"),
    ("are told", "are reported"),
    ("was told", "was reported"),
    ("cannot be told", "cannot be known"),
];

#[test]
fn prose_is_plain() {
    let mut failures = String::new();
    let texts = files("src", ".rs").into_iter().chain(files("rules", ".md"));
    for (path, text) in texts {
        for (number, line) in (1..).zip(text.lines()) {
            for (word, instead) in WORDS.iter().filter(|(word, _)| has_word(line, word)) {
                let _ = writeln!(failures, "{path}:{number}: `{word}`: write `{instead}`");
            }
        }
    }
    assert_none(&failures);
}

#[test]
fn contributing_has_the_words() {
    let text = std::fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    for (word, instead) in WORDS {
        let row = format!("| {word} | {instead} |");
        assert!(text.contains(&row), "CONTRIBUTING.md lacks `{row}`");
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].ends_with(inside) && !line[at + word.len()..].starts_with(inside)
    })
}
