//! A migration without a way back, in a set whose others have one.

use super::{Check, SetContext};
use crate::source::Span;

pub(super) const CHECK: Check = Check::Set(check);

fn check(context: &mut SetContext) {
    let set = context.set;
    if set
        .migrations
        .iter()
        .all(|migration| migration.down.is_none())
    {
        return;
    }
    for migration in set
        .migrations
        .iter()
        .filter(|migration| migration.down.is_none())
    {
        let Some(part) = migration.up.first() else {
            continue;
        };
        context
            .report(
                &part.source,
                Span::default(),
                format!(
                    "`{}` has no down migration, so it cannot be taken back",
                    migration.id
                ),
            )
            .help("write one, as the other migrations of this set have it");
    }
}
