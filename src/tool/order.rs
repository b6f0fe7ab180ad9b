//! What the layers ask of a tool about the order of migrations, and about what makes one the same at
//! another time.

use super::Tool;
use super::facts::PlanFile;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationSet};

impl Tool {
    /// What it does with a migration that comes late, unless configured otherwise; `None` where the
    /// order does not come from the names.
    pub fn late(self) -> Option<LateVersion> {
        self.facts().late
    }

    /// What it keeps as the version of a migration; `None` where it goes by the whole name.
    pub(crate) fn version_of(self, migration: &Migration) -> Option<String> {
        (self.facts().version)(migration)
    }

    /// Whether it runs the file of this path again whenever that has changed.
    pub(crate) fn is_repeatable(self, path: &str) -> bool {
        (self.facts().is_repeatable)(path)
    }

    /// Whether it runs nothing at all where two migrations have one version.
    pub fn refuses_double_versions(self) -> bool {
        self.facts().refuses_double_versions
    }

    /// What to do with a migration that comes late.
    pub(crate) fn late_help(self) -> &'static str {
        self.facts().late_help
    }

    /// The migration of a set that the tool takes for one of the base, where another file or another
    /// name is no other migration to it; `None` where it goes by file and name, or there is none.
    pub(crate) fn follow<'a>(
        base: &MigrationSet,
        old: &Migration,
        now: &'a MigrationSet,
    ) -> Option<&'a Migration> {
        (now.runner.facts().follow?)(base, old, now)
    }

    /// Files that list migrations, which lie in folders beside them.
    pub(crate) fn all_plans() -> impl Iterator<Item = &'static PlanFile> {
        Self::all().filter_map(|tool| tool.facts().plan)
    }
}
