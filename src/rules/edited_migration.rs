//! A migration of the base that was modified, renamed or deleted.

use super::{Check, SetContext};
use crate::history::{ChangeSet, FileChange, Merged, first_difference};
use crate::project::{FileStatus, Migration, MigrationPart, MigrationSet};
use crate::source::{Source, Span};
use crate::sql::{Dialect, code};
use crate::tool::{Journal, Tool};

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
        if let Some(now) = Tool::follow(base, migration, set) {
            report_adopted(migration, now, &changes.base_name, context);
            continue;
        }
        for part in migration.up.iter().filter(|part| part.name.is_some()) {
            report_named(part, changes, context);
        }
        for source in up_files(migration) {
            let path = source.path();
            if set.runner.is_repeatable(path) {
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
fn report_named(old: &MigrationPart, changes: &ChangeSet, context: &mut SetContext) {
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
        FileStatus::Renamed { .. } if !Journal::keeps_time(before, old.path(), set, &file.path) => {
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
        let words = spans
            .iter()
            .flat_map(|span| code(source.slice(*span), set.dialect));
        (!spans.is_empty()).then(|| words.map(str::to_owned).collect())
    };
    match (up(before, old.path(), old), up(set, now.path(), now)) {
        (Some(old), Some(now)) => old == now,
        _ => same_code(old, now, set.dialect),
    }
}

fn current<'a>(set: &'a MigrationSet, path: &str) -> Option<&'a Source> {
    let mut files = set.migrations.iter().flat_map(up_files);
    files.find(|source| source.path() == path)
}

/// Whether only comments and white space differ.
fn same_code(a: &Source, b: &Source, dialect: Dialect) -> bool {
    code(a.text(), dialect).eq(code(b.text(), dialect))
}
