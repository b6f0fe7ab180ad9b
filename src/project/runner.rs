//! How each migration tool sends files to the server and wraps them in transactions.
//!
//! Measured on real servers and runners; the table is data, so that a new tool is one row. Marks
//! inside files (sections, "not in a transaction") are read by `sections`.

use crate::sql::Unit;

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
    pub fn of(runner: Runner, configured: Option<Wrap>) -> Self {
        let unit = match (configured, runner.unit()) {
            (Some(Wrap::Nothing), Unit::File) => Unit::Statement,
            (_, unit) => unit,
        };
        Self {
            unit,
            wrap: configured.unwrap_or(runner.wrap()),
            certain: configured.is_some() || runner != Runner::Plain,
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

/// One row of the table.
struct Row {
    runner: Runner,
    name: &'static str,
    unit: Unit,
    wrap: Wrap,
    /// The table in which the tool keeps what it applied; it exists before the first migration
    /// runs.
    bookkeeping: &'static [&'static str],
    /// How one takes a migration out of its transaction, for help texts.
    no_transaction: Option<&'static str>,
}

/// In the order of [`Runner`].
#[rustfmt::skip]
static TABLE: [Row; 15] = [
    Row { runner: Runner::Prisma, name: "prisma", unit: Unit::File, wrap: Wrap::Nothing,
          bookkeeping: &["_prisma_migrations"], no_transaction: None },
    Row { runner: Runner::Drizzle, name: "drizzle", unit: Unit::Breakpoint, wrap: Wrap::Pending,
          bookkeeping: &["drizzle.__drizzle_migrations"], no_transaction: None },
    Row { runner: Runner::Diesel, name: "diesel", unit: Unit::File, wrap: Wrap::Migration,
          bookkeeping: &["__diesel_schema_migrations"],
          no_transaction: Some("`run_in_transaction = false` in a metadata.toml beside up.sql") },
    Row { runner: Runner::Sqlx, name: "sqlx", unit: Unit::File, wrap: Wrap::Migration,
          bookkeeping: &["_sqlx_migrations"], no_transaction: Some("`-- no-transaction` as the first line") },
    Row { runner: Runner::GolangMigrate, name: "golang-migrate", unit: Unit::File, wrap: Wrap::Nothing,
          bookkeeping: &["schema_migrations"], no_transaction: None },
    Row { runner: Runner::Goose, name: "goose", unit: Unit::Statement, wrap: Wrap::Migration,
          bookkeeping: &["goose_db_version"], no_transaction: Some("`-- +goose NO TRANSACTION` as the first line") },
    Row { runner: Runner::Dbmate, name: "dbmate", unit: Unit::File, wrap: Wrap::Migration,
          bookkeeping: &["schema_migrations"], no_transaction: Some("`-- migrate:up transaction:false`") },
    Row { runner: Runner::Flyway, name: "flyway", unit: Unit::Statement, wrap: Wrap::Migration,
          bookkeeping: &["flyway_schema_history"],
          no_transaction: Some("`executeInTransaction=false` in a file of the same name with `.conf` appended") },
    Row { runner: Runner::SqlMigrate, name: "sql-migrate", unit: Unit::Statement, wrap: Wrap::Migration,
          bookkeeping: &["gorp_migrations"], no_transaction: Some("`-- +migrate Up notransaction`") },
    Row { runner: Runner::Supabase, name: "supabase", unit: Unit::File, wrap: Wrap::Nothing,
          bookkeeping: &["supabase_migrations.schema_migrations"], no_transaction: None },
    Row { runner: Runner::Atlas, name: "atlas", unit: Unit::Statement, wrap: Wrap::Migration,
          bookkeeping: &["atlas_schema_revisions.atlas_schema_revisions"],
          no_transaction: Some("`-- atlas:txmode none` at the top of the file, followed by an empty line") },
    Row { runner: Runner::Pop, name: "pop", unit: Unit::File, wrap: Wrap::Migration,
          bookkeeping: &["schema_migration"], no_transaction: Some("`.autocommit` in the file's name, before `.up`") },
    Row { runner: Runner::NodePgMigrate, name: "node-pg-migrate", unit: Unit::File, wrap: Wrap::Pending,
          bookkeeping: &["pgmigrations"], no_transaction: None },
    Row { runner: Runner::Rails, name: "rails", unit: Unit::Statement, wrap: Wrap::Migration,
          bookkeeping: &["schema_migrations", "ar_internal_metadata"],
          no_transaction: Some("`disable_ddl_transaction!` in the migration's class") },
    Row { runner: Runner::Plain, name: "plain", unit: Unit::File, wrap: Wrap::Nothing,
          bookkeeping: &[], no_transaction: None },
];

/// Tables of tools that driftlint does not know as runners, and older names of those that it knows.
const OTHERS_BOOKKEEPING: &[&str] = &[
    "__drizzle_migrations",
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
    "knex_migrations",
    "knex_migrations_lock",
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
    let known = TABLE
        .iter()
        .flat_map(|row| row.bookkeeping)
        .chain(OTHERS_BOOKKEEPING);
    known
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .any(|name| name.eq_ignore_ascii_case(table))
}

impl Runner {
    /// Every tool.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.runner)
    }

    /// As written in configuration and output.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The reverse of [`Runner::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.name == name)
            .map(|row| row.runner)
    }

    /// What it sends at once.
    pub fn unit(self) -> Unit {
        self.row().unit
    }

    /// The transaction it opens, unless the migration's mark says otherwise.
    pub fn wrap(self) -> Wrap {
        self.row().wrap
    }

    /// Whether it runs a migration without a transaction, unasked, when each of its statements
    /// forbids one.
    pub fn sees_what_forbids_a_transaction(self) -> bool {
        self == Self::Flyway
    }

    /// The tables it keeps its own state in, which migrations may refer to.
    pub fn bookkeeping(self) -> &'static [&'static str] {
        self.row().bookkeeping
    }

    /// How to take one migration out of the transaction; `None` where the tool knows no way or
    /// opens none.
    pub fn no_transaction_mark(self) -> Option<&'static str> {
        self.row().no_transaction
    }

    /// Whether it records a checksum of each file it applies and refuses to go on when the file
    /// differs.
    pub fn keeps_checksums(self) -> bool {
        matches!(self, Self::Prisma | Self::Sqlx | Self::Flyway | Self::Atlas)
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_enum() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.runner as usize, at, "{}", row.name);
            assert_eq!(Runner::from_name(row.name), Some(row.runner));
        }
    }
}
