//! Commands that look after storage: `VACUUM`, `REINDEX`, `CLUSTER`, `OPTIMIZE`.

use sqlparser::tokenizer::Token;

use super::Cursor;
use crate::sql::Dialect;
use crate::sql::change::{Change, ChangeKind, ObjectName};

pub(super) fn recognise(at: Cursor) -> Option<Vec<Change>> {
    match at.cx.dialect {
        Dialect::Postgres => postgres(at),
        Dialect::MySql => mysql(at),
        Dialect::Sqlite => sqlite(at),
    }
}

fn change(name: &str, table: Option<ObjectName>, in_transaction: bool) -> ChangeKind {
    ChangeKind::Maintenance {
        name: name.to_owned(),
        table,
        in_transaction,
    }
}

/// One change for each table, or one for all of the database.
fn each(
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

/// `t, u (a, b)`.
fn tables(at: &mut Cursor) -> Option<Vec<ObjectName>> {
    let mut tables = Vec::new();
    while !at.done() {
        at.take("ONLY");
        tables.push(at.name()?);
        at.symbol(&Token::Mul);
        at.group();
        if !at.symbol(&Token::Comma) {
            break;
        }
    }
    Some(tables)
}

fn postgres(mut at: Cursor) -> Option<Vec<Change>> {
    match at.take_any(&[
        "VACUUM",
        "ANALYZE",
        "ANALYSE",
        "CLUSTER",
        "REINDEX",
        "REFRESH MATERIALIZED VIEW",
        "CHECKPOINT",
    ])? {
        "VACUUM" => {
            let options = at.group();
            let mut full = options.is_some_and(|options| {
                options.split_commas().into_iter().any(|mut option| {
                    option.take("FULL")
                        && !["FALSE", "OFF", "0"]
                            .contains(&option.text().to_ascii_uppercase().as_str())
                })
            });
            if options.is_none() {
                full = at.take("FULL");
                while at
                    .take_any(&["FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"])
                    .is_some()
                {}
            }
            let tables = tables(&mut at)?;
            each(
                at,
                if full { "VACUUM FULL" } else { "VACUUM" },
                tables,
                false,
            )
        }
        "ANALYZE" | "ANALYSE" => {
            if at.group().is_none() {
                at.take("VERBOSE");
            }
            let tables = tables(&mut at)?;
            each(at, "ANALYZE", tables, true)
        }
        "CLUSTER" => {
            if at.group().is_none() {
                at.take("VERBOSE");
            }
            if at.done() {
                return at.finish(change("CLUSTER", None, false));
            }
            let mut table = at.name()?;
            if at.take("ON") {
                // The old order: index, then table.
                table = at.name()?;
            } else if at.take("USING") {
                at.ident()?;
            }
            at.finish(change("CLUSTER", Some(table), true))
        }
        "REINDEX" => {
            let mut concurrently = at.group().is_some_and(|options| {
                options.split_commas().into_iter().any(|mut option| {
                    option.take("CONCURRENTLY")
                        && !["FALSE", "OFF", "0"]
                            .contains(&option.text().to_ascii_uppercase().as_str())
                })
            });
            let target = at
                .take_any(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"])?
                .to_owned();
            concurrently |= at.take("CONCURRENTLY");
            let name = if at.done() { None } else { Some(at.name()?) };
            at.finish(ChangeKind::Reindex {
                target,
                name,
                concurrently,
            })
        }
        "CHECKPOINT" => {
            at.group();
            at.finish(change("CHECKPOINT", None, true))
        }
        _ => {
            let concurrently = at.take("CONCURRENTLY");
            let name = at.name()?;
            let with_data = !at.take("WITH NO DATA");
            at.take("WITH DATA");
            at.finish(ChangeKind::RefreshView {
                name,
                concurrently,
                with_data,
            })
        }
    }
}

fn mysql(mut at: Cursor) -> Option<Vec<Change>> {
    let verb = at.take_any(&["OPTIMIZE", "ANALYZE", "CHECK", "REPAIR", "CHECKSUM"])?;
    at.take_any(&["NO_WRITE_TO_BINLOG", "LOCAL"]);
    at.take_any(&["TABLES", "TABLE"])?;
    let tables = at.names()?;
    // `FOR UPGRADE`, `QUICK`, `UPDATE HISTOGRAM ON c`: nothing that a table's definition shows.
    at.until(&[]);
    each(at, &format!("{verb} TABLE"), tables, true)
}

fn sqlite(mut at: Cursor) -> Option<Vec<Change>> {
    match at.take_any(&["VACUUM", "ANALYZE", "REINDEX"])? {
        "VACUUM" => {
            if !at.sees("INTO") && !at.done() {
                at.ident()?;
            }
            if at.take("INTO") {
                at.until(&[]);
            }
            at.finish(change("VACUUM", None, false))
        }
        "ANALYZE" => {
            let table = if at.done() { None } else { Some(at.name()?) };
            at.finish(change("ANALYZE", table, true))
        }
        _ => {
            let name = if at.done() { None } else { Some(at.name()?) };
            at.finish(ChangeKind::Reindex {
                target: "INDEX".to_owned(),
                name,
                concurrently: false,
            })
        }
    }
}
