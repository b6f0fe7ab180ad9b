//! Places in files as miette draws them, cut to the width of the terminal and joined into one
//! frame.
//!
//! miette would print whole lines, however long, and would walk through the file for each of them.
//! It is therefore given a small text of its own: the few lines concerned, cut around the marked
//! words, with the line numbers of the file.

use miette::{
    Diagnostic as Report, GraphicalReportHandler, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::look::{Look, obeyed, width};
use crate::diagnostic::Severity;
use crate::source::{Source, Span};

/// Marks in one file that are at most this many lines apart share a snippet.
const NEAR: usize = 3;

/// A marked place.
#[derive(Clone, Copy)]
pub(super) struct SnippetMark<'a> {
    pub(super) source: &'a Source,
    pub(super) span: Span,
    /// `None` for the place that the diagnostic is about.
    pub(super) message: Option<&'a str>,
}

impl SnippetMark<'_> {
    fn line(&self) -> usize {
        self.source.position(self.span.start).line
    }
}

/// All marks, in frames that hang together.
pub(super) fn render(marks: &[SnippetMark], severity: Severity, look: Look) -> String {
    let groups = group(marks);
    let digits = groups
        .iter()
        .flat_map(|group| group.iter().map(|mark| digits(mark.line())))
        .max()
        .unwrap_or(1);
    let mut out = String::new();
    let last = groups.len() - 1;
    for (number, group) in groups.iter().enumerate() {
        let snippet = Snippet::new(group, look, digits);
        let drawn = snippet.draw(severity, look);
        let padding = " ".repeat(digits - self::digits(snippet.last_line()));
        let mut lines: Vec<&str> = drawn.lines().collect();
        if number < last {
            lines.pop();
        }
        for (index, line) in lines.iter().enumerate() {
            out.push_str(&padding);
            if number > 0 && index == 0 {
                out.push_str(&if look.unicode {
                    line.replacen('╭', "├", 1)
                } else {
                    line.replacen(",-[", "|-[", 1)
                });
            } else {
                out.push_str(line.trim_end());
            }
            out.push('\n');
        }
        for message in &snippet.outside {
            out.push_str(&look.fill(&format!("note: {message}"), "  ", "        "));
        }
    }
    out
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}

/// Marks that stand near each other in one file, the first mark's group first, in the order of the
/// marks otherwise.
fn group<'a>(marks: &[SnippetMark<'a>]) -> Vec<Vec<SnippetMark<'a>>> {
    let mut groups: Vec<Vec<SnippetMark>> = Vec::new();
    for mark in marks {
        let near = groups.iter_mut().find(|group| {
            let mut here = group
                .iter()
                .filter(|it| it.source.path() == mark.source.path());
            here.any(|other| other.line().abs_diff(mark.line()) <= NEAR)
        });
        match near {
            Some(group) => group.push(*mark),
            None => groups.push(vec![*mark]),
        }
    }
    groups
}

/// A few lines of a file, as miette's source and diagnostic in one.
#[derive(Debug)]
struct Snippet {
    /// `path:line:column` of the first mark.
    name: String,
    /// Line number of the first line, from 1.
    first_line: usize,
    /// The lines, cut and cleaned.
    text: String,
    /// Marks in `text`, with their messages where there is room.
    labels: Vec<(Span, Option<String>)>,
    /// Messages for which there is no room.
    outside: Vec<String>,
}

impl Snippet {
    fn new(marks: &[SnippetMark], look: Look, digits: usize) -> Self {
        let source = marks[0].source;
        let at = source.position(marks[0].span.start);
        let first_line = marks.iter().map(SnippetMark::line).min().unwrap_or(at.line);
        let last_line = marks.iter().map(SnippetMark::line).max().unwrap_or(at.line);
        let room = look.width.saturating_sub(digits + 5).max(20);
        let mut snippet = Self {
            name: format!(
                "{}:{}:{}",
                super::look::clean(source.path()),
                at.line,
                at.column
            ),
            first_line,
            text: String::new(),
            labels: Vec::new(),
            outside: Vec::new(),
        };
        for line in first_line..=last_line {
            let here: Vec<&SnippetMark> = marks.iter().filter(|mark| mark.line() == line).collect();
            snippet.push_line(source, source.line_span(line), &here, room);
        }
        snippet
    }

