//! The clauses after the elements of PostgreSQL's `CREATE TABLE`.

use crate::sql::change::{CreateTable, PartitionBy};
use crate::sql::recognise::Cursor;

pub(crate) fn clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    match at.take_any(&[
        "INHERITS",
        "PARTITION BY",
        "USING",
        "WITH",
        "WITHOUT OIDS",
        "ON COMMIT PRESERVE ROWS",
        "ON COMMIT DELETE ROWS",
        "ON COMMIT DROP",
        "TABLESPACE",
        "SERVER",
        "OPTIONS",
        "AS",
    ])? {
        "INHERITS" => table.inherits = at.group()?.names()?,
        "PARTITION BY" => table.partition_by = Some(partition_by(at)?),
        "USING" | "TABLESPACE" | "SERVER" => {
            at.ident()?;
        }
        "WITH" | "OPTIONS" => {
            at.group()?;
        }
        "AS" => {
            let query = at.until(&["WITH NO DATA", "WITH DATA"]);
            at.take_any(&["WITH NO DATA", "WITH DATA"]);
            table.query = Some(query.query()?);
        }
        _ => {}
    }
    Some(())
}

/// The method in lower case and the keys.
fn partition_by(at: &mut Cursor) -> Option<PartitionBy> {
    let method = at.keyword()?.to_ascii_lowercase();
    let mut keys = Vec::new();
    for mut key in at.group()?.split_commas() {
        let whole = key;
        // A key may be followed by a collation and an operator class.
        keys.push(whole.expr().or_else(|| {
            let start = key;
            if key.group().is_none() {
                key.next()?;
                key.group();
            }
            key.over(key.since(start)).expr()
        })?);
    }
    Some(PartitionBy {
        method,
        keys,
        written: None,
    })
}
