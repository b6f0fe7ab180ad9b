//! A migration after the generator's last snapshot that changes the schema.

use super::{Check, SetContext};
use crate::project::MigrationSet;
use crate::source::Span;
use crate::sql::Unit;
use crate::sql::change::ChangeKind;
use crate::sql::{Versions, script};
use crate::tool::{Journal, journal_advice};

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    let Some(journal) = Journal::of(set) else {
        return;
    };
    for entry in journal.without_snapshot() {
        let Some(migration) = set
            .migrations
            .iter()
            .find(|migration| migration.id == entry.tag)
        else {
            continue;
        };
        let Some((part, span)) = migration
            .up
            .iter()
            .find_map(|part| Some((part, schema_change(part, set)?)))
        else {
            continue;
        };
        context
            .report(&part.source.clone(), span, journal_advice::NO_SNAPSHOT)
            .help(journal_advice::WRITE_SNAPSHOT);
    }
}

/// The first statement that changes something snapshots keep.
fn schema_change(part: &crate::project::MigrationPart, set: &MigrationSet) -> Option<Span> {
    let script = script(
        &part.source,
        part.span,
        set.dialect,
        Versions::default(),
        Unit::Statement,
    );
    let mut statements = script.statements.iter();
    statements
        .find(|statement| statement.changes.iter().any(|change| is_kept(&change.kind)))
        .map(|found| found.span)
}

/// Whether a snapshot holds what the change is about.
fn is_kept(kind: &ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::CreateTable(_)
            | ChangeKind::AlterTable(_)
            | ChangeKind::DropTable { .. }
            | ChangeKind::RenameTable { .. }
            | ChangeKind::CreateIndex { .. }
            | ChangeKind::DropIndex { .. }
            | ChangeKind::RenameIndex { .. }
            | ChangeKind::CreateEnum { .. }
            | ChangeKind::AddEnumValue { .. }
            | ChangeKind::RenameEnumValue { .. }
            | ChangeKind::DropType { .. }
    )
}
