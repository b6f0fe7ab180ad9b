//! What the migrator takes for the same migration after `drizzle-kit up` or a new name.

use super::journal::Journal;
use crate::project::tree::file_name;
use crate::project::{Migration, MigrationSet};
use crate::tool::Tool;
use crate::tool::drizzle::schema::date::iso;

/// Migrations of a journal that `drizzle-kit up` moved to the folders of 1.0. The migrator adopts
/// what the old one recorded, by time or else by the hash of the file, and runs nothing again.
pub(crate) struct Upgraded<'a> {
    journal: &'a Journal,
    now: &'a MigrationSet,
}

impl<'a> Upgraded<'a> {
    pub(crate) fn of(base: &'a MigrationSet, now: &'a MigrationSet) -> Option<Self> {
        let journal = Journal::of(base).filter(|journal| journal.source.is_some())?;
        let folders = Journal::of(now).is_none_or(|journal| journal.source.is_none());
        (now.runner == Tool::Drizzle && folders).then_some(Self { journal, now })
    }

    /// The folder that a migration of the journal became.
    pub(crate) fn find(&self, old: &Migration) -> Option<&'a Migration> {
        let mut entries = self.journal.entries.iter();
        let entry = entries.find(|entry| entry.tag == old.id)?;
        let time = folder_time(entry.when);
        let migrations = &self.now.migrations;
        let by_time = migrations.iter().find(|now| now.id.starts_with(&time));
        let text = |one: &Migration| one.up.first().map(|part| part.source.text().to_owned());
        by_time.or_else(|| migrations.iter().find(|now| text(now) == text(old)))
    }
}

/// What `drizzle-kit up` makes of a journal's `when`: the time to the second with which the name of
/// a folder begins.
fn folder_time(when: i64) -> String {
    iso(when)
        .chars()
        .filter(char::is_ascii_digit)
        .take(14)
        .collect()
}

impl Journal {
    /// Whether a file that was renamed is the same migration to the migrator: before 1.0 it goes by
    /// `when`, and by nothing else.
    pub(crate) fn keeps_time(
        before: &MigrationSet,
        old: &str,
        set: &MigrationSet,
        new: &str,
    ) -> bool {
        let when = |set: &MigrationSet, path: &str| {
            let tag = file_name(path).strip_suffix(".sql")?;
            let mut entries = Self::of(set)?.entries.iter();
            let entry = entries.find(|entry| entry.tag == tag)?;
            Some(entry.when)
        };
        when(before, old).is_some_and(|time| when(set, new) == Some(time))
    }
}
