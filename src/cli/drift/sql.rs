//! `driftlint drift --format sql`: the migration that closes the gap, ready to be reviewed.

use crate::check::Report;
use crate::config::Config;
use crate::drift;
use crate::replay::{catalog_of, texts_of};
use crate::schema::input::{Input, SetInput};

/// The statements that close what was reported, set by set.
pub(super) fn render(report: &Report, input: &Input, config: &Config) -> String {
    let versions = config.versions();
    let mut text = String::new();
    let sets: Vec<SetInput> = input.sets().collect();
    for gap in &report.gaps {
        let SetInput { set, schemas } = sets[gap.set];
        let Some(declared) = schemas.and_then(|schemas| schemas.declared.get(gap.declared)) else {
            continue;
        };
        let migrated = catalog_of(set, versions, set.migrations.len());
        let repair = drift::repair(declared, &migrated, &texts_of(set), &gap.differences);
        if sets.len() > 1 {
            text.push_str(&drift::comment(&set.folder));
        }
        text.push_str(&drift::script(&repair, set.runner, set.dialect));
    }
    text
}
