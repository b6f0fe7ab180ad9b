//! What a trigger may be for.

use std::collections::BTreeSet;

use sqlparser::tokenizer::Token;

use crate::source::Span;
use crate::sql::change::{Demand, Ident};
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// A trigger as it is written.
struct WrittenTrigger {
    timing: &'static str,
    events: Vec<&'static str>,
    columns: Vec<Ident>,
    for_each_row: bool,
}

impl WrittenTrigger {
    fn fires_on(&self, event: &str) -> bool {
        self.events.contains(&event)
    }
}

/// `at` stands after `CREATE [CONSTRAINT] TRIGGER`.
pub(super) fn create(mut at: Cursor, constraint: bool, demands: &mut Demands) -> Option<()> {
    let name = at.ident()?;
    let timing = at.take_any(&["BEFORE", "AFTER", "INSTEAD OF"])?;
    let mut trigger = WrittenTrigger {
        timing,
        events: Vec::new(),
        columns: Vec::new(),
        for_each_row: false,
    };
    let mut never = |code, span, message: &str| demands.never(code, span, message);
    let mut seen = BTreeSet::new();
    loop {
        let event = at.take_any(&["INSERT", "UPDATE", "DELETE", "TRUNCATE"])?;
        trigger.events.push(event);
        if event == "UPDATE" && at.take("OF") {
            loop {
                let column = at.ident()?;
                if !seen.insert(column.value.clone()) {
                    let message = format!("column `{}` stands here twice", column.value);
                    never("42701", column.span, &message);
                }
                trigger.columns.push(column);
                if !at.symbol(&Token::Comma) {
                    break;
                }
            }
        }
        if !at.take("OR") {
            break;
        }
    }
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    let mut head = at.until(&["REFERENCING", "FOR", "WHEN", "EXECUTE"]);
    if head.take("FROM") {
        head.name()?;
    }
    let mut references = at;
    if at.take("REFERENCING") {
        references = at.until(&["FOR", "WHEN", "EXECUTE"]);
        transitions(&trigger, references, &mut never);
    }
    let clause = at;
    if at.take("FOR") {
        at.take("EACH");
        trigger.for_each_row = at.take("ROW");
        if !trigger.for_each_row && !at.take("STATEMENT") {
            return None;
        }
    }
    let span = name.span;
    if constraint && timing != "AFTER" {
        never("42601", span, "a constraint trigger runs `AFTER`");
    }
    if constraint && !trigger.for_each_row {
        never(
            "42601",
            clause.span(),
            "a constraint trigger is `FOR EACH ROW`",
        );
    }
    if trigger.for_each_row && trigger.fires_on("TRUNCATE") {
        never("0A000", span, "`TRUNCATE` has no trigger `FOR EACH ROW`");
    }
    if at.take("WHEN") {
        condition(&trigger, at.group()?, &mut never);
    }
    let instead = timing == "INSTEAD OF";
    if instead {
        if !trigger.for_each_row {
            never("0A000", span, "an `INSTEAD OF` trigger is `FOR EACH ROW`");
        }
        if !trigger.columns.is_empty() {
            never(
                "0A000",
                span,
                "an `INSTEAD OF` trigger has no list of columns",
            );
        }
        if clause.rest().len() > at.rest().len() && has_when(clause, at) {
            never("0A000", span, "an `INSTEAD OF` trigger has no `WHEN`");
        }
    }
    let referencing = references.rest().len() < at.rest().len();
    let only_tables = trigger.fires_on("TRUNCATE")
        || constraint
        || referencing
        || (trigger.for_each_row && !instead);
    let kinds: &[&str] = match (instead, only_tables) {
        (true, _) => &["view"],
        (false, true) => &["table"],
        (false, false) => &["table", "view"],
    };
    let demand = Demand::Relation {
        name: table,
        kinds,
        columns: Vec::new(),
    };
    demands.add(at.cx.span, demand);
    if at
        .take_any(&["EXECUTE FUNCTION", "EXECUTE PROCEDURE"])
        .is_some()
    {
        let name = at.name()?;
        let arguments = Some(Vec::new());
        demands.add(at.cx.span, Demand::Routine { name, arguments });
    }
    Some(())
}

