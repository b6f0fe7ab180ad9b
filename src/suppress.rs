//! Comments that allow a rule, and the complaint about those that allow nothing.
//!
//! * `-- driftlint: allow(rule) -- reason`: the statement that the comment stands in or after, or
//!   else the next one.
//! * `-- driftlint: allow-file(rule) -- reason`: the whole file.
//! * `-- driftlint: allow-begin(rule) -- reason` up to `-- driftlint: allow-end(rule)`, or to the
//!   end of the file.

mod lines;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::rules;
use crate::source::{Source, Span};
use crate::sql::{Comment, DIRECTIVE};

/// The rule under which everything that is wrong with a suppression is reported.
pub(crate) const RULE: &str = crate::rules::name::unused_suppression;

/// The project's own rule of a name.
type Own<'a> = &'a dyn Fn(&str) -> Option<&'static str>;

/// One rule, allowed in a part of one file.
#[derive(Clone, Debug)]
struct Allowed {
    rule: &'static str,
    /// What the comment covers.
    range: Span,
    /// The rule's name in the comment.
    name: Span,
    /// Index of the comment in [`Suppressions::comments`].
    comment: usize,
    /// Whether it stands before the first statement, and so speaks of the file as well.
    top: bool,
    /// Whether `allow-end` may still end it.
    is_open: bool,
    used: bool,
}

/// What is wrong with a comment.
#[derive(Clone, Debug)]
struct CommentMistake {
    span: Span,
    message: String,
    help: String,
}

/// What a comment says after `driftlint:`.
struct AllowDirective<'a> {
    /// `allow`, `allow-file`, `allow-begin` or `allow-end`.
    word: &'a str,
    /// Between the brackets.
    names: &'a str,
    /// Where they start in the file.
    at: usize,
    /// After them.
    reason: &'a str,
}

/// The name of a rule in a comment.
struct WrittenRule<'a> {
    text: &'a str,
    span: Span,
}

impl<'a> AllowDirective<'a> {
    /// Reads the text of a comment, which stands at `body`; `None` where it says nothing to
    /// driftlint.
    fn read(text: &'a str, body: Span) -> Result<Option<Self>, CommentMistake> {
        // Editors start the lines of a block comment with a star.
        let Some(rest) = text
            .trim_start_matches(|next: char| next.is_whitespace() || next == '*')
            .strip_prefix(DIRECTIVE)
        else {
            return Ok(None);
        };
        let directive = rest.trim();
        let at = body.end - rest.trim_start().len();
        let word = directive
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next()
            .unwrap_or_default();
        let known = ["allow", "allow-file", "allow-begin", "allow-end"];
        if !known.contains(&word) {
            let help = match rules::nearest_of(word, known) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "write `allow(rule)`, `allow-file(rule)`, or `allow-begin(rule)` and `allow-end(rule)`".to_owned(),
            };
            return Err(CommentMistake {
                span: Span::new(at, at + word.len().max(1)),
                message: format!("unknown directive `{word}`, so nothing is suppressed"),
                help,
            });
        }
        let list = directive[word.len()..]
            .trim_start()
            .strip_prefix('(')
            .and_then(|list| list.split_once(')'));
        let (names, reason) = match list {
            Some((names, rest)) if !names.trim().is_empty() => (
                names,
                rest.trim_matches(|next: char| next.is_whitespace() || "-:—–*".contains(next)),
            ),
            _ if word == "allow-end" => ("", ""),
            _ => {
                return Err(CommentMistake {
                    span: Span::new(at, at + word.len()),
                    message: format!("`{word}` names no rule, so nothing is suppressed"),
                    help: format!("write `{word}(rule)`"),
                });
            }
        };
        Ok(Some(Self {
            word,
            names,
            at: at + directive.find('(').map_or(0, |open| open + 1),
            reason,
        }))
    }

    fn rules(&self) -> impl Iterator<Item = WrittenRule<'a>> {
        let mut part_start = self.at;
        self.names.split(',').map(move |part| {
            let text = part.trim();
            let start = part_start + part.len() - part.trim_start().len();
            part_start += part.len() + 1;
            WrittenRule {
                text,
                span: Span::new(start, start + text.len()),
            }
        })
    }
}

impl WrittenRule<'_> {
    /// That there is no such rule.
    fn unknown(&self) -> CommentMistake {
        let name = self.text;
        CommentMistake {
            span: self.span,
            message: format!("there is no rule `{name}`, so nothing is suppressed"),
            help: match rules::nearest_rule(name) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`driftlint rules` lists them all".to_owned(),
            },
        }
    }
}

/// A comment that allows something.
#[derive(Clone, Copy, Debug)]
struct AllowComment {
    span: Span,
    /// How many rules it names.
    count: usize,
}

