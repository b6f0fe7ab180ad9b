//! States of histories that a session keeps from one check to the next, and a comparison from one
//! side to the other.
//!
//! An editor has a project checked at every keystroke, and one text has changed since. What a
//! migration leads to depends on how its set is run and on the migrations up to it; on later ones
//! only where something is missing: is it made later, do others use it too? Those questions are
//! written down with their answers, and a state is used as long as the answers are the same.
//!
//! On 434 migrations the replay was 88 % of what a keystroke took.
//!
//! The index and the commit before it have nearly all migrations in common. The state before the
//! first that differs is kept while one side is replayed, and the other side goes on from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::elsewhere::AskedElsewhere;
use super::later::SetTexts;
use super::{Lowered, ReadOptions, Replay, Step, catalog_of};
use crate::catalog::Catalog;
use crate::catalog::asked::AskedLog;
use crate::catalog::later::AskedLater;
use crate::project::runner::Sending;
use crate::project::{Direction, External, Migration, MigrationSet, Project};
use crate::source::Source;
use crate::sql::{Dialect, Versions};
use crate::tool::Tool;

/// The states that the last check of each set went through. By default nothing is kept.
#[derive(Clone, Debug, Default)]
pub struct KeptReplays(Option<Arc<KeptSets>>);

#[derive(Debug, Default)]
struct KeptSets {
    histories: Mutex<HashMap<SetKey, KeptHistory>>,
    /// How many migrations each set has in common with the other side of a comparison, where only
    /// the state after those is kept; a session keeps all.
    common: Option<HashMap<SetKey, usize>>,
}

impl KeptSets {
    fn histories(&self) -> MutexGuard<'_, HashMap<SetKey, KeptHistory>> {
        self.histories
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes a set another one than the others of its project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SetKey {
    folder: String,
    dialect: Dialect,
    runner: Tool,
}

/// What decides the state before the first migration, and how every one is run.
#[derive(Debug)]
struct Beginning {
    versions: Versions,
    sending: Sending,
    unordered: Option<String>,
    fragment: Option<&'static str>,
    external: Option<External>,
    start: Option<Source>,
}

impl Beginning {
    fn of(set: &MigrationSet, versions: Versions) -> Self {
        Self {
            versions,
            sending: set.sending,
            unordered: set.unordered.clone(),
            fragment: set.fragment,
            external: set.external.clone(),
            start: set.start.clone(),
        }
    }

    fn is(&self, other: &Self) -> bool {
        let same_start = match (&self.start, &other.start) {
            (Some(own), Some(theirs)) => own.says_the_same_as(theirs),
            (own, theirs) => own.is_none() && theirs.is_none(),
        };
        same_start
            && self.versions == other.versions
            && self.sending == other.sending
            && self.unordered == other.unordered
            && self.fragment == other.fragment
            && self.external == other.external
    }
}

/// How many of the first migrations two histories have in common.
fn common(one: &[Migration], other: &[Migration]) -> usize {
    let pairs = one.iter().zip(other);
    pairs
        .take_while(|(one, other)| runs_alike(one, other))
        .count()
}

/// Whether a migration does the same as another in its place, on the way up.
fn runs_alike(one: &Migration, other: &Migration) -> bool {
    one.up.len() == other.up.len()
        && one.up.iter().zip(&other.up).all(|(one, other)| {
            one.span == other.span && one.source.says_the_same_as(&other.source)
        })
        && one.no_transaction.up == other.no_transaction.up
        && one.after_switch == other.after_switch
        && one.after_unread == other.after_unread
}

/// What the texts of a set were asked while it was replayed.
#[derive(Clone, Debug)]
struct AskedOfSet {
    elsewhere: AskedLog<AskedElsewhere>,
    later: AskedLog<AskedLater>,
}

impl AskedOfSet {
    fn count(&self) -> AskedCount {
        AskedCount {
            elsewhere: self.elsewhere.len(),
            later: self.later.len(),
        }
    }

