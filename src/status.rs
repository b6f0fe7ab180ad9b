//! Where a database stands with a set of migrations: what its tool wrote down, held against the
//! files, and its schema against what the files make.

mod pairs;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::project::bookkeeping::{AppliedRow, Checksums, KnownChecksums};
use crate::project::names::compare_dotted;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationSet};
use pairs::Pairs;
pub use pairs::scripts_of;
pub use schema::{LiveSchema, compare};

/// Where a database stands with a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Each migration of the set, in its order.
    pub migrations: Vec<MigrationState>,
    /// Migrations in a language that driftlint does not read, each with its state.
    pub scripts: Vec<(String, MigrationState)>,
    /// What the database has and the set has not.
    pub unknown: Vec<UnknownRow>,
}

/// The state of one migration in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// It was applied, as it is.
    Applied,
    /// It has no row of its own: the tool takes it for applied, since a later one is.
    TakenForApplied,
    /// It was applied, and its file has been edited since.
    Edited {
        /// Whether nothing but the ends of its lines was changed.
        line_ends: bool,
    },
    /// It was begun and not brought to its end.
    Failed(String),
    /// The next run of the tool applies it.
    Pending,
    /// It sorts before one that was applied.
    Late {
        /// What the tool does with it.
        then: LateVersion,
        /// The newest that was applied.
        newest: String,
    },
}

/// A row that is of no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRow {
    /// What the row calls it.
    pub name: String,
    /// What went wrong with it.
    pub failure: Option<String>,
    /// The migration that has its checksum and no row, by its place in the set: the same under
    /// another name.
    pub renamed_to: Option<usize>,
}

impl MigrationState {
    /// Whether the database has what it makes.
    pub fn is_applied(&self) -> bool {
        matches!(
            self,
            Self::Applied | Self::TakenForApplied | Self::Edited { .. }
        )
    }

    /// Whether the next run of the tool applies it, and nothing is wrong with that.
    pub fn is_pending(&self) -> bool {
        *self == Self::Pending
    }

    /// As JSON names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Applied | Self::TakenForApplied => "applied",
            Self::Edited { .. } => "edited",
            Self::Failed(_) => "failed",
            Self::Pending => "pending",
            Self::Late {
                then: LateVersion::Skips,
                ..
            } => "skipped",
            Self::Late { .. } => "out-of-order",
        }
    }
}

impl Standing {
    /// Holds what a tool wrote down against a set.
    pub fn of(set: &MigrationSet, rows: &[AppliedRow]) -> Self {
        let Some(bookkeeping) = set.runner.bookkeeping_rows() else {
            return Self::default();
        };
        let late = (bookkeeping.late)(set)
            .or(set.runner.late())
            .unwrap_or(LateVersion::Runs);
        let scripts = scripts_of(set);
        let all = set.migrations.iter().chain(&scripts);
        let mut pairs = Pairs::new(
            all.map(|migration| (bookkeeping.keys)(set, migration))
                .collect(),
            rows,
        );
        pairs.cover();
        let sums = checksums(set, bookkeeping.checksums);
        let chained = bookkeeping.checksums.is_some_and(|sums| sums.chained);
        let repeats = |migration: &&Migration| migration.is_repeatable(set.runner);
        let versions = set.migrations.iter().filter(|one| !repeats(one)).count();
        let newest = pairs.newest(late, versions);
        // A file more or less before it changes a sum over all files up to its own.
        let mut chain_broke = chained && pairs.left().next().is_some();
        let mut states = Vec::new();
        for at in 0..set.migrations.len() + scripts.len() {
            let mut state = pairs.state(at, newest.as_ref(), late);
            let row = pairs.row_of(at);
            chain_broke |= chained && row.is_none();
            let sum = row.and_then(|row| row.checksum.as_deref());
            if let (MigrationState::Applied, Some(sum), Some(known)) = (&state, sum, sums.get(at))
                && !chain_broke
            {
                state = judged(sum, known);
                chain_broke |= chained && state != MigrationState::Applied;
            }
            let is_settled = matches!(state, MigrationState::Applied | MigrationState::Failed(_));
            if !is_settled && set.migrations.get(at).as_ref().is_some_and(repeats) {
                state = MigrationState::Pending;
            }
            states.push(state);
        }
        let unknown = unknown(&pairs, &states, &sums);
        let names = scripts.iter().map(|script| script.id.clone());
        let of_scripts = states.split_off(set.migrations.len());
        Self {
            migrations: states,
            scripts: names.zip(of_scripts).collect(),
            unknown,
        }
    }

    /// Every state, of files that are read and of others.
    pub fn states(&self) -> impl Iterator<Item = &MigrationState> {
        let scripts = self.scripts.iter().map(|(_, state)| state);
        self.migrations.iter().chain(scripts)
    }

    /// How many are in a state of this name.
    pub fn count(&self, name: &str) -> usize {
        self.states().filter(|state| state.name() == name).count()
    }

    /// Whether the database is where the files are; migrations that only wait for the next run may
    /// be forgiven.
    pub fn agrees(&self, allow_pending: bool) -> bool {
        self.unknown.is_empty()
            && self.states().all(|state| match state {
                MigrationState::Applied | MigrationState::TakenForApplied => true,
                state => allow_pending && state.is_pending(),
            })
    }

    /// Whether something was not brought to its end, so that a part of it may be there.
    pub fn has_failure(&self) -> bool {
        self.states()
            .any(|state| matches!(state, MigrationState::Failed(_)))
            || self.unknown.iter().any(|row| row.failure.is_some())
    }
}

/// Whether a migration is still what was applied.
fn judged(sum: &str, known: &KnownChecksums) -> MigrationState {
    let has = |sums: &[String]| sums.iter().any(|one| one == sum);
    if known.same.is_empty() || has(&known.same) {
        return MigrationState::Applied;
    }
    MigrationState::Edited {
        line_ends: has(&known.other_line_ends),
    }
}

fn checksums(set: &MigrationSet, sums: Option<Checksums>) -> Vec<KnownChecksums> {
    sums.map(|sums| (sums.of)(set)).unwrap_or_default()
}

/// The rows of no file, each with the file that has its checksum and no row.
fn unknown(pairs: &Pairs, states: &[MigrationState], sums: &[KnownChecksums]) -> Vec<UnknownRow> {
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for row in pairs.left() {
        let renamed_to = (0..sums.len()).find(|at| {
            let sum = row.checksum.as_ref();
            sum.is_some_and(|sum| sums[*at].same.contains(sum))
                && !states[*at].is_applied()
                && !taken.contains(at)
        });
        taken.extend(renamed_to);
        found.push(UnknownRow {
            name: row.name.clone(),
            failure: row.failure.clone(),
            renamed_to,
        });
    }
    found
}

/// The later of two keys, as numbers with dots.
fn later<'k>(one: &'k str, other: &'k str) -> &'k str {
    if compare_dotted(one, other).is_lt() {
        other
    } else {
        one
    }
}
