//! What statements of MySQL and MariaDB take for granted; tried on MariaDB 10.11.

use std::collections::BTreeSet;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

use crate::sql::change::{Demand, Ident};
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// Reads what a statement demands; `None` where it has another form.
pub(crate) fn read(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if !at.take("CREATE") {
        return None;
    }
    at.take("OR REPLACE");
    at.take_any(&["TEMPORARY", "DEFINER"]);
    if at.equals() {
        at.until(&["TRIGGER", "EVENT", "PROCEDURE", "FUNCTION"]);
    }
    match at.keyword()?.as_str() {
        "TABLE" => partitions(at, demands),
        "TRIGGER" => trigger(at, demands),
        "EVENT" => event(at, demands),
        "PROCEDURE" => {
            at.take("IF NOT EXISTS");
            at.name()?;
            parameters(at.group()?, demands)
        }
        _ => None,
    }
}

/// `BEFORE INSERT ON t FOR EACH ROW body`, after the word `TRIGGER`.
fn trigger(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.take("IF NOT EXISTS");
    at.name()?;
    let timing = at.take_any(&["BEFORE", "AFTER"])?;
    let event = at.take_any(&["INSERT", "UPDATE", "DELETE"])?;
    if !at.take("ON") {
        return None;
    }
    let name = at.name()?;
    if !at.take("FOR EACH ROW") {
        return None;
    }
    if at.take_any(&["FOLLOWS", "PRECEDES"]).is_some() {
        at.ident()?;
    }
    let mut columns: Vec<Ident> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut body = at;
    let mut assigns = false;
    while !body.done() {
        let is_set = body.sees("SET");
        let Some(row) = body.take_any(&["NEW", "OLD"]) else {
            assigns = is_set || (assigns && body.peek() == Some(&Token::Comma));
            body.next();
            continue;
        };
        let assigned = std::mem::take(&mut assigns);
        if !body.symbol(&Token::Period) {
            continue;
        }
        let column = body.ident()?;
        let (span, lacks) = match row {
            "OLD" => (column.span, "INSERT"),
            _ => (column.span, "DELETE"),
        };
        if event == lacks {
            demands.never("42P17", span, format!("`{lacks}` has no row `{row}`"));
        } else if assigned && row == "OLD" {
            demands.never("42P17", span, "the row `OLD` cannot be changed");
        } else if assigned && timing == "AFTER" {
            let message = "the row `NEW` cannot be changed after it is stored";
            demands.never("42P17", span, message);
        }
        if seen.insert(column.value.to_lowercase()) {
            columns.push(column);
        }
    }
    if at.take("SELECT") && !at.rest().iter().any(|token| is_into(&token.token)) {
        let message = "a trigger returns no rows";
        demands.never("0A000", at.cx.span, message);
    }
    let kinds = &["table"];
    let demand = Demand::Relation {
        name,
        kinds,
        columns,
    };
    demands.add(at.cx.span, demand);
    Some(())
}

fn is_into(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.keyword == Keyword::INTO)
}

/// `ON SCHEDULE EVERY 1 DAY`, after the word `EVENT`.
fn event(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.take("IF NOT EXISTS");
    at.name()?;
    if !at.take("ON SCHEDULE EVERY") {
        return None;
    }
    let span = at.span();
    if let Some(Token::Number(digits, _)) = at.peek() {
        at.next();
        if digits.parse() == Ok(0) {
            demands.never("22023", span, "an event does not happen every 0 times");
        }
    }
    Some(())
}

/// Parameters of a procedure, whose names differ.
fn parameters(group: Cursor, demands: &mut Demands) -> Option<()> {
    let mut seen = BTreeSet::new();
    for mut parameter in group.split_commas() {
        parameter.take_any(&["INOUT", "IN", "OUT"]);
        let name = parameter.ident()?;
        if !seen.insert(name.value.to_lowercase()) {
            let message = format!("two parameters are called `{}`", name.value);
            demands.never("42P13", name.span, message);
        }
    }
    Some(())
}

/// `PARTITION BY RANGE (…) (PARTITION p VALUES LESS THAN (…), …)`.
fn partitions(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.until(&["PARTITION BY"]);
    if !at.take("PARTITION BY") {
        return None;
    }
    at.take("LINEAR");
    let method = at.take_any(&["RANGE", "LIST", "HASH", "KEY"])?;
    let by_columns = at.take("COLUMNS");
    let span = at.span();
    at.group()?;
    if at.take("PARTITIONS") {
        if matches!(at.peek(), Some(Token::Number(digits, _)) if digits.parse() == Ok(0)) {
            demands.never("22023", at.span(), "a table has at least one partition");
        }
        at.next();
    }
    if at.take("SUBPARTITION BY") {
        return None;
    }
    let Some(list) = at.group() else {
        if matches!(method, "RANGE" | "LIST") {
            let message = format!("`{method}` needs its partitions");
            demands.never("42P16", span, message);
        }
        return Some(());
    };
    let mut names = BTreeSet::new();
    let mut values = BTreeSet::new();
    let mut last = None;
    for mut part in list.split_commas() {
        if !part.take("PARTITION") {
            return None;
        }
        let name = part.ident()?;
        if !names.insert(name.value.to_lowercase()) {
            let message = format!("two partitions are called `{}`", name.value);
            demands.never("42710", name.span, message);
        }
        let kind = part.take_any(&["VALUES LESS THAN", "VALUES IN"]);
        let fits = match kind {
            Some("VALUES IN") => method == "LIST",
            Some(_) => method == "RANGE",
            None => true,
        };
        if !fits {
            let message = format!("partition `{}` is not one of a `{method}`", name.value);
            demands.never("42P16", name.span, message);
            return None;
        }
        if by_columns || kind.is_none() {
            continue;
        }
        let Some(group) = part.group() else { continue };
        for value in group.split_commas() {
            let text = value.text();
            let Ok(number) = text.parse::<i128>() else {
                last = None;
                continue;
            };
            if kind == Some("VALUES IN") {
                if !values.insert(number) {
                    let message = format!("{number} belongs to two partitions");
                    demands.never("42P16", value.span(), message);
                }
            } else if last.is_some_and(|last| number <= last) {
                let message = format!("the bound of partition `{}` is not greater", name.value);
                demands.never("42P16", value.span(), message);
            } else {
                last = Some(number);
            }
        }
    }
    Some(())
}
