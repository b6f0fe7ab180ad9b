//! What PostgreSQL takes for the same.

use super::names;
use crate::sql::change::DataType;

/// Whether two columns of these types hold the same.
pub(crate) fn same_type(left: &DataType, right: &DataType) -> bool {
    let schema = |it: &DataType| {
        it.schema
            .clone()
            .filter(|schema| schema != names::HOME && schema != "pg_catalog")
    };
    left.name == right.name
        && arguments(left) == arguments(right)
        && left.array == right.array
        && schema(left) == schema(right)
}

/// The arguments of a type. Times keep six digits of a second unless it says otherwise.
fn arguments(data_type: &DataType) -> &[String] {
    let moment = data_type.name.starts_with("time");
    if moment && data_type.args == ["6"] {
        &[]
    } else {
        &data_type.args
    }
}
