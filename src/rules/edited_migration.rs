//! A migration of the base that was modified, renamed or deleted.

use super::{Check, SetContext};
use crate::history::{ChangeSet, FileChange, Merged, first_difference};
use crate::project::runner::Runner;
use crate::project::tree::file_name;
use crate::project::{FileStatus, Migration, MigrationSet, Part};
use crate::source::{Source, Span};
use crate::sql::{Dialect, code};
use crate::tool::Journal;
use crate::tool::drizzle::schema::date::iso;

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
    let adopted = Adopted::of(base, set);
    for migration in &base.migrations {
        if let Some(now) = adopted.as_ref().and_then(|adopted| adopted.find(migration)) {
            report_adopted(migration, now, &changes.base_name, context);
            continue;
        }
        for part in migration.up.iter().filter(|part| part.name.is_some()) {
            report_named(part, changes, context);
        }
        for source in up_files(migration) {
            let path = source.path();
            if is_repeatable(set, path) {
                continue;
            }
            for file in changes.files.iter().filter(|file| file.old_path() == path) {
                let merged = match &file.merged {
                    Merged::AsAtBase => source,
                    Merged::Not => continue,
                    Merged::As(merged) => merged,
                };
                report(file, merged, (base, set), &changes.base_name, context);
            }
        }
    }
}

/// Flyway runs such a file again whenever it has changed.
fn is_repeatable(set: &MigrationSet, path: &str) -> bool {
    set.runner == Runner::Flyway && file_name(path).starts_with("R__")
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

/// Migrations of Drizzle's that `drizzle-kit up` moved to the folders of 1.0. The migrator adopts
/// what the old one recorded, by time or else by the hash of the file, and runs nothing again.
struct Adopted<'a> {
    journal: &'a Journal,
    now: &'a MigrationSet,
}

impl<'a> Adopted<'a> {
    fn of(base: &'a MigrationSet, now: &'a MigrationSet) -> Option<Self> {
        let journal = Journal::of(base).filter(|journal| journal.source.is_some())?;
        let folders = Journal::of(now).is_none_or(|journal| journal.source.is_none());
        (now.runner == Runner::Drizzle && folders).then_some(Self { journal, now })
    }

    fn find(&self, old: &Migration) -> Option<&'a Migration> {
        let entry = self
            .journal
            .entries
            .iter()
            .find(|entry| entry.tag == old.id)?;
        let time = folder_time(entry.when);
        let migrations = &self.now.migrations;
        let by_time = migrations.iter().find(|now| now.id.starts_with(&time));
        let text = |one: &Migration| one.up.first().map(|part| part.source.text().to_owned());
        by_time.or_else(|| migrations.iter().find(|now| text(now) == text(old)))
    }
}

fn report_adopted(old: &Migration, now: &Migration, base: &str, context: &mut SetContext) {
    let (Some(old), Some(now)) = (old.up.first(), now.up.first()) else {
        return;
    };
    if !same_code(&old.source, &now.source, context.set.dialect) {
        let span = first_difference(old.source.text(), &now.source);
        context
            .report(&now.source, span, changed_since(base))
            .help(HELP);
    }
}

/// The files of the way up, each once. Nobody has run a way down, and what is wrong with one can be
/// corrected.
fn up_files(migration: &Migration) -> Vec<&Source> {
    let mut files: Vec<&Source> = Vec::new();
    for part in migration.up.iter().filter(|part| part.name.is_none()) {
        if files.iter().all(|known| known.path() != part.source.path()) {
            files.push(&part.source);
        }
    }
    files
}

/// Reports a migration that shares its file with others, where its own text is not what it was.
fn report_named(old: &Part, changes: &ChangeSet, context: &mut SetContext) {
    let file = changes
        .files
        .iter()
        .find(|file| file.old_path() == old.source.path());
    let Some(file) = file.filter(|file| !matches!(file.merged, Merged::Not)) else {
        return;
    };
    let set = context.set;
    let mut parts = set.migrations.iter().flat_map(|migration| &migration.up);
    let now = parts.find(|part| part.source.path() == file.path && part.name == old.name);
    let Some(now) = now else {
        let message = format!(
            "this migration exists at {} and is deleted: databases that ran it keep what it did",
            changes.base_name
        );
        context.report(&old.source, old.span, message).help(HELP);
        return;
    };
    let same = if set.runner.keeps_checksums() {
        old.text() == now.text()
    } else {
        code(old.text(), set.dialect).eq(code(now.text(), set.dialect))
    };
    if !same {
        let message = changed_since(&changes.base_name);
        context.report(&now.source, now.span, message).help(HELP);
    }
}

const HELP: &str =
    "others may have applied it: restore it, and write a new migration for what has to change";

fn changed_since(base: &str) -> String {
    format!(
        "this migration exists at {base} and is changed: databases that ran it keep what it did then"
    )
}

fn report(
    file: &FileChange,
    old: &Source,
    (before, set): (&MigrationSet, &MigrationSet),
    base: &str,
    context: &mut SetContext,
) {
    match &file.status {
        FileStatus::Added => {}
        FileStatus::Deleted => {
            let message = format!(
                "this migration exists at {base} and is deleted: databases that ran it keep what it did"
            );
            context.report(old, Span::default(), message).help(HELP);
        }
        FileStatus::Renamed { .. } if !keeps_its_time(old.path(), &file.path, before, set) => {
            let message = format!(
                "this migration is `{}` at {base}: databases that ran it will run it again, or refuse to",
                old.path()
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
            if same_up(old, now, before, set) {
                return;
            }
            let span = first_difference(old.text(), now);
            let message = changed_since(base);
            context.report(now, span, message).help(HELP);
        }
    }
}

/// Whether the way up is what it was. A runner that records checksums looks at the whole file; the
/// others run a way down only when somebody asks for it.
fn same_up(old: &Source, now: &Source, before: &MigrationSet, set: &MigrationSet) -> bool {
    if set.runner.keeps_checksums() {
        return old.text() == now.text();
    }
    let up = |set: &MigrationSet, path: &str, source: &Source| -> Option<Vec<String>> {
        let parts = set.migrations.iter().flat_map(|one| &one.up);
        let spans: Vec<Span> = parts
            .filter(|part| part.source.path() == path && part.source.text() == source.text())
            .map(|part| part.span)
            .collect();
        let code = |span: &Span| code(source.slice(*span), set.dialect).map(str::to_owned);
        (!spans.is_empty()).then(|| spans.iter().flat_map(code).collect())
    };
    match (up(before, old.path(), old), up(set, now.path(), now)) {
        (Some(old), Some(now)) => old == now,
        _ => same_code(old, now, set.dialect),
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
    let mut files = set.migrations.iter().flat_map(up_files);
    files.find(|source| source.path() == path)
}

/// Whether only comments and white space differ.
fn same_code(a: &Source, b: &Source, dialect: Dialect) -> bool {
    code(a.text(), dialect).eq(code(b.text(), dialect))
}
