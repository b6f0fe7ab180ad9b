//! What SQLite takes for the same.

use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::sql::types::affinity;

/// Whether two columns of these types hold the same. The words of a type are the ORM's; what the
/// column stores is its affinity.
pub(crate) fn same_type(left: &DataType, right: &DataType) -> bool {
    let (left, right) = (left.sql(Dialect::Sqlite), right.sql(Dialect::Sqlite));
    left.eq_ignore_ascii_case(&right)
        || (affinity(&left) == affinity(&right) && vector(&left) == vector(&right))
}

/// libSQL's type of a vector and its dimensions: an index of the column stands on them.
fn vector(sql: &str) -> Option<(&'static str, String)> {
    let sql = sql.to_ascii_uppercase();
    let (name, dimensions) = sql.split_once('(')?;
    let name = match name.trim_end() {
        "FLOAT64" | "F64_BLOB" => "F64_BLOB",
        "FLOAT32" | "F32_BLOB" => "F32_BLOB",
        "FLOAT16" | "F16_BLOB" => "F16_BLOB",
        "FLOATB16" | "FB16_BLOB" => "FB16_BLOB",
        "FLOAT8" | "F8_BLOB" => "F8_BLOB",
        "FLOAT1BIT" | "F1BIT_BLOB" => "F1BIT_BLOB",
        _ => return None,
    };
    Some((name, dimensions.trim_end_matches(')').trim().to_owned()))
}
