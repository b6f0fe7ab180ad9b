//! A repository as driftlint sees it: migration sets with their migrations in order, and the tree
//! they were read from.

pub(crate) mod affinity;
mod apart;
mod belongs;
pub mod bookkeeping;
pub mod bounded;
mod called;
pub(crate) mod catalogs;
mod change;
pub mod declared;
pub(crate) mod dialect;
pub(crate) mod discover;
pub mod extras;
pub(crate) mod foreign;
mod fragment;
pub mod git;
pub(crate) mod layout;
mod load;
pub mod moment;
pub(crate) mod names;
mod near;
pub mod next;
pub(crate) mod read;
pub mod relevance;
mod remark;
pub mod runner;
pub(crate) mod script;
pub(crate) mod sections;
pub mod tree;
mod unjudged;
pub(crate) mod unmigrated;
pub mod version;
pub mod worktree;
pub(crate) mod yaml;

pub use called::Unnamed;
pub use change::FileStatus;
pub use declared::{External, SchemaConfig, SchemaFile};
pub use extras::Extras;
pub use load::{ConfiguredSet, LoadOptions};

use crate::source::{Source, Span};
use crate::sql::Dialect;
use crate::tool::Tool;
pub use read::Reach;
use runner::{Sending, Wrap};
pub use unjudged::{Consequence, Unjudged};

/// Everything that was found in one tree.
#[derive(Debug, Default)]
pub struct Project {
    /// Every migration set, by folder.
    pub sets: Vec<MigrationSet>,
    /// Folders that hold migrations which driftlint cannot judge.
    pub unsupported: Vec<Unsupported>,
    /// Declared schemas, or their configurations, that no migrations belong to, and why they are
    /// not judged.
    pub unmigrated: Vec<Unjudged>,
    /// Declared schemas, or their configurations, that are only ever pushed.
    pub pushed: Vec<String>,
    /// Where there is nothing else: folders of migrations that are not looked into unless they are
    /// named, since they lie in a folder of tests.
    pub passed_over: Vec<String>,
}

/// Migrations in a language or for a server that driftlint does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Relative to the repository's root, or the path of a single file.
    pub folder: String,
    /// How many files it holds, as far as they could be listed.
    pub files: usize,
    /// Why they are not judged: "written for ClickHouse".
    pub reason: String,
    /// Whether they cannot be read, rather than being of a kind that driftlint does not read.
    pub broken: bool,
}

impl Unsupported {
    /// The same, as the ledger has it.
    pub fn unjudged(&self) -> Unjudged {
        let reason = match self.files {
            0 | 1 => self.reason.clone(),
            many => format!("{} ({many} files)", self.reason),
        };
        if self.broken {
            Unjudged::broken(&self.folder, reason)
        } else {
            Unjudged::foreign(&self.folder, reason)
        }
    }
}

/// The migrations of one database, in one folder.
#[derive(Clone, Debug)]
pub struct MigrationSet {
    /// The folder, relative to the repository's root, with `/`; empty for the root itself.
    pub folder: String,
    /// The tool that runs them.
    pub runner: Tool,
    /// How the files lie, for people: "one folder each, with migration.sql".
    pub shape: &'static str,
    /// How its migrations reach the server.
    pub sending: Sending,
    /// The server's language, by which all of its files are read.
    pub dialect: Dialect,
    /// What decided the dialect, for people: "`dialect` in meta/_journal.json".
    pub dialect_from: String,
    /// Migrations in the order in which the runner applies them.
    pub migrations: Vec<Migration>,
    /// Files in the folder that the runner never applies, and why: "not in meta/_journal.json".
    pub skipped: Vec<Unjudged>,
    /// Files that the runner applies after all migrations and that are not read.
    pub unread_last: Vec<UnreadFile>,
    /// Why its migrations are only a part of those that its database runs, where they are.
    pub fragment: Option<&'static str>,
    /// Why nobody can tell which of the folder's files are applied, and in which order.
    pub unordered: Option<String>,
    /// Configuration and lock files that belong to the set: a schema, a lock file,
    /// `_journal.json`.
    pub related: Vec<String>,
    /// Files that say how the schema should be, by path.
    pub declared: Vec<SchemaFile>,
    /// Files that look like the schema and are not taken for it, and why.
    pub rejected_schemas: Vec<Unjudged>,
    /// What `driftlint.toml` names as its schema although it is not one, and why.
    pub unmatched: Vec<Unjudged>,
    /// Patterns and folders of files that declare the schema in a language that driftlint does not
    /// read.
    pub models: Vec<String>,
    /// The tool's configuration, where it is what names the declared schema.
    pub config: Option<SchemaConfig>,
    /// What the tool is configured to leave to others.
    pub external: Option<External>,
    /// A dump of the schema that the first migration finds.
    pub start: Option<Source>,
    /// What only the tool itself understands.
    pub extras: Extras,
}

