//! `driftlint drift --format sql`: the migration that closes the gap, ready to be reviewed.

use crate::catalog::{Catalog, Texts};
use crate::check::Report;
use crate::config::Config;
use crate::drift;
use crate::project::Project;

/// The statements that close what the report tells of, set by set.
pub(super) fn render(report: &Report, project: &Project, config: &Config) -> String {
    let versions = config.versions();
    let mut text = String::new();
    for gap in &report.gaps {
        let set = &project.sets[gap.set];
        let Some(declared) = set
            .schemas
            .as_ref()
            .and_then(|schemas| schemas.declared.get(gap.declared))
        else {
            continue;
        };
        let migrated = Catalog::of_set(set, versions, set.migrations.len());
        let repair = drift::repair(declared, &migrated, &Texts::of(set), &gap.differences);
        if project.sets.len() > 1 {
            text.extend(["-- ", set.folder.as_str(), "\n"]);
        }
        text.push_str(&drift::script(&repair, set.runner, set.dialect));
    }
    text
}
