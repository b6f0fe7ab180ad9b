//! Atlas: files by name, with their checksums in `atlas.sum`.

mod bookkeeping;
mod config;

use super::{ApplyWords, ChecksumFile, Facts};
use crate::project::dialect::{Manifest, url_scheme};
use crate::project::layout::{Evidence, FileNaming, Order, SINGLE, row};
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark, at_top};
use crate::project::tree::file_name;
use crate::project::version::{self, LateVersion};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "atlas",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    bookkeeping: &["atlas_schema_revisions.atlas_schema_revisions"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    no_transaction: Some(
        "`-- atlas:txmode none` at the top of the file, followed by an empty line",
    ),
    take_out: |part| at_top(part, "-- atlas:txmode none\n\n"),
    layouts: &[
        row(
            Tool::Atlas,
            FileNaming::Single,
            |reader| reader.all_single(),
            Order::Bytes,
            SINGLE,
            &[Evidence::File("atlas.sum")],
        ),
        // One file is looked at without its folder.
        row(
            Tool::Atlas,
            FileNaming::Single,
            |reader| reader.all_single(),
            Order::Bytes,
            SINGLE,
            &[Evidence::Marks],
        ),
    ],
    keeps_checksums: true,
    checksum_file: Some(ChecksumFile {
        name: "atlas.sum",
        written_by: "atlas migrate hash",
    }),
    is_telling: |path| matches!(file_name(path), "atlas.hcl" | "atlas.sum"),
    names_source: Some(|search| search.atlas()),
    takes_over: Some(|search, tool| search.atlas_writes(tool)),
    manifests: &[Manifest::new("atlas.hcl", url_scheme)],
    mark,
    late: Some(LateVersion::Refuses),
    version: version::digits,
    applies: &[
        ApplyWords::new("atlas", &["migrate", "apply"]),
        ApplyWords::new("atlas", &["schema", "apply"]),
    ],
    ..Facts::PLAIN
};

fn mark(at: &MarkLine<'_>) -> Option<SectionMark> {
    (at.comment == "atlas:txmode none").then_some(SectionMark::NoTransaction)
}
