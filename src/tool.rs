//! The tools that run migrations and declare schemas: one line for each, and a room with all that
//! is particular to it.
//!
//! A room's files belong to the layers that their names say: `layout`, `journal` and `config` to
//! the project, `schema` and `snapshot` to schemas, `advice` and `script` to drift. This list
//! stands beside the layers: it hands each of them what the rooms have, so that none of them names
//! a tool.

mod facts;
mod order;
mod questions;

use crate::workflow::command::ApplyWords;
use facts::{ChecksumFile, Facts, PRINTED};

pub(crate) use drizzle::advice as journal_advice;
pub use drizzle::journal::{Journal, JournalEntry};
pub(crate) use facts::{PlanFile, Scripts};

macro_rules! tools {
    ($($name:ident: $room:ident,)*) => {
        $(pub mod $room;)*

        /// A tool that runs migrations, declares a schema, or does both.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names of the tools")]
        pub enum Tool {
            $($name,)*
        }

        impl Tool {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$name => &$room::TOOL,)*
                }
            }
        }
    };
}

// Where something certain speaks for several tools, the first takes the folder.
tools! {
    Prisma: prisma,
    Drizzle: drizzle,
    Hasura: hasura,
    Sqitch: sqitch,
    Diesel: diesel,
    Sqlx: sqlx,
    GolangMigrate: golang_migrate,
    Goose: goose,
    Dbmate: dbmate,
    Flyway: flyway,
    GraphileMigrate: graphile_migrate,
    SqlMigrate: sql_migrate,
    Supabase: supabase,
    Atlas: atlas,
    Pop: pop,
    NodePgMigrate: node_pg_migrate,
    Knex: knex,
    Plain: plain,
    Rails: rails,
    Sqlc: sqlc,
}

/// The endings of declared schemas, for people.
pub(crate) const SCHEMA_ENDINGS: &str = "`.prisma`, `.sql`, `.rs`, `.ts` and `.js`";

impl Tool {
    /// Every tool, in the order of the list.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied()
    }

    /// Those that run migrations.
    pub fn runners() -> impl Iterator<Item = Self> {
        Self::all().filter(|tool| !tool.layouts().is_empty())
    }

    /// As written in configuration and output.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The runner of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::runners().find(|tool| tool.name() == name)
    }
}
