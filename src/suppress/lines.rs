//! Suppressions in files that driftlint does not read as SQL: schemas in TypeScript, Rust
//! or a language of their own.
//!
//! There a comment is about the code on its line, or else about the next line that has any.

use super::Suppressions;
use crate::source::{Source, Span};
use crate::sql::{Comment, DIRECTIVE};

/// What begins a comment up to the end of the line, in any language that declares schemas
/// or runs migrations.
const OPENERS: [&str; 3] = ["//", "--", "#"];

impl Suppressions {
    /// Reads the comments of a file by its lines.
    pub(crate) fn by_line(source: &Source, require_reason: bool) -> Self {
        let text = source.text();
        if !text.contains(DIRECTIVE) {
            return Self::read(source, [], &[], require_reason, &|_| None);
        }
        let (mut comments, mut code, mut start) = (Vec::new(), Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let found = comment(line.trim_end());
            let before = &line[..found.map_or(line.trim_end().len(), |(opens, _)| opens)];
            let is_comment = OPENERS
                .iter()
                .any(|opener| before.trim_start().starts_with(opener));
            if !before.trim().is_empty() && !is_comment {
                code.push(Span::new(start, start + before.trim_end().len()));
            }
            if let Some((opens, body)) = found {
                comments.push(Comment {
                    span: Span::new(start + opens, end),
                    body: Span::new(start + body, end),
                });
            }
            start += line.len();
        }
        Self::read(source, comments, &code, require_reason, &|_| None)
    }
}

/// Where a comment with the mark begins in a line, and where its text does.
fn comment(line: &str) -> Option<(usize, usize)> {
    let before = line[..line.find(DIRECTIVE)?].trim_end();
    let opener = OPENERS.iter().find(|opener| before.ends_with(**opener))?;
    let first = opener.chars().next()?;
    Some((before.trim_end_matches(first).len(), before.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_its_line_or_the_next_with_code() {
        const RULE: &str = "unparsed-statement";
        let text = format!(
            "model A {{\n  a Int // driftlint: allow({RULE})\n  /// driftlint: allow({RULE}) -- why\n\n  // more\n  b Int\n}}\n\
             const url = \"driftlint: allow({RULE})\";\n"
        );
        let source = Source::new("schema.txt", text);
        let read = Suppressions::by_line(&source, true);
        assert_eq!(read.mistakes.len(), 1, "the first has no reason");
        let read = Suppressions::by_line(&source, false);
        let covered: Vec<&str> = read
            .allowed
            .iter()
            .map(|allowed| source.slice(allowed.range).trim())
            .collect();
        assert_eq!(covered, ["a Int", "b Int"]);
    }
}
