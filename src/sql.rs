//! SQL text to [`Change`]s: split, parse or recognise, lower.

pub(crate) mod block;
pub mod canonical;
pub mod change;
pub(crate) mod demand;
pub mod edit;
mod fault;
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
mod release;
pub mod render;
pub(crate) mod script;
pub(crate) mod split;
mod template;
pub mod types;
pub mod walk;

use std::fmt;

pub use change::Change;
pub(crate) use fault::{ActionWords, ForeignPhrase, StatementShape};
pub use fault::{Fault, FaultKind};
pub use merge::merge_marks;
pub use release::Release;
pub use script::{Counts, Script, Unit, on_big_stack, script};
pub(crate) use script::{STACK, prepare};
pub use split::{Comment, Problem, ProblemKind};

pub use crate::server::Dialect;
use crate::source::{Source, Span};

/// How a comment that speaks to driftlint starts. The splitter looks for it too: where a server
/// sees a `DO` body as one string, a comment in it may still allow a rule.
pub(crate) const DIRECTIVE: &str = "driftlint:";

/// Server versions that change what a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// PostgreSQL's major version: 16 of 16.3.
    pub postgres: u16,
    /// Whether somebody said so.
    pub postgres_is_said: bool,
    /// Whether a MySQL-dialect server is MariaDB.
    pub mariadb: bool,
    /// The release of MySQL; a new one unless somebody says otherwise.
    pub mysql: Release,
    /// That of MariaDB, which counts apart from MySQL.
    pub mariadb_release: Release,
    /// That of the SQLite library that opens the database.
    pub sqlite: Release,
}

/// What a change asks for that the server is too old for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// In the words of the grammar: `RENAME COLUMN`.
    pub what: &'static str,
    /// The first release that has it.
    pub since: Release,
    /// The release that the server was said to have.
    pub server: Release,
    /// What people call the server: "MariaDB".
    pub product: &'static str,
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
            postgres_is_said: false,
            mariadb: false,
            mysql: Release::new(8, 4, 0),
            mariadb_release: Release::new(10, 11, 0),
            sqlite: Release::new(3, 45, 0),
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
    /// Neither reads it, or not all of it: what it does is not known.
    Opaque {
        /// What kept it from being read.
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
    /// It stands in a file that is a template: a piece of it is no SQL by itself.
    TemplateFile,
    /// git could not merge the file, and left its marks.
    Unmerged,
    /// What it runs is computed when it runs.
    Computed,
    /// It runs another file: psql's command for that.
    OtherFile(String),
    /// No server takes it.
    Invalid(Fault),
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
            Self::Invalid(fault) => f.write_str(&fault.kind.message()),
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
    /// Who read it, and if nobody did, why.
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

/// What a routine does whose body stands at a place of a text, as far as that can be followed.
pub fn routine(
    text: &str,
    body: Span,
    language: &str,
    dialect: Dialect,
    versions: Versions,
) -> Vec<change::BlockItem> {
    let cx = lower::Cx {
        text,
        span: body,
        dialect,
        versions,
    };
    block::routine(&cx, body, language)
}

/// Where the next statement begins in one that no `;` ends.
pub fn missing_terminator(statement: &Statement) -> Option<Span> {
    match &statement.understood {
        Understood::Opaque {
            reason: Unread::Invalid(fault),
            ..
        } if fault.kind == FaultKind::NoTerminator => Some(fault.span),
        _ => None,
    }
}
