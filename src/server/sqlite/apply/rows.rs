//! Rows that SQLite refuses.

use super::{position, rowid_column};
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Rejection, Table};
use crate::sql::change::DataType;
use crate::sql::change::tree::Term;

/// Refuses a text that is no number in the column that is the rowid, and what does not go into a
/// column of a `STRICT` table.
pub(crate) fn refuse_row<'t>(table: &Table, value: impl Fn(usize) -> Option<&'t Term>) -> Outcome {
    if table.option("strict").is_some() {
        for (at, column) in table.columns.iter().enumerate() {
            refuse_strictly(&column.name, &column.data_type, value(at))?;
        }
    }
    let Some(at) = rowid_column(table).and_then(|name| position(table, name)) else {
        return Ok(());
    };
    let Some(Term::Text(text, span)) = value(at) else {
        return Ok(());
    };
    if number_in(text).is_some() {
        return Ok(());
    }
    let column = &table.columns[at].name;
    let message = format!("`{text}` is no number, as column `{column}` has to be");
    Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, *span, message))
}

/// The number that a text is. Blanks around it are passed over; `inf` is none.
fn number_in(text: &str) -> Option<f64> {
    let number = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let number = Some(number).filter(|number| !number.contains(['i', 'I', 'N']))?;
    number.parse().ok()
}

/// Refuses a text that a column of a `STRICT` table does not take.
fn refuse_strictly(column: &str, data_type: &DataType, value: Option<&Term>) -> Outcome {
    let Some(Term::Text(text, span)) = value else {
        return Ok(());
    };
    let wants = data_type.name.to_ascii_lowercase();
    let fits = match wants.as_str() {
        "int" | "integer" => number_in(text).is_some_and(|number| number.fract() == 0.0),
        "real" => number_in(text).is_some(),
        "blob" => false,
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let message = format!("`{text}` does not go into column `{column}`, which is `{wants}`");
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
