//! What the server does for each statement, recorded beside what the lock table says.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::send::{Trial, Tried};
use crate::check::{Locked, locked};
use crate::database::ServerError;
use crate::lock::Measured;
use crate::sql::change::ChangeKind;
use crate::sql::{Statement, Understood};

/// What was recorded so far.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The migrations of which it is recorded, by their places in the set.
    migrations: BTreeSet<usize>,
    pub(super) found: Vec<Locked>,
    /// The first of them whose locks are still held.
    first_held: usize,
    /// Whether a `BEGIN` of the migration's own is open.
    pub(super) explicit: bool,
}

/// A statement that is about to run, as the replay sees it.
#[derive(Debug)]
pub(super) struct Watched {
    locked: Locked,
    /// Whether it has to be the only statement of its transaction.
    alone: bool,
}

impl Trace {
    /// Of these migrations.
    pub(super) fn of(migrations: BTreeSet<usize>) -> Self {
        Self {
            migrations,
            ..Self::default()
        }
    }

    /// Takes note that time has passed in the transaction.
    pub(super) fn pass(&mut self, time: Duration) {
        for locked in &mut self.found[self.first_held..] {
            if let Some(measured) = &mut locked.measured {
                measured.held += time;
            }
        }
    }

    /// Takes note that every lock is gone.
    pub(super) fn release(&mut self) {
        self.first_held = self.found.len();
    }

    /// Where the lock table and the server disagree, a line each.
    pub(super) fn mismatches(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for locked in &self.found {
            let line = locked.source.position(locked.span.start).line;
            let place = format!("{}:{line}", locked.source.path());
            let text = locked.source.slice(locked.span);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let said = locked.mismatches();
            lines.extend(said.iter().map(|it| format!("{place}: {it}: {text}")));
        }
        lines
    }
}

impl Trial<'_> {
    /// Whether the statements of a migration are recorded.
    pub(super) fn is_traced(&self, number: usize) -> bool {
        let trace = self.trace.as_ref();
        trace.is_some_and(|trace| trace.migrations.contains(&number))
    }

    /// What the lock table says of a statement, before it runs.
    pub(super) fn watch(&mut self, number: usize, file: u32, statement: &Statement) -> Watched {
        self.replay.enter(file, statement);
        let catalog = self.replay.catalog();
        let text = statement.source.slice(statement.span);
        let calls = text
            .get(..5)
            .is_some_and(|word| word.eq_ignore_ascii_case("call "));
        let mut changes = statement.changes.iter();
        let alone = matches!(statement.understood, Understood::Opaque { .. })
            || calls
            || changes.any(|change| {
                matches!(change.kind, ChangeKind::Block(_))
                    || !catalog.refused_in_transaction(change).is_empty()
            });
        let open = self.replay.transaction().open;
        Watched {
            locked: locked(statement, open, number, catalog),
            alone,
        }
    }

    /// As [`batch`](Self::batch), statement by statement: what the server makes one transaction of
    /// is put into one.
    pub(super) fn traced_batch(
        &mut self,
        statements: &[&Statement],
        watched: Vec<Watched>,
    ) -> Tried {
        let is_open = self.is_open() || self.trace.as_ref().is_some_and(|trace| trace.explicit);
        let controls = statements
            .iter()
            .any(|statement| control(statement).is_some());
        let implicit = !is_open
            && !controls
            && statements.len() > 1
            && self.goes_together(statements, statements.len());
        if implicit && let Err(error) = self.session.execute("BEGIN") {
            return self.stopped(error, &statements[0].source, statements, 0);
        }
        for (statement, watched) in statements.iter().zip(watched) {
            if let Err(error) = self.traced(statement, watched, implicit) {
                return self.stopped(error, &statement.source, &[*statement], 0);
            }
        }
        if implicit && let Err(error) = self.commit_traced() {
            return self.stopped(
                error,
                &statements[0].source,
                statements,
                statements.len() - 1,
            );
        }
        Ok(Ok(()))
    }

    fn traced(
        &mut self,
        statement: &Statement,
        watched: Watched,
        implicit: bool,
    ) -> Result<(), ServerError> {
        let text = statement.source.slice(statement.span);
        let is_open =
            implicit || self.is_open() || self.trace.as_ref().is_some_and(|it| it.explicit);
        let control = control(statement);
        if super::send::is_for_the_client(statement) {
            return Ok(());
        }
        if control.is_some() || is_setting(statement) {
            // Before some of them nothing may be asked in the transaction.
            let start = Instant::now();
            self.session.execute(text)?;
            let Some(trace) = &mut self.trace else {
                return Ok(());
            };
            trace.pass(start.elapsed());
            match control {
                Some(Control::Opens) => trace.explicit = true,
                Some(Control::Ends) => {
                    trace.explicit = false;
                    trace.release();
                }
                Some(Control::Within) | None => {}
            }
            return Ok(());
        }
        let wraps = !is_open && !watched.alone && self.set.dialect.batch_is_transaction();
        if wraps {
            self.session.execute("BEGIN")?;
        }
        let measured = self.session.traced(text, is_open || wraps)?;
        self.record(watched.locked, measured);
        if wraps {
            self.commit_traced()?;
        } else if !is_open {
            self.release();
        }
        Ok(())
    }

    fn record(&mut self, mut locked: Locked, measured: Measured) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        let took = measured.took;
        locked.measured = Some(measured);
        trace.found.push(locked);
        trace.pass(took);
    }

    /// Commits, and knows how long the locks were held.
    pub(super) fn commit_traced(&mut self) -> Result<(), ServerError> {
        let start = Instant::now();
        self.session.execute("COMMIT")?;
        if let Some(trace) = &mut self.trace {
            trace.pass(start.elapsed());
        }
        self.release();
        Ok(())
    }

    fn release(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.release();
        }
    }
}

/// What a statement does to a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Control {
    Opens,
    Ends,
    /// A savepoint, or the way back to one.
    Within,
}

fn control(statement: &Statement) -> Option<Control> {
    statement
        .changes
        .iter()
        .find_map(|change| match &change.kind {
            ChangeKind::Begin => Some(Control::Opens),
            ChangeKind::Commit | ChangeKind::Rollback { to: None, .. } => Some(Control::Ends),
            ChangeKind::Rollback { .. } | ChangeKind::Savepoint(_) | ChangeKind::Release(_) => {
                Some(Control::Within)
            }
            _ => None,
        })
}

/// Whether a statement sets something for those after it.
fn is_setting(statement: &Statement) -> bool {
    let text = statement.source.slice(statement.span);
    let mut words = text.split_whitespace();
    words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("set") || word.eq_ignore_ascii_case("pragma"))
}
