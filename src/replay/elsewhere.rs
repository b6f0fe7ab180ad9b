//! Tables that a set uses and does not make.

use std::sync::Arc;

use crate::project::{MigrationPart, MigrationSet};
use crate::sql::{Dialect, code};

/// The texts of a set's migrations, up, each with the number of its migration.
#[derive(Clone, Debug)]
pub(super) struct HistoryTexts {
    parts: Arc<[(u32, MigrationPart)]>,
    dialect: Dialect,
}

impl HistoryTexts {
    pub(super) fn of(set: &MigrationSet) -> Self {
        let numbered = (0..).zip(&set.migrations);
        let parts = numbered.flat_map(|(number, migration)| {
            migration.up.iter().map(move |part| (number, part.clone()))
        });
        Self {
            parts: parts.collect(),
            dialect: set.dialect,
        }
    }

    /// Whether other migrations use a table too, and none of the set makes it: then something else
    /// does, since they would not have been written before or after one that fails. Measured on
    /// Ory's Keto, whose `networks` comes out of a library.
    pub(super) fn show_made_elsewhere(&self, number: u32, table: &str) -> bool {
        let table = table.rsplit('.').next().unwrap_or(table);
        let same = |word: &str| {
            word.trim_matches(['"', '`', '[', ']'])
                .eq_ignore_ascii_case(table)
        };
        let mut used = false;
        for (at, part) in self.parts.iter() {
            let words: Vec<&str> = code(part.text(), self.dialect).collect();
            let mut places = (0..words.len()).filter(|&place| same(words[place]));
            if places.clone().any(|place| is_made_at(&words, place)) {
                return false;
            }
            used |= *at != number && places.next().is_some();
        }
        used
    }
}

/// Whether a name stands after `CREATE … TABLE [IF NOT EXISTS] [schema.]`.
fn is_made_at(words: &[&str], at: usize) -> bool {
    const FARTHEST: usize = 8;
    let before = words[at.saturating_sub(FARTHEST)..at].iter().rev();
    let mut before = before.take_while(|word| **word != ";" && **word != "(");
    before.any(|word| word.eq_ignore_ascii_case("table"))
        && before.any(|word| word.eq_ignore_ascii_case("create"))
}
