//! A migration that blocks readers or writers, as the steps of which none does.
//!
//! Its statements stay in their order: what takes its locks for a moment only is kept as it is
//! written, what reads or writes rows under a lock becomes the steps that the commands for one
//! change write.

use super::reverse::reverse;
use super::steps::{DraftStage, Ground, drafted};
use super::{DraftScript, MigrationDraft, PastStatements, statement};
use crate::catalog::{Catalog, Texts};
use crate::drift::{RepairStep, run, statements};
use crate::project::names::words_of;
use crate::project::{Direction, MigrationSet};
use crate::replay::{Lowered, ReadOptions, catalog_of, texts_of};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::change::{AlterTable, ChangeKind, ObjectName, TableAction};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement, Versions};

/// A migration in steps.
#[derive(Debug, Default)]
pub struct SplitMigration {
    /// The migrations that take its place, of which the first keeps its name.
    pub drafts: Vec<MigrationDraft>,
    /// The statements that stay as they are, and why.
    pub kept: Vec<KeptStatement>,
    /// Whether any statement became steps.
    pub in_steps: bool,
}

/// A statement that stays as it is.
#[derive(Debug)]
pub struct KeptStatement {
    /// The first words of the statement.
    pub start: String,
    /// Why no step takes its place.
    pub why: String,
}

/// What becomes of a statement.
pub(crate) enum StepsOrReason {
    /// These steps take its place.
    Steps(Vec<DraftStage>),
    /// It stays as it is, for this reason.
    Kept(String),
}

/// Splits the migration at that place of a set. The error is a reason for people. Call it where the
/// stack is deep: see [`crate::sql::on_big_stack`].
pub fn split(set: &MigrationSet, at: usize, versions: Versions) -> Result<SplitMigration, String> {
    let migration = &set.migrations[at];
    let before = catalog_of(set, versions, at);
    let lowered = Lowered::of(migration, Direction::Up, ReadOptions::of(set, versions));
    // Steps are migrations of their own, and each commits. What was written to happen in one
    // transaction must not be taken apart in silence.
    if let Some(control) = lowered
        .statements
        .iter()
        .find(|statement| opens(statement, set.dialect))
    {
        return Err(format!(
            "`{}` keeps its statements in one transaction: take that out first",
            control.text().trim()
        ));
    }
    let past = PastStatements::before(set, at);
    let mut splitting = Splitting {
        set,
        past: &past,
        texts: texts_of(set),
        words: words_of(&migration.id).to_owned(),
        now: before.clone(),
        group: Vec::new(),
        group_start: before.clone(),
        settings: Vec::new(),
        made: SplitMigration::default(),
    };
    let mut end = 0;
    for statement in &lowered.statements {
        // What stands before its part is a mark of the runner, which each of the steps gets by itself.
        let spans = migration.up.iter().map(|part| part.span.start);
        let start = spans.filter(|start| *start <= statement.span.start).max();
        end = end.max(start.unwrap_or_default());
        let comments = comments(statement, end);
        end = statement.span.end;
        splitting.statement(statement, &comments, &before)?;
    }
    splitting.flush();
    Ok(splitting.made)
}

