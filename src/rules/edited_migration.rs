//! A migration of the base that was modified, renamed or deleted.

use super::{Check, SetContext};
use crate::history::{FileChange, first_difference};
use crate::project::tree::file_name;
use crate::project::{FileStatus, Migration, MigrationSet, Part};
use crate::source::{Source, Span};
use crate::sql::{Dialect, code};
use crate::tool::Journal;

pub(super) const CHECK: Check = Check::History(check);

fn check(context: &mut SetContext) {
    let Some(changes) = context.changes else {
        return;
    };
    let Some(base) = changes
        .base
        .project
        .sets
        .iter()
        .find(|base| base.folder == context.set.folder && base.dialect == context.set.dialect)
    else {
        return;
    };
    let set = context.set;
    for migration in &base.migrations {
        for part in parts(migration) {
            let path = part.source.path();
            for file in changes.files.iter().filter(|file| file.old_path() == path) {
                report(file, part, (base, set), &changes.base_name, context);
            }
        }
    }
}

/// Up parts and down parts; a file that holds both comes once.
fn parts(migration: &Migration) -> Vec<&Part> {
    let mut parts: Vec<&Part> = Vec::new();
    for part in migration.up.iter().chain(migration.down.iter().flatten()) {
        if parts
            .iter()
            .all(|known| known.source.path() != part.source.path())
        {
            parts.push(part);
        }
    }
    parts
}

fn report(
    file: &FileChange,
    old: &Part,
    (before, set): (&MigrationSet, &MigrationSet),
    base: &str,
    context: &mut SetContext,
) {
    let help =
        "others may have applied it: restore it, and write a new migration for what has to change";
    match &file.status {
        FileStatus::Added => {}
        FileStatus::Deleted => {
            let message = format!(
                "this migration exists at {base} and is deleted: databases that ran it keep what it did"
            );
            context
                .report(&old.source, Span::default(), message)
                .help(help);
        }
        FileStatus::Renamed { .. }
            if !keeps_its_time(old.source.path(), &file.path, before, set) =>
        {
            let message = format!(
                "this migration is `{}` at {base}: databases that ran it will run it again, or refuse to",
                old.source.path()
            );
            let now = current(set, &file.path)
                .cloned()
                .unwrap_or_else(|| Source::new(file.path.clone(), ""));
            context
                .report(&now, Span::default(), message)
                .help("give it its old name back");
        }
        FileStatus::Modified | FileStatus::Renamed { .. } => {
            let Some(now) = current(set, &file.path) else {
                return;
            };
            if !set.runner.keeps_checksums() && same_code(&old.source, now, set.dialect) {
                return;
            }
            let span = first_difference(old.source.text(), now);
            let message = format!(
                "this migration exists at {base} and is changed: databases that ran it keep what it did then"
            );
            context.report(now, span, message).help(help);
        }
    }
}

/// Whether a file that was renamed is the same migration to Drizzle's migrator: before 1.0 it goes
/// by `when`, and by nothing else.
fn keeps_its_time(old: &str, new: &str, before: &MigrationSet, set: &MigrationSet) -> bool {
    let when = |set: &MigrationSet, path: &str| {
        let tag = file_name(path).strip_suffix(".sql")?;
        let entry = Journal::of(set)?
            .entries
            .iter()
            .find(|entry| entry.tag == tag)?;
        Some(entry.when)
    };
    when(before, old).is_some_and(|time| when(set, new) == Some(time))
}

fn current<'a>(set: &'a MigrationSet, path: &str) -> Option<&'a Source> {
    let mut parts = set.migrations.iter().flat_map(parts);
    parts
        .find(|part| part.source.path() == path)
        .map(|part| &part.source)
}

/// Whether only comments and white space differ.
fn same_code(a: &Source, b: &Source, dialect: Dialect) -> bool {
    code(a.text(), dialect).eq(code(b.text(), dialect))
}
