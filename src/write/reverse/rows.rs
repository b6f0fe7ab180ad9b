//! What a way back cannot restore: rows and values.

use crate::catalog::Catalog;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, TableAction};
use crate::sql::walk;

/// Rows and values that are gone or stay changed, each in a sentence.
pub(super) fn not_restored(before: &Catalog, after: &Catalog, up: &[Statement]) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |what: String| {
        if !said.contains(&what) {
            said.push(what);
        }
    };
    // A table that is rebuilt under its own name keeps its rows.
    for statement in up {
        for reached in walk::changes(&statement.changes) {
            let (verb, table) = match &reached.change.kind {
                ChangeKind::Update { table, .. } => ("UPDATE", table),
                ChangeKind::Delete { table, .. } => ("DELETE", table),
                ChangeKind::Truncate { tables, .. } => {
                    for table in tables {
                        let name = after.qualify(table);
                        say(format!(
                            "rows that TRUNCATE removed from `{}` do not come back",
                            after.shown(&name)
                        ));
                    }
                    continue;
                }
                ChangeKind::Insert { table, .. } => ("INSERT", table),
                _ => continue,
            };
            let name = after.qualify(table);
            if !before.tables.contains_key(&name) || !after.tables.contains_key(&name) {
                continue;
            }
            let shown = after.shown(&name);
            say(match verb {
                "DELETE" => format!("rows that DELETE removed from `{shown}` do not come back"),
                "UPDATE" => format!("values that UPDATE changed in `{shown}` stay as they are"),
                _ => format!("rows that INSERT added to `{shown}` stay"),
            });
        }
    }
    let gone: Vec<_> = up
        .iter()
        .flat_map(|statement| walk::changes(&statement.changes))
        .flat_map(|reached| match &reached.change.kind {
            ChangeKind::DropTable { names, .. } => names.as_slice(),
            _ => &[],
        })
        .map(|name| before.qualify(name))
        .collect();
    for (name, table) in &before.tables {
        let Some(now) = after.tables.get(name) else {
            if gone.contains(name) {
                say(format!(
                    "`{}` comes back without its rows, which only a backup has",
                    before.shown(name)
                ));
                let partitions = table.partition_by.as_ref();
                let unknown = partitions.is_some_and(|it| it.written.is_none());
                if unknown && !before.dialect.has_schemas() {
                    say(format!(
                        "the partitions that `{}` had are not known: add them by hand",
                        before.shown(name)
                    ));
                }
            }
            continue;
        };
        let stay = now.columns_by_name();
        for column in &table.columns {
            let lost = !stay.contains_key(column.name.as_str()) && column.generated.is_none();
            if lost && !is_renamed(&column.name, up) {
                say(format!(
                    "`{}.{}` comes back without its values, which only a backup has",
                    before.shown(name),
                    column.name
                ));
            }
        }
    }
    said
}

/// Whether a column was renamed, and not dropped.
fn is_renamed(column: &str, up: &[Statement]) -> bool {
    up.iter()
        .flat_map(|statement| walk::changes(&statement.changes))
        .any(|reached| match &reached.change.kind {
            ChangeKind::AlterTable(alter) => alter
                .actions
                .iter()
                .any(|(action, _)| renames(action, column)),
            _ => false,
        })
}

/// Whether an action gives the column another name.
fn renames(action: &TableAction, column: &str) -> bool {
    match action {
        TableAction::RenameColumn { from, .. } => from.value == column,
        TableAction::Modify {
            from, column: to, ..
        } => from.value == column && to.name.value != column,
        _ => false,
    }
}
