//! The catalog before a migration, made when somebody asks for it.

use std::cell::{OnceCell, RefCell};

use super::{Lowered, Replay, Step};
use crate::catalog::Catalog;
use crate::project::runner::Wrap;
use crate::project::{Direction, MigrationSet};

/// How many migrations may have to be run again for one question.
const MIGRATIONS: usize = 64;

/// How many statements of theirs are kept for that.
const STATEMENTS: usize = 4096;

/// A state some way back in a history, and the migrations that have run since.
///
/// A copy of the catalog before each migration would be simpler. Its map of tables is shared until
/// either side changes, so the next migration would copy that map: with 400 tables and 1,600
/// migrations a check took 40 % more time. Few rules ask, and of few migrations.
#[derive(Debug)]
pub(crate) struct Past {
    state: Replay,
    since: Vec<Ran>,
    /// How many they are together.
    statements: usize,
}

/// A migration that has run, as [`Step`] has it.
#[derive(Debug)]
struct Ran {
    number: u32,
    wrap: Wrap,
    after_switch: bool,
    up: Lowered,
}

impl Ran {
    fn step(&self) -> Step<'_> {
        Step {
            number: self.number,
            wrap: self.wrap,
            after_switch: self.after_switch,
            down: false,
            first_file: 0,
            statements: &self.up.statements,
            files: &self.up.parts,
        }
    }
}

impl Past {
    /// The beginning of a history.
    pub(crate) fn of(state: &Replay) -> Self {
        Self {
            state: state.clone(),
            since: Vec::new(),
            statements: 0,
        }
    }

    /// Takes in a migration that has led to `state`.
    pub(crate) fn push(&mut self, set: &MigrationSet, number: usize, up: Lowered, state: &Replay) {
        self.statements += up.statements.len();
        let step = Step::of(set, number, Direction::Up, &up);
        self.since.push(Ran {
            number: step.number,
            wrap: step.wrap,
            after_switch: step.after_switch,
            up,
        });
        if self.since.len() > MIGRATIONS || self.statements > STATEMENTS {
            self.keep(state);
        }
    }

    /// Keeps the present state: the next question is sure to come, or the last was long ago.
    pub(crate) fn keep(&mut self, state: &Replay) {
        self.state = state.clone();
        self.since.clear();
        self.statements = 0;
    }

    /// The schema after everything that was taken in.
    fn catalog(&mut self) -> Catalog {
        for ran in self.since.drain(..) {
            self.state.run(&ran.step());
            self.state.end();
        }
        self.statements = 0;
        self.state.catalog().clone()
    }
}

/// The schema before one migration.
#[derive(Debug)]
pub struct Before<'a> {
    past: &'a RefCell<Past>,
    catalog: OnceCell<Catalog>,
}

impl<'a> Before<'a> {
    /// The schema after everything that the history has taken in by the time of the first question.
    pub(crate) fn of(past: &'a RefCell<Past>) -> Self {
        Self {
            past,
            catalog: OnceCell::new(),
        }
    }

    /// The schema before the migration, replayed at the first question.
    pub(crate) fn catalog(&self) -> &Catalog {
        self.catalog
            .get_or_init(|| self.past.borrow_mut().catalog())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::json;
    use crate::project::tree::Memory;
    use crate::project::{LoadOptions, Project};
    use crate::replay::{ReadOptions, catalog_of};
    use crate::sql::{Versions, on_big_stack};

    #[test]
    fn the_past_is_what_it_was() {
        let text = |number| match number % 3 {
            0 => format!("CREATE TABLE t{number} (id int);"),
            1 => format!("ALTER TABLE t{} ADD COLUMN c int;", number - 1),
            _ => format!("ALTER TABLE t{} RENAME TO u{number};", number - 2),
        };
        let files: Vec<(String, String)> = (0..200)
            .map(|number| (format!("migrations/{number:04}.sql"), text(number)))
            .collect();
        let tree: Memory = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let project = Project::load(&tree, &LoadOptions::default()).expect("a project");
        let set = &project.sets[0];
        let versions = Versions::default();
        on_big_stack(|| {
            let mut replay = Replay::of(set, versions);
            let past = RefCell::new(Past::of(&replay));
            for (number, migration) in set.migrations.iter().enumerate() {
                let before = Before::of(&past);
                let up = Lowered::of(migration, Direction::Up, ReadOptions::of(set, versions));
                replay.run(&Step::of(set, number, Direction::Up, &up));
                replay.end();
                if [1, 2, 70, 150, 199].contains(&number) {
                    let again = catalog_of(set, versions, number);
                    assert_eq!(json(before.catalog()), json(&again), "before {number}");
                }
                past.borrow_mut().push(set, number, up, &replay);
            }
        });
    }
}
