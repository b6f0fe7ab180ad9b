//! What the migrator takes for the same migration after `drizzle-kit up` or a new name.

use super::journal::Journal;
use crate::project::tree::file_name;
use crate::project::{Migration, MigrationSet};
use crate::tool::drizzle::schema::date::iso;

/// The folder of 1.0 that `drizzle-kit up` moved a migration of a journal to. The migrator adopts
/// what the old one recorded, by time or else by the hash of the file, and runs nothing again.
pub(super) fn follow<'a>(
    base: &MigrationSet,
    old: &Migration,
    now: &'a MigrationSet,
) -> Option<&'a Migration> {
    let journal = Journal::of(base).filter(|journal| journal.source.is_some())?;
    if Journal::of(now).is_some_and(|journal| journal.source.is_some()) {
        return None;
    }
    let mut entries = journal.entries.iter();
    let entry = entries.find(|entry| entry.tag == old.id)?;
    let time = folder_time(entry.when);
    let migrations = &now.migrations;
    let by_time = migrations.iter().find(|now| now.id.starts_with(&time));
    by_time.or_else(|| {
        migrations
            .iter()
            .find(|now| first_text(now) == first_text(old))
    })
}

fn first_text(migration: &Migration) -> Option<&str> {
    Some(migration.up.first()?.source.text())
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
