//! What setting a project up takes: which tools it has, and which files would be written.
//!
//! Nothing is written here. A plan is made from a tree and shown to the user first; what is there
//! already is only added to.

mod ci;
mod config;
pub mod hooks;

use crate::error::Result;
use crate::project::Project;
use crate::project::discover::ancestors;
use crate::project::tree::{Tree, ending, file_name, is_under, join};
use hooks::Manager;

/// Files to be written, and what was found.
#[derive(Debug, Default)]
pub struct Plan {
    /// What the project has, a line each.
    pub found: Vec<String>,
    /// Files that would be new or longer.
    pub changes: Vec<PlannedFile>,
    /// What has to be done by hand, and why.
    pub remarks: Vec<String>,
    /// Whether a plain git hook is to be installed.
    pub hook: bool,
}

/// One file of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Relative to the root.
    pub path: String,
    /// What is there now.
    pub before: Option<String>,
    /// What would be there.
    pub after: String,
}

/// What is known of the project beside its migrations.
pub(crate) struct ProjectFacts<'a> {
    tree: &'a dyn Tree,
    project: &'a Project,
    files: Vec<String>,
}

impl ProjectFacts<'_> {
    fn has(&self, path: &str) -> bool {
        self.files
            .binary_search_by(|it| it.as_str().cmp(path))
            .is_ok()
    }

    fn text(&self, path: &str) -> Result<Option<String>> {
        let bytes = self.tree.read(path)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The folder of the package that a path belongs to.
    fn package<'p>(&self, path: &'p str) -> Option<&'p str> {
        ancestors(path).find(|folder| self.has(&join(folder, "package.json")))
    }
}

/// Plans what `driftlint init` does.
pub fn plan(tree: &dyn Tree, project: &Project, manager: &Manager) -> Result<Plan> {
    let mut files = tree.files()?;
    files.sort_unstable();
    let facts = ProjectFacts {
        tree,
        project,
        files,
    };
    let mut plan = Plan::default();
    found(&facts, manager, &mut plan);
    config::plan(&facts, &mut plan)?;
    hooks::plan(&facts, manager, &mut plan)?;
    ci::plan(&facts, &mut plan)?;
    Ok(plan)
}

fn found(facts: &ProjectFacts, manager: &Manager, plan: &mut Plan) {
    for set in &facts.project.sets {
        let folder = if set.folder.is_empty() {
            "."
        } else {
            &set.folder
        };
        let count = set.migrations.len();
        plan.found.push(format!(
            "{folder}: {count} {} of {}, {} ({})",
            if count == 1 {
                "migration"
            } else {
                "migrations"
            },
            set.runner.name(),
            set.dialect.name(),
            set.dialect_from
        ));
        plan.found.extend(
            set.declared
                .iter()
                .map(|it| format!("{}: its schema", it.path)),
        );
    }
    for other in &facts.project.unsupported {
        plan.found
            .push(format!("{}: not judged, {}", other.folder, other.reason));
    }
    if facts.project.sets.is_empty() {
        plan.found.push("no migrations yet".to_owned());
    }
    plan.found.push(format!("hooks: {}", manager.name()));
    let ci: Vec<&str> = [
        (
            "GitHub Actions",
            facts.files.iter().any(|it| {
                is_under(it, ".github/workflows") && matches!(ending(it), "yml" | "yaml")
            }),
        ),
        ("GitLab", facts.has(".gitlab-ci.yml")),
        ("CircleCI", facts.has(".circleci/config.yml")),
    ]
    .into_iter()
    .filter_map(|(name, is)| is.then_some(name))
    .collect();
    let none = "none was found".to_owned();
    plan.found.push(format!(
        "CI: {}",
        if ci.is_empty() { none } else { ci.join(", ") }
    ));
    if facts
        .files
        .iter()
        .any(|it| file_name(it) == "driftlint.toml" || file_name(it) == ".driftlint.toml")
    {
        plan.found
            .push("driftlint.toml: it stays as it is".to_owned());
    }
}
