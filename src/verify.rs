//! Migrations on a real server: do they apply as their runner sends them, is the schema that they
//! make the one that driftlint says, and does every way back lead back?
//!
//! The transactions are those of [`Replay`](crate::replay::Replay), which is asked about each
//! statement before it is sent: there is one answer to how a runner works. So each migration is
//! predicted and tried side by side.

mod differences;
mod rows;
mod run;
mod send;
mod trace;
mod turn;

use std::collections::BTreeSet;

use crate::check::Locked;
use crate::config::Config;
use crate::database::{ServerError, Workplace};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::project::{Direction, MigrationSet, Unjudged};
use crate::rules::name;
use crate::source::{Source, Span};
pub use rows::SampleRows;
use run::TrialRun;
use send::Stop;
use trace::Trace;

/// What came of one set.
#[derive(Debug, Default)]
pub struct Verified {
    /// The folder of the set.
    pub folder: String,
    /// The server, for people: "PostgreSQL 15.4".
    pub server: String,
    /// How many migrations the server took.
    pub applied: usize,
    /// How many there are.
    pub migrations: usize,
    /// How many of their ways back were gone, and forward again.
    pub downs: usize,
    /// What the server refuses, and what does not lead back.
    pub diagnostics: Vec<Diagnostic>,
    /// What was not tried, and why.
    pub unjudged: Vec<Unjudged>,
    /// Where driftlint and the server disagree about what migrations make: faults of driftlint.
    pub faults: Vec<String>,
    /// What the server did for each statement of the traced migrations.
    pub traced: Vec<Locked>,
}

/// What is tried, and how.
#[derive(Clone, Debug)]
pub struct VerifyPlan<'a> {
    /// The set that is tried.
    pub set: &'a MigrationSet,
    /// Whether somebody has named a server of that kind for it.
    pub server_is_named: bool,
    /// What the user wants to hear.
    pub config: &'a Config,
    /// Whether ways back are tried too.
    pub downs: bool,
    /// What is put into tables on the way.
    pub seed: Option<SampleRows<'a>>,
    /// The migrations of which it is recorded what the server does for each statement, by their
    /// places in the set. Ways back are not tried beside that.
    pub traced: BTreeSet<usize>,
}

/// Tries the migrations of a set in a database of its own. `progress` is called before each one
/// with the number of those that are done. Call it where the stack is deep: see
/// [`on_big_stack`](crate::sql::on_big_stack).
///
/// # Errors
///
/// When the server fails, rather than a migration: it cannot be reached, the connection ends, the
/// user presses Ctrl-C.
pub fn verify(
    plan: &VerifyPlan,
    workplace: &mut Workplace,
    progress: &mut dyn FnMut(usize),
) -> Result<Verified> {
    let set = plan.set;
    let mut verified = Verified {
        folder: set.folder.clone(),
        migrations: set.migrations.len(),
        ..Verified::default()
    };
    if let Some(why) = cannot_be_tried(set) {
        verified.unjudged.push(Unjudged::broken(shown(set), why));
        return Ok(verified);
    }
    let mut run = TrialRun::new(plan, workplace)?;
    run.trial.trace = (!plan.traced.is_empty()).then(|| Trace::of(plan.traced.clone()));
    let tried = try_all(plan, workplace, &mut run, &mut verified, progress);
    if let Some(trace) = run.trial.trace.take() {
        verified.faults.extend(trace.mismatches());
        verified.traced = trace.found;
    }
    tried.map(|()| verified)
}

