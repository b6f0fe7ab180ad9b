//! Changes as MySQL reads them.

/// The word for a column of that type which counts.
pub(crate) fn serial(_: &str) -> &'static str {
    "serial"
}
