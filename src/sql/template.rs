//! SQL that is a template: what a tool fills in before the server sees it, nobody can know here.

use super::lex::{Lexer, TokenKind};
use super::lower::Cx;
use super::{Change, Understood, Unread};
use crate::source::Span;

/// Words that open a part which a template may leave out or repeat.
const OPEN: &[&str] = &[
    "if", "unless", "range", "for", "each", "with", "block", "define", "macro",
];

/// Where a text holds marks of templates: `{{ … }}`, `{% … %}`, `${ … }`, `<%= … %>`, outside of
/// strings and comments.
#[derive(Debug, Default)]
pub(super) struct Marks {
    places: Vec<usize>,
    /// Whether one of them is more than a placeholder, `${ … }`, whose statement is all that it
    /// makes unknown.
    programs: bool,
    /// From the opening mark of a condition or a loop to its end.
    parts: Vec<Span>,
}

impl Marks {
    /// The marks in a part of a text.
    pub(super) fn of(cx: &Cx) -> Self {
        let mut marks = Self::default();
        if !["{{", "{%", "${", "<%="]
            .iter()
            .any(|mark| cx.text.contains(mark))
        {
            return marks;
        }
        let mut open = Vec::new();
        let mut seen = cx.span.start;
        for token in Lexer::new(cx.text, cx.span, cx.dialect, cx.versions) {
            let at = token.span.start;
            let is_mark = match token.kind {
                TokenKind::Symbol(b'{') => {
                    at >= seen
                        && (cx.text[at..].starts_with("{{")
                            || cx.text[at..].starts_with("{%")
                            || cx.text[..at].ends_with('$'))
                }
                TokenKind::Symbol(b'<') => cx.text[at..].starts_with("<%="),
                TokenKind::Quoted => ["{{", "${"]
                    .iter()
                    .any(|mark| cx.slice(token.span).contains(mark)),
                _ => false,
            };
            if !is_mark {
                continue;
            }
            marks.places.push(at);
            let placeholder = cx.text[..at].ends_with('$')
                || (token.kind == TokenKind::Quoted && !cx.slice(token.span).contains("{{"));
            marks.programs = marks.programs || !placeholder;
            seen = at + 2;
            let inside = cx.text[at..cx.span.end]
                .trim_start_matches(['{', '%', '-', '#', '~', ' ', '\t', '\n']);
            let word = inside
                .split(|c: char| !c.is_ascii_alphabetic() && c != '/')
                .next()
                .unwrap_or_default();
            if OPEN.contains(&word) {
                open.push(at);
            } else if word.starts_with("end") || word.starts_with('/') {
                marks
                    .parts
                    .extend(open.pop().map(|start| Span::new(start, at + 2)));
            }
        }
        // What is never closed goes on to the end.
        marks
            .parts
            .extend(open.into_iter().map(|start| Span::new(start, cx.span.end)));
        marks
    }

    /// From the first mark to the last, where the text is written in a language of templates: Go's,
    /// Jinja's, ERB.
    pub(super) fn whole(&self) -> Option<Span> {
        let (first, last) = (*self.places.first()?, *self.places.last()?);
        self.programs.then(|| Span::new(first, last + 2))
    }

    /// How a statement is understood that a template makes; none for any other.
    pub(super) fn understand(&self, cx: &Cx) -> Option<(Vec<Change>, Understood)> {
        let within = |at: usize| cx.span.start <= at && at < cx.span.end;
        let overlaps = |part: &Span| part.start < cx.span.end && cx.span.start < part.end;
        if !self.places.iter().any(|&at| within(at)) && !self.parts.iter().any(overlaps) {
            return None;
        }
        let changes = |word: &str| {
            ["create", "alter", "drop", "rename"]
                .iter()
                .any(|verb| word.eq_ignore_ascii_case(verb))
        };
        let ddl = super::code(cx.slice(cx.span), cx.dialect).any(changes);
        Some((
            Vec::new(),
            Understood::Opaque {
                reason: Unread::Template,
                ddl,
            },
        ))
    }
}
