//! What values SQLite's types can hold: any.

use crate::sql::change::DataType;
use crate::sql::types::range::Values;

/// The values of a type.
pub(crate) fn values(_: &DataType) -> Values {
    Values::Other
}
