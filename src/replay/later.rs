//! What a set says that has not run yet: the texts in which it makes things later.

use super::elsewhere::HistoryTexts;
use crate::catalog::Site;
use crate::catalog::later::{Later, LaterText};
use crate::project::MigrationSet;

/// What the whole set says, for the few questions about what has not run yet.
#[derive(Clone, Debug)]
pub(super) struct SetTexts {
    pub(super) elsewhere: HistoryTexts,
    pub(super) later: Later,
}

impl SetTexts {
    pub(super) fn of(set: &MigrationSet) -> Self {
        Self {
            elsewhere: HistoryTexts::of(set),
            later: of(set),
        }
    }
}

/// The texts of a set, up to where another tool goes on, whose history may be a new one.
fn of(set: &MigrationSet) -> Later {
    let numbered = (0..).zip(&set.migrations);
    let own = numbered.take_while(|(number, migration)| *number == 0 || !migration.after_switch);
    let texts = own.flat_map(|(number, migration)| {
        let files = (0..).zip(&migration.up);
        files.map(move |(file, part)| LaterText {
            site: Site {
                migration: number,
                file,
                span: part.span,
            },
            source: part.source.clone(),
        })
    });
    Later::new(texts.collect(), set.dialect)
}
