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

    /// Whether the text is written in a language of templates: Go's, Jinja's, ERB. It is no SQL
    /// before it is filled in, though statements that no mark touches are known all the same.
    pub(super) fn are_programs(&self) -> bool {
        self.programs
    }

    /// How a statement is understood that a template makes; none for any other.
    pub(super) fn understand(&self, cx: &Cx) -> Option<(Vec<Change>, Understood)> {
        const VERBS: [&str; 4] = ["create", "alter", "drop", "rename"];
        let (mut places, mut parts) = (self.places.iter(), self.parts.iter());
        let statement = cx.span.start..cx.span.end;
        if !places.any(|at| statement.contains(at))
            && !parts.any(|part| part.start < statement.end && statement.start < part.end)
        {
            return None;
        }
        let text = cx.slice(cx.span);
        let reason = if self.programs {
            Unread::TemplateFile
        } else {
            Unread::Template
        };
        let mut words = super::code(text, cx.dialect);
        let changes = words.any(|word| VERBS.iter().any(|verb| word.eq_ignore_ascii_case(verb)));
        let ddl = changes || puts_in_statements(text);
        Some((Vec::new(), Understood::Opaque { reason, ddl }))
    }
}

/// Whether a text is all template, and not only the beginning or end of a part: whole statements
/// may come from elsewhere.
fn puts_in_statements(text: &str) -> bool {
    let ends = [("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("${", "}")];
    let mut rest = text.trim();
    let mut puts_in = false;
    while !rest.is_empty() {
        let mark = ends.iter().find_map(|(open, close)| {
            let inside = rest.strip_prefix(open)?;
            let end = inside.find(close)?;
            Some((&inside[..end], &inside[end + close.len()..]))
        });
        let Some((inside, after)) = mark else {
            return false;
        };
        let inside = inside.trim_start_matches(['-', '=', '~', ' ', '\t', '\n']);
        let word = inside
            .split(|c: char| !c.is_ascii_alphabetic() && c != '/' && c != '*')
            .next()
            .unwrap_or_default();
        let controls = OPEN.contains(&word)
            || word.starts_with("end")
            || word.starts_with("els")
            || word.starts_with(['/', '*'])
            || word == "set";
        puts_in |= !controls && !inside.trim().is_empty();
        rest = after.trim_start();
    }
    puts_in
}
