//! The clauses after the elements of MySQL's `CREATE TABLE`.

use sqlparser::tokenizer::Token;

use crate::sql::change::{CreateTable, PartitionBy, TableOption};
use crate::sql::recognise::Cursor;
use crate::sql::recognise::cursor::text_of;

pub(crate) fn clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    at.symbol(&Token::Comma);
    if at.sees("PARTITION BY") {
        table.partition_by = Some(partition_by(*at)?);
        // The partitions themselves hold rows, not columns.
        at.until(&[]);
        return Some(());
    }
    if at.take_any(&["IGNORE", "REPLACE"]).is_some()
        || at.sees("AS")
        || at.sees("SELECT")
        || at.peek() == Some(&Token::LParen)
    {
        at.take("AS");
        table.query = Some(at.until(&[]).query()?);
        return Some(());
    }
    table.options.push(option(at)?);
    Some(())
}

/// `PARTITION BY …` with all that follows it.
pub(super) fn partition_by(mut at: Cursor) -> Option<PartitionBy> {
    let written = at.text().to_owned();
    if !at.take("PARTITION BY") {
        return None;
    }
    at.take("LINEAR");
    let method = at.keyword()?.to_ascii_lowercase();
    at.take("COLUMNS");
    if at.take("ALGORITHM") {
        at.equals();
        at.next()?;
    }
    let group = at.group()?;
    let mut keys = Vec::new();
    if !group.done() {
        for key in group.split_commas() {
            keys.push(key.expr()?);
        }
    }
    Some(PartitionBy {
        method,
        keys,
        written: Some(written),
    })
}

/// MySQL's table options of two and three words, before those of one.
const OPTIONS: &[&str] = &[
    "DEFAULT CHARACTER SET",
    "CHARACTER SET",
    "DEFAULT CHARSET",
    "DEFAULT COLLATE",
    "DATA DIRECTORY",
    "INDEX DIRECTORY",
    "WITH SYSTEM VERSIONING",
];

/// Reads one table option, its name in lower case: `charset`, `collate`, `engine`.
pub(crate) fn option(at: &mut Cursor) -> Option<TableOption> {
    let name = match at.take_any(OPTIONS) {
        Some("DEFAULT CHARACTER SET" | "CHARACTER SET" | "DEFAULT CHARSET") => "charset".to_owned(),
        Some("DEFAULT COLLATE") => "collate".to_owned(),
        Some("WITH SYSTEM VERSIONING") => {
            return Some(TableOption::new("system versioning", ""));
        }
        Some(name) => name.to_ascii_lowercase(),
        None => at.keyword()?.to_ascii_lowercase(),
    };
    let equals = at.equals();
    let start = *at;
    if at.group().is_none() {
        let token = at.next()?;
        if !equals && token.token == Token::LParen {
            return None;
        }
        if let Some(value) = text_of(&token.token) {
            return Some(TableOption::new(name, value));
        }
    }
    let span = at.span_of(at.since(start));
    Some(TableOption::new(name, at.cx.slice(span)))
}
