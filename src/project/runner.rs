//! How each migration tool sends files to the server and wraps them in transactions.
//!
//! Measured on real servers and runners; the table is data, so that a new tool is one row.

/// A migration tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of the tools")]
pub enum Runner {
    Prisma,
    Drizzle,
    Diesel,
    Sqlx,
    GolangMigrate,
    Goose,
    Dbmate,
    Flyway,
    SqlMigrate,
    Supabase,
    Atlas,
    Pop,
    NodePgMigrate,
    Rails,
    /// Numbered files that no known tool claims.
    Plain,
}

/// What reaches the server as one string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The whole file: more than one statement is an implicit transaction on PostgreSQL.
    File,
    /// Each statement by itself.
    Statement,
    /// Each piece between `--> statement-breakpoint` lines.
    Breakpoint,
}

/// The transaction that a runner opens around what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// One for each migration.
    Migration,
    /// One for everything that is pending.
    Pending,
    /// None.
    Nothing,
}

impl Runner {
    /// Whether it records a checksum of each file it applies and refuses to go on when the file differs.
    pub fn keeps_checksums(self) -> bool {
        matches!(self, Self::Prisma | Self::Sqlx | Self::Flyway | Self::Atlas)
    }
}
