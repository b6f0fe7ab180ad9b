//! Places in a statement's own text where something can be put: what fixes need to know of the
//! words between the names that [`Change`](super::Change)s remember.

use super::Dialect;
use super::lower::scan::{Scan, ScanKind};
use crate::source::{Source, Span};

/// The first word of that name in a part of a text; `word` is in upper case.
pub fn keyword(source: &Source, span: Span, dialect: Dialect, word: &str) -> Option<Span> {
    Scan::new(source.slice(span), span.start, dialect)
        .find(|token| token.is(word))
        .map(|token| token.span)
}

/// Every word and quoted name of a part of a text, without the quotes.
pub fn words(
    source: &Source,
    span: Span,
    dialect: Dialect,
) -> impl Iterator<Item = String> + use<'_> {
    Scan::new(source.slice(span), span.start, dialect)
        .filter(|token| matches!(token.kind, ScanKind::Word | ScanKind::Quoted))
        .map(move |token| token.value(dialect))
}

/// A statement with its terminator, the break of a piece that follows, and the rest of the line.
pub fn whole(source: &Source, statement: Span) -> Span {
    let text = source.text();
    let mut end = statement.end;
    let mut take = |sign: &str| {
        let rest = text[end..].trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.starts_with(sign) {
            end = text.len() - rest.len() + sign.len();
        }
    };
    take(";");
    take("--> statement-breakpoint");
    let rest = text[end..].trim_start_matches([' ', '\t', '\r']);
    let end = match rest.strip_prefix('\n') {
        Some(rest) => text.len() - rest.len(),
        None => end,
    };
    Span::new(statement.start, end)
}

/// The byte after a statement's terminator, where another statement may begin.
pub fn after(source: &Source, statement: Span) -> usize {
    let rest = source.text()[statement.end..].trim_start();
    match rest.strip_prefix(';') {
        Some(rest) => source.text().len() - rest.len(),
        None => statement.end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_comments_and_names_are_no_keywords() {
        let source = Source::new(
            "a.sql",
            "CREATE /* INDEX */ INDEX \"INDEX\" ON t (a);\nX;\n",
        );
        let span = Span::new(0, 39);
        let found = keyword(&source, span, Dialect::Postgres, "INDEX");
        assert_eq!(found, Some(Span::new(19, 24)));
    }

    #[test]
    fn a_statement_goes_with_its_terminator_and_line() {
        let text = "A;\nB ;--> statement-breakpoint\nC";
        let source = Source::new("a.sql", text);
        assert_eq!(source.slice(whole(&source, Span::new(0, 1))), "A;\n");
        let second = whole(&source, Span::new(3, 4));
        assert_eq!(source.slice(second), "B ;--> statement-breakpoint\n");
        assert_eq!(after(&source, Span::new(3, 4)), 6);
        assert_eq!(source.slice(whole(&source, Span::new(31, 32))), "C");
    }
}
