//! A database on its way through a set, and how it is made again where a way back has led astray.

use super::send::Trial;
use super::{VerifyPlan, rows};
use crate::database::{OwnDatabase, Workplace};
use crate::error::Result;
use crate::project::Direction;
use crate::replay::Replay;

/// So many migrations run again before a copy of the database is worth its while. In a history of
/// 285 migrations with 17 such ways back, running everything again took as long as all the rest.
const WORTH_A_COPY: usize = 8;

/// A database, and the set on its way through it. The session ends before the database goes.
pub(super) struct TrialRun<'a> {
    pub(super) trial: Trial<'a>,
    database: OwnDatabase,
    checkpoint: Option<Checkpoint>,
}

/// A copy of the database as some migrations have made it, to which nobody is connected.
struct Checkpoint {
    /// How many migrations it has.
    done: usize,
    replay: Replay,
    database: OwnDatabase,
}

impl<'a> TrialRun<'a> {
    pub(super) fn new(plan: &VerifyPlan<'a>, workplace: &mut Workplace) -> Result<Self> {
        let database = workplace.database()?;
        Ok(Self {
            trial: trial_in(&database, plan)?,
            database,
            checkpoint: None,
        })
    }

    /// Makes the database again as it was after a migration, since a way back has led astray;
    /// whether that is possible.
    pub(super) fn again(
        &mut self,
        plan: &VerifyPlan<'a>,
        workplace: &mut Workplace,
        number: usize,
    ) -> Result<bool> {
        let faults = std::mem::take(&mut self.trial.faults);
        let left_out = self.trial.left_out;
        let ran_functions = self.trial.ran_functions;
        let done = self.restart(plan, workplace)?;
        self.trial.left_out = left_out;
        if done == 0 && self.trial.start()?.is_err() {
            return Ok(false);
        }
        for earlier in done..=number {
            if let Some(seed) = plan.seed.filter(|seed| seed.before == earlier) {
                if self.trial.finish()?.is_err() {
                    return Ok(false);
                }
                rows::fill(&mut self.trial, &seed);
            }
            if self.trial.migration(earlier, Direction::Up)?.is_err() {
                return Ok(false);
            }
        }
        self.trial.faults = faults;
        self.trial.ran_functions |= ran_functions;
        if number + 1 - done > WORTH_A_COPY && workplace.copies() && !self.trial.is_open() {
            self.keep(workplace, number + 1)?;
        }
        Ok(true)
    }

    /// Another database, which has as many migrations as the last checkpoint; how many that are.
    fn restart(&mut self, plan: &VerifyPlan<'a>, workplace: &mut Workplace) -> Result<usize> {
        let Some(checkpoint) = &self.checkpoint else {
            *self = Self::new(plan, workplace)?;
            return Ok(0);
        };
        let database = workplace.copy(&checkpoint.database)?;
        let mut trial = trial_in(&database, plan)?;
        trial.replay = checkpoint.replay.clone();
        self.trial = trial;
        self.database = database;
        Ok(checkpoint.done)
    }

    /// Copies the database, of which nobody can be a guest meanwhile. Between two migrations the
    /// session has nothing that would be missed.
    fn keep(&mut self, workplace: &mut Workplace, done: usize) -> Result<()> {
        self.trial.session = workplace.session()?;
        let copied = workplace.copy(&self.database);
        self.trial.session = self.database.session()?;
        // Where the server does not copy, the history runs again: slower, and no less right.
        self.checkpoint = copied.ok().map(|database| Checkpoint {
            done,
            replay: self.trial.replay.clone(),
            database,
        });
        Ok(())
    }
}

/// A session in a database, and the set before its first migration.
fn trial_in<'a>(database: &OwnDatabase, plan: &VerifyPlan<'a>) -> Result<Trial<'a>> {
    let mut trial = Trial::new(plan.set, database.session()?, plan.config.versions());
    trial.is_guessed = plan.set.dialect_is_a_guess() && !plan.server_is_named;
    Ok(trial)
}
