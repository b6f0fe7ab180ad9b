//! Commands that look after storage: `VACUUM`, `REINDEX`, `CLUSTER`, `OPTIMIZE`.

use super::Cursor;
use crate::server::on_server;
use crate::sql::change::{Change, ChangeKind, ObjectName};

pub(crate) fn recognise(at: Cursor) -> Option<Vec<Change>> {
    on_server!(at.cx.dialect => recognise::maintenance(at))
}

/// A statement that tends to tables and changes none.
pub(crate) fn change(name: &str, table: Option<ObjectName>, in_transaction: bool) -> ChangeKind {
    ChangeKind::Maintenance {
        name: name.to_owned(),
        table,
        in_transaction,
    }
}

/// One change for each table, or one for all of the database.
pub(crate) fn each(
    at: Cursor,
    name: &str,
    tables: Vec<ObjectName>,
    in_transaction: bool,
) -> Option<Vec<Change>> {
    if !at.done() {
        return None;
    }
    if tables.is_empty() {
        return Some(at.whole(change(name, None, in_transaction)));
    }
    Some(
        tables
            .into_iter()
            .flat_map(|table| at.whole(change(name, Some(table), in_transaction)))
            .collect(),
    )
}
