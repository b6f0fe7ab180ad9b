//! MySQL's and MariaDB's actions that sqlparser does not know.

use super::table::partition_by;
use crate::sql::change::{ColumnPosition, TableAction, TableOption};
use crate::sql::recognise::{Cursor, create_table};

/// The words that start an operation on partitions.
const PARTITIONS: &[&str] = &[
    "ADD PARTITION",
    "DROP PARTITION",
    "DISCARD PARTITION",
    "IMPORT PARTITION",
    "TRUNCATE PARTITION",
    "COALESCE PARTITION",
    "REORGANIZE PARTITION",
    "EXCHANGE PARTITION",
    "ANALYZE PARTITION",
    "CHECK PARTITION",
    "OPTIMIZE PARTITION",
    "REBUILD PARTITION",
    "REPAIR PARTITION",
    "REMOVE PARTITIONING",
    "PARTITION BY",
    "CONVERT PARTITION",
    "CONVERT TABLE",
];

/// Actions without any effect on what a catalog keeps.
const INERT: &[&str] = &[
    "FORCE",
    "DISABLE KEYS",
    "ENABLE KEYS",
    "DISCARD TABLESPACE",
    "IMPORT TABLESPACE",
    "WITH VALIDATION",
    "WITHOUT VALIDATION",
    "ADD SYSTEM VERSIONING",
    "DROP SYSTEM VERSIONING",
];

/// Whether this action and everything after it is one.
pub(crate) fn takes_the_rest(at: Cursor) -> bool {
    at.sees("ORDER BY") || PARTITIONS.iter().any(|words| at.sees(words))
}

/// One action, which may be several of ours; none where sqlparser should try.
pub(crate) fn actions(mut at: Cursor) -> Option<Vec<TableAction>> {
    if at.take("ORDER BY") {
        return Some(vec![TableAction::Inert("ORDER BY".to_owned())]);
    }
    if let Some(partitions) = partition_by(at) {
        return Some(vec![TableAction::PartitionBy(Box::new(partitions))]);
    }
    if at.take("REMOVE PARTITIONING") {
        return Some(vec![TableAction::RemovePartitioning]);
    }
    if let Some(name) = at.take_any(PARTITIONS) {
        return Some(vec![TableAction::Inert(name.to_owned())]);
    }
    if let Some(name) = at.take_any(&["ADD PERIOD FOR", "DROP PERIOD FOR"]) {
        return Some(vec![TableAction::Inert(name.to_owned())]);
    }
    if let Some(name) = at.take_any(INERT) {
        return at.done().then(|| vec![TableAction::Inert(name.to_owned())]);
    }
    match at.take_any(&[
        "ADD",
        "DROP",
        "RENAME",
        "ALTER",
        "MODIFY",
        "CHANGE",
        "CONVERT TO",
    ]) {
        Some("ADD") => add(at),
        Some("DROP") => drop(at).map(|action| vec![action]),
        Some("RENAME") => rename(at).map(|action| vec![action]),
        Some("ALTER") => alter(at).map(|action| vec![action]),
        Some("MODIFY") => {
            at.take("COLUMN");
            at.if_exists();
            let (column, position) = definition(at)?;
            let from = column.name.clone();
            Some(vec![TableAction::Modify {
                from,
                column,
                position,
            }])
        }
        Some("CHANGE") => {
            at.take("COLUMN");
            at.if_exists();
            let from = at.ident()?;
            let (column, position) = definition(at)?;
            Some(vec![TableAction::Modify {
                from,
                column,
                position,
            }])
        }
        Some(_) => {
            at.take_any(&["CHARACTER SET", "CHARSET"])?;
            at.equals();
            let charset = at.ident()?.value;
            let collation = if at.take("COLLATE") {
                at.equals();
                Some(at.ident()?.value)
            } else {
                None
            };
            at.done()
                .then(|| vec![TableAction::ConvertCharset { charset, collation }])
        }
        None => options(at),
    }
}

/// A column definition with its place.
fn definition(
    mut at: Cursor,
) -> Option<(Box<crate::sql::change::ColumnDef>, Option<ColumnPosition>)> {
    let column = create_table::column(at.until(&["FIRST", "AFTER"]))?;
    let position = match at.take_any(&["FIRST", "AFTER"]) {
        Some("FIRST") => Some(ColumnPosition::First),
        Some(_) => Some(ColumnPosition::After(at.ident()?)),
        None => None,
    };
    at.done().then_some((column, position))
}

