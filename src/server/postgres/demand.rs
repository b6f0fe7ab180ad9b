//! What PostgreSQL's statements take for granted; tried on server 15.

mod grants;
mod publications;
mod sequences;
mod triggers;

use std::collections::BTreeSet;

use sqlparser::tokenizer::Token;

use crate::sql::change::{Demand, Ident, ObjectName, TablePart};
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// Reads what a statement demands; `None` where it has another form.
pub(crate) fn read(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    match at.keyword()?.as_str() {
        word @ ("UPDATE" | "DELETE") => {
            at.until(&["ORDER BY", "LIMIT"]);
            if !at.done() {
                let message = format!("`{word}` takes no `ORDER BY` and no `LIMIT`");
                demands.never("42601", at.span(), message);
            }
            Some(())
        }
        "CREATE" => create(at, demands),
        "ALTER" => alter(at, demands),
        "GRANT" => grants::grant(at, demands),
        "REVOKE" => {
            at.take_any(&["GRANT OPTION FOR", "ADMIN OPTION FOR"]);
            grants::grant(at, demands)
        }
        "COMMENT" => comment(at, demands),
        "CLUSTER" => {
            let table = at.name()?;
            let kind = TablePart::Index;
            let name = at.take("USING").then(|| at.ident()).flatten()?;
            demands.add(name.span, Demand::Part { kind, name, table });
            Some(())
        }
        "REFRESH" => {
            let span = at.span();
            let both = at.take("MATERIALIZED VIEW CONCURRENTLY")
                && at.name().is_some()
                && at.take("WITH NO DATA");
            if both {
                let message = "`CONCURRENTLY` and `WITH NO DATA` exclude each other";
                demands.never("42601", span, message);
            }
            Some(())
        }
        _ => None,
    }
}

fn create(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.take("OR REPLACE");
    at.take_any(&["GLOBAL", "LOCAL"]);
    at.take_any(&["TEMPORARY", "TEMP", "UNLOGGED"]);
    match at.keyword()?.as_str() {
        "TABLE" => {
            // Where the table is there already, nothing is looked at.
            let if_not_exists = at.sees("IF NOT EXISTS");
            (!if_not_exists).then(|| sequences::of_identities(at, demands))
        }
        "INDEX" => index(at, demands),
        "UNIQUE" if at.take("INDEX") => index(at, demands),
        "SEQUENCE" => {
            if at.take("IF NOT EXISTS") {
                return None;
            }
            at.name()?;
            sequences::options(at, true, demands)
        }
        "TRIGGER" => triggers::create(at, false, demands),
        "CONSTRAINT" if at.take("TRIGGER") => triggers::create(at, true, demands),
        "EVENT" if at.take("TRIGGER") => triggers::event(at, demands),
        "PUBLICATION" => publications::create(at, demands),
        "STATISTICS" => statistics(at, demands),
        "SCHEMA" => {
            at.take("IF NOT EXISTS");
            let name = at.ident()?;
            if name.value.starts_with("pg_") {
                let message = format!("`{}`: names with `pg_` are the server's own", name.value);
                demands.never("42939", name.span, message);
            }
            Some(())
        }
        _ => None,
    }
}

fn alter(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    match at.keyword()?.as_str() {
        "SEQUENCE" => {
            if at.if_exists() {
                return None;
            }
            at.name()?;
            sequences::options(at, false, demands)
        }
        "TABLE" => {
            sequences::of_identities(at, demands);
            actions(at, demands)
        }
        word @ ("FUNCTION" | "PROCEDURE" | "ROUTINE") => {
            let mut after = at;
            after.name()?;
            after.group();
            (!after.sees("RENAME") && !after.sees("SET SCHEMA"))
                .then(|| grants::routine(word, at, demands))?
        }
        "PUBLICATION" => publications::alter(at, demands),
        "DEFAULT" => grants::defaults(at, demands),
        _ => None,
    }
}

/// The actions of `ALTER TABLE`.
fn actions(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.if_exists();
    at.take("ONLY");
    at.name()?;
    at.symbol(&Token::Mul);
    let parts = at.split_commas();
    for part in &parts {
        becomes_serial(*part, demands);
    }
    if parts.len() < 2 {
        return Some(());
    }
    // What it does only by itself.
    let words = [
        "RENAME",
        "SET SCHEMA",
        "ATTACH PARTITION",
        "DETACH PARTITION",
    ];
    for part in parts {
        if let Some(word) = words.iter().find(|word| part.sees(word)) {
            let message = format!("`{word}` stands in a statement of its own");
            demands.never("42601", part.span(), message);
            return Some(());
        }
    }
    Some(())
}

/// `serial` is short for an `integer` with a default, and only where a column is made.
fn becomes_serial(mut action: Cursor, demands: &mut Demands) -> Option<()> {
    action.take("ALTER").then_some(())?;
    action.take("COLUMN");
    action.ident()?;
    action.take("SET DATA");
    let span = action.span();
    let types = ["TYPE SERIAL", "TYPE BIGSERIAL", "TYPE SMALLSERIAL"];
    action.take_any(&types)?;
    let message = "`serial` is no type that a column is changed to";
    demands.never("42704", span, message);
    Some(())
}

