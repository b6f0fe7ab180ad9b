//! Since when MySQL and MariaDB take what a change asks for.

use crate::sql::change::{Change, ChangeKind, ExprKind, IndexDef, TableAction};
use crate::sql::{Need, Release, Versions};

/// What a change needs that the server is too old for.
pub(crate) fn need(change: &Change, versions: Versions) -> Option<Need> {
    let (what, mysql, mariadb) = asked(change)?;
    let (server, since, product) = if versions.mariadb {
        (versions.mariadb_release, mariadb?, "MariaDB")
    } else {
        (versions.mysql, mysql, "MySQL")
    };
    (server < since).then_some(Need {
        what,
        since,
        server,
        product,
    })
}

/// What a change asks for, and the releases of MySQL and MariaDB that brought it.
fn asked(change: &Change) -> Option<(&'static str, Release, Option<Release>)> {
    match &change.kind {
        ChangeKind::CreateIndex { index, .. } => of_index(index),
        ChangeKind::AlterTable(alter) => {
            let mut actions = alter.actions.iter();
            actions.find_map(|(action, _)| of_action(action))
        }
        _ => None,
    }
}

fn of_action(action: &TableAction) -> Option<(&'static str, Release, Option<Release>)> {
    match action {
        TableAction::RenameColumn { .. } => Some((
            "RENAME COLUMN",
            Release::new(8, 0, 0),
            Some(Release::new(10, 5, 2)),
        )),
        TableAction::RenameIndex { .. } => Some((
            "RENAME INDEX",
            Release::new(5, 7, 0),
            Some(Release::new(10, 5, 2)),
        )),
        TableAction::DropConstraint { .. } => Some((
            "DROP CONSTRAINT",
            Release::new(8, 0, 19),
            Some(Release::new(10, 2, 1)),
        )),
        TableAction::AddIndex(index) => of_index(index),
        _ => None,
    }
}

fn of_index(index: &IndexDef) -> Option<(&'static str, Release, Option<Release>)> {
    let mut keys = index.columns.iter();
    let computed = keys.any(|key| !matches!(key.expr.kind, ExprKind::Column(_)));
    computed.then_some(("an index over an expression", Release::new(8, 0, 13), None))
}
