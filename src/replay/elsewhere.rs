//! Tables that a set uses and does not make.

use std::sync::Arc;

use crate::catalog::asked::AskedLog;
use crate::project::{MigrationPart, MigrationSet};
use crate::sql::{Dialect, code};

/// The texts of a set's migrations, up, each with the number of its migration.
#[derive(Clone, Debug)]
pub(super) struct HistoryTexts {
    parts: Arc<[(u32, MigrationPart)]>,
    dialect: Dialect,
    asked: AskedLog<AskedElsewhere>,
}

/// A question that was asked of the texts, and its answer.
#[derive(Clone, Debug)]
pub(super) struct AskedElsewhere {
    number: u32,
    table: String,
    answer: bool,
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
            asked: AskedLog::default(),
        }
    }

    /// The same texts, with a log of what they are asked.
    #[must_use]
    pub(super) fn logged(self, asked: AskedLog<AskedElsewhere>) -> Self {
        Self { asked, ..self }
    }

    /// Whether the texts give that answer.
    pub(super) fn still_answer(&self, asked: &AskedElsewhere) -> bool {
        self.answer(asked.number, &asked.table) == asked.answer
    }

    /// Whether other migrations use a table too, and none of the set makes it: then something else
    /// does, since they would not have been written before or after one that fails. Measured on
    /// Ory's Keto, whose `networks` comes out of a library.
    pub(super) fn show_made_elsewhere(&self, number: u32, table: &str) -> bool {
        let answer = self.answer(number, table);
        self.asked.note(|| AskedElsewhere {
            number,
            table: table.to_owned(),
            answer,
        });
        answer
    }

    fn answer(&self, number: u32, table: &str) -> bool {
        let table = table.rsplit('.').next().unwrap_or(table);
        let mut used = false;
        for (at, part) in self.parts.iter() {
            let words: Vec<&str> = code(part.text(), self.dialect).collect();
            let mut places = (0..words.len()).filter(|&place| is_name(words[place], table));
            if places.clone().any(|place| is_made_at(&words, place)) {
                return false;
            }
            used |= *at != number && places.next().is_some();
        }
        used
    }
}

/// Whether a word of SQL is the table's name, however it is quoted.
fn is_name(word: &str, table: &str) -> bool {
    word.trim_matches(['"', '`', '[', ']'])
        .eq_ignore_ascii_case(table)
}

/// Whether a name stands after `CREATE … TABLE [IF NOT EXISTS] [schema.]`.
fn is_made_at(words: &[&str], at: usize) -> bool {
    const FARTHEST: usize = 8;
    let before = words[at.saturating_sub(FARTHEST)..at].iter().rev();
    let mut before = before.take_while(|word| **word != ";" && **word != "(");
    before.any(|word| word.eq_ignore_ascii_case("table"))
        && before.any(|word| word.eq_ignore_ascii_case("create"))
}
