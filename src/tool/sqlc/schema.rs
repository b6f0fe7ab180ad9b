//! sqlc's schema, which needs only the tables that queries use.

use crate::catalog::Knowledge;
use crate::error::Result;
use crate::project::Unjudged;
use crate::schema::load::Beside;
use crate::schema::{Declared, Language, LateReading, dump};
use crate::source::Source;
use crate::tool::Tool;

/// Reads the schema beside a set.
pub(super) fn beside(
    beside: &Beside,
    files: Vec<Source>,
    _: &mut Vec<Unjudged>,
) -> Result<Vec<Declared>> {
    let mut declared = dump::read(&files, beside.set.dialect, beside.versions);
    declared.language = Language::of(Tool::Sqlc);
    declared.late = Some(LateReading::new(|declared, migrated| {
        if declared.catalog.tables.len() * 2 < migrated.tables.len()
            && declared.catalog.knowledge.is_exact()
        {
            let why = "it holds less than half of the tables, so sqlc is shown a part only";
            declared.catalog.knowledge = Knowledge::Unknown(why.to_owned());
        }
    }));
    Ok(vec![Declared { files, ..declared }])
}
