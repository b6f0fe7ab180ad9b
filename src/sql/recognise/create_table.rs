//! `CREATE TABLE` with an element or a clause that sqlparser rejects: each element is understood by
//! itself.

use sqlparser::tokenizer::Token;

use super::Cursor;
use super::element::{Element, elements};
use crate::sql::Dialect;
use crate::sql::change::{
    Change, ChangeKind, CreateTable, Expr, Like, PartitionBound, Persistence,
};

/// `at` stands at `CREATE`.
pub(super) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    let mut table = CreateTable::default();
    at.take("CREATE");
    at.take("OR REPLACE");
    at.take_any(&["GLOBAL", "LOCAL"]);
    table.persistence = match at.take_any(&["TEMPORARY", "TEMP", "UNLOGGED", "FOREIGN"]) {
        Some("UNLOGGED") => Persistence::Unlogged,
        Some("TEMP" | "TEMPORARY") => Persistence::Temporary,
        _ => Persistence::Permanent,
    };
    if !at.take("TABLE") {
        return None;
    }
    table.if_not_exists = at.take("IF NOT EXISTS");
    let mut names = Vec::new();
    let named = at;
    table.name = at.name()?;
    at.table = at.since(named);
    if at.take("PARTITION OF") {
        let parent = at.name()?;
        if let Some(group) = at.group() {
            // Columns are the parent's; what stands here of them are options, and constraints of
            // this partition.
            for part in group.split_commas() {
                if [
                    "CONSTRAINT",
                    "CHECK",
                    "PRIMARY KEY",
                    "UNIQUE",
                    "FOREIGN KEY",
                    "EXCLUDE",
                ]
                .iter()
                .any(|word| part.sees(word))
                {
                    add_elements(&mut table, part)?;
                }
            }
        }
        let bound = bound(&mut at)?;
        table.partition_of = Some((parent, bound));
    } else if at.take("LIKE") {
        table.like.push(Like {
            table: at.name()?,
            including: vec!["ALL".to_owned()],
        });
    } else if let Some(mut group) = at.group() {
        let mut like = group;
        if at.cx.dialect.like_stands_in_brackets() && like.take("LIKE") {
            table.like.push(Like {
                table: like.name()?,
                including: vec!["ALL".to_owned()],
            });
        } else if at.sees("AS") && at.cx.dialect.query_columns_may_be_named() {
            // `CREATE TABLE t (a, b) AS SELECT 1, 2`.
            names = group.names()?;
        } else {
            add_elements(&mut table, group)?;
        }
    }
    while !at.done() {
        match at.cx.dialect {
            Dialect::Postgres => postgres_clause(&mut at, &mut table)?,
            Dialect::MySql => mysql_clause(&mut at, &mut table)?,
            Dialect::Sqlite => sqlite_clause(&mut at, &mut table)?,
        }
    }
    if let Some(query) = &mut table.query {
        for (column, name) in query.output.iter_mut().zip(names) {
            column.name = Some(name.name);
        }
    }
    at.finish(ChangeKind::CreateTable(Box::new(table)))
}

/// `at` stands behind `CREATE VIRTUAL TABLE`: the module knows the columns, we know the name.
pub(super) fn virtual_table(mut at: Cursor) -> Option<Vec<Change>> {
    let if_not_exists = at.take("IF NOT EXISTS");
    let name = at.name()?;
    if !at.take("USING") {
        return None;
    }
    let module = at.ident()?.value;
    let options = vec![("virtual".to_owned(), module)];
    Some(at.whole(ChangeKind::CreateTable(Box::new(CreateTable {
        name,
        if_not_exists,
        options,
        ..CreateTable::default()
    }))))
}

fn add_elements(table: &mut CreateTable, group: Cursor) -> Option<()> {
    if group.done() {
        return Some(());
    }
    for part in group.split_commas() {
        for element in elements(part)? {
            match element {
                Element::Column(column) => table.columns.push(*column),
                Element::Constraint(constraint) => table.constraints.push(*constraint),
                Element::Index(index) => table.indexes.push(*index),
                Element::Like(like) => table.like.push(like),
            }
        }
    }
    Some(())
}

/// `FOR VALUES …` or `DEFAULT`.
pub(super) fn bound(at: &mut Cursor) -> Option<PartitionBound> {
    if at.take("DEFAULT") {
        return Some(PartitionBound {
            sql: "DEFAULT".to_owned(),
        });
    }
    let start = *at;
    if !at.take("FOR VALUES") {
        return None;
    }
    match at.take_any(&["IN", "FROM", "WITH"])? {
        "FROM" => {
            at.group()?;
            at.take("TO").then_some(())?;
            at.group()?;
        }
        _ => {
            at.group()?;
        }
    }
    let span = at.span_of(at.since(start));
    Some(PartitionBound {
        sql: at.cx.slice(span).to_owned(),
    })
}

fn postgres_clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
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
fn partition_by(at: &mut Cursor) -> Option<(String, Vec<Expr>)> {
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
    Some((method, keys))
}

fn mysql_clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    at.symbol(&Token::Comma);
    if at.take("PARTITION BY") {
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
        table.partition_by = Some((method, keys));
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
    table.options.push(mysql_option(at)?);
    Some(())
}

/// MySQL's table options of two and three words, before those of one.
const MYSQL_OPTIONS: &[&str] = &[
    "DEFAULT CHARACTER SET",
    "CHARACTER SET",
    "DEFAULT CHARSET",
    "DEFAULT COLLATE",
    "DATA DIRECTORY",
    "INDEX DIRECTORY",
    "WITH SYSTEM VERSIONING",
];

/// Reads one table option, its name in lower case: `charset`, `collate`, `engine`.
pub(super) fn mysql_option(at: &mut Cursor) -> Option<(String, String)> {
    let name = match at.take_any(MYSQL_OPTIONS) {
        Some("DEFAULT CHARACTER SET" | "CHARACTER SET" | "DEFAULT CHARSET") => "charset".to_owned(),
        Some("DEFAULT COLLATE") => "collate".to_owned(),
        Some("WITH SYSTEM VERSIONING") => {
            return Some(("system versioning".to_owned(), String::new()));
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
        if let Some(value) = super::cursor::text_of(&token.token) {
            return Some((name, value.to_owned()));
        }
    }
    let span = at.span_of(at.since(start));
    Some((name, at.cx.slice(span).to_owned()))
}

fn sqlite_clause(at: &mut Cursor, table: &mut CreateTable) -> Option<()> {
    at.symbol(&Token::Comma);
    match at.take_any(&["STRICT", "WITHOUT ROWID", "AS"])? {
        "AS" => table.query = Some(at.until(&[]).query()?),
        option => table
            .options
            .push((option.to_ascii_lowercase(), String::new())),
    }
    Some(())
}

/// A column definition by itself, as `ADD COLUMN`, `MODIFY` and `CHANGE` hold one.
pub(super) fn column(at: Cursor) -> Option<Box<crate::sql::change::ColumnDef>> {
    let mut elements = elements(at)?;
    match (elements.pop(), elements.is_empty()) {
        (Some(Element::Column(column)), true) => Some(column),
        _ => None,
    }
}