impl MigrationSet {
    /// Whether nothing says which dialect its migrations are written in, although there are some.
    pub fn dialect_is_a_guess(&self) -> bool {
        self.dialect_from == dialect::DEFAULT && !self.migrations.is_empty()
    }
}

/// One step of a set: the files that the runner applies together, up and down.
#[derive(Clone, Debug)]
pub struct Migration {
    /// What the runner records: version and name, `0010_enhance_chat_sessions`.
    pub id: String,
    /// Parts that bring the schema forward, in order.
    pub up: Vec<MigrationPart>,
    /// Parts that take it back, in order; `None` where the runner knows no down or there is none.
    pub down: Option<Vec<MigrationPart>>,
    /// Whether the runner's own mark takes it out of a transaction.
    pub no_transaction: NoTransaction,
    /// Whether it is the first one that lies in another layout than those before it, as after a
    /// change of tools.
    pub after_switch: bool,
    /// Files that the runner applies just before it and that are not read: a script, a file whose
    /// content is not here.
    pub after_unread: Vec<UnreadFile>,
}

/// A file that the runner applies and that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// Its path, relative to the repository's root.
    pub path: String,
    /// What may be different after it.
    pub reach: Reach,
}

impl Migration {
    /// The transaction that is opened around it: none if its own mark says so.
    pub fn wrap(&self, sending: Sending, direction: Direction) -> Wrap {
        if self.no_transaction.covers(direction) {
            Wrap::Nothing
        } else {
            sending.wrap
        }
    }

    /// What runs in a direction, in order.
    pub fn parts(&self, direction: Direction) -> &[MigrationPart] {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => self.down.as_deref().unwrap_or_default(),
        }
    }

    /// What runs in either direction.
    pub fn all_parts(&self) -> impl Iterator<Item = &MigrationPart> + Clone {
        self.up.iter().chain(self.down.iter().flatten())
    }
}

impl MigrationSet {
    /// What the migrations of the set run, in either direction.
    pub fn parts(&self) -> impl Iterator<Item = &MigrationPart> + Clone {
        self.migrations.iter().flat_map(Migration::all_parts)
    }
}

impl Project {
    /// What the migrations of all sets run, in either direction.
    pub fn parts(&self) -> impl Iterator<Item = &MigrationPart> + Clone {
        self.sets.iter().flat_map(MigrationSet::parts)
    }
}

/// Which way a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To the newer schema.
    Up,
    /// To the older schema.
    Down,
}

/// Which directions a no-transaction mark covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoTransaction {
    /// Whether the way forward runs outside of a transaction.
    pub up: bool,
    /// Whether the way back does.
    pub down: bool,
}

impl NoTransaction {
    /// Whether it covers this one.
    pub fn covers(self, direction: Direction) -> bool {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }
}

/// A file, or a section of one, that is run in one direction.
#[derive(Clone, Debug)]
pub struct MigrationPart {
    /// The file that it stands in.
    pub source: Source,
    /// The bytes that are run; the whole file unless the runner splits it in sections.
    pub span: Span,
    /// The name that the runner records for it, where one file holds several migrations; `None`
    /// where the file's own name is all.
    pub name: Option<String>,
}

/// What makes a part of a migration the same one at another time.
///
/// Most runners go by the file. Some keep several migrations in one file, to which new ones are
/// appended (Liquibase's formatted SQL): the earlier ones are not edited by that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationIdentity<'a> {
    /// The file's path.
    pub file: &'a str,
    /// The name inside the file, where it holds several.
    pub name: Option<&'a str>,
}

impl MigrationPart {
    /// What makes it the same part at another time.
    pub fn identity(&self) -> MigrationIdentity<'_> {
        MigrationIdentity {
            file: self.source.path(),
            name: self.name.as_deref(),
        }
    }

    /// The text that is run.
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    /// A whole file, without its byte order mark.
    pub fn whole(source: Source) -> Self {
        let text = source.text();
        let span = Span::new(
            if text.starts_with('\u{feff}') {
                '\u{feff}'.len_utf8()
            } else {
                0
            },
            text.len(),
        );
        Self {
            source,
            span,
            name: None,
        }
    }
}
