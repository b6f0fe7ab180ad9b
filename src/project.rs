//! A repository as driftlint sees it: migration sets with their migrations in order, and the tree they were read from.

pub mod runner;
pub mod tree;

use crate::source::{Source, Span};
use crate::sql::Dialect;
use runner::Runner;

/// Everything that was found in one tree.
#[derive(Debug, Default)]
pub struct Project {
    /// Every migration set, by folder.
    pub sets: Vec<MigrationSet>,
}

/// The migrations of one database, in one folder.
#[derive(Clone, Debug)]
pub struct MigrationSet {
    /// The folder, relative to the repository's root, with `/`; empty for the root itself.
    pub folder: String,
    /// The tool that runs them.
    pub runner: Runner,
    /// The dialect.
    pub dialect: Dialect,
    /// What decided the dialect, for people: "`provider` in schema.prisma".
    pub dialect_from: String,
    /// Migrations in the order in which the runner applies them.
    pub migrations: Vec<Migration>,
    /// Files in the folder that the runner never applies, and why: "not in meta/_journal.json".
    pub skipped: Vec<(String, String)>,
    /// Configuration and lock files that belong to the set: `schema.prisma`, `drizzle.config.ts`, `_journal.json`.
    pub related: Vec<String>,
}

/// One step of a set: the files that the runner applies together, up and down.
#[derive(Clone, Debug)]
pub struct Migration {
    /// What the runner records: version and name, `0010_enhance_chat_sessions`.
    pub id: String,
    /// Parts that bring the schema forward, in order.
    pub up: Vec<Part>,
    /// Parts that take it back, in order; `None` where the runner knows no down or there is none.
    pub down: Option<Vec<Part>>,
    /// Whether the runner's own mark takes it out of a transaction.
    pub no_transaction: NoTransaction,
}

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Forward.
    Up,
    /// Back.
    Down,
}

/// Which directions a no-transaction mark covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoTransaction {
    /// Up.
    pub up: bool,
    /// Down.
    pub down: bool,
}

/// A file, or a section of one, that is run in one direction.
#[derive(Clone, Debug)]
pub struct Part {
    /// The file.
    pub source: Source,
    /// The bytes that are run; the whole file unless the runner splits it in sections.
    pub span: Span,
}

impl Part {
    /// A whole file.
    pub fn whole(source: Source) -> Self {
        let span = Span::new(0, source.text().len());
        Self { source, span }
    }
}
