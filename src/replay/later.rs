//! The texts in which a set makes things later.

use crate::catalog::Site;
use crate::catalog::later::{Later, LaterText};
use crate::project::MigrationSet;

/// The texts of a set, up to where another tool goes on, whose history may be a new one.
pub(super) fn of(set: &MigrationSet) -> Later {
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
