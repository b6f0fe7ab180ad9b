//! What SQLite's statements take for granted; tried on 3.40.

use sqlparser::tokenizer::Token;

use super::names::RESERVED;
use crate::sql::change::{Demand, Ident};
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// Reads what a statement demands; `None` where it has another form.
pub(crate) fn read(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    match at.keyword()?.as_str() {
        "CREATE" => create(at, demands),
        "ALTER" => {
            if !at.take("TABLE") {
                return None;
            }
            at.name()?;
            if !at.take("RENAME TO") {
                return None;
            }
            own_name(&at.ident()?, demands);
            Some(())
        }
        "DROP" => {
            let kind = at.take_any(&["TABLE", "VIEW", "INDEX", "TRIGGER"])?;
            at.if_exists();
            let name = at.name()?;
            if let Some(Token::Comma) = at.peek() {
                let message = format!("`DROP {kind}` takes one name");
                demands.never("42601", name.span(), message);
            } else if at.sees("ON") {
                let message = format!("`DROP {kind}` takes no `ON`");
                demands.never("42601", at.span(), message);
            }
            Some(())
        }
        _ => None,
    }
}

/// The server's own tables that `.schema` prints, which no server takes back: in a schema they say
/// nothing.
const PRINTED: [&str; 5] = [
    "sqlite_sequence",
    "sqlite_stat1",
    "sqlite_stat2",
    "sqlite_stat3",
    "sqlite_stat4",
];

fn own_name(name: &Ident, demands: &mut Demands) {
    let start = name.value.get(..RESERVED.len());
    if start.is_some_and(|start| start.eq_ignore_ascii_case(RESERVED)) {
        let message = format!(
            "`{}`: names with `{RESERVED}` are the server's own",
            name.value
        );
        demands.never("42939", name.span, message);
    }
}

fn create(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    let temporary = at.take_any(&["TEMPORARY", "TEMP"]).is_some();
    let kind = at.take_any(&["TABLE", "VIEW", "INDEX", "UNIQUE INDEX", "TRIGGER"])?;
    let if_not_exists = at.take("IF NOT EXISTS");
    let name = at.name()?;
    let is_printed = kind == "TABLE" && PRINTED.contains(&name.name.value.as_str());
    if !if_not_exists && !is_printed {
        own_name(&name.name, demands);
    }
    match kind {
        "TABLE" => {
            let schema = name.schema.filter(|_| temporary);
            if let Some(schema) = schema.filter(|it| !it.value.eq_ignore_ascii_case("temp")) {
                let message = "a temporary table is in no schema but `temp`";
                demands.never("42601", schema.span, message);
            }
            table(at, demands)
        }
        "INDEX" | "UNIQUE INDEX" => {
            if !at.take("ON") {
                return None;
            }
            at.name()?;
            let mut keys = at.group()?;
            while !keys.done() {
                let span = keys.span();
                if let Some(nulls) = keys.take_any(&["NULLS LAST", "NULLS FIRST"]) {
                    let message = format!("an index takes no `{nulls}`");
                    demands.never("42601", span, message);
                }
                keys.next();
            }
            Some(())
        }
        "TRIGGER" => trigger(at, demands),
        _ => None,
    }
}

/// What stands between the brackets of a table.
fn table(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    let group = at.group()?;
    if at.sees("AS") {
        let message = "a table that a query fills takes no list of columns";
        demands.never("42601", group.span(), message);
        return Some(());
    }
    for part in group.split_commas() {
        if part.sees("INDEX") {
            let message = "an index is made by a statement of its own";
            demands.never("42601", part.span(), message);
        }
    }
    Some(())
}

/// A trigger's time, and what it is on.
fn trigger(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    let timing = at.take_any(&["BEFORE", "AFTER", "INSTEAD OF"]);
    let event = at.take_any(&["DELETE", "INSERT", "UPDATE"])?;
    if event == "UPDATE" && at.take("OF") {
        while at.ident().is_some() && at.symbol(&Token::Comma) {}
    }
    if at.sees("OR") {
        demands.never("42601", at.span(), "a trigger is for one event");
        return None;
    }
    if !at.take("ON") {
        return None;
    }
    let name = at.name()?;
    let kinds: &[&str] = match timing {
        Some("INSTEAD OF") => &["view"],
        _ => &["table"],
    };
    let demand = Demand::Relation {
        name,
        kinds,
        columns: Vec::new(),
    };
    demands.add(at.cx.span, demand);
    Some(())
}
