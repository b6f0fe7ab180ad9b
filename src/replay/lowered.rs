//! A migration's text to statements, one direction at a time.

use crate::project::{Direction, Migration, MigrationSet};
use crate::source::{Source, Span};
use crate::sql::change::{ChangeKind, TypeAction};
use crate::sql::{
    Comment, Dialect, Problem, Statement, Understood, Unit, Unread, Versions, script,
};

/// The statements of a migration in one direction.
#[derive(Debug, Default)]
pub(crate) struct Lowered {
    /// In order, from all files.
    pub(crate) statements: Vec<Statement>,
    /// For each statement, the index of its part.
    pub(crate) parts: Vec<u32>,
    /// What else each part says.
    pub(crate) files: Vec<LoweredFile>,
}

/// What a part of a migration says beside its statements.
#[derive(Debug)]
pub(crate) struct LoweredFile {
    pub(crate) source: Source,
    pub(crate) comments: Vec<Comment>,
    /// What is wrong with the text itself.
    pub(crate) problems: Vec<Problem>,
}

/// How the files of a set are read.
#[derive(Clone, Copy)]
pub(crate) struct ReadOptions {
    pub(crate) dialect: Dialect,
    pub(crate) versions: Versions,
    pub(crate) unit: Unit,
}

impl ReadOptions {
    /// As a set's runner sends them to its server.
    pub(crate) fn of(set: &MigrationSet, versions: Versions) -> Self {
        Self {
            dialect: set.dialect,
            versions,
            unit: set.sending.unit,
        }
    }
}

impl Lowered {
    pub(crate) fn of(migration: &Migration, direction: Direction, reading: ReadOptions) -> Self {
        let parts = migration.parts(direction);
        let mut lowered = Self::default();
        let mut batches = 0;
        for (index, part) in (0..).zip(parts) {
            let script = script(
                &part.source,
                part.span,
                reading.dialect,
                reading.versions,
                reading.unit,
            );
            let first = batches;
            for mut statement in script.statements {
                // Each part is sent by itself.
                statement.batch += first;
                batches = batches.max(statement.batch + 1);
                lowered.statements.push(statement);
                lowered.parts.push(index);
            }
            lowered.files.push(LoweredFile {
                source: part.source.clone(),
                comments: script.comments,
                problems: script.problems,
            });
        }
        lowered
    }

    /// Whether rules are sure to ask what was there before: a type goes away, or its name does. The
    /// schema before it is then kept while the replay stands there: running up to 64 migrations
    /// again to answer took 2 % of a check.
    pub(crate) fn is_asked_before(&self) -> bool {
        let mut changes = self.statements.iter().flat_map(|it| &it.changes);
        changes.any(|change| {
            matches!(
                change.kind,
                ChangeKind::DropType { .. }
                    | ChangeKind::AlterType {
                        action: TypeAction::RenameTo(_),
                        ..
                    }
            )
        })
    }

    /// How many statements nobody understood. Of a template nothing is counted: the file is said
    /// to be one, and what a server would be given is not known.
    pub(crate) fn opaque(&self) -> usize {
        let statements = self.statements.iter();
        statements
            .filter(|it| matches!(it.understood, Understood::Opaque { .. }) && !is_template(it))
            .count()
    }

    /// Whether it is a template, so that none of it is judged.
    pub(crate) fn is_template(&self) -> bool {
        !self.statements.is_empty() && self.statements.iter().all(is_template)
    }

    /// The statements of one part, those in a `DO` block after the block itself.
    pub(crate) fn spans(&self, part: usize) -> Vec<Span> {
        let of_part = self
            .statements
            .iter()
            .zip(&self.parts)
            .filter(|&(_, &index)| index as usize == part);
        let mut spans = Vec::new();
        for (statement, _) in of_part {
            spans.push(statement.span);
            if statement
                .changes
                .iter()
                .any(|change| matches!(change.kind, ChangeKind::Block(_)))
            {
                spans.extend(
                    crate::sql::walk::changes(&statement.changes)
                        .into_iter()
                        .map(|inner| inner.change.span),
                );
            }
        }
        spans
    }
}

/// Whether a statement is not read because its file is a template.
pub(crate) fn is_template(statement: &Statement) -> bool {
    let Understood::Opaque { reason, .. } = &statement.understood else {
        return false;
    };
    *reason == Unread::TemplateFile
}
