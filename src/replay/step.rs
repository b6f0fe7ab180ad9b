//! What a replay is given at a time.

use super::Lowered;
use crate::project::runner::Wrap;
use crate::project::{Direction, MigrationSet};
use crate::sql::Statement;

/// One migration in one direction, about to run.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Its index in the set, in order of application.
    pub number: u32,
    /// The transaction that the runner opens around it; [`Wrap::Nothing`] also when the migration's
    /// own mark takes it out.
    pub wrap: Wrap,
    /// Whether the migrations before it are another tool's. See `Migration::after_switch`.
    pub after_switch: bool,
    /// Whether it goes down.
    pub down: bool,
    /// How many of the migration's files come before these: on the way down, those of the way up.
    pub first_file: u32,
    /// Its statements, in order.
    pub statements: &'a [Statement],
    /// For each statement, the index of the file, or part of one, that it stands in; the first one
    /// where nothing is said.
    pub files: &'a [u32],
}

impl<'a> Step<'a> {
    /// A migration of a set.
    pub(crate) fn of(
        set: &MigrationSet,
        number: usize,
        direction: Direction,
        lowered: &'a Lowered,
    ) -> Self {
        let migration = &set.migrations[number];
        Self {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            wrap: migration.wrap(set.sending, direction),
            after_switch: migration.after_switch && direction == Direction::Up,
            down: direction == Direction::Down,
            first_file: match direction {
                Direction::Up => 0,
                Direction::Down => u32::try_from(migration.up.len()).unwrap_or(u32::MAX),
            },
            statements: &lowered.statements,
            files: &lowered.parts,
        }
    }

    /// Statements of one file, in no transaction but those that they open themselves.
    pub fn bare(number: u32, statements: &'a [Statement]) -> Self {
        Self {
            number,
            wrap: Wrap::Nothing,
            after_switch: false,
            down: false,
            first_file: 0,
            statements,
            files: &[],
        }
    }

    /// Each statement with the index of its file.
    pub fn statements(&self) -> impl Iterator<Item = (u32, &'a Statement)> {
        let files = self.files.iter().copied().chain(std::iter::repeat(0));
        files.zip(self.statements)
    }
}
