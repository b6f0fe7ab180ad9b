//! Since when SQLite takes what a change asks for.

use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::{Need, Release, Versions};

/// What a change needs that the library is too old for.
pub(crate) fn need(change: &Change, versions: Versions) -> Option<Need> {
    let (what, since) = asked(change)?;
    (versions.sqlite < since).then_some(Need {
        what,
        since,
        server: versions.sqlite,
        product: "SQLite",
    })
}

fn asked(change: &Change) -> Option<(&'static str, Release)> {
    match &change.kind {
        ChangeKind::CreateTable(create) => {
            let strict = create.option("strict").is_some();
            let generated = create
                .columns
                .iter()
                .any(|column| column.generated.is_some());
            if strict {
                Some(("a STRICT table", Release::new(3, 37, 0)))
            } else {
                generated.then_some(("a generated column", Release::new(3, 31, 0)))
            }
        }
        ChangeKind::AlterTable(alter) => {
            let mut actions = alter.actions.iter();
            actions.find_map(|(action, _)| match action {
                TableAction::DropColumn { .. } => Some(("DROP COLUMN", Release::new(3, 35, 0))),
                TableAction::RenameColumn { .. } => Some(("RENAME COLUMN", Release::new(3, 25, 0))),
                _ => None,
            })
        }
        _ => None,
    }
}
