//! Triggers, rules and policies.

use std::collections::BTreeSet;

use sqlparser::tokenizer::Token;

use super::{Cursor, drop_mode};
use crate::sql::change::{
    Change, ChangeKind, DropMode, Expr, Ident, ObjectName, PolicyCommand, Query,
};

/// `at` stands after `CREATE [OR REPLACE] [TEMP]`; none when it is no trigger and no policy.
pub(crate) fn create(mut at: Cursor, or_replace: bool) -> Option<Vec<Change>> {
    if at.take("POLICY") {
        return create_policy(at);
    }
    at.take("CONSTRAINT");
    if at.take("DEFINER") {
        at.until(&["TRIGGER"]);
    }
    if !at.take("TRIGGER") {
        return None;
    }
    let if_not_exists = at.take("IF NOT EXISTS");
    // SQLite and MySQL let a trigger's name have a schema.
    let name = at.name()?.name;
    at.take_any(&["BEFORE", "AFTER", "INSTEAD OF"]);
    let events = at.until(&["ON"]);
    let columns = update_columns(events);
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    let before_body = at.cx.dialect.trigger_body_words();
    let mut head = at.until(before_body);
    head.until(&["WHEN"]);
    let when = if head.take("WHEN") {
        condition(head)
    } else {
        None
    };
    let (mut function, mut body) = (None, None);
    if at.cx.dialect.triggers_call_functions() {
        at.take_any(before_body)?;
        function = Some(at.name()?);
        at.group()?;
        if !at.done() {
            return None;
        }
    } else {
        at.take("FOR EACH ROW");
        body = Some(body_facts(at));
    }
    Some(at.whole(ChangeKind::CreateTrigger {
        name,
        table,
        or_replace,
        if_not_exists,
        columns,
        when,
        function,
        body,
    }))
}

/// The columns of `UPDATE OF a, b OR …`.
fn update_columns(mut events: Cursor) -> Vec<crate::sql::change::Ident> {
    let mut columns = Vec::new();
    events.until(&["UPDATE OF"]);
    if events.take("UPDATE OF") {
        while let Some(column) = events.ident() {
            columns.push(column);
            if !events.symbol(&Token::Comma) {
                break;
            }
        }
    }
    columns
}

fn condition(mut at: Cursor) -> Option<Expr> {
    let whole = at;
    match at.group() {
        Some(inside) if at.done() => inside.expr(),
        _ => whole.expr(),
    }
}

/// The text of a body, and the tables that its statements name.
fn body_facts(at: Cursor) -> Query {
    let mut query = Query {
        sql: at.text().to_owned(),
        ..Query::default()
    };
    let mut seen = BTreeSet::new();
    let mut next = at;
    while !next.done() {
        let table = next.take_any(&[
            "INSERT INTO",
            "REPLACE INTO",
            "DELETE FROM",
            "UPDATE",
            "FROM",
            "JOIN",
        ]);
        match table {
            Some(_) => {
                let mut name = next;
                if let Some(name) = name.name()
                    && seen.insert(name.to_string())
                {
                    query.relations.push(name);
                }
            }
            None => {
                next.next();
            }
        }
    }
    query
}

/// `at` stands after `ALTER TRIGGER`.
pub(crate) fn alter(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.ident()?;
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    if at.take("RENAME TO") {
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameTrigger { name, table, to });
    }
    Some(at.whole(ChangeKind::Inert("ALTER TRIGGER".to_owned())))
}

/// `at` stands after `DROP TRIGGER`.
pub(crate) fn drop(mut at: Cursor) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let name = at.name()?;
    let table = if at.take("ON") {
        Some(at.name()?)
    } else {
        None
    };
    let mode = drop_mode(&mut at, if_exists);
    at.finish(ChangeKind::DropTrigger { name, table, mode })
}

/// `at` stands after `CREATE [OR REPLACE] RULE`.
pub(crate) fn create_rule(mut at: Cursor, or_replace: bool) -> Option<Vec<Change>> {
    let name = at.ident()?;
    at.until(&["TO"]);
    if !at.take("TO") {
        return None;
    }
    let table = at.name()?;
    let query = body_facts(at);
    Some(at.whole(ChangeKind::CreateRule {
        name,
        table,
        or_replace,
        query,
    }))
}

/// `at` stands after `DROP RULE`.
pub(crate) fn drop_rule(at: Cursor) -> Option<Vec<Change>> {
    drop_of_table(at, |name, table, mode| ChangeKind::DropRule {
        name,
        table,
        mode,
    })
}

/// `at` stands at `[IF EXISTS] name ON table`.
fn drop_of_table(
    mut at: Cursor,
    kind: fn(Ident, ObjectName, DropMode) -> ChangeKind,
) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let name = at.ident()?;
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    let mode = drop_mode(&mut at, if_exists);
    at.finish(kind(name, table, mode))
}

/// The clauses that end a role list.
const EXPRESSIONS: &[&str] = &["USING", "WITH CHECK"];

/// What a policy may be for.
const POLICY_COMMANDS: &[&str] = &[
    "FOR ALL",
    "FOR SELECT",
    "FOR INSERT",
    "FOR UPDATE",
    "FOR DELETE",
];

fn policy_expressions(at: &mut Cursor) -> Option<(Option<Expr>, Option<Expr>)> {
    let (mut using, mut with_check) = (None, None);
    at.until(EXPRESSIONS);
    while let Some(clause) = at.take_any(EXPRESSIONS) {
        let expr = Some(at.group()?.expr()?);
        if clause == "USING" {
            using = expr;
        } else {
            with_check = expr;
        }
    }
    at.done().then_some((using, with_check))
}

fn create_policy(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.ident()?;
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    let kind = at.take_any(&["AS PERMISSIVE", "AS RESTRICTIVE"]);
    let command = match at.take_any(POLICY_COMMANDS) {
        Some("FOR SELECT") => PolicyCommand::Select,
        Some("FOR INSERT") => PolicyCommand::Insert,
        Some("FOR UPDATE") => PolicyCommand::Update,
        Some("FOR DELETE") => PolicyCommand::Delete,
        _ => PolicyCommand::All,
    };
    let (using, with_check) = policy_expressions(&mut at)?;
    at.finish(ChangeKind::CreatePolicy {
        name,
        table,
        command,
        restrictive: kind == Some("AS RESTRICTIVE"),
        using,
        with_check,
    })
}

/// `at` stands after `ALTER POLICY`.
pub(crate) fn alter_policy(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.ident()?;
    if !at.take("ON") {
        return None;
    }
    let table = at.name()?;
    if at.take("RENAME TO") {
        let rename = Some(at.ident()?);
        return at.finish(ChangeKind::AlterPolicy {
            name,
            table,
            rename,
            using: None,
            with_check: None,
        });
    }
    let (using, with_check) = policy_expressions(&mut at)?;
    at.finish(ChangeKind::AlterPolicy {
        name,
        table,
        rename: None,
        using,
        with_check,
    })
}

/// `at` stands after `DROP POLICY`.
pub(crate) fn drop_policy(at: Cursor) -> Option<Vec<Change>> {
    drop_of_table(at, |name, table, mode| ChangeKind::DropPolicy {
        name,
        table,
        mode,
    })
}
