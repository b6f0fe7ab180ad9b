//! What a check is given: a project, and beside each of its sets the schemas that were read.

use super::load::{Schemas, beside};
use crate::error::Result;
use crate::project::tree::Tree;
use crate::project::{MigrationSet, Project};
use crate::replay::{AheadThreads, KeptReplays};
use crate::sql::Versions;

/// A project with the schemas that stand beside its migrations.
#[derive(Debug, Default)]
pub struct Input {
    /// The migration sets, and what was found around them.
    pub project: Project,
    /// For each set of the project, in its order; `None` where nobody asked for them.
    schemas: Vec<Option<Schemas>>,
    /// What reads the migrations before they are replayed.
    ahead: Option<AheadThreads>,
    /// Replays of earlier checks, where a session keeps them.
    pub(crate) kept: KeptReplays,
}

/// One migration set, and what should agree with it.
#[derive(Clone, Copy, Debug)]
pub struct SetInput<'a> {
    /// The set whose schemas these are.
    pub set: &'a MigrationSet,
    /// The schemas; `None` where they were not read, so that nothing is said about drift.
    pub schemas: Option<&'a Schemas>,
}

impl From<Project> for Input {
    /// A project of which no schema is read.
    fn from(project: Project) -> Self {
        let schemas = project.sets.iter().map(|_| None).collect();
        Self {
            project,
            schemas,
            ahead: None,
            kept: KeptReplays::default(),
        }
    }
}

impl Input {
    /// Reads the schemas beside the sets that are wanted. Call it where the stack is deep: see
    /// [`crate::sql::on_big_stack`].
    pub fn read(
        tree: &dyn Tree,
        project: Project,
        versions: Versions,
        wanted: impl Fn(&MigrationSet) -> bool,
    ) -> Result<Self> {
        Self::read_again(tree, project, versions, wanted, &KeptReplays::default())
    }

    /// The same in a session, whose earlier checks have replayed most of it.
    pub(crate) fn read_again(
        tree: &dyn Tree,
        project: Project,
        versions: Versions,
        wanted: impl Fn(&MigrationSet) -> bool,
        kept: &KeptReplays,
    ) -> Result<Self> {
        let mut schemas = Vec::with_capacity(project.sets.len());
        for set in &project.sets {
            schemas.push(if wanted(set) {
                Some(beside(tree, set, versions)?)
            } else {
                None
            });
        }
        Ok(Self {
            project,
            schemas,
            ahead: None,
            kept: kept.clone(),
        })
    }

    /// The same, with the threads that read its migrations, which end with it.
    #[must_use]
    pub(crate) fn read_by(mut self, ahead: Option<AheadThreads>) -> Self {
        self.ahead = ahead;
        self
    }

    /// Every set with its schemas.
    pub fn sets(&self) -> impl Iterator<Item = SetInput<'_>> {
        let schemas = self.schemas.iter().map(Option::as_ref);
        self.project
            .sets
            .iter()
            .zip(schemas)
            .map(|(set, schemas)| SetInput { set, schemas })
    }
}
