//! golang-migrate: numbered pairs of files.

use super::{ApplyWords, Facts};
use crate::project::bookkeeping::{AppliedRow, Bookkeeping, BookkeepingRow, RowExtent};
use crate::project::layout::{FileNaming, Order, PAIRS, row};
use crate::project::runner::Wrap;
use crate::project::version::{self, LateVersion};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "golang-migrate",
    unit: Unit::File,
    wrap: Wrap::Nothing,
    bookkeeping: &["schema_migrations"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    layouts: &[row(
        Tool::GolangMigrate,
        FileNaming::Pairs,
        |reader| reader.all_pairs(),
        Order::Numeric,
        PAIRS,
        &[],
    )],
    late: Some(LateVersion::Skips),
    version: version::number,
    // `ErrDuplicateMigration` of its sources.
    refuses_double_versions: true,
    applies: &[ApplyWords::new("migrate", &["up"])],
    ..Facts::PLAIN
};

/// The one row of `schema_migrations` as golang-migrate 4 writes it: the newest version, which
/// stands for all before it, and whether it was brought to its end. Before the first one it says −1.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    columns: &["version", "dirty"],
    read: |rows| rows.iter().filter_map(applied).collect(),
    keys: |_, migration| version::number(migration).into_iter().collect(),
    ..Bookkeeping::VERSIONS
};

fn applied(row: &BookkeepingRow) -> Option<AppliedRow> {
    let version = row.number("version")?;
    let is_dirty = row.is_true("dirty");
    (version >= 0 || is_dirty).then(|| AppliedRow {
        keys: (version >= 0)
            .then(|| version.to_string())
            .into_iter()
            .collect(),
        name: version.to_string(),
        failure: is_dirty.then(|| {
            "it was begun and is not finished (dirty): repair the schema by hand, then `migrate force`"
                .to_owned()
        }),
        extent: RowExtent::UpTo,
        ..AppliedRow::default()
    })
}
