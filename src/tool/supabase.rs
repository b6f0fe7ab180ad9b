//! Supabase: migrations and schemas in SQL, for PostgreSQL only.

mod bookkeeping;
mod config;

use super::{ApplyWords, Facts};
use crate::project::dialect::Decision;
use crate::project::layout::{Evidence, FileNaming, Order, SINGLE, row};
use crate::project::runner::Wrap;
use crate::project::tree::is_under;
use crate::project::version::{self, LateVersion};
use crate::sql::{Dialect, Unit};
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "supabase",
    unit: Unit::File,
    wrap: Wrap::Nothing,
    bookkeeping: &["supabase_migrations.schema_migrations"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    layouts: &[row(
        Tool::Supabase,
        FileNaming::Single,
        |reader| reader.all_single(),
        Order::Bytes,
        SINGLE,
        &[Evidence::Path("supabase/migrations")],
    )],
    dialect: |_, _| {
        Ok(Some(Decision::Known(
            Dialect::Postgres,
            "Supabase".to_owned(),
        )))
    },
    find_schema: |search, _| search.supabase(),
    is_telling: |path| is_under(path, "supabase/schemas") || path.contains("/supabase/schemas/"),
    gives_privileges_to: &["anon", "authenticated", "service_role"],
    late: Some(LateVersion::Refuses),
    version: version::number,
    applies: &[
        ApplyWords::new("supabase", &["db", "push"]),
        ApplyWords::new("supabase", &["migration", "up"]),
    ],
    ..Facts::PLAIN
};
