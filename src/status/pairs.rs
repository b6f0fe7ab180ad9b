//! Which row of a bookkeeping table is of which migration.

use super::{MigrationState, later};
use crate::project::bookkeeping::{AppliedRow, RowExtent};
use crate::project::names::compare_dotted;
use crate::project::read::SCRIPT;
use crate::project::tree::{ending, file_name};
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationPart, MigrationSet, NoTransaction};
use crate::source::Source;

/// Migrations by what rows may call them, and the row that each has.
pub(super) struct Pairs<'r> {
    keys: Vec<Vec<String>>,
    rows: &'r [AppliedRow],
    of: Vec<Option<usize>>,
    /// Those that a later row stands for too.
    covered: Vec<bool>,
}

/// The newest migration that a database has.
pub(super) struct NewestApplied {
    /// Its name.
    name: String,
    /// Where it stands in the set; `None` where its tool goes by numbers alone.
    at: Option<usize>,
    /// The key by which its tool compares.
    key: String,
}

impl<'r> Pairs<'r> {
    /// Gives each migration the first row of its own. Two migrations with one key are two rows.
    pub(super) fn new(keys: Vec<Vec<String>>, rows: &'r [AppliedRow]) -> Self {
        let mut taken = vec![false; rows.len()];
        let mut of = Vec::new();
        for names in &keys {
            let found = (0..rows.len())
                .find(|&at| !taken[at] && rows[at].keys.iter().any(|key| names.contains(key)));
            if let Some(at) = found {
                taken[at] = true;
            }
            of.push(found);
        }
        Self {
            covered: vec![false; keys.len()],
            keys,
            rows,
            of,
        }
    }

    /// Marks what a row stands for that covers everything before it.
    pub(super) fn cover(&mut self) {
        for row in self.rows.iter().filter(|row| row.extent != RowExtent::One) {
            let Some(up_to) = row.keys.first() else {
                continue;
            };
            for (at, names) in self.keys.iter().enumerate() {
                let earlier = names.first().is_some_and(|key| {
                    key.starts_with(|c: char| c.is_ascii_digit())
                        && compare_dotted(key, up_to).is_le()
                });
                self.covered[at] |= earlier && self.of[at].is_none();
            }
        }
    }

    /// The row of a migration.
    pub(super) fn row_of(&self, at: usize) -> Option<&'r AppliedRow> {
        self.rows.get(self.of[at]?)
    }

    /// Rows that are of no migration, which a baseline need not be.
    pub(super) fn left(&self) -> impl Iterator<Item = &'r AppliedRow> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(at, row)| {
            let needs_none = row.extent == RowExtent::Baseline && row.failure.is_none();
            !self.of.contains(&Some(*at)) && !needs_none
        })
        .map(|(_, row)| row)
    }

    /// The newest that was applied: by number, of whatever row, where the tool never looks back; of
    /// the set's own otherwise.
    pub(super) fn newest(&self, late: LateVersion, count: usize) -> Option<NewestApplied> {
        if late == LateVersion::Skips {
            let firsts = self.rows.iter().filter_map(|row| row.keys.first());
            let key = firsts.map(String::as_str).reduce(later)?.to_owned();
            let row = self
                .rows
                .iter()
                .find(|row| row.keys.first() == Some(&key))?;
            return Some(NewestApplied {
                name: row.name.clone(),
                at: None,
                key,
            });
        }
        let at = (0..count).rev().find(|&at| self.of[at].is_some())?;
        let row = self.row_of(at)?;
        Some(NewestApplied {
            name: row.name.clone(),
            at: Some(at),
            key: row.keys.first().cloned().unwrap_or_default(),
        })
    }

    /// The state of a migration, as far as its row says.
    pub(super) fn state(
        &self,
        at: usize,
        newest: Option<&NewestApplied>,
        late: LateVersion,
    ) -> MigrationState {
        match self.row_of(at) {
            Some(AppliedRow {
                failure: Some(why), ..
            }) => return MigrationState::Failed(why.clone()),
            Some(_) => return MigrationState::Applied,
            None if self.covered[at] => return MigrationState::TakenForApplied,
            None => {}
        }
        let is_late = newest.filter(|newest| match newest.at {
            Some(newest) => at < newest,
            None => self.keys[at]
                .first()
                .is_some_and(|key| compare_dotted(key, &newest.key).is_le()),
        });
        match is_late {
            Some(newest) => MigrationState::Late {
                then: late,
                newest: newest.name.clone(),
            },
            None => MigrationState::Pending,
        }
    }
}

/// The migrations of a set in a language that driftlint does not read, as far as their names say.
pub fn scripts_of(set: &MigrationSet) -> Vec<Migration> {
    let skipped = set.skipped.iter().filter(|file| file.reason == SCRIPT);
    let beside = set.migrations.iter().flat_map(|one| &one.after_unread);
    let paths = skipped
        .map(|file| &file.path)
        .chain(beside.map(|file| &file.path))
        .chain(set.unread_last.iter().map(|file| &file.path));
    let mut scripts: Vec<Migration> = Vec::new();
    for path in paths {
        let name = file_name(path);
        let id = name
            .strip_suffix(&format!(".{}", ending(path)))
            .unwrap_or(name);
        if scripts.iter().any(|script| script.id == id) {
            continue;
        }
        scripts.push(Migration {
            id: id.to_owned(),
            up: vec![MigrationPart::whole(Source::new(path.as_str(), ""))],
            down: None,
            no_transaction: NoTransaction::default(),
            after_switch: false,
            after_unread: Vec::new(),
        });
    }
    scripts
}