/// The suppressions of one file.
#[derive(Clone, Debug)]
pub(crate) struct Suppressions {
    source: Source,
    comments: Vec<AllowComment>,
    allowed: Vec<Allowed>,
    mistakes: Vec<CommentMistake>,
}

impl Suppressions {
    /// Reads the comments of a file; `statements` are in order.
    pub(crate) fn read(
        source: &Source,
        comments: impl IntoIterator<Item = Comment>,
        statements: &[Span],
        require_reason: bool,
        custom: Own,
    ) -> Self {
        let mut read = Self {
            source: source.clone(),
            comments: Vec::new(),
            allowed: Vec::new(),
            mistakes: Vec::new(),
        };
        // A file without the word costs one search.
        if source.text().contains(DIRECTIVE) {
            for comment in comments {
                read.comment(comment, statements, require_reason, custom);
            }
        }
        read
    }

    fn comment(
        &mut self,
        Comment { span, body }: Comment,
        statements: &[Span],
        require_reason: bool,
        custom: Own,
    ) {
        let source = self.source.clone();
        let directive = match AllowDirective::read(source.slice(body), body) {
            Ok(Some(directive)) => directive,
            Ok(None) => return,
            Err(mistake) => return self.mistakes.push(mistake),
        };
        if directive.word == "allow-end" {
            return self.end(span, directive.names);
        }
        if directive.reason.is_empty() && require_reason {
            return self.mistakes.push(CommentMistake {
                span,
                message: format!(
                    "`{}({})` has no reason, so nothing is suppressed",
                    directive.word,
                    directive.names.trim()
                ),
                help: "`require-reason` is set in driftlint.toml; write ` -- ` and the reason after it"
                    .to_owned(),
            });
        }
        let range = match directive.word {
            "allow-file" => Span::new(0, source.text().len()),
            "allow-begin" => Span::new(span.start, source.text().len()),
            _ => self.statement(span, statements),
        };
        let mut count = 0;
        for name in directive.rules() {
            let known = rules::find(name.text).map(|rule| rule.meta.name);
            let Some(rule) = known.or_else(|| custom(name.text)) else {
                self.mistakes.push(name.unknown());
                continue;
            };
            count += 1;
            self.allowed.push(Allowed {
                rule,
                range,
                name: name.span,
                comment: self.comments.len(),
                top: statements
                    .first()
                    .is_none_or(|first| span.end <= first.start),
                is_open: directive.word == "allow-begin",
                used: false,
            });
        }
        self.comments.push(AllowComment { span, count });
    }

    /// The statement that a comment is about.
    fn statement(&self, comment: Span, statements: &[Span]) -> Span {
        let next = statements.partition_point(|statement| statement.start < comment.start);
        if let Some(&before) = next.checked_sub(1).and_then(|index| statements.get(index)) {
            let between = self
                .source
                .text()
                .get(before.end..comment.start)
                .unwrap_or_default();
            // What lies in a `DO` block comes after the block itself in the list.
            let inside = before.end > comment.start;
            let inner = statements.get(next).filter(|next| next.start < before.end);
            if inside || !between.contains('\n') {
                return inner.copied().unwrap_or(before);
            }
        }
        statements.get(next).copied().unwrap_or(comment)
    }

    fn end(&mut self, comment: Span, names: &str) {
        let names: Vec<&str> = names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        let mut ended = false;
        for allowed in &mut self.allowed {
            if allowed.is_open && (names.is_empty() || names.contains(&allowed.rule)) {
                allowed.range.end = comment.start;
                allowed.is_open = false;
                ended = true;
            }
        }
        if !ended {
            let message = "nothing that was begun ends here".to_owned();
            let help = "write `allow-begin(rule)` above it, or delete it".to_owned();
            self.mistakes.push(CommentMistake {
                span: comment,
                message,
                help,
            });
        }
    }

    /// Adds those of another part of the same file.
    pub(crate) fn merge(&mut self, other: Self) {
        let shift = self.comments.len();
        self.comments.extend(other.comments);
        self.allowed
            .extend(other.allowed.into_iter().map(|one| Allowed {
                comment: one.comment + shift,
                ..one
            }));
        self.mistakes.extend(other.mistakes);
    }

    /// Whether a comment allows the diagnostic.
    pub(crate) fn allow(&mut self, diagnostic: &Diagnostic) -> bool {
        let of_file = diagnostic.span.is_empty()
            || rules::find(diagnostic.rule).is_some_and(|rule| rule.check.is_about_a_file());
        let mut found = false;
        for allowed in &mut self.allowed {
            let inside = allowed.range.start <= diagnostic.span.start
                && diagnostic.span.start <= allowed.range.end;
            if allowed.rule == diagnostic.rule && (inside || (of_file && allowed.top)) {
                allowed.used = true;
                found = true;
            }
        }
        found
    }

