//! New migrations, in the layout of their project: fixes, commands and what closes drift all write
//! through here.
//!
//! A [`MigrationDraft`] is what a migration does and what takes it back. It knows nothing of files:
//! names, journal, sections, marks and breakpoints are the layout's, and come in when it is put
//! into a set. Nothing here touches a disk: what comes out are edits.

mod back;
mod carried;
pub mod enums;
mod files;
pub mod reverse;
pub mod split;
mod spoken;
pub mod steps;

pub use back::{done_again, down_edits, taken_back};
pub use carried::PastStatements;
pub use files::{MigrationText, Moved, MovedFile, edits, moved, replaced};
pub use reverse::{NamePair, Reverse, renamed, reverse};

use crate::drift::{RepairStep, comment};
use crate::sql::change::ChangeKind;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, code};
use crate::tool::Tool;

/// A migration that is to be written.
#[derive(Clone, Debug, Default)]
pub struct MigrationDraft {
    /// What it is called, in words.
    pub name: String,
    /// The statements that bring the schema forward.
    pub up: DraftScript,
    /// What takes it back.
    pub down: DraftScript,
    /// Whether no transaction may hold it.
    pub alone: bool,
}

/// One direction of a draft.
#[derive(Clone, Debug, Default)]
pub struct DraftScript {
    /// What a person has to know, in comments above the statements.
    pub remarks: Vec<String>,
    /// In an order in which a server takes them.
    pub steps: Vec<RepairStep>,
}

impl DraftScript {
    /// What its steps do.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &ChangeKind> {
        self.steps.iter().map(|step| &step.kind)
    }

    /// Its text, as the runner's own generator would write it.
    pub fn text(&self, runner: Tool, dialect: Dialect) -> String {
        let remarks: String = self.remarks.iter().map(|remark| comment(remark)).collect();
        let quotes = runner.quotes(dialect);
        remarks + &runner.script(&written(&self.steps, dialect, quotes))
    }
}

/// The statements that have a text, each with it.
fn written(steps: &[RepairStep], dialect: Dialect, quotes: Quotes) -> Vec<(&RepairStep, String)> {
    steps
        .iter()
        .filter_map(|step| Some((step, RepairStep::sql(step, dialect, quotes)?)))
        .collect()
}

impl MigrationDraft {
    /// What its files hold.
    pub fn text(&self, runner: Tool, dialect: Dialect) -> MigrationText {
        MigrationText {
            up: self.up.text(runner, dialect),
            down: Some(self.down.text(runner, dialect)),
            alone: self.alone,
        }
    }
}

/// A statement as somebody wrote it, without its terminator.
pub fn statement(sql: impl Into<String>, dialect: Dialect) -> RepairStep {
    let text = sql.into();
    let words: Vec<&str> = code(&text, dialect).take(2).collect();
    RepairStep {
        kind: ChangeKind::Inert(words.join(" ").to_uppercase()),
        text: Some(text),
    }
}
