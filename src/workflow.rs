//! The workflow around migrations: which commands compose files, images, scripts, CI, hosting
//! platforms and start-up code run, and where.
//!
//! ```text
//! places: compose, images, CI, platforms, scripts ─▶ expand: wrappers, scripts, files ─▶ runs ─▶ rules
//! ```
//!
//! Everything is read from a [`Tree`], so that the index and commits are judged like the files on
//! disk, and nothing is asked of the outside. What cannot be read is kept with the reason.

pub mod compose;
pub mod purpose;
pub mod run;

mod ci;
mod code;
pub(crate) mod command;
mod expand;
mod files;
mod ignore;
mod image;
mod packages;
mod platform;
mod read;
mod shell;
mod targets;
mod text;
mod value;
pub(crate) mod version;

pub use command::Action;
pub use compose::Compose;
pub use ignore::{Excluded, ExcludedBy};
pub use purpose::Purpose;
pub use run::{ChainLink, CommandRun, Layer};
pub use version::Version;

use std::collections::BTreeSet;

use run::EnvAssignment;

use crate::error::Result;
use crate::project::Project;
use crate::project::tree::{Tree, file_name};

/// Words of which code that may apply migrations has one.
fn mentions() -> impl Iterator<Item = &'static str> {
    std::iter::once("migrat").chain(command::in_code())
}

/// Everything that is known about the workflow of a tree.
#[derive(Debug, Default)]
pub struct Workflow {
    /// Places that run commands by themselves.
    pub places: Vec<Launcher>,
    /// Commands of texts that name a tool, as they stand there, whether or not anything calls them.
    pub alone: Vec<CommandRun>,
    /// The compose files of the project.
    pub composes: Vec<Compose>,
    /// Migrations that git or Docker leaves out.
    pub excluded: Vec<Excluded>,
    /// Files that could not be read.
    pub unread: Vec<UnparsedFile>,
    /// Files that were read.
    pub files: usize,
    /// Whether a script works on a service of a compose file and may bring its schema up.
    pub works_on_services: bool,
    /// Services whose code may apply migrations in a way that is not seen.
    pub may_apply: BTreeSet<ServiceKey>,
}

/// Which service of which compose file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceKey {
    /// The path of the compose file.
    pub file: String,
    /// The service's name in it.
    pub name: String,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnparsedFile {
    /// The path of the file.
    pub path: String,
    /// Why it is not seen, for people.
    pub reason: String,
}

impl UnparsedFile {
    pub(crate) fn new(path: &str, reason: String) -> Self {
        Self {
            path: path.to_owned(),
            reason,
        }
    }
}

/// A place that runs commands by itself: a service, an image, a job.
#[derive(Debug)]
pub struct Launcher {
    /// What kind of place.
    pub layer: Layer,
    /// The path of the file.
    pub path: String,
    /// The service, job or process.
    pub name: String,
    /// Where its commands run.
    pub context: Purpose,
    /// Whether they run while an image is built.
    pub build: bool,
    /// What it runs, in order.
    pub runs: Vec<CommandRun>,
    /// What its image sets.
    pub env: Vec<EnvAssignment>,
}

impl Workflow {
    /// Reads the workflow of a tree; the project's sets say where migrations are.
    pub fn read(tree: &dyn Tree, project: &Project) -> Result<Self> {
        read::workflow(tree, project)
    }

    /// Whether a file can be a part of it, judged by its name.
    pub fn may_hold(path: &str) -> bool {
        let name = file_name(path);
        read::is_known(path)
            || image::is_service_file(path)
            || matches!(
                name,
                ".gitignore" | ".dockerignore" | "action.yml" | "action.yaml"
            )
            || name.ends_with(".dockerignore")
            || [".sh", ".bash"].iter().any(|end| name.ends_with(end))
    }

    /// What code says that may apply migrations when it is started: an extended regular expression.
    pub fn mention() -> String {
        let words: Vec<&str> = mentions().collect();
        words.join("|")
    }

    /// Whether code speaks of migrations, so that starting it may apply them.
    pub fn is_mentioned(text: &str) -> bool {
        mentions().any(|word| text.contains(word))
    }

    /// Whether the code of a service may apply migrations in a way that is not seen.
    pub fn may_apply(&self, service: &compose::Service) -> bool {
        self.may_apply.contains(&service.key())
    }

    /// Whether it runs a tool whose commands these rules know.
    pub fn speaks(&self) -> bool {
        let placed = self.places.iter().flat_map(|place| &place.runs);
        placed.chain(&self.alone).any(|run| run.tool.is_some())
    }

    /// Whether anything here runs something, so that these rules have something to judge.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
            && self.composes.is_empty()
            && self.unread.is_empty()
            && self.excluded.is_empty()
    }
}

impl Launcher {
    /// The context of one of its runs.
    pub fn context_of(&self, index: usize) -> Purpose {
        if matches!(self.context, Purpose::Development | Purpose::Test) {
            return self.context;
        }
        let run = &self.runs[index];
        for step in run.chain.iter().filter(|step| step.layer == Layer::Shell) {
            if let Some(context) = purpose::of_path(step.source.path()) {
                return context;
            }
        }
        purpose::of_run(run, &self.runs[index + 1..]).unwrap_or(self.context)
    }

    /// The runs that are not in a function that nothing calls, with their contexts.
    pub fn called(&self) -> impl Iterator<Item = (&CommandRun, Purpose)> {
        let all = self
            .runs
            .iter()
            .enumerate()
            .filter(|(_, run)| !run.uncalled);
        all.map(|(index, run)| (run, self.context_of(index)))
    }
}
