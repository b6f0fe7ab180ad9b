//! What SQLite does its own way. Everything else is as in the common rules.

use super::QName;
use super::apply::{Apply, Outcome};
use crate::source::Span;
use crate::sql::change::{Change, TableAction};

/// Applies a change that SQLite has its own rules for; false leaves it to the common ones.
pub(crate) fn apply(_apply: &mut Apply, _change: &Change) -> bool {
    false
}

/// Does one action of `ALTER TABLE` that SQLite has its own rules for; `None` leaves it to the common ones.
pub(crate) fn table_action(_apply: &mut Apply, _table: &QName, _action: &TableAction, _span: Span) -> Option<Outcome> {
    None
}
