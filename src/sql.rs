//! SQL text to [`Change`]s: split, parse or recognise, lower.

pub(crate) mod block;
pub mod canonical;
pub mod change;
pub mod given;
pub(crate) mod lex;
pub mod limit;
pub mod locate;
pub(crate) mod lower;
mod merge;
pub(crate) mod parse;
pub mod patch;
pub(crate) mod quote;
pub(crate) mod recognise;
pub mod render;
pub(crate) mod script;
pub(crate) mod split;
mod template;
pub mod types;
pub mod walk;

use std::fmt;

pub use change::Change;
pub use merge::merge_marks;
pub use script::{Counts, Script, Unit, on_big_stack, script};
pub use split::{Comment, Problem, ProblemKind};

pub use crate::server::Dialect;
use crate::source::{Source, Span};

/// How a comment that speaks to driftlint starts. The splitter looks for it too: where a server
/// sees a `DO` body as one string, a comment in it may still allow a rule.
pub(crate) const DIRECTIVE: &str = "driftlint:";

/// Server versions that change what a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// PostgreSQL's major version.
    pub postgres: u16,
    /// Whether a MySQL-dialect server is MariaDB.
    pub mariadb: bool,
}

impl Versions {
    /// The major version that a person means by `16`, `16.3` or `9.6`; `None` for what was never
    /// released or is no version.
    pub fn postgres_major(text: &str) -> Option<u16> {
        let major = text.trim().split('.').next()?.parse().ok()?;
        (9..=99).contains(&major).then_some(major)
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self {
            postgres: 15,
            mariadb: false,
        }
    }
}

/// How a statement was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Understood {
    /// sqlparser parsed all of it.
    Parsed,
    /// Our own recogniser knows it.
    Recognised,
    /// Nobody does.
    Opaque {
        /// Why not.
        reason: Unread,
        /// Whether its leading words are those of a schema change.
        ddl: bool,
    },
}

/// Why nobody understood a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The parser's first complaint.
    Parser(String),
    /// A tool fills it in before the server sees it.
    Template,
    /// The whole file is such a template: no piece of it is SQL before.
    TemplateFile,
    /// git could not merge the file, and left its marks.
    Unmerged,
    /// What it runs is computed when it runs.
    Computed,
    /// It runs another file: psql's command for that.
    OtherFile(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parser(error) => write!(f, "the parser says: {error}"),
            Self::Template => {
                f.write_str("it is a template, which is filled in only when it is run")
            }
            Self::TemplateFile => {
                f.write_str("the file is a template, which is filled in only when it is run")
            }
            Self::Unmerged => f.write_str("the file holds the marks of an unresolved merge"),
            Self::Computed => f.write_str("it runs text that is computed only when it runs"),
            Self::OtherFile(command) => {
                write!(f, "`{command}` runs another file, which is not followed")
            }
        }
    }
}

/// One statement of a migration, reduced to what rules and the catalog need.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The file it stands in.
    pub source: Source,
    /// First to last token, without the terminator.
    pub span: Span,
    /// What it does. Empty for an opaque statement.
    pub changes: Vec<Change>,
    /// How we know.
    pub understood: Understood,
    /// Statements with the same number reach the server as one string.
    pub batch: u32,
}

impl Statement {
    /// The statement's own text.
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }
}

/// The text's tokens without blanks and comments: two texts of which these are equal do the same.
pub fn code(text: &str, dialect: Dialect) -> impl Iterator<Item = &str> {
    let whole = Span::new(0, text.len());
    let tokens = lex::Lexer::new(text, whole, dialect, Versions::default());
    tokens
        .filter(lex::Token::is_code)
        .map(move |token| &text[token.span.range()])
}

/// Where a statement that nobody understood seems to run into the next one: words that start a
/// schema change, at the start of a line.
pub fn missing_terminator(statement: &Statement, dialect: Dialect) -> Option<Span> {
    const VERBS: [&str; 3] = ["create", "alter", "drop"];
    const KINDS: [&str; 7] = [
        "table", "index", "unique", "view", "type", "function", "trigger",
    ];
    // A template has more than one.
    let Understood::Opaque {
        ddl: true,
        reason: Unread::Parser(_),
    } = statement.understood
    else {
        return None;
    };
    let text = statement.text();
    // Bodies are strings, and have lines of their own.
    let tokens = lex::Lexer::new(text, Span::new(0, text.len()), dialect, Versions::default());
    let words: Vec<Span> = tokens
        .filter(|token| token.kind == lex::Kind::Word)
        .map(|token| token.span)
        .collect();
    let is = |span: Span, known: &[&str]| {
        known
            .iter()
            .any(|word| text[span.range()].eq_ignore_ascii_case(word))
    };
    let starts_line = |at: usize| {
        text[..at]
            .rfind('\n')
            .is_some_and(|line| text[line..at].trim().is_empty())
    };
    let next = words
        .windows(2)
        .find(|pair| is(pair[0], &VERBS) && is(pair[1], &KINDS) && starts_line(pair[0].start));
    next.map(|pair| {
        let start = statement.span.start + pair[0].start;
        let line = text[pair[0].start..]
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end();
        Span::new(start, start + line.len())
    })
}
