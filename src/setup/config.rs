//! The first `driftlint.toml`.

use std::fmt::Write as _;

use super::{Plan, PlannedFile, ProjectFacts};
use crate::error::Result;

/// A file in which everything is a comment: what driftlint finds out by itself goes stale when it
/// is written down.
pub(super) fn plan(facts: &ProjectFacts, plan: &mut Plan) -> Result<()> {
    if crate::config::FILE_NAMES.iter().any(|name| facts.has(name)) {
        return Ok(());
    }
    let mut text = String::from(
        "# driftlint finds out by itself what is not written here.\n\n\
         # Rules and groups: \"off\", \"note\", \"warning\" or \"error\". `driftlint rules` lists them.\n\
         # [rules]\n# drop-table-without-if-exists = \"off\"\n",
    );
    for set in &facts.project.sets {
        let _ = write!(
            text,
            "\n# Found in {}. Take the marks away to hold it to this.\n# [[migrations]]\n# folder = \"{}\"\n# runner = \"{}\"\n# dialect = \"{}\"\n",
            if set.folder.is_empty() {
                "the root"
            } else {
                &set.folder
            },
            if set.folder.is_empty() {
                "."
            } else {
                &set.folder
            },
            set.runner.name(),
            set.dialect.name()
        );
        if let Some(last) = set.migrations.last() {
            let _ = write!(
                text,
                "# The last one that every database has: those up to it are replayed, and not judged.\n# baseline = \"{}\"\n",
                last.id
            );
        }
    }
    plan.changes.push(PlannedFile {
        path: "driftlint.toml".to_owned(),
        before: None,
        after: text,
    });
    Ok(())
}
