//! What the Supabase CLI writes into `supabase_migrations.schema_migrations`: versions, and the
//! statements of each, which it never compares.

use crate::project::bookkeeping::{AppliedRow, Bookkeeping};
use crate::project::version;

pub(super) static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["version", "statements"],
    optional: &["name"],
    read: |rows| {
        let mut all = AppliedRow::all(rows, "version");
        for (row, read) in all
            .iter_mut()
            .zip(rows.iter().filter(|row| row.text("version").is_some()))
        {
            if let Some(name) = read.filled("name") {
                row.name = format!("{}_{name}", row.name);
            }
        }
        all
    },
    keys: |_, migration| version::number(migration).into_iter().collect(),
    ..Bookkeeping::VERSIONS
};