    /// Adds one line, cut so that its first mark is seen.
    fn push_line(&mut self, source: &Source, line: Span, marks: &[&SnippetMark], room: usize) {
        let text = source.slice(line);
        let total: usize = text
            .chars()
            .take(room + 1)
            .map(shown)
            .map(|(_, columns)| columns)
            .sum();
        let focus = marks.first().map_or(line.start, |mark| {
            mark.span.start.clamp(line.start, line.end)
        });
        let before: usize = text[..focus - line.start]
            .chars()
            .map(shown)
            .map(|(_, columns)| columns)
            .sum();
        let start = if total <= room || before + room / 2 <= room {
            0
        } else {
            before - room / 4
        };

        let (mut column, mut written) = (0, 0);
        // Where each byte of the line that begins a character went, in order; later bytes of the
        // line went to the end.
        let mut places = Vec::new();
        let mut cut = false;
        for (at, c) in text.char_indices() {
            let (shown, columns) = shown(c);
            if column < start {
                places.push((line.start + at, self.text.len()));
                column += columns;
                continue;
            }
            if start > 0 && written == 0 {
                self.text.push('…');
                written = 1;
            }
            if written + columns > room.saturating_sub(1) && total > room {
                cut = true;
                break;
            }
            places.push((line.start + at, self.text.len()));
            match shown {
                Some(instead) => self.text.push_str(instead),
                None => self.text.push(c),
            }
            column += columns;
            written += columns;
        }
        let end = self.text.len();
        let place = |byte: usize| {
            places
                .get(places.partition_point(|&(at, _)| at < byte))
                .map_or(end, |&(_, to)| to)
        };
        let labels: Vec<_> = marks
            .iter()
            .map(|mark| {
                let (from, to) = (place(mark.span.start), place(mark.span.end.min(line.end)));
                let from = if from == to {
                    self.text[..to]
                        .char_indices()
                        .next_back()
                        .map_or(to, |(at, _)| at.min(from))
                } else {
                    from
                };
                (
                    Span::new(from, to.max(from)),
                    mark.message,
                    mark.span.start - line.start.min(mark.span.start),
                )
            })
            .collect();
        for (span, message, offset) in labels {
            let fits = message
                .filter(|message| offset.min(room) + 4 + super::look::columns(message) <= room);
            if let (Some(message), None) = (message, fits) {
                self.outside.push(message.to_owned());
            }
            self.labels.push((span, fits.map(super::look::clean)));
        }
        if cut {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    fn last_line(&self) -> usize {
        self.first_line + self.text.matches('\n').count().saturating_sub(1)
    }

    fn draw(&self, severity: Severity, look: Look) -> String {
        let mut theme = look.theme();
        let (main, other) = (
            match severity {
                Severity::Error => theme.styles.error,
                Severity::Warning => theme.styles.warning,
                Severity::Note => theme.styles.advice,
            },
            theme.styles.help,
        );
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.sort_by_key(|&index| self.labels[index].0.start);
        theme.styles.highlights = order
            .into_iter()
            .map(|index| if index == 0 { main } else { other })
            .collect();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(look.width)
            .with_links(false)
            .with_context_lines(0)
            .without_primary_span_start()
            .without_syntax_highlighting();
        let mut text = String::new();
        // Drawing fails only where the text cannot be read, and this one is in memory.
        let _ = handler.render_report(&mut text, self);
        // miette's own headline is empty.
        text.split_once('\n')
            .map_or(String::new(), |(_, rest)| rest.to_owned())
    }
}

/// What is drawn for a character, if not itself, and how many columns that takes.
fn shown(c: char) -> (Option<&'static str>, usize) {
    match c {
        '\t' => (Some("  "), 2),
        c if obeyed(c) => (Some("\u{fffd}"), 1),
        c => (None, width(c)),
    }
}

impl std::fmt::Display for Snippet {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet {}

impl Report for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(|(span, text)| {
            LabeledSpan::new(text.clone(), span.start, span.end - span.start)
        })))
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.text.as_bytes();
        let span = SourceSpan::new(0.into(), text.len());
        let lines = self.last_line() + 1 - self.first_line;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            text,
            span,
            self.first_line - 1,
            0,
            lines,
        )))
    }
}
