//! What MySQL takes for the same.

use crate::sql::Dialect;
use crate::sql::change::DataType;

/// Whether two columns of these types hold the same.
pub(crate) fn same_type(left: &DataType, right: &DataType) -> bool {
    let unsigned = |it: &DataType| it.modifiers.iter().any(|word| word.starts_with("unsigned"));
    (left.name == right.name && left.args == right.args && unsigned(left) == unsigned(right))
        || left.sql(Dialect::MySql) == right.sql(Dialect::MySql)
}