/// Whether a statement begins or ends a transaction.
fn opens(statement: &Statement, dialect: Dialect) -> bool {
    let words = crate::sql::code(statement.text(), dialect).next();
    words.is_some_and(|word| {
        ["BEGIN", "START", "COMMIT", "END"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// The lines of comments between two statements.
fn comments(statement: &Statement, from: usize) -> String {
    let text = statement.source.text();
    let between = text.get(from..statement.span.start).unwrap_or_default();
    between
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("--") && !line.starts_with("-->"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// A migration on its way into steps.
struct Splitting<'a> {
    set: &'a MigrationSet,
    past: &'a PastStatements<'a>,
    texts: Texts,
    /// Its name, for what of it comes after steps.
    words: String,
    now: Catalog,
    /// Statements that stay together.
    group: Vec<RepairStep>,
    /// The schema before the first of them.
    group_start: Catalog,
    /// What is set for the session, as `lock_timeout`: each of the steps runs in another one.
    settings: Vec<SessionSetting>,
    made: SplitMigration,
}

/// A statement that sets a parameter.
struct SessionSetting {
    parameter: String,
    /// Whether it ends with the transaction.
    local: bool,
    step: RepairStep,
}

impl Splitting<'_> {
    fn statement(
        &mut self,
        original: &Statement,
        comments: &str,
        before: &Catalog,
    ) -> Result<(), String> {
        let dialect = self.now.dialect;
        let whole = statement(format!("{comments}{}", original.text()), dialect);
        if let [change] = original.changes.as_slice()
            && let ChangeKind::SetParameter { name, local, .. } = &change.kind
        {
            self.settings.retain(|known| known.parameter != *name);
            self.settings.push(SessionSetting {
                parameter: name.clone(),
                local: *local,
                step: whole,
            });
            return Ok(());
        }
        let several = match original.changes.as_slice() {
            [change] => match &change.kind {
                ChangeKind::AlterTable(alter) if alter.actions.len() > 1 => parts(alter, &self.now),
                _ => None,
            },
            _ => None,
        };
        let Some(parts) = several else {
            return self.one(&whole, original, before);
        };
        // Actions that nobody waits for stay one statement.
        let waits = parts.iter().any(|part| {
            let read = statements(&self.now, std::slice::from_ref(part));
            let ground = self.ground();
            read.iter().any(|one| {
                let steps = on_server!(dialect => steps::in_steps(ground, before, one));
                matches!(steps, StepsOrReason::Steps(_))
            })
        });
        if !waits {
            return self.one(&whole, original, before);
        }
        for part in parts {
            let read = statements(&self.now, std::slice::from_ref(&part));
            for one in &read {
                self.one(&part, one, before)?;
            }
        }
        Ok(())
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            catalog: &self.now,
            texts: &self.texts,
            set: self.set,
            past: self.past,
        }
    }

    fn one(&mut self, step: &RepairStep, read: &Statement, before: &Catalog) -> Result<(), String> {
        let dialect = self.now.dialect;
        let ground = self.ground();
        match on_server!(dialect => steps::in_steps(ground, before, read)) {
            StepsOrReason::Kept(why) => {
                let words: Vec<&str> = read.text().split_whitespace().take(6).collect();
                self.made.kept.push(KeptStatement {
                    start: words.join(" "),
                    why,
                });
                self.group.push(step.clone());
                (self.now, _) = run(&self.now, std::slice::from_ref(step));
            }
            StepsOrReason::Steps(stages) => {
                let (drafts, after) = drafted(ground, stages)?;
                self.flush();
                for mut draft in drafts {
                    let settings = self.settings(draft.alone);
                    draft.up.steps.splice(..0, settings);
                    self.made.drafts.push(draft);
                }
                self.made.in_steps = true;
                self.now = after;
                self.group_start = self.now.clone();
            }
        }
        Ok(())
    }

    /// What is set before the next step; what a transaction ends is nothing without one.
    fn settings(&self, alone: bool) -> Vec<RepairStep> {
        let kept = self.settings.iter().filter(|it| !(alone && it.local));
        kept.map(|it| it.step.clone()).collect()
    }

    /// Gives the statements that stay together a migration.
    fn flush(&mut self) {
        let steps = std::mem::take(&mut self.group);
        if steps.is_empty() {
            return;
        }
        let up = statements(&self.group_start, &steps);
        let back = reverse(&self.group_start, &self.now, &self.texts, &up);
        let mut settings = self.settings(false);
        settings.extend(steps);
        let steps = settings;
        self.made.drafts.push(MigrationDraft {
            name: format!("{}_{}", self.words, self.made.drafts.len() + 1),
            up: DraftScript {
                remarks: Vec::new(),
                steps,
            },
            down: back.script,
            alone: false,
        });
        self.group_start = self.now.clone();
    }
}

/// The actions of a statement as statements of their own; `None` where one of them cannot be
/// written.
fn parts(alter: &AlterTable, catalog: &Catalog) -> Option<Vec<RepairStep>> {
    let dialect = catalog.dialect;
    alter
        .actions
        .iter()
        .map(|(action, _)| alone(&alter.table, action, dialect))
        .collect()
}

/// A statement of its own for an action.
fn alone(table: &ObjectName, action: &TableAction, dialect: Dialect) -> Option<RepairStep> {
    let step = RepairStep {
        kind: ChangeKind::AlterTable(Box::new(AlterTable {
            table: table.clone(),
            actions: vec![(action.clone(), Span::default())],
            ..AlterTable::default()
        })),
        text: None,
    };
    Some(statement(step.sql(dialect, Quotes::All)?, dialect))
}