    /// How many of the first questions have the answers that these texts give.
    fn held_by(&self, texts: &SetTexts) -> AskedCount {
        AskedCount {
            elsewhere: self
                .elsewhere
                .held(|asked| texts.elsewhere.still_answer(asked)),
            later: self.later.held(|asked| texts.later.still_answers(asked)),
        }
    }
}

/// How many questions were asked by some time.
#[derive(Clone, Copy, Debug)]
struct AskedCount {
    elsewhere: usize,
    later: usize,
}

#[derive(Debug)]
struct KeptState {
    /// How many migrations have run.
    after: usize,
    replay: Replay,
    /// What was asked until there.
    asked: AskedCount,
}

/// A set's history with the states that are known of it.
#[derive(Debug)]
pub(crate) struct KeptHistory {
    beginning: Beginning,
    /// As they were when the states were made.
    migrations: Vec<Migration>,
    /// Before the first migration, and after each of the first ones, or after a certain one.
    states: Vec<KeptState>,
    /// The only one after which the state is kept; `None` for all.
    only: Option<usize>,
    asked: AskedOfSet,
    texts: SetTexts,
}

impl KeptHistory {
    /// A history of which nothing has run.
    fn new(set: &MigrationSet, versions: Versions, only: Option<usize>) -> Self {
        let asked = AskedOfSet {
            elsewhere: AskedLog::keeping(),
            later: AskedLog::keeping(),
        };
        let texts = texts(set, &asked);
        let start = Replay::asking(set, versions, texts.clone());
        Self {
            beginning: Beginning::of(set, versions),
            migrations: set.migrations.clone(),
            only,
            states: vec![KeptState {
                after: 0,
                replay: start,
                asked: asked.count(),
            }],
            asked,
            texts,
        }
    }

    /// The same history with the set as it is now: the states that still hold are kept. `None` where
    /// not even the first does.
    fn follow(mut self, set: &MigrationSet, versions: Versions) -> Option<Self> {
        let beginning = Beginning::of(set, versions);
        if !self.beginning.is(&beginning) {
            return None;
        }
        let alike = common(&self.migrations, &set.migrations);
        self.states.retain(|state| state.after <= alike);
        self.texts = texts(set, &self.asked);
        let held = self.asked.held_by(&self.texts);
        let holding = self.states.iter().take_while(|state| {
            state.asked.elsewhere <= held.elsewhere && state.asked.later <= held.later
        });
        let count = holding.count();
        self.states.truncate(count);
        let last = self.states.last()?;
        self.asked.elsewhere.truncate(last.asked.elsewhere);
        self.asked.later.truncate(last.asked.later);
        self.migrations.clone_from(&set.migrations);
        Some(self)
    }

    /// How many migrations have run in the last state that is known.
    fn known(&self) -> usize {
        self.states.last().map_or(0, |state| state.after)
    }

    /// How many migrations need not be run again where only some are judged, the first of them by
    /// this number.
    pub(crate) fn known_before(&self, first: usize) -> usize {
        // Between states that are all kept, each of those judged finds its own.
        let known = self.known();
        if self.only.is_none() || known <= first {
            known
        } else {
            0
        }
    }

    /// The state after so many migrations; the last that is known where that one is not.
    pub(crate) fn state(&self, count: usize) -> Option<Replay> {
        let later = self.states.partition_point(|state| state.after <= count);
        let state = self.states.get(later.checked_sub(1)?)?;
        let mut replay = state.replay.clone();
        replay.ask(&self.texts);
        Some(replay)
    }

    /// Keeps the state after so many migrations, unless it is known or nobody will ask for it.
    pub(crate) fn keep(&mut self, count: usize, replay: &Replay) {
        let asked_for = self.only.is_none_or(|only| count == only);
        if count > self.known() && asked_for {
            self.states.push(KeptState {
                after: count,
                replay: replay.clone(),
                asked: self.asked.count(),
            });
        }
    }
}

fn texts(set: &MigrationSet, asked: &AskedOfSet) -> SetTexts {
    let SetTexts { elsewhere, later } = SetTexts::of(set);
    SetTexts {
        elsewhere: elsewhere.logged(asked.elsewhere.clone()),
        later: later.logged(asked.later.clone()),
    }
}

impl Replay {
    /// Goes on with what the set says now.
    fn ask(&mut self, texts: &SetTexts) {
        // After a switch of tools nothing is asked.
        if self.texts.is_some() {
            self.texts = Some(texts.elsewhere.clone());
        }
        let scopes = self.scopes.iter_mut();
        let earlier = scopes.filter_map(super::transaction::StepScope::before);
        earlier
            .chain([&mut self.catalog])
            .for_each(|catalog| catalog.later.follow(&texts.later));
    }
}

impl KeptReplays {
    /// One for a session, which keeps states.
    pub fn of_session() -> Self {
        Self(Some(Arc::default()))
    }

    /// One for a comparison, which keeps of each set the state in which both sides part.
    pub(crate) fn of_comparison(now: &Project, base: &Project) -> Self {
        let common = now.sets.iter().filter_map(|set| {
            let key = SetKey::of(set);
            let before = base.sets.iter().find(|base| SetKey::of(base) == key)?;
            Some((key, common(&set.migrations, &before.migrations)))
        });
        Self(Some(Arc::new(KeptSets {
            histories: Mutex::default(),
            common: Some(common.collect()),
        })))
    }

