//! `ALTER TABLE` with an action that sqlparser rejects: each action is understood by itself, so
//! that one does not hide the others.

use sqlparser::tokenizer::{Span as TokenSpan, Token};

use super::element::{Element, elements};
use super::{Cursor, word_at};
use crate::server::on_server;
use crate::sql::change::{AlterTable, Change, ChangeKind, TableAction};
use crate::sql::parse;

/// `whole` stands at `ALTER`, `at` after `TABLE`.
pub(crate) fn recognise(whole: Cursor, mut at: Cursor) -> Option<Vec<Change>> {
    if at.take("ALL IN TABLESPACE") {
        return Some(whole.whole(ChangeKind::Maintenance {
            name: "ALTER TABLE ALL IN TABLESPACE".to_owned(),
            table: None,
            in_transaction: true,
        }));
    }
    let if_exists = at.if_exists();
    let only = at.take("ONLY");
    let named = at;
    let table = at.name()?;
    at.table = at.since(named);
    at.symbol(&Token::Mul);
    while at.cx.dialect.alter_may_wait() && at.take_any(&["WAIT", "NOWAIT"]) == Some("WAIT") {
        at.next();
    }
    let mut actions = Vec::new();
    let mut understood = false;
    for part in parts(at) {
        let span = part.span();
        let known = action(part);
        understood |= known.is_some();
        let known = known.unwrap_or_else(|| vec![TableAction::Unknown(part.text().to_owned())]);
        actions.extend(known.into_iter().map(|action| (action, span)));
    }
    // Nothing but unknown actions: the statement is not understood.
    understood.then(|| {
        whole.whole(ChangeKind::AlterTable(Box::new(AlterTable {
            table,
            if_exists,
            only,
            actions,
        })))
    })
}

/// The actions. MySQL's operations on partitions and `ORDER BY` hold commas themselves, and stand
/// last.
fn parts(at: Cursor) -> Vec<Cursor> {
    let mut parts = at.split_commas();
    let last = parts
        .iter()
        .position(|part| on_server!(at.cx.dialect => recognise::takes_the_rest(*part)));
    if let Some(last) = last {
        let rest = at.rest();
        let read: usize = parts[..last].iter().map(|part| part.rest().len() + 1).sum();
        parts.truncate(last);
        parts.push(at.over(&rest[read..]));
    }
    parts
}

fn action(part: Cursor) -> Option<Vec<TableAction>> {
    if part.done() {
        return None;
    }
    on_server!(part.cx.dialect => recognise::actions(part))
        .or_else(|| parsed(part))
        .or_else(|| added(part))
}

/// The action alone, as sqlparser understands it.
fn parsed(part: Cursor) -> Option<Vec<TableAction>> {
    let nowhere = TokenSpan::empty();
    let mut tokens = vec![word_at("ALTER", nowhere), word_at("TABLE", nowhere)];
    tokens.extend_from_slice(part.table);
    tokens.extend_from_slice(part.rest());
    let changes = parse::statement(tokens, part.cx).ok()?;
    let [change] = <[_; 1]>::try_from(changes).ok()?;
    match change.kind {
        ChangeKind::AlterTable(alter) => Some(
            alter
                .actions
                .into_iter()
                .map(|(action, _)| action)
                .collect(),
        ),
        _ => None,
    }
}

/// `ADD` something that sqlparser rejects, understood as the element of a table.
fn added(mut part: Cursor) -> Option<Vec<TableAction>> {
    if !part.take("ADD") {
        return None;
    }
    let column = part.take("COLUMN");
    let if_not_exists = part.take("IF NOT EXISTS");
    let mut body = part.until(&["NOT VALID"]);
    let not_valid = part.take("NOT VALID");
    if !part.done() {
        body = part.over(body.rest());
    }
    let mut actions = Vec::new();
    for element in elements(body)? {
        actions.push(match element {
            Element::Column(column) => TableAction::AddColumn {
                column,
                if_not_exists,
                position: None,
            },
            Element::Constraint(mut constraint) if !column => {
                constraint.not_valid |= not_valid;
                TableAction::AddConstraint(constraint)
            }
            Element::Index(index) if !column => TableAction::AddIndex(index),
            _ => return None,
        });
    }
    Some(actions)
}