/// Every migration in its order, until the server stops at one.
fn try_all<'a>(
    plan: &VerifyPlan<'a>,
    workplace: &mut Workplace,
    run: &mut TrialRun<'a>,
    verified: &mut Verified,
    progress: &mut dyn FnMut(usize),
) -> Result<()> {
    let set = plan.set;
    run.trial
        .session
        .version()
        .label
        .clone_into(&mut verified.server);
    let server = verified.server.clone();
    if let Err(stop) = run.trial.start()? {
        take(stop, Direction::Up, &server, verified);
        return Ok(());
    }
    for (number, migration) in set.migrations.iter().enumerate() {
        progress(number);
        for file in &migration.after_unread {
            let reason = "driftlint does not run it, so it was left out on the server";
            run.trial.left_out.get_or_insert(&file.path);
            verified
                .unjudged
                .push(Unjudged::foreign(&file.path, reason));
        }
        let seed = plan.seed.filter(|seed| seed.before == number);
        if let Some(seed) = seed {
            // An earlier deployment has committed what was there before.
            if let Err(stop) = run.trial.finish()? {
                take(stop, Direction::Up, &server, verified);
                return Ok(());
            }
            verified.unjudged.extend(rows::fill(&mut run.trial, &seed));
        }
        let turns = plan.downs && migration.down.is_some() && !run.trial.is_open();
        let held = if turns {
            Some(run.trial.introspect()?)
        } else {
            None
        };
        let before = run.trial.replay.clone();
        let mut tried = run.trial.migration(number, Direction::Up)?;
        if tried.is_ok() && number + 1 == set.migrations.len() {
            tried = run.trial.finish()?;
        }
        if let Err(stop) = tried {
            take(stop, Direction::Up, &server, verified);
            return Ok(());
        }
        verified.applied += 1;
        let Some(held) = held else {
            continue;
        };
        let ends = turn::Ends {
            before,
            held: &held,
        };
        let turned = turn::around(&mut run.trial, number, ends, plan.config, verified)?;
        // From here on the database is not what the next migration was written for. It is made
        // again instead of repaired, for what went wrong is not known.
        if turned == turn::Turned::Astray && !run.again(plan, workplace, number)? {
            return Ok(());
        }
    }
    verified.faults.append(&mut run.trial.faults);
    verified.faults.extend(differences::of(&mut run.trial)?);
    Ok(())
}

/// Why a set cannot be tried on a server at all.
fn cannot_be_tried(set: &MigrationSet) -> Option<String> {
    if let Some(why) = &set.unordered {
        return Some(format!("{why}, so the migrations were not tried"));
    }
    set.fragment
        .map(|why| format!("{why}, so the migrations were not tried"))
}

/// The set's folder, for the ledger.
fn shown(set: &MigrationSet) -> String {
    if set.folder.is_empty() {
        ".".to_owned()
    } else {
        set.folder.clone()
    }
}

/// Takes note of why a migration went no further.
fn take(stop: Stop, direction: Direction, server: &str, verified: &mut Verified) {
    match stop {
        Stop::Refused(refusal) => match refusal.doubt.clone() {
            Some(why) => verified.unjudged.push(refusal.unjudged(&why, server)),
            None => verified
                .diagnostics
                .push(refusal.diagnostic(direction, server)),
        },
        Stop::Untried(unjudged) => verified.unjudged.push(unjudged),
    }
}

/// What a server refused, and where it stands.
#[derive(Debug)]
pub(crate) struct ServerRefusal {
    source: Source,
    span: Span,
    error: ServerError,
    /// Why it may say nothing of the migration.
    doubt: Option<String>,
}

impl ServerRefusal {
    fn unjudged(self, why: &str, server: &str) -> Unjudged {
        let line = self.source.position(self.span.start).line;
        let reason = format!(
            "{server} refuses line {line} and nothing was tried after it: {}; {why}",
            self.error
        );
        Unjudged::broken(self.source.path(), reason)
    }

    fn diagnostic(self, direction: Direction, server: &str) -> Diagnostic {
        let (rule, consequence) = match direction {
            Direction::Up => (name::migration_will_fail, "so the migration fails here"),
            Direction::Down => (name::down_will_fail, "so the way back fails here"),
        };
        let message = format!("{server} refuses this: {}, {consequence}", self.error);
        Diagnostic {
            help: self.error.hint,
            ..Diagnostic::new(rule, Severity::Error, self.source, self.span, message)
        }
    }
}

/// The error that ends the run, where it is not the statement's fault.
fn fatal(error: ServerError, doing: &str) -> Error {
    error.into_error(doing)
}