    /// What is known of a set's history as it is now; `None` where nothing is kept.
    pub(crate) fn open(&self, set: &MigrationSet, versions: Versions) -> Option<KeptHistory> {
        let kept = self.0.as_ref()?;
        let key = SetKey::of(set);
        let only = match &kept.common {
            Some(common) => Some(*common.get(&key)?),
            None => None,
        };
        let before = kept.histories().remove(&key);
        let now = before.and_then(|before| before.follow(set, versions));
        Some(now.unwrap_or_else(|| KeptHistory::new(set, versions, only)))
    }

    /// Keeps a history for the next check.
    pub(crate) fn close(&self, set: &MigrationSet, history: Option<KeptHistory>) {
        if let (Some(kept), Some(history)) = (&self.0, history) {
            kept.histories().insert(SetKey::of(set), history);
        }
    }

    /// What the migrations of a set make. Call it inside
    /// [`on_big_stack`](crate::sql::on_big_stack).
    pub(crate) fn catalog_of(&self, set: &MigrationSet, versions: Versions) -> Catalog {
        let count = set.migrations.len();
        let Some(mut history) = self.open(set, versions) else {
            return catalog_of(set, versions, count);
        };
        let known = history.known();
        let Some(mut replay) = history.state(known) else {
            return catalog_of(set, versions, count);
        };
        let reading = ReadOptions::of(set, versions);
        for (number, migration) in set.migrations.iter().enumerate().skip(known) {
            for file in &migration.after_unread {
                replay.skip(file, number);
            }
            let lowered = Lowered::of(migration, Direction::Up, reading);
            replay.run(&Step::of(set, number, Direction::Up, &lowered));
            replay.end();
            history.keep(number + 1, &replay);
        }
        self.close(set, Some(history));
        for file in &set.unread_last {
            replay.skip(file, count);
        }
        replay.into_catalog()
    }
}

impl SetKey {
    fn of(set: &MigrationSet) -> Self {
        Self {
            folder: set.folder.clone(),
            dialect: set.dialect,
            runner: set.runner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::LoadOptions;
    use crate::project::tree::Memory;
    use crate::sql::on_big_stack;

    fn project(files: &[(&str, &str)]) -> Project {
        let tree: Memory = files
            .iter()
            .map(|(name, text)| (format!("db/migrations/{name}.up.sql"), (*text).to_owned()))
            .collect();
        Project::load(&tree, &LoadOptions::default()).expect("memory never fails")
    }

    #[test]
    fn the_other_side_of_a_comparison_goes_on_where_they_part() {
        let first = ("0001_a", "CREATE TABLE a (id int PRIMARY KEY);");
        let second = ("0002_b", "ALTER TABLE a ADD COLUMN b text NOT NULL;");
        let third = ("0003_c", "CREATE TABLE c (id int);");
        let edited = ("0003_c", "CREATE TABLE c (id bigint);\nDROP TABLE a;");
        // Nobody makes `c` before it; whether somebody does later is asked.
        let early = ("0002_b", "ALTER TABLE c ADD COLUMN d text;");
        let pairs: [[&[(&str, &str)]; 2]; 6] = [
            [&[first, second, third], &[first, second]],
            [&[first, second], &[first, second, third]],
            [&[first, second, edited], &[first, second, third]],
            [&[first, second, third], &[first, second, third]],
            [&[first, early, third], &[first, early]],
            [&[third], &[first]],
        ];
        let versions = Versions::default();
        for (at, [now, base]) in pairs.iter().enumerate() {
            let (now, base) = (project(now), project(base));
            let kept = KeptReplays::of_comparison(&now, &base);
            for set in [&now, &base, &now].map(|project| &project.sets[0]) {
                let [known, plain] = on_big_stack(|| {
                    let plain = catalog_of(set, versions, set.migrations.len());
                    [kept.catalog_of(set, versions), plain]
                        .map(|catalog| format!("{:?} {:?}", catalog.tables, catalog.knowledge))
                });
                assert_eq!(known, plain, "pair {at}");
            }
        }
    }

    #[test]
    fn what_is_common_is_run_once() {
        let first = ("0001_a", "CREATE TABLE a (id int PRIMARY KEY);");
        let second = ("0002_b", "ALTER TABLE a ADD COLUMN b text;");
        let (now, base) = (project(&[first, second]), project(&[first]));
        let kept = KeptReplays::of_comparison(&now, &base);
        let versions = Versions::default();
        on_big_stack(|| kept.catalog_of(&now.sets[0], versions));
        let history = kept.open(&base.sets[0], versions).expect("it is kept");
        assert_eq!(history.known(), 1);
        assert_eq!(history.known_before(0), 0, "the first is judged");
    }
}
