//! PostgreSQL's names.

/// The schema of a name that says none.
pub(crate) const HOME: &str = "public";

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
