//! MySQL's and MariaDB's statements known by their tokens.

mod alter_table;
mod element;
mod table;

pub(crate) use alter_table::{actions, takes_the_rest};
pub(crate) use element::{clean, element};
pub(crate) use table::{clause as table_clause, option};

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::sql::change::{AlterTable, Change, ChangeKind, TableAction};
use crate::sql::parse;
use crate::sql::recognise::element::Element;
use crate::sql::recognise::maintenance::each;
use crate::sql::recognise::{self, Cursor};

/// Leading words of what changes nothing that a catalog keeps.
const INERT: &[&str] = &[
    "GRANT",
    "REVOKE",
    "CREATE USER",
    "ALTER USER",
    "DROP USER",
    "RENAME USER",
    "CREATE ROLE",
    "DROP ROLE",
    "SET PASSWORD",
    "SET ROLE",
    "SET DEFAULT ROLE",
    "FLUSH",
    "UNLOCK TABLES",
    "UNLOCK TABLE",
    "ALTER EVENT",
    "DROP EVENT",
    "CREATE DATABASE",
    "ALTER DATABASE",
    "DROP DATABASE",
    "ALTER SCHEMA",
    "CREATE SERVER",
    "DROP SERVER",
    "CREATE TABLESPACE",
    "DROP TABLESPACE",
    "ALTER TABLESPACE",
    "CREATE LOGFILE GROUP",
    "ALTER INSTANCE",
    "INSTALL",
    "UNINSTALL",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "DO",
    "HANDLER",
    "KILL",
    "SHOW",
    "EXPLAIN",
    "DESCRIBE",
    "DESC",
    "RESET",
    "XA",
    "CHANGE MASTER",
    "START SLAVE",
    "STOP SLAVE",
    "START REPLICA",
    "STOP REPLICA",
    "SIGNAL",
    "DELIMITER",
];

/// What is decided before the parser sees it: MariaDB's `RENAME TABLE IF EXISTS`, and tables that keep
/// the versions of their rows.
pub(crate) fn first(mut at: Cursor, _: usize) -> Option<Vec<Change>> {
    let whole = at;
    if at.take("ALTER TABLE") {
        // The parser takes it for a column `SYSTEM` of a type `VERSIONING`.
        let mut rest = at;
        rest.until(&["ADD SYSTEM VERSIONING", "ADD PERIOD FOR", "DROP PERIOD FOR"]);
        return (!rest.done())
            .then(|| recognise::alter_table::recognise(whole, at))
            .flatten();
    }
    let words = at.take("RENAME TABLE") || at.take("RENAME TABLES");
    if !words || !at.if_exists() {
        return None;
    }
    let mut changes = Vec::new();
    loop {
        let table = at.name()?;
        if !at.take("TO") {
            return None;
        }
        let to = at.name()?;
        changes.extend(at.whole(ChangeKind::AlterTable(Box::new(AlterTable {
            table,
            if_exists: true,
            only: false,
            actions: vec![(TableAction::RenameTo(to), at.cx.span)],
        }))));
        if at.done() {
            return Some(changes);
        }
        if !at.symbol(&Token::Comma) {
            return None;
        }
    }
}

/// Statements that change nothing that a catalog keeps.
pub(crate) fn inert(at: Cursor) -> Option<Vec<Change>> {
    recognise::inert::one_of(at, INERT)
}

/// Elements that the parser rejects as they are.
pub(crate) fn odd_elements(_: Cursor) -> Option<Vec<Element>> {
    None
}

/// `LOAD DATA`, and `UPDATE` of a list of tables.
pub(crate) fn rows(mut at: Cursor) -> Option<Vec<Change>> {
    if at.take("LOAD DATA") {
        load_data(at)
    } else {
        update_list(at)
    }
}

/// `UPDATE a, b SET …`, of which sqlparser knows `UPDATE a CROSS JOIN b SET …` alone.
fn update_list(at: Cursor) -> Option<Vec<Change>> {
    let mut head = at;
    if !head.take("UPDATE") {
        return None;
    }
    let mut tokens: Vec<TokenWithSpan> = Vec::with_capacity(at.rest().len() + 1);
    let (mut depth, mut done) = (0_usize, false);
    for token in at.rest() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        done |=
            depth == 0 && matches!(&token.token, Token::Word(word) if word.keyword == Keyword::SET);
        if done || depth > 0 || token.token != Token::Comma {
            tokens.push(token.clone());
            continue;
        }
        let join = ["CROSS", "JOIN"].map(|word| recognise::word_at(word, token.span));
        tokens.extend(join);
    }
    if tokens.len() == at.rest().len() {
        return None;
    }
    parse::statement(tokens, at.cx).ok()
}

/// `at` stands after `LOAD DATA`.
fn load_data(mut at: Cursor) -> Option<Vec<Change>> {
    at.until(&["INTO TABLE"]);
    if !at.take("INTO TABLE") {
        return None;
    }
    let table = at.name()?;
    Some(at.whole(ChangeKind::CopyInto {
        table,
        columns: Vec::new(),
    }))
}

/// `OPTIMIZE TABLE` and its like.
pub(crate) fn maintenance(mut at: Cursor) -> Option<Vec<Change>> {
    let verb = at.take_any(&["OPTIMIZE", "ANALYZE", "CHECK", "REPAIR", "CHECKSUM"])?;
    at.take_any(&["NO_WRITE_TO_BINLOG", "LOCAL"]);
    at.take_any(&["TABLES", "TABLE"])?;
    let tables = at.names()?;
    // `FOR UPGRADE`, `QUICK`, `UPDATE HISTOGRAM ON c`: nothing that a table's definition shows.
    at.until(&[]);
    each(at, &format!("{verb} TABLE"), tables, true)
}
