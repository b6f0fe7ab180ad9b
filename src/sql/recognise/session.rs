//! Settings, transactions and locks.

use sqlparser::tokenizer::Token;

use super::Cursor;
use crate::sql::change::{Change, ChangeKind};

pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    let dialect = at.cx.dialect;
    match at.take_any(&[
        "SET",
        "RESET",
        "USE",
        "LOCK",
        "BEGIN",
        "START TRANSACTION",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "CALL",
        "SELECT",
    ])? {
        "SET" => set(at),
        "RESET" => {
            at.take("SESSION");
            let name = at.text().to_ascii_lowercase();
            Some(at.whole(ChangeKind::SetParameter {
                name,
                value: None,
                local: false,
            }))
        }
        "USE" => {
            let name = at.ident()?;
            at.finish(ChangeKind::UseDatabase(name))
        }
        "LOCK" => lock(at),
        "BEGIN" | "START TRANSACTION" => begin(at),
        "COMMIT" | "END" => {
            if at.take("PREPARED") {
                return Some(at.whole(maintenance("COMMIT PREPARED")));
            }
            transaction_tail(&mut at);
            at.finish(ChangeKind::Commit)
        }
        "ROLLBACK" | "ABORT" => {
            if at.take("PREPARED") {
                return Some(at.whole(maintenance("ROLLBACK PREPARED")));
            }
            transaction_tail(&mut at);
            let to = if at.take("TO") {
                at.take("SAVEPOINT");
                Some(at.ident()?)
            } else {
                None
            };
            at.finish(ChangeKind::Rollback { to })
        }
        "CALL" => {
            let mut name = at;
            let function = name.name()?.to_string().to_lowercase();
            let query = crate::sql::change::Query {
                functions: vec![function],
                ..Default::default()
            };
            Some(at.whole(ChangeKind::Select(query)))
        }
        // `SELECT` without any column, or `SELECT FROM t`.
        _ if dialect.select_may_be_empty()
            && (at.done() || at.sees("FROM") || at.sees("WHERE")) =>
        {
            Some(at.whole(ChangeKind::Select(crate::sql::change::Query::default())))
        }
        _ => None,
    }
}

fn maintenance(name: &str) -> ChangeKind {
    ChangeKind::Maintenance {
        name: name.to_owned(),
        table: None,
        in_transaction: false,
    }
}

/// `WORK`, `TRANSACTION`, `AND [NO] CHAIN`, `[NO] RELEASE`.
fn transaction_tail(at: &mut Cursor) {
    at.take_any(&["WORK", "TRANSACTION"]);
    at.take_any(&["AND NO CHAIN", "AND CHAIN"]);
    at.take_any(&["NO RELEASE", "RELEASE"]);
}

fn begin(mut at: Cursor) -> Option<Vec<Change>> {
    at.take_any(&[
        "WORK",
        "TRANSACTION",
        "IMMEDIATE",
        "EXCLUSIVE",
        "DEFERRED",
        "CONCURRENT",
    ]);
    at.take("TRANSACTION");
    while at
        .take_any(&[
            "ISOLATION LEVEL SERIALIZABLE",
            "ISOLATION LEVEL REPEATABLE READ",
            "ISOLATION LEVEL READ COMMITTED",
            "ISOLATION LEVEL READ UNCOMMITTED",
            "READ WRITE",
            "READ ONLY",
            "NOT DEFERRABLE",
            "DEFERRABLE",
            "WITH CONSISTENT SNAPSHOT",
        ])
        .is_some()
    {
        at.symbol(&Token::Comma);
    }
    at.finish(ChangeKind::Begin)
}

/// `SET [SESSION | LOCAL | GLOBAL] name {= | TO} value`; MySQL sets several at once.
fn set(at: Cursor) -> Option<Vec<Change>> {
    if at.cx.dialect.set_has_phrases() {
        for (phrase, inert) in [
            ("CONSTRAINTS", "SET CONSTRAINTS"),
            ("TRANSACTION", "SET TRANSACTION"),
            ("SESSION CHARACTERISTICS", "SET SESSION CHARACTERISTICS"),
            ("SESSION AUTHORIZATION", "SET SESSION AUTHORIZATION"),
        ] {
            if at.sees(phrase) {
                return Some(at.whole(ChangeKind::Inert(inert.to_owned())));
            }
        }
    }
    let mut changes = Vec::new();
    let parts = if at.cx.dialect.set_takes_several() {
        at.split_commas()
    } else {
        vec![at]
    };
    for mut part in parts {
        if part.sees("TRANSACTION")
            || part.sees("SESSION TRANSACTION")
            || part.sees("GLOBAL TRANSACTION")
        {
            return Some(at.whole(ChangeKind::Inert("SET TRANSACTION".to_owned())));
        }
        let local = part.take_any(&["LOCAL", "SESSION", "GLOBAL", "PERSIST"]) == Some("LOCAL");
        let name = parameter(&mut part)?;
        let value = value(part);
        let value = (!value.eq_ignore_ascii_case("default")).then_some(value);
        changes.extend(at.whole(ChangeKind::SetParameter { name, value, local }));
    }
    Some(changes)
}

/// The parameter that is set, in lower case; its value comes next.
fn parameter(at: &mut Cursor) -> Option<String> {
    for phrase in [
        "TIME ZONE",
        "NAMES",
        "CHARACTER SET",
        "CHARSET",
        "ROLE",
        "SCHEMA",
    ] {
        if at.take(phrase) {
            return Some(phrase.to_ascii_lowercase());
        }
    }
    let mut name = String::new();
    while !at.equals() && !at.take("TO") {
        let token = at.next()?;
        name.push_str(at.cx.slice(at.cx.span(token.span)));
    }
    let name = name
        .trim_start_matches('@')
        .trim_matches('`')
        .to_ascii_lowercase();
    let name = name.strip_prefix("session.").unwrap_or(&name).to_owned();
    (!name.is_empty() && !at.done()).then_some(name)
}

fn value(at: Cursor) -> String {
    match (at.rest(), at.peek()) {
        ([_], Some(token)) => {
            super::cursor::text_of(token).map_or_else(|| at.text().to_owned(), str::to_owned)
        }
        _ => at.text().to_owned(),
    }
}

fn lock(mut at: Cursor) -> Option<Vec<Change>> {
    at.take_any(&["TABLES", "TABLE"]);
    at.take("ONLY");
    let mut tables = Vec::new();
    let mut mode = None;
    for mut part in at.split_commas() {
        part.take("ONLY");
        tables.push(part.name()?);
        part.symbol(&Token::Mul);
        let words = part.text().to_ascii_uppercase();
        let words = words
            .strip_prefix("IN ")
            .unwrap_or(&words)
            .trim_end_matches(" NOWAIT");
        if !words.is_empty() && words != "NOWAIT" {
            mode = Some(words.trim_end_matches(" MODE").to_owned());
        }
    }
    Some(at.whole(ChangeKind::LockTable { tables, mode }))
}

/// SQLite's `PRAGMA [schema.]name [= value | (value)]`; `at` stands after `PRAGMA`.
pub(crate) fn pragma(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.name()?.name.value.to_ascii_lowercase();
    let value = if at.symbol(&Token::Eq) {
        let value = value(at);
        at.until(&[]);
        Some(value)
    } else {
        at.group().map(value)
    };
    at.finish(ChangeKind::Pragma { name, value })
}