/// `ADD [COLUMN] (a int, b int)` and `ADD [COLUMN] a int AFTER b`; indexes and constraints are
/// understood as elements of a table.
fn add(mut at: Cursor) -> Option<Vec<TableAction>> {
    if [
        "KEY",
        "INDEX",
        "UNIQUE",
        "FULLTEXT",
        "SPATIAL",
        "CONSTRAINT",
        "PRIMARY",
        "FOREIGN",
        "CHECK",
    ]
    .iter()
    .any(|word| at.sees(word))
    {
        return None;
    }
    at.take("COLUMN");
    let if_not_exists = at.take("IF NOT EXISTS");
    if let Some(group) = at.group() {
        let parts = group.split_commas().into_iter();
        let columns = parts.map(|part| {
            let column = create_table::column(part)?;
            Some(TableAction::AddColumn {
                column,
                if_not_exists,
                position: None,
            })
        });
        return columns.collect();
    }
    let (column, position) = definition(at)?;
    Some(vec![TableAction::AddColumn {
        column,
        if_not_exists,
        position,
    }])
}

fn drop(mut at: Cursor) -> Option<TableAction> {
    if at.take("PRIMARY KEY") {
        return at.done().then_some(TableAction::DropPrimaryKey);
    }
    let kind = at.take_any(&["FOREIGN KEY", "KEY", "INDEX", "CHECK", "CONSTRAINT"]);
    if kind.is_none() {
        at.take("COLUMN");
    }
    let if_exists = at.if_exists();
    let name = at.ident()?;
    let cascade = at.take("CASCADE");
    at.take("RESTRICT");
    at.done().then_some(match kind {
        Some("FOREIGN KEY") => TableAction::DropForeignKey { name, if_exists },
        Some("KEY" | "INDEX") => TableAction::DropIndex { name, if_exists },
        Some(_) => TableAction::DropConstraint {
            name,
            if_exists,
            cascade,
        },
        None => TableAction::DropColumn {
            name,
            if_exists,
            cascade,
        },
    })
}

fn rename(mut at: Cursor) -> Option<TableAction> {
    let kind = at.take_any(&["COLUMN", "INDEX", "KEY"]);
    if kind.is_none() {
        at.take_any(&["TO", "AS"]);
        at.equals();
        let name = at.name()?;
        return at.done().then_some(TableAction::RenameTo(name));
    }
    at.if_exists();
    let from = at.ident()?;
    if !at.take("TO") {
        return None;
    }
    let to = at.ident()?;
    at.done().then_some(if kind == Some("COLUMN") {
        TableAction::RenameColumn { from, to }
    } else {
        TableAction::RenameIndex { from, to }
    })
}

fn alter(mut at: Cursor) -> Option<TableAction> {
    if at
        .take_any(&["INDEX", "KEY", "CHECK", "CONSTRAINT"])
        .is_some()
    {
        at.if_exists();
        at.ident()?;
        at.take_any(&[
            "VISIBLE",
            "INVISIBLE",
            "IGNORED",
            "NOT IGNORED",
            "ENFORCED",
            "NOT ENFORCED",
        ])?;
        return at
            .done()
            .then(|| TableAction::Inert("ALTER INDEX".to_owned()));
    }
    at.take("COLUMN");
    at.ident()?;
    if at.take_any(&["SET VISIBLE", "SET INVISIBLE"]).is_some() {
        return at
            .done()
            .then(|| TableAction::Inert("ALTER COLUMN SET VISIBLE".to_owned()));
    }
    None
}

/// `ENGINE = InnoDB ROW_FORMAT = DYNAMIC`, `ALGORITHM = INPLACE`.
fn options(mut at: Cursor) -> Option<Vec<TableAction>> {
    let mut actions = Vec::new();
    while !at.done() {
        if let Some(name) = at.take_any(&["ALGORITHM", "LOCK"]) {
            at.equals();
            let value = at.keyword()?;
            actions.push(TableAction::OnlineMode {
                name: name.to_ascii_lowercase(),
                value,
            });
        } else {
            let TableOption { name, value } = super::option(&mut at)?;
            actions.push(TableAction::Option { name, value });
        }
    }
    Some(actions)
}
