//! graphile-migrate: what is committed, in numbered files, and the one that is worked on.

use super::{ApplyWords, Facts};
use crate::error::Result;
use crate::project::layout::{Evidence, FileNaming, Order, row};
use crate::project::read::{DraftSet, TreeReader};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark};
use crate::project::tree::{file_name, join, parent};
use crate::sql::Unit;
use crate::tool::Tool;

/// The migration that is worked on, beside the folder of those that are committed.
const CURRENT: &str = "current.sql";

pub(super) static TOOL: Facts = Facts {
    name: "graphile-migrate",
    unit: Unit::File,
    wrap: Wrap::Migration,
    no_transaction: Some("`--! no-transaction` as the first line"),
    keeps_checksums: true,
    layouts: &[row(
        Tool::GraphileMigrate,
        FileNaming::Single,
        |reader| reader.committed(),
        Order::Numeric,
        "committed/N.sql and current.sql",
        &[Evidence::Marks, Evidence::Called("committed")],
    )],
    mark,
    // It is run again whenever it is saved, and its content moves to `committed`.
    is_repeatable: |path| file_name(path) == CURRENT,
    applies: &[ApplyWords::new("graphile-migrate", &["migrate"])],
    ..Facts::PLAIN
};

/// What it writes above a migration when it is committed.
fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    let header = at.comment.strip_prefix('!')?.trim_start();
    if header.starts_with("previous:") {
        return Some(SectionMark::Up {
            no_transaction: false,
        });
    }
    (header == "no-transaction").then_some(SectionMark::NoTransaction)
}

impl TreeReader<'_> {
    fn committed(&self) -> Result<Vec<DraftSet>> {
        let mut draft = self.single(self.sql_files())?;
        let current = join(parent(self.folder), CURRENT);
        if self.listing.has(&current) {
            draft.related.push(current.clone());
            if let Some(source) = self.take(&mut draft, &current)? {
                let mut lines = source.text().lines().map(str::trim);
                if lines.any(|line| !line.is_empty() && !line.starts_with("--")) {
                    draft.migrations.push(self.sectioned("current", &source));
                }
            }
        }
        Ok(vec![draft])
    }
}
