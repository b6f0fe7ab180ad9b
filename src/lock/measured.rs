//! What a server was seen to do for one statement, held against the lock table.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Algorithm, Blocks, Cause, Effect, Lock, Mode, add, stronger};
use crate::catalog::QName;

/// What a server was seen to do for a statement.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// The server and its release.
    pub server: String,
    /// How much of it could be seen.
    pub seen: Seen,
    /// How long the statement ran.
    pub took: Duration,
    /// From its start to the end of its transaction, the work of the observer left out: as long as
    /// its locks are held.
    pub held: Duration,
    /// The strongest lock that it took on each relation that was there before.
    pub locks: Vec<Lock>,
    /// What earlier statements of the transaction held already; it is not seen whether the statement
    /// asked for it again.
    pub earlier: Vec<Lock>,
    /// Tables of which every row was read.
    pub scans: Vec<QName>,
    /// Tables on which an index was built, other than those that were rewritten.
    pub builds: Vec<QName>,
    /// Tables that were written again.
    pub rewrites: Vec<QName>,
    /// Tables with so many rows that reading them all is seen.
    pub large: Vec<QName>,
}

/// How much of what a statement does could be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// Every lock that it took, and what it read, built and wrote.
    Everything,
    /// What was there whenever somebody looked, for it runs outside of a transaction.
    Samples,
    /// The mode in which the server carried it out.
    Mode,
    /// How long it took.
    #[default]
    Time,
}

impl Measured {
    /// Where the lock table and the server disagree about a statement that driftlint understands.
    pub fn mismatches(&self, effects: &[Effect]) -> Vec<String> {
        let said = said(effects);
        match self.seen {
            Seen::Everything => {
                let mut found = self.locks_that_differ(&said);
                let uncertain = &said.uncertain;
                let mut compare = |what: &str, said: &[QName], seen: &[QName]| {
                    let is_sure = |name: &&QName| !uncertain.contains(name);
                    let missing = said.iter().filter(|name| !seen.contains(name));
                    let missing = missing.filter(is_sure);
                    found.extend(missing.map(|name| {
                        format!("the lock table has {name} {what}, and the server did not")
                    }));
                    let more = seen.iter().filter(|name| !said.contains(name));
                    let more = more.filter(is_sure);
                    found.extend(more.map(|name| {
                        format!("the server has {name} {what}, and the lock table does not say so")
                    }));
                };
                compare("rewritten", &said.rewrites, &self.rewrites);
                let rest = |names: &[QName]| {
                    let mut rest = names.to_vec();
                    rest.retain(|name| {
                        !said.rewrites.contains(name) && !self.rewrites.contains(name)
                    });
                    rest
                };
                compare("indexed", &rest(&said.builds), &rest(&self.builds));
                let mut scans = said.scans.clone();
                scans.retain(|name| self.large.contains(name));
                compare("scanned", &scans, &self.scans);
                found
            }
            Seen::Samples => self
                .locks
                .iter()
                .filter_map(|lock| stronger_than_said(lock, &said))
                .collect(),
            Seen::Mode => {
                let seen = self.locks.iter().map(|lock| lock.mode).reduce(stronger);
                let table = said.locks.values().copied().reduce(stronger);
                match (seen, table) {
                    (Some(seen), Some(table)) if !is_as_good(seen, table) => {
                        vec![format!(
                            "the lock table says {table}, and the server took {seen}"
                        )]
                    }
                    _ => Vec::new(),
                }
            }
            Seen::Time => Vec::new(),
        }
    }

    fn locks_that_differ(&self, said: &StatementEffects) -> Vec<String> {
        let of = |locks: &[Lock], relation: &QName| {
            let mut locks = locks.iter();
            locks
                .find(|lock| lock.relation == *relation)
                .map(|lock| lock.mode)
        };
        let mut found = Vec::new();
        for (&relation, &mode) in &said.locks {
            let taken = of(&self.locks, relation);
            let before = of(&self.earlier, relation);
            let is_there = taken == Some(mode)
                || before.is_some_and(|before| stronger(before, mode) == before);
            if !is_there && taken.is_none_or(|taken| stronger(taken, mode) == mode) {
                let took = taken.map_or_else(|| "nothing".to_owned(), |taken| taken.to_string());
                found.push(format!(
                    "the lock table says {mode} on {relation}, and the server took {took}"
                ));
            }
        }
        found.extend(
            self.locks
                .iter()
                .filter_map(|lock| stronger_than_said(lock, said)),
        );
        found
    }
}

/// What is wrong where a server took a stronger lock than the table has.
fn stronger_than_said(lock: &Lock, said: &StatementEffects) -> Option<String> {
    let Lock { relation, mode } = lock;
    let known = said.locks.get(relation);
    let is_said = known.is_some_and(|known| stronger(*known, *mode) == *known);
    (!is_said).then(|| {
        let says = known.map_or_else(|| "nothing".to_owned(), ToString::to_string);
        format!("the server took {mode} on {relation}, and the lock table says {says}")
    })
}

/// Whether a server did what the lock table says. MariaDB counts as INSTANT what MySQL does INPLACE
/// without writing a row, and the table has one row for both.
fn is_as_good(seen: Mode, table: Mode) -> bool {
    let online = Mode::Online(Algorithm::InPlace, Blocks::Nothing);
    seen == table
        || table == online && matches!(seen, Mode::Online(Algorithm::Instant, _))
        // At once is at once, whoever waits for that moment.
        || matches!(
            (seen, table),
            (Mode::Online(Algorithm::Instant, _), Mode::Online(Algorithm::Instant, _))
        )
}

/// What the lock table says of a statement as a whole.
#[derive(Default)]
struct StatementEffects<'a> {
    locks: BTreeMap<&'a QName, Mode>,
    scans: Vec<QName>,
    builds: Vec<QName>,
    rewrites: Vec<QName>,
    /// What is rewritten in one session and not in another, so that no server proves the table wrong.
    uncertain: Vec<QName>,
}

/// Whether the session decides what is done: `timestamp` becomes `timestamptz` without a rewrite
/// where its time zone is UTC, and the other way round.
fn depends_on_session(effect: &Effect) -> bool {
    let is_time = |name: &str| name.starts_with("timestamp");
    let mut causes = effect.causes.iter();
    causes.any(|cause| matches!(cause, Cause::Type(from, to) if is_time(from) && is_time(to)))
}

fn said(effects: &[Effect]) -> StatementEffects<'_> {
    let mut said = StatementEffects::default();
    for effect in effects {
        for lock in &effect.locks {
            let known = said.locks.entry(&lock.relation).or_insert(lock.mode);
            *known = stronger(*known, lock.mode);
        }
        effect
            .scans
            .iter()
            .for_each(|name| add(&mut said.scans, name));
        effect
            .builds
            .iter()
            .for_each(|name| add(&mut said.builds, name));
        effect
            .rewrites
            .iter()
            .for_each(|name| add(&mut said.rewrites, name));
        if depends_on_session(effect) {
            add(&mut said.uncertain, &effect.target);
        }
    }
    said
}
