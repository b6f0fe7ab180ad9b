//! The lock table: what a change locks, whom that keeps waiting, and what the server does while it
//! holds the locks.
//!
//! A pure function of the change and the schema before it. PostgreSQL's rows are measured on
//! servers 12 to 18, MySQL's on MariaDB 10.11 and from the manual of MySQL 8;
//! `tests/servers/locks.rs` and `online.rs` compare them with real servers, and so does `verify
//! --trace` for each statement that it runs ([`Measured`]).

mod measured;
#[cfg(test)]
mod tests;

pub use measured::{Measured, Seen};

use std::fmt;

use crate::catalog::{Catalog, QName};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::change::Change;

/// PostgreSQL's table locks, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the server's own names")]
pub enum Level {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl Level {
    const ALL: [(Self, &'static str); 8] = [
        (Self::AccessShare, "ACCESS SHARE"),
        (Self::RowShare, "ROW SHARE"),
        (Self::RowExclusive, "ROW EXCLUSIVE"),
        (Self::ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE"),
        (Self::Share, "SHARE"),
        (Self::ShareRowExclusive, "SHARE ROW EXCLUSIVE"),
        (Self::Exclusive, "EXCLUSIVE"),
        (Self::AccessExclusive, "ACCESS EXCLUSIVE"),
    ];

    /// As `LOCK TABLE` spells it.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The reverse of [`Level::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, known)| *known == name)
            .map(|(level, _)| level)
    }
}

/// How MySQL and MariaDB carry out an `ALTER TABLE`, the least work first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the server's own names")]
pub enum Algorithm {
    Instant,
    InPlace,
    Copy,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Instant => "INSTANT",
            Self::InPlace => "INPLACE",
            Self::Copy => "COPY",
        }
    }
}

/// Who has to wait while a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blocks {
    /// Other changes of the schema at most.
    Nothing,
    /// Whoever inserts, updates or deletes.
    Writes,
    /// Reads and writes wait.
    ReadsAndWrites,
}

impl Blocks {
    /// For people and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Writes => "writes",
            Self::ReadsAndWrites => "reads and writes",
        }
    }
}

/// A lock in the server's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One of PostgreSQL's eight locks on a table.
    Table(Level),
    /// MySQL and MariaDB: the algorithm, and who waits for as long as it works.
    Online(Algorithm, Blocks),
    /// What `LOCK TABLES` asks MySQL for.
    Tables(Blocks),
    /// SQLite: the whole database is locked for others that write.
    Database,
}

impl Mode {
    /// Who waits for it.
    pub fn blocks(self) -> Blocks {
        match self {
            Self::Table(level) if level >= Level::AccessExclusive => Blocks::ReadsAndWrites,
            Self::Table(level) if level >= Level::Share => Blocks::Writes,
            Self::Table(_) => Blocks::Nothing,
            Self::Online(_, blocks) | Self::Tables(blocks) => blocks,
            Self::Database => Blocks::Writes,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(level) => f.write_str(level.name()),
            Self::Online(Algorithm::Instant, _) => f.write_str("ALGORITHM=INSTANT"),
            Self::Online(algorithm, blocks) => {
                let shared = match blocks {
                    Blocks::Nothing => "NONE",
                    Blocks::Writes => "SHARED",
                    Blocks::ReadsAndWrites => "EXCLUSIVE",
                };
                write!(f, "ALGORITHM={}, LOCK={shared}", algorithm.name())
            }
            Self::Tables(Blocks::ReadsAndWrites) => f.write_str("WRITE"),
            Self::Tables(_) => f.write_str("READ"),
            Self::Database => f.write_str("DATABASE"),
        }
    }
}

/// What the server does under the lock, the shortest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// It writes a few rows of its own catalog.
    #[default]
    Brief,
    /// It reads every row.
    Scan,
    /// It builds an index.
    Index,
    /// It writes every row again, and every index.
    Rewrite,
}

impl Work {
    /// How long the lock is held, for people and JSON.
    pub fn held(self) -> &'static str {
        match self {
            Self::Brief => "briefly",
            Self::Scan => "while the table is scanned",
            Self::Index => "while the index is built",
            Self::Rewrite => "while the table is rewritten",
        }
    }
}

