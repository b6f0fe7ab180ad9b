//! What Diesel writes into `__diesel_schema_migrations`: versions, and when.

use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::names::folder_version;

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["version", "run_on"],
    read: |rows| {
        let versions = rows.iter().filter_map(|row| row.text("version"));
        versions.map(AppliedRow::new).collect()
    },
    keys: |_, migration| vec![folder_version(&migration.id)],
    ..Bookkeeping::VERSIONS
};
