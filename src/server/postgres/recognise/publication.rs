//! `CREATE`, `ALTER` and `DROP PUBLICATION`.

use sqlparser::tokenizer::Token;

use crate::sql::change::{Change, ChangeKind, Ident, ObjectName, PublicationAction};
use crate::sql::recognise::Cursor;

/// What ends a list of tables.
const ENDS: &[&str] = &["WITH"];

pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    if at.take("CREATE PUBLICATION") {
        let name = at.ident()?;
        let action = match at.take("FOR TABLE") {
            true => tables(at).map(PublicationAction::Create),
            false if at.sees("FOR") => None,
            false => Some(PublicationAction::Create(Vec::new())),
        };
        return changed(
            at,
            name,
            action.unwrap_or(PublicationAction::Create(Vec::new())),
        );
    }
    if at.take("ALTER PUBLICATION") {
        let name = at.ident()?;
        let action = match at.take_any(&["ADD TABLE", "DROP TABLE", "SET TABLE", "RENAME TO"]) {
            Some("ADD TABLE") => tables(at).map(PublicationAction::Add),
            Some("DROP TABLE") => tables(at).map(PublicationAction::Drop),
            Some("SET TABLE") => tables(at).map(PublicationAction::Set),
            Some("RENAME TO") => at.ident().map(PublicationAction::Rename),
            _ => None,
        };
        // Owners and options change no table.
        if action.is_none() && (at.sees("OWNER") || at.sees("SET")) {
            return None;
        }
        return changed(at, name, action.unwrap_or(PublicationAction::Unknown));
    }
    if at.take("DROP PUBLICATION") {
        let if_exists = at.if_exists();
        let mut changes = Vec::new();
        loop {
            let name = at.ident()?;
            changes.extend(changed(at, name, PublicationAction::Remove { if_exists })?);
            if !at.symbol(&Token::Comma) {
                return Some(changes);
            }
        }
    }
    None
}

fn changed(at: Cursor, name: Ident, action: PublicationAction) -> Option<Vec<Change>> {
    Some(at.whole(ChangeKind::Publication { name, action }))
}

/// `[ONLY] a [*] [(columns)] [WHERE (…)], …`; none where it is anything else.
fn tables(mut at: Cursor) -> Option<Vec<ObjectName>> {
    let mut names = Vec::new();
    loop {
        at.take("TABLE");
        at.take("ONLY");
        names.push(at.name()?);
        at.symbol(&Token::Mul);
        at.group();
        if at.take("WHERE") {
            at.group()?;
        }
        if at.symbol(&Token::Comma) {
            continue;
        }
        return (at.done() || ENDS.iter().any(|end| at.sees(end))).then_some(names);
    }
}
