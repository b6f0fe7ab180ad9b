//! Changes as PostgreSQL reads them.

/// The word for a column of that type which counts.
pub(crate) fn serial(data_type: &str) -> &'static str {
    match data_type {
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => "serial",
    }
}