/// An index's name, and its keys: a column, a call, or anything else in brackets of its own.
fn index(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.take("CONCURRENTLY");
    let if_not_exists = at.take("IF NOT EXISTS");
    if at.sees("ON") {
        if if_not_exists {
            let message = "`IF NOT EXISTS` needs the name of the index";
            demands.never("42601", at.span(), message);
        }
    } else {
        let name = at.name()?;
        if name.schema.is_some() {
            let message = "an index is in the schema of its table, and takes none before its name";
            demands.never("42601", name.span(), message);
        }
    }
    if !at.take("ON") {
        return None;
    }
    at.take("ONLY");
    at.name()?;
    if at.take("USING") {
        at.ident()?;
    }
    for mut key in at.group()?.split_commas() {
        let whole = key;
        if key.name().is_none() {
            continue;
        }
        key.group();
        let follows = match key.peek() {
            None | Some(Token::Word(_) | Token::LParen) => true,
            Some(_) => false,
        };
        if !follows {
            let message = "an expression of an index stands in brackets of its own";
            demands.never("42601", whole.span(), message);
            return Some(());
        }
    }
    Some(())
}

/// `COMMENT ON` what belongs to a table, and on schemas and routines.
fn comment(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if !at.take("ON") {
        return None;
    }
    let kind = match at.keyword()?.as_str() {
        "CONSTRAINT" => TablePart::Constraint,
        "TRIGGER" => TablePart::Trigger,
        "POLICY" => TablePart::Policy,
        "RULE" => TablePart::Rule,
        "INDEX" => {
            grants::relation(at.name()?, &["index"], demands);
            return Some(());
        }
        "SEQUENCE" => {
            grants::relation(at.name()?, &["sequence"], demands);
            return Some(());
        }
        "VIEW" => {
            grants::relation(at.name()?, &["view"], demands);
            return Some(());
        }
        "MATERIALIZED" => {
            at.take("VIEW");
            grants::relation(at.name()?, &["materialized view"], demands);
            return Some(());
        }
        "SCHEMA" => {
            let name = at.ident()?;
            demands.add(name.span, Demand::Schema(name));
            return Some(());
        }
        "COLUMN" => {
            let mut path = vec![at.ident()?];
            while at.symbol(&Token::Period) {
                path.push(at.ident()?);
            }
            let column = path.pop()?;
            let Some(table) = path.pop() else {
                let message = format!("`{}` needs its table before it", column.value);
                demands.never("42601", column.span, message);
                return None;
            };
            let name = ObjectName {
                name: table,
                schema: path.pop(),
            };
            // A composite type's attributes are columns too.
            let columns = vec![column];
            let kinds = &[];
            let demand = Demand::Relation {
                name,
                kinds,
                columns,
            };
            demands.add(at.cx.span, demand);
            return Some(());
        }
        word => return grants::routine(word, at, demands),
    };
    let name = at.ident()?;
    if !at.take("ON") || at.sees("DOMAIN") {
        return None;
    }
    let table = at.name()?;
    demands.add(name.span, Demand::Part { kind, name, table });
    Some(())
}

/// `CREATE STATISTICS [name] [(kinds)] ON columns FROM table`.
fn statistics(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if at.take("IF NOT EXISTS") {
        return None;
    }
    if !at.sees("ON") && at.peek() != Some(&Token::LParen) {
        at.name()?;
    }
    if let Some(kinds) = at.group() {
        for kind in kinds.split_commas() {
            let word = kind.text().to_ascii_lowercase();
            if !matches!(word.as_str(), "ndistinct" | "dependencies" | "mcv") {
                let message = format!("`{word}` is no kind of statistics");
                demands.never("42601", kind.span(), message);
            }
        }
    }
    if !at.take("ON") {
        return None;
    }
    let list = at.until(&["FROM"]);
    if !at.take("FROM") {
        return None;
    }
    let name = at.name()?;
    let mut columns: Vec<Ident> = Vec::new();
    let parts = list.split_commas();
    let only = parts.len() == 1;
    let mut seen = BTreeSet::new();
    for mut part in parts {
        let whole = part;
        let Some(column) = part.ident().filter(|_| part.done()) else {
            continue;
        };
        if only {
            let message = "statistics of one column alone are kept already";
            demands.never("42P17", whole.span(), message);
        }
        if !seen.insert(column.value.clone()) {
            let message = format!("column `{}` stands here twice", column.value);
            demands.never("42701", column.span, message);
        }
        columns.push(column);
    }
    let kinds = &["table", "materialized view"];
    let demand = Demand::Relation {
        name,
        kinds,
        columns,
    };
    demands.add(at.cx.span, demand);
    Some(())
}