/// Whether a `WHEN` stands between two places.
fn has_when(mut from: Cursor, to: Cursor) -> bool {
    while from.rest().len() > to.rest().len() {
        if from.take("WHEN") {
            return true;
        }
        from.next();
    }
    false
}

/// `REFERENCING NEW TABLE AS a OLD TABLE AS b`.
fn transitions(
    trigger: &WrittenTrigger,
    mut at: Cursor,
    never: &mut impl FnMut(&'static str, Span, &str),
) {
    let span = at.span();
    let mut seen: Vec<(&str, Ident)> = Vec::new();
    while let Some(which) = at.take_any(&["NEW TABLE", "OLD TABLE", "NEW ROW", "OLD ROW"]) {
        at.take("AS");
        let Some(name) = at.ident() else { return };
        let events: &[&str] = match which {
            "NEW TABLE" => &["INSERT", "UPDATE"],
            "OLD TABLE" => &["DELETE", "UPDATE"],
            _ => {
                let message = "rows have no names of their own, only `NEW TABLE` and `OLD TABLE`";
                return never("0A000", span, message);
            }
        };
        if trigger.timing != "AFTER" {
            let message = "only an `AFTER` trigger has transition tables";
            return never("42P17", span, message);
        }
        if trigger.fires_on("TRUNCATE") {
            let message = "a trigger for `TRUNCATE` has no transition tables";
            return never("0A000", span, message);
        }
        if trigger.events.len() > 1 {
            let message = "a trigger for several events has no transition tables";
            return never("0A000", span, message);
        }
        if !trigger.columns.is_empty() {
            let message = "a trigger with a list of columns has no transition tables";
            return never("0A000", span, message);
        }
        if !events.iter().any(|event| trigger.fires_on(event)) {
            let message = format!("`{which}` is for `{}` or `{}`", events[0], events[1]);
            return never("42P17", span, &message);
        }
        if seen.iter().any(|(other, _)| *other == which) {
            return never("42P17", span, &format!("`{which}` stands here twice"));
        }
        if seen.iter().any(|(_, other)| other.value == name.value) {
            let message = "`OLD TABLE` and `NEW TABLE` have the same name";
            return never("42P17", span, message);
        }
        seen.push((which, name));
    }
}

/// Rows that a `WHEN` names and the trigger has not.
fn condition(
    trigger: &WrittenTrigger,
    mut at: Cursor,
    never: &mut impl FnMut(&'static str, Span, &str),
) {
    let span = at.span();
    while !at.done() {
        let row = at.take_any(&["OLD", "NEW"]);
        let Some(row) = row.filter(|_| at.peek() == Some(&Token::Period)) else {
            if row.is_none() {
                at.next();
            }
            continue;
        };
        let lacks = if row == "OLD" { "INSERT" } else { "DELETE" };
        if !trigger.for_each_row {
            let message = format!("`{row}` is a row, and the trigger is for the statement");
            return never("42P17", span, &message);
        }
        if trigger.fires_on(lacks) {
            return never("42P17", span, &format!("`{lacks}` has no `{row}`"));
        }
    }
}

/// `at` stands after `CREATE EVENT TRIGGER`.
pub(super) fn event(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    at.ident()?;
    if !at.take("ON") {
        return None;
    }
    let event = at.ident()?;
    let known = [
        "ddl_command_start",
        "ddl_command_end",
        "sql_drop",
        "table_rewrite",
        "login",
    ];
    if !known.contains(&event.value.as_str()) {
        demands.never(
            "42601",
            event.span,
            format!("`{}` is no event", event.value),
        );
    }
    if at.take("WHEN") {
        let variable = at.ident()?;
        if variable.value != "tag" {
            let message = format!("events are filtered by `tag`, not by `{}`", variable.value);
            demands.never("42601", variable.span, message);
        }
    }
    Some(())
}
