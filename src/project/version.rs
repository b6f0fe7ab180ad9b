//! What a runner takes for the version of a migration, and what it does with one that comes late.

use super::names::{FlywayKind, flyway, folder_version, version};
use super::{Migration, Part};
use crate::tool::Tool;

/// What a runner does with a migration whose version lies below one that the database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It goes on from the version that the database has, and never looks back.
    Skips,
    /// It stops.
    Refuses,
    /// It runs it after the others, in another order than on a new database.
    Runs,
}

impl Tool {
    /// What it does with a migration that comes late, unless configured otherwise; `None` where the
    /// order does not come from the names.
    pub fn late(self) -> Option<Late> {
        match self {
            Self::GolangMigrate => Some(Late::Skips),
            Self::Goose | Self::Flyway | Self::Atlas | Self::NodePgMigrate | Self::Supabase => {
                Some(Late::Refuses)
            }
            Self::Prisma
            | Self::Diesel
            | Self::Sqlx
            | Self::Dbmate
            | Self::SqlMigrate
            | Self::Pop
            | Self::Rails
            | Self::Plain => Some(Late::Runs),
            // Drizzle's journal has times of its own, and sqlc runs nothing.
            Self::Drizzle | Self::Sqlc => None,
        }
    }
}

impl Migration {
    /// What the runner keeps as its version, in a spelling that is equal where the runner takes two
    /// for one; `None` where it goes by the whole name, or by nothing that we know.
    pub fn version(&self, runner: Tool) -> Option<String> {
        let number = |digits: &str| {
            let short = digits.trim_start_matches('0');
            let shown = if short.is_empty() { "0" } else { short };
            (!digits.is_empty()).then(|| shown.to_owned())
        };
        match runner {
            Tool::GolangMigrate | Tool::Goose | Tool::Sqlx | Tool::Supabase | Tool::Rails => {
                number(version(&self.id))
            }
            // Kept as text: 1 and 01 are two versions.
            Tool::Dbmate | Tool::Atlas => {
                Some(version(&self.id).to_owned()).filter(|version| !version.is_empty())
            }
            Tool::Diesel => Some(folder_version(&self.id)),
            Tool::Flyway => {
                let stem = self.up.first().map(stem_of)?;
                let (kind, version, _) = flyway(stem)?;
                (kind == FlywayKind::Versioned).then(|| dotted(version))
            }
            Tool::Prisma
            | Tool::Drizzle
            | Tool::SqlMigrate
            | Tool::Pop
            | Tool::NodePgMigrate
            | Tool::Plain
            | Tool::Sqlc => None,
        }
    }

    /// Whether it runs again whenever its text changes, after all that have a version.
    pub fn is_repeatable(&self, runner: Tool) -> bool {
        runner == Tool::Flyway
            && self
                .up
                .first()
                .and_then(|part| flyway(stem_of(part)))
                .is_some_and(|(kind, ..)| kind == FlywayKind::Repeatable)
    }
}

fn stem_of(part: &Part) -> &str {
    let name = super::tree::file_name(part.source.path());
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Flyway's version: parts as numbers, zeros at the end left out.
fn dotted(version: &str) -> String {
    let mut parts: Vec<&str> = version
        .split(['.', '_'])
        .map(|part| part.trim_start_matches('0'))
        .collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let shown: Vec<&str> = parts
        .into_iter()
        .map(|part| if part.is_empty() { "0" } else { part })
        .collect();
    shown.join(".")
}
