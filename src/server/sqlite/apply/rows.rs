//! Rows that SQLite refuses.

use super::{position, rowid_column};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Rejection, Table};
use crate::sql::change::DataType;
use crate::sql::change::tree::Term;

/// Refuses a text that is no number in the column that is the rowid.
pub(crate) fn refuse_row<'t>(table: &Table, value: impl Fn(usize) -> Option<&'t Term>) -> Outcome {
    let Some(at) = rowid_column(table).and_then(|name| position(table, name)) else {
        return Ok(());
    };
    let Some(Term::Text(text, span)) = value(at) else {
        return Ok(());
    };
    // Blanks around a number are passed over; `inf` is none.
    let number = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if number.parse::<f64>().is_ok() && !number.contains(['i', 'I', 'N']) {
        return Ok(());
    }
    let column = &table.columns[at].name;
    let message = format!("`{text}` is no number, as column `{column}` has to be");
    Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, *span, message))
}

/// Whether a column of that type makes something else of a null.
pub(crate) fn replaces_null(_: &DataType) -> bool {
    false
}

/// Whether a column of that type has a value though nobody gives it one.
pub(crate) fn has_own_default(_: &DataType) -> bool {
    false
}
