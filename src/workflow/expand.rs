//! Follows a command to what it runs in the end: through wrappers, package scripts, targets, shell
//! scripts and the files of an image.

mod call;
mod code;
mod find;
mod framework;
mod manager;
mod note;
mod package_script;
mod remote;
mod script;
mod start;
mod structure;
mod tasks;
mod wrapper;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::compose::Mount;
use super::files::Files;
use super::image::Image;
use super::packages::Packages;
use super::run::{ChainLink, Environment, Guard, Layer, LostFailure};
use super::shell::{CommandList, Word};
use super::targets::Targets;
use super::text::Text;

/// Longer ways than this are circles.
const MAX_STEPS: usize = 10;
/// More commands than this in one place are no workflow that people wrote.
const MAX_RUNS: usize = 2000;

/// What is needed to follow commands.
pub(crate) struct Expander<'a> {
    pub(crate) files: &'a Files<'a>,
    pub(crate) packages: &'a Packages,
    pub(crate) targets: &'a Targets,
    programs: RefCell<HashMap<String, Rc<code::Program>>>,
    parsed: RefCell<HashMap<String, Rc<CommandList>>>,
}

/// The files that a command sees: those of an image and what is mounted over them, or, without one,
/// those of the repository.
#[derive(Clone, Default)]
pub(crate) struct FileView<'a> {
    pub(crate) image: Option<(&'a Image, usize)>,
    /// The folder that the image is built from.
    pub(crate) context: String,
    /// What a container sees of the repository.
    pub(crate) mounts: Vec<Mount>,
    /// Whether paths are those of a container.
    pub(crate) inside: bool,
}

/// The circumstances of a command.
#[derive(Clone)]
pub(crate) struct Frame<'a> {
    pub(crate) view: Rc<FileView<'a>>,
    /// The current folder: of the repository, or absolute in an image.
    pub(crate) folder: String,
    pub(crate) env: Environment,
    pub(crate) layer: Layer,
    /// The name of the script, job or service that the text belongs to.
    pub(crate) name: String,
    pub(crate) chain: Vec<ChainLink>,
    guards: Arc<Vec<Guard>>,
    ignored: Option<LostFailure>,
    looping: bool,
    uncalled: bool,
    /// Whether nothing that a command calls is looked at.
    alone: bool,
    /// Whether a failure stops the script: `set -e`.
    strict: bool,
    /// What `"$@"` stands for.
    arguments: Option<Rc<Arguments>>,
    functions: Rc<Functions>,
    /// The folder of the script that is run.
    own: Option<String>,
}

/// Words that a script is given.
struct Arguments {
    text: Text,
    words: Vec<Word>,
}

#[derive(Default)]
struct Functions {
    bodies: HashMap<String, CommandList>,
    called: RefCell<Vec<String>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(layer: Layer, name: &str, view: FileView<'a>, folder: &str) -> Self {
        Self {
            view: Rc::new(view),
            folder: folder.to_owned(),
            env: Environment::default(),
            layer,
            name: name.to_owned(),
            chain: Vec::new(),
            guards: Arc::default(),
            ignored: None,
            looping: false,
            uncalled: false,
            alone: false,
            strict: false,
            arguments: None,
            functions: Rc::default(),
            own: None,
        }
    }
}

impl<'a> Expander<'a> {
    pub(crate) fn new(files: &'a Files<'a>, packages: &'a Packages, targets: &'a Targets) -> Self {
        Self {
            files,
            packages,
            targets,
            programs: RefCell::default(),
            parsed: RefCell::default(),
        }
    }

    /// Enters another text: its commands are a step further.
    fn enter(frame: &Frame<'a>, here: ChainLink, layer: Layer, name: &str) -> Option<Frame<'a>> {
        let circles = frame.chain.iter().any(|step| {
            step.source.path() == here.source.path()
                && step.span == here.span
                && step.layer == here.layer
        });
        if frame.alone || circles || frame.chain.len() >= MAX_STEPS {
            return None;
        }
        let mut inside = frame.clone();
        inside.chain.push(here);
        inside.layer = layer;
        name.clone_into(&mut inside.name);
        inside.functions = Rc::default();
        inside.arguments = None;
        inside.looping = false;
        inside.strict = false;
        Some(inside)
    }
}
