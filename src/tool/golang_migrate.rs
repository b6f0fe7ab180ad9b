//! golang-migrate: numbered pairs of files.

use super::{ApplyWords, Facts};
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
    applies: &[ApplyWords::new("migrate", &["up"])],
    ..Facts::PLAIN
};
