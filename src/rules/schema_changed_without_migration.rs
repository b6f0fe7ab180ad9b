//! A declared schema that changed while its migrations did not, where its meaning cannot be
//! compared.

use super::{Check, SetContext};
use crate::history::{ChangeSet, FileChange, first_difference};
use crate::project::{FileStatus, MigrationSet};
use crate::source::{Source, Span};

pub(super) const CHECK: Check = Check::History(check);

fn check(context: &mut SetContext) {
    let (set, Some(changes)) = (context.set, context.changes) else {
        return;
    };
    let base = changes
        .base
        .project
        .sets
        .iter()
        .find(|base| base.folder == set.folder && base.dialect == set.dialect);
    if migrates(set, changes) || base.is_some_and(|base| migrates(base, changes)) {
        return;
    }
    let place_of_migrations = if set.folder.is_empty() {
        String::new()
    } else {
        format!(" in `{}`", set.folder)
    };
    for file in changes
        .files
        .iter()
        .filter(|file| declares(set, base, file))
    {
        let ChangedModels {
            source,
            span,
            happened,
        } = changed(file);
        let message = format!(
            "these models were {happened} since {} and no migration was: databases, which only run migrations, stay as they are",
            changes.base_name
        );
        context.report(&source, span, message).help(format!(
            "driftlint does not read this language and cannot tell whether the schema is another one now; if it is, write \
             the migration{place_of_migrations}"
        ));
    }
}

/// Whether any migration was written, edited or taken away.
fn migrates(set: &MigrationSet, changes: &ChangeSet) -> bool {
    let mut paths = set.parts().map(|part| part.source.path());
    paths.any(|path| {
        changes
            .files
            .iter()
            .any(|file| file.path == path || file.old_path() == path)
    })
}

/// Whether a file declares the schema in a language whose meaning is not compared.
fn declares(set: &MigrationSet, base: Option<&MigrationSet>, file: &FileChange) -> bool {
    set.is_model(&file.path) || base.unwrap_or(set).is_model(file.old_path())
}

/// What happened to a file with models.
struct ChangedModels {
    source: Source,
    /// Where it differs.
    span: Span,
    happened: &'static str,
}

fn changed(file: &FileChange) -> ChangedModels {
    let source = file
        .after
        .clone()
        .unwrap_or_else(|| Source::new(file.path.clone(), ""));
    let span = match &file.before {
        Some(before) => first_difference(before.text(), &source),
        None => source.line_span(1),
    };
    let happened = match file.status {
        FileStatus::Added => "added",
        FileStatus::Modified => "changed",
        FileStatus::Deleted => "deleted",
        FileStatus::Renamed { .. } => "renamed",
    };
    ChangedModels {
        source,
        span,
        happened,
    }
}
