//! What is known of tools that run migrations, whichever it is: transactions around them, and the
//! tables in which they keep their state.

use crate::sql::Unit;
use crate::tool::Tool;

/// The transaction that a runner opens around what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// One for each migration.
    Migration,
    /// One for everything that is pending.
    Pending,
    /// Each statement commits by itself, unless it opens a transaction.
    Nothing,
}

impl Wrap {
    /// As configuration spells them.
    pub const NAMES: [&str; 3] = ["each", "all", "none"];

    /// What `transaction` of `[[migrations]]` says.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "each" => Some(Self::Migration),
            "all" => Some(Self::Pending),
            "none" => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// How the migrations of a set reach the server: as their tool does it, or as the project says that
/// its own runner does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    /// What is sent at once.
    pub unit: Unit,
    /// The transaction around it.
    pub wrap: Wrap,
    /// Whether somebody knows: a tool that driftlint knows, or configuration.
    pub certain: bool,
}

impl Sending {
    /// As the tool does it, unless `transaction` is configured. Without any transaction, statements
    /// are sent one by one, as `psql -f` does.
    pub fn of(runner: Tool, configured: Option<Wrap>) -> Self {
        let unit = match (configured, runner.unit()) {
            // As a file, several statements would still be one implicit transaction on PostgreSQL.
            (Some(Wrap::Nothing), Unit::File) => Unit::Statement,
            (_, unit) => unit,
        };
        Self {
            unit,
            wrap: configured.unwrap_or(runner.wrap()),
            certain: configured.is_some() || runner.is_known(),
        }
    }

    /// The transactions that migrations run in, for people.
    pub fn transactions(self) -> &'static str {
        match (self.wrap, self.unit) {
            (Wrap::Migration, _) => "one for each migration",
            (Wrap::Pending, _) => "one for all pending migrations",
            (Wrap::Nothing, Unit::File) => "none of the runner's, but a file is sent as one string",
            (Wrap::Nothing, _) => "none",
        }
    }
}

/// Tables of tools that driftlint does not know as runners, and older names of those that it knows.
const OTHERS_BOOKKEEPING: &[&str] = &[
    "__EFMigrationsHistory",
    "alembic_version",
    "bun_migration_locks",
    "bun_migrations",
    "d1_migrations",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "doctrine_migration_versions",
    "gopg_migrations",
    "kysely_migration",
    "kysely_migration_lock",
    "mikro_orm_migrations",
    "phinxlog",
    "refinery_schema_history",
    "schema_version",
    "seaql_migrations",
    "SequelizeMeta",
    "typeorm_metadata",
];

/// Whether a table of that name, in whatever schema, is one in which some migration tool keeps its
/// own state.
pub fn is_bookkeeping(table: &str) -> bool {
    let known = Tool::all()
        .flat_map(Tool::bookkeeping)
        .chain(OTHERS_BOOKKEEPING);
    known
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .any(|name| name.eq_ignore_ascii_case(table))
}