/// Why the server has to read or write rows, or what else makes a lock worth talking about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A default that has another value in each row: the function.
    VolatileDefault(String),
    /// Any default, before PostgreSQL 11.
    AnyDefault,
    /// MySQL 8: a default that is an expression.
    ExpressionDefault,
    /// MySQL: the engine of the table, which changes nothing online.
    OtherEngine(String),
    /// MySQL: a part of the table with which it is not changed online.
    Hindered(&'static str),
    /// MariaDB: a unique index of whole long texts.
    Hashed,
    /// `serial`, `AUTO_INCREMENT`: every row gets a number.
    Serial,
    /// `GENERATED … AS IDENTITY`.
    Identity,
    /// A generated column that is kept in the row.
    Stored,
    /// A domain with a constraint, by its name.
    Domain(String),
    /// The values change, or how they are kept: from what type to what.
    Type(String, String),
    /// The type before is not known.
    UnknownType(String),
    /// `USING` with an expression that computes.
    Using,
    /// Labels of MySQL's ENUM or SET were removed, reordered, or became too many.
    Labels,
    /// MySQL: another character set or collation.
    Charset,
    /// MySQL: another storage engine.
    Engine,
    /// `SET LOGGED`, `SET UNLOGGED`.
    Logged,
    /// `SET TABLESPACE`, `SET ACCESS METHOD`.
    Storage(&'static str),
    /// `VACUUM FULL`, `CLUSTER`.
    Maintenance(String),
    /// MySQL: the primary key goes and nothing takes its place.
    NoPrimaryKey,
    /// MySQL: the statement asks for `ALGORITHM=COPY`, `LOCK=SHARED`, `LOCK=EXCLUSIVE`.
    Asked(String),
    /// A check, on rows that exist.
    Check,
    /// A check that a new column brings along.
    InlineCheck,
    /// A check that a column's new type makes the server look at again.
    CheckAgain(String),
    /// A foreign key, on rows that exist.
    ForeignKey,
    /// A foreign key that a new column brings along.
    InlineForeignKey,
    /// `SET NOT NULL`.
    NotNull,
    /// `ADD PRIMARY KEY USING INDEX` over a nullable column: `SET NOT NULL` in disguise.
    PrimaryKeyNotNull(String),
    /// A constraint of a domain, in every table that uses it.
    DomainConstraint,
    /// `VALIDATE CONSTRAINT`.
    Validate,
    /// A table that becomes a partition.
    Partition,
    /// The default partition, whose rows may belong to a new one.
    DefaultPartition,
    /// A partition that leaves.
    Detach,
    /// A unique constraint.
    Unique,
    /// A primary key, which makes its columns NOT NULL too.
    PrimaryKey,
    /// An exclusion constraint.
    Exclusion,
    /// `CREATE INDEX`.
    Index,
    /// `CREATE INDEX` on a partitioned table.
    PartitionedIndex,
    /// MySQL's FULLTEXT and SPATIAL indexes.
    SlowIndex(String),
    /// An index that a new collation makes the server build again.
    IndexAgain,
    /// `DROP INDEX`.
    DropIndex,
    /// `REINDEX`.
    Reindex,
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh,
    /// `TRUNCATE`.
    Truncate,
    /// A trigger is made, dropped, enabled or disabled.
    Trigger,
    /// `LOCK TABLE`.
    Explicit,
    /// A query that reads a whole table: `CREATE TABLE AS`, `UPDATE` without a condition.
    Rows,
}

/// A lock on one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The table, view or sequence.
    pub relation: QName,
    /// The lock in its server's own kinds.
    pub mode: Mode,
}

/// What one change, or one action of an `ALTER TABLE`, does to others.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The bytes that ask for it.
    pub span: Span,
    /// The relation it is about.
    pub target: QName,
    /// Locks on relations that were there before, that on the target first.
    pub locks: Vec<Lock>,
    /// Relations of which every row is read.
    pub scans: Vec<QName>,
    /// Relations on which an index is built.
    pub builds: Vec<QName>,
    /// Relations that are written again.
    pub rewrites: Vec<QName>,
    /// Why, the most work first.
    pub causes: Vec<Cause>,
}

impl Effect {
    pub(crate) fn new(span: Span, target: QName) -> Self {
        Self {
            span,
            target,
            locks: Vec::new(),
            scans: Vec::new(),
            builds: Vec::new(),
            rewrites: Vec::new(),
            causes: Vec::new(),
        }
    }

    /// Takes a lock, unless a stronger one is on the relation already.
    pub(crate) fn lock(&mut self, relation: &QName, mode: Mode) {
        let known = self
            .locks
            .iter_mut()
            .find(|lock| lock.relation == *relation);
        match known {
            Some(lock) => lock.mode = stronger(lock.mode, mode),
            None => self.locks.push(Lock {
                relation: relation.clone(),
                mode,
            }),
        }
    }

    pub(crate) fn scan(&mut self, relation: &QName) {
        add(&mut self.scans, relation);
    }

    pub(crate) fn build(&mut self, relation: &QName) {
        add(&mut self.builds, relation);
        add(&mut self.scans, relation);
    }

    pub(crate) fn rewrite(&mut self, relation: &QName) {
        add(&mut self.rewrites, relation);
        add(&mut self.scans, relation);
    }

    /// The lock on the relation that it is about.
    pub fn mode(&self) -> Option<Mode> {
        let mut locks = self.locks.iter();
        locks
            .find(|lock| lock.relation == self.target)
            .map(|lock| lock.mode)
    }

    /// Who waits for it, on whatever relation.
    pub fn blocks(&self) -> Blocks {
        let modes = self.locks.iter().map(|lock| lock.mode.blocks());
        modes.max().unwrap_or(Blocks::Nothing)
    }

    /// What takes the time.
    pub fn work(&self) -> Work {
        if !self.rewrites.is_empty() {
            Work::Rewrite
        } else if !self.builds.is_empty() {
            Work::Index
        } else if self.scans.is_empty() {
            Work::Brief
        } else {
            Work::Scan
        }
    }

    /// The first of its causes.
    pub fn cause(&self) -> Option<&Cause> {
        self.causes.first()
    }
}

fn add(names: &mut Vec<QName>, name: &QName) {
    if !names.contains(name) {
        names.push(name.clone());
    }
}

fn stronger(one: Mode, other: Mode) -> Mode {
    match (one, other) {
        (Mode::Table(one), Mode::Table(other)) => Mode::Table(one.max(other)),
        (Mode::Online(one, waits), Mode::Online(other, also)) => {
            Mode::Online(one.max(other), waits.max(also))
        }
        (one, other) if other.blocks() > one.blocks() => other,
        (one, _) => one,
    }
}

/// What a change does: one effect, or one for each action of an `ALTER TABLE`. Nothing for what
/// locks no relation that was there before. `catalog` is the schema before the change; blocks are
/// to be walked by the caller.
pub fn effects(change: &Change, catalog: &Catalog) -> Vec<Effect> {
    on_server!(catalog.dialect => lock::effects(change, catalog))
}
