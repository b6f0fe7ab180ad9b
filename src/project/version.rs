//! What a runner takes for the version of a migration, and what it does with one that comes late.

use super::Migration;
use super::names::version;
use crate::tool::Tool;

/// What a runner does with a migration whose version lies below one that the database has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateVersion {
    /// It goes on from the version that the database has, and never looks back.
    Skips,
    /// It stops, and applies nothing.
    Refuses,
    /// It runs it after the others, in another order than on a new database.
    Runs,
}

impl Migration {
    /// What the runner keeps as its version, in a spelling that is equal where the runner takes two
    /// for one; `None` where it goes by the whole name, or by nothing that we know.
    pub fn version(&self, runner: Tool) -> Option<String> {
        runner.version_of(self)
    }

    /// Whether it runs again whenever its text changes, after all that have a version.
    pub fn is_repeatable(&self, runner: Tool) -> bool {
        let file = self.up.first();
        file.is_some_and(|part| runner.is_repeatable(part.source.path()))
    }
}

/// The leading number of a migration's name, as a number: 1 and 01 are one version.
pub(crate) fn number(migration: &Migration) -> Option<String> {
    let digits = version(&migration.id);
    let short = digits.trim_start_matches('0');
    let shown = if short.is_empty() { "0" } else { short };
    (!digits.is_empty()).then(|| shown.to_owned())
}

/// The leading number of a migration's name, as text: 1 and 01 are two versions.
pub(crate) fn digits(migration: &Migration) -> Option<String> {
    Some(version(&migration.id).to_owned()).filter(|version| !version.is_empty())
}
