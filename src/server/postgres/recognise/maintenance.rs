//! `VACUUM`, `ANALYZE`, `CLUSTER`, `REINDEX`, `REFRESH` and `CHECKPOINT`.

use sqlparser::tokenizer::Token;

use crate::sql::change::{Change, ChangeKind, ObjectName};
use crate::sql::recognise::Cursor;
use crate::sql::recognise::maintenance::{change, each};

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

pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
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
