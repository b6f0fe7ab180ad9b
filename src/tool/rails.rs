//! Rails: migrations in Ruby, which are not read, and `structure.sql`, the dump of what they make.

use super::{ApplyWords, Facts, Scripts};
use crate::error::Result;
use crate::project::bookkeeping::Bookkeeping;
use crate::project::layout::{Evidence, FileNaming, Order, row};
use crate::project::read::{DraftSet, TreeReader};
use crate::project::runner::Wrap;
use crate::project::tree::join;
use crate::project::version;
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "rails",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    bookkeeping: &["schema_migrations", "ar_internal_metadata"],
    bookkeeping_rows: Some(&BOOKKEEPING),
    no_transaction: Some("`disable_ddl_transaction!` in the migration's class"),
    layouts: &[row(
        Tool::Rails,
        FileNaming::Dump,
        dump,
        Order::Listed,
        "structure.sql",
        &[Evidence::Called("db")],
    )],
    scripts: Some(Scripts {
        language: "Ruby",
        ending: "rb",
    }),
    version: version::number,
    applies: &[
        ApplyWords::new("rails", &["db:migrate"]),
        ApplyWords::new("rails", &["db:prepare"]),
        ApplyWords::new("rake", &["db:migrate"]),
    ],
    ..Facts::PLAIN
};

/// `schema_migrations` as Rails writes it: the digits that a file's name starts with, as text.
static BOOKKEEPING: Bookkeeping = Bookkeeping {
    foreign: &["dirty", "statements"],
    keys: |_, migration| version::number(migration).into_iter().collect(),
    ..Bookkeeping::VERSIONS
};

/// The dump of a tool whose migrations are no SQL; the dump itself is a declared schema.
fn dump(reader: &TreeReader<'_>) -> Result<Vec<DraftSet>> {
    let mut sketch = DraftSet::default();
    for path in reader.listing.under(&join(reader.folder, "migrate")) {
        sketch.skip_foreign(path, crate::project::read::SCRIPT);
    }
    Ok(vec![sketch])
}
