//! PostgreSQL's names.

/// The most bytes that a name holds (`NAMEDATALEN - 1`).
pub(crate) const BYTES: usize = 63;

/// Whether a relation of that name belongs to the server or an extension.
pub(crate) fn is_system(name: &str) -> bool {
    name.starts_with("pg_")
        || matches!(
            name,
            "spatial_ref_sys" | "geometry_columns" | "geography_columns"
        )
}