    /// Reports mistakes, and what allowed nothing although its rule was there to report: `ran` says
    /// whether it was.
    pub(crate) fn complain(
        &self,
        ran: impl Fn(&str) -> bool,
        mut report: impl FnMut(&Source, Span, String, String, Option<Fix>),
    ) {
        for mistake in &self.mistakes {
            report(
                &self.source,
                mistake.span,
                mistake.message.clone(),
                mistake.help.clone(),
                None,
            );
        }
        for allowed in self
            .allowed
            .iter()
            .filter(|allowed| !allowed.used && ran(allowed.rule))
        {
            let AllowComment { span, count } = self.comments[allowed.comment];
            let fix = (count == 1).then(|| Fix {
                title: "delete the comment".to_owned(),
                applicability: Applicability::Safe,
                edits: vec![Edit {
                    source: self.source.clone(),
                    span: self.whole(span),
                    text: String::new(),
                }],
            });
            let message = format!(
                "nothing here is reported by `{}`, so there is nothing to suppress",
                allowed.rule
            );
            report(
                &self.source,
                allowed.name,
                message,
                "delete it, so that it hides nothing later".to_owned(),
                fix,
            );
        }
    }

    /// A comment, with its whole line where it stands alone on it.
    fn whole(&self, comment: Span) -> Span {
        let text = self.source.text();
        let line = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
        let alone = text[line..comment.start].trim().is_empty();
        match text[comment.end..]
            .strip_prefix("\r\n")
            .or_else(|| text[comment.end..].strip_prefix('\n'))
        {
            Some(rest) if alone => Span::new(line, text.len() - rest.len()),
            _ => comment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line is a statement or a comment.
    fn allowed(text: &str) -> Vec<(String, &'static str)> {
        let source = Source::new("a.sql", text);
        let (mut comments, mut statements, mut at) = (Vec::new(), Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            let comment = line.find("--").unwrap_or(line.len());
            let statement = line[..comment].trim_end();
            if !statement.is_empty() {
                statements.push(Span::new(at, at + statement.len()));
            }
            if comment < line.len() {
                let end = at + line.trim_end().len();
                comments.push(Comment {
                    span: Span::new(at + comment, end),
                    body: Span::new(at + comment + 2, end),
                });
            }
            at += line.len();
        }
        let read = Suppressions::read(&source, comments, &statements, false, &|_| None);
        assert!(read.mistakes.is_empty(), "{:?}", read.mistakes);
        read.allowed
            .iter()
            .map(|allowed| (source.slice(allowed.range).to_owned(), allowed.rule))
            .collect()
    }

    const RULE: &str = "unparsed-statement";

    #[test]
    fn a_comment_is_about_the_statement_before_it_on_its_line_or_the_next_one() {
        let text = format!(
            "A -- driftlint: allow({RULE}) -- known\nB\n-- driftlint: allow({RULE})\n-- more\nC\nD\n"
        );
        assert_eq!(
            allowed(&text),
            [("A".to_owned(), RULE), ("C".to_owned(), RULE)]
        );
    }

    #[test]
    fn ranges_end_where_they_are_ended() {
        let text = format!("A\n-- driftlint: allow-begin({RULE})\nB\n-- driftlint: allow-end\nC\n");
        assert_eq!(
            allowed(&text),
            [(format!("-- driftlint: allow-begin({RULE})\nB\n"), RULE)]
        );
    }

    #[test]
    fn a_block_comment_may_have_stars_in_front() {
        let text = format!("/*\n * driftlint: allow({RULE}) -- known\n */\nA\n");
        let end = text.find("*/").expect("it ends");
        let comment = Comment {
            span: Span::new(0, end + 2),
            body: Span::new(2, end),
        };
        let source = Source::new("a.sql", text.clone());
        let read = Suppressions::read(
            &source,
            [comment],
            &[Span::new(text.len() - 2, text.len() - 1)],
            true,
            &|_| None,
        );
        assert!(read.mistakes.is_empty(), "{:?}", read.mistakes);
        assert_eq!(source.slice(read.allowed[0].range), "A");
        assert_eq!(source.slice(read.allowed[0].name), RULE);
    }

    #[test]
    fn mistakes_are_named() {
        let text = "-- driftlint: alow(x)\n-- driftlint: allow(unparsed-statment)\n-- driftlint: allow-file\n-- driftlint: allow-end\n";
        let lines = text.lines().scan(0, |at, line| {
            let span = Span::new(*at, *at + line.len());
            *at += line.len() + 1;
            let body = Span::new(span.start + 2, span.end);
            Some(Comment { span, body })
        });
        let read = Suppressions::read(&Source::new("a.sql", text), lines, &[], false, &|_| None);
        let helps: Vec<&str> = read
            .mistakes
            .iter()
            .map(|mistake| mistake.help.as_str())
            .collect();
        assert_eq!(
            helps[..2],
            [
                "did you mean `allow`?",
                "did you mean `unparsed-statement`?"
            ]
        );
        assert_eq!(helps.len(), 4);
    }
}
