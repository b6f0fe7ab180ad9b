//! When a step of a repair may run, and the steps of one phase.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::RepairStep;

/// When a step may run. What stands in the way goes first, what needs others comes last, and a name
/// is free before it is taken. The order is the same for all servers, and is held by tests that run
/// repairs of random schemas on each of them.
#[derive(Clone, Copy)]
pub(crate) enum Phase {
    Views,
    ForeignKeys,
    Counters,
    Keys,
    Generated,
    Tables,
    Types,
    NewTables,
    Columns,
    Functions,
    NewFunctions,
    OldColumns,
    NewKeys,
    NewCounters,
    NewForeignKeys,
    OldTypes,
    NewViews,
    // After `NewViews`: triggers, rules and policies that were to be made with the views were lost,
    // since making views again clears what that phase holds.
    NewParts,
}

/// How many phases there are.
pub(super) const PHASES: usize = 18;

/// The steps of one phase, each once.
///
/// Steps are found by a digest: looking through all of them for each new one took 9 s of a schema
/// of 10,000 models.
#[derive(Default)]
pub(crate) struct PhaseSteps {
    steps: Vec<RepairStep>,
    /// Where steps stand, by their digests; empty where steps have been changed since.
    places: HashMap<u64, Vec<usize>>,
}

impl PhaseSteps {
    /// Adds a step, unless it is there.
    pub(super) fn push(&mut self, step: RepairStep) {
        if self.places.is_empty() {
            for (at, known) in self.steps.iter().enumerate() {
                self.places.entry(digest(known)).or_default().push(at);
            }
        }
        let alike = self.places.entry(digest(&step)).or_default();
        if !alike.iter().any(|&at| self.steps.get(at) == Some(&step)) {
            alike.push(self.steps.len());
            self.steps.push(step);
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps, to be changed.
    pub(super) fn steps_mut(&mut self) -> &mut Vec<RepairStep> {
        self.places.clear();
        &mut self.steps
    }

    /// The steps in order.
    pub(super) fn into_steps(self) -> Vec<RepairStep> {
        self.steps
    }
}

/// The same number for steps that do the same.
fn digest(step: &RepairStep) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{:?}", step.kind).hash(&mut hasher);
    step.text.hash(&mut hasher);
    hasher.finish()
}
