//! Statements that change nothing that a catalog keeps.

use super::Cursor;
use crate::server::on_server;
use crate::sql::change::{Change, ChangeKind};

pub(crate) fn recognise(at: Cursor) -> Option<Vec<Change>> {
    on_server!(at.cx.dialect => recognise::inert(at))
}

/// A statement that starts with one of these words.
pub(crate) fn one_of(mut at: Cursor, words: &[&'static str]) -> Option<Vec<Change>> {
    let name = at.take_any(words)?;
    Some(at.whole(ChangeKind::Inert(name.to_owned())))
}
