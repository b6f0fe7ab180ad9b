//! The marks that git leaves where it could not merge.

use super::lex::{Lexer, TokenKind};
use super::{Dialect, Versions};
use crate::source::Span;

const OURS: &str = "<<<<<<<";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>>";

/// From the first to the last mark of an unresolved merge in a text of any language. Its comments
/// and strings are not known here, so that only all three marks, in their order, count.
pub fn merge_marks(text: &str) -> Option<Span> {
    // Looking for one mark is quicker than looking at every line, and hardly any text has it.
    if !has(text, OURS) {
        return None;
    }
    let mut wanted = [OURS, BETWEEN, THEIRS].into_iter().peekable();
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = wanted.peek().copied()?;
        if mark(line) == Some(next) {
            start = start.or(Some(at));
            wanted.next();
            if wanted.peek().is_none() {
                return Some(Span::new(start?, at + line.trim_end().len()));
            }
        }
        at += line.len();
    }
    None
}

/// The same in SQL, where any mark outside of comments and strings is one: no server takes it.
pub(super) fn marks_in_sql(
    text: &str,
    span: Span,
    dialect: Dialect,
    versions: Versions,
) -> Option<Span> {
    let own = text.get(span.range())?;
    let has_mark = [OURS, BETWEEN, THEIRS].iter().any(|mark| has(own, mark));
    if !has_mark || !own.lines().any(|line| mark(line).is_some()) {
        return None;
    }
    let line = |at: usize| text[at..].split('\n').next().unwrap_or_default();
    let mut found: Option<Span> = None;
    for token in Lexer::new(text, span, dialect, versions) {
        let at = token.span.start;
        let is_mark = matches!(token.kind, TokenKind::Symbol(_))
            && (at == 0 || text[..at].ends_with(['\n', '\u{feff}']))
            && mark(line(at)).is_some();
        if is_mark {
            let here = Span::new(at, at + line(at).trim_end().len());
            found = Some(found.map_or(here, |known| known.to(here)));
        }
    }
    found
}

/// `str::contains` is slow where all bytes of what it looks for are the same.
fn has(text: &str, mark: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()
}

/// The mark that a line is.
fn mark(line: &str) -> Option<&'static str> {
    let line = line.trim_end_matches(['\n', '\r']);
    let rest = |mark: &str| line.strip_prefix(mark);
    [OURS, BETWEEN, THEIRS]
        .into_iter()
        .find(|mark| rest(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_in_their_order_are_those_of_a_merge() {
        let merged = "a\n<<<<<<< ours\nb\n||||||| base\n=======\nc\n>>>>>>> theirs\nd\n";
        let span = merge_marks(merged).expect("it was not resolved");
        assert!(
            merged[span.range()].starts_with("<<<<<<<") && merged[span.range()].ends_with("theirs")
        );
        for text in [
            "Title\n=======\ntext",
            ">>>>>>> a\n=======\n<<<<<<< b",
            "x <<<<<<< y",
        ] {
            assert_eq!(merge_marks(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_quoted_in_sql_is_none() {
        let of = |text: &str| {
            let span = Span::new(0, text.len());
            marks_in_sql(text, span, Dialect::Postgres, Versions::default())
        };
        assert_eq!(
            of("/*\n<<<<<<< a\n=======\n>>>>>>> b\n*/ SELECT '\n=======\n';"),
            None
        );
        assert!(of("SELECT 1;\n>>>>>>> b\n").is_some());
    }
}
