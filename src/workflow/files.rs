//! The files of a tree, each read once.

use std::cell::RefCell;
use std::collections::HashMap;

use super::command::{CommandLine, command_lines};
use super::image::is_service_file;
use crate::error::Result;
use crate::project::tree::{Tree, ending, file_name};
use crate::source::Source;

/// A tree with its listing.
pub(crate) struct Files<'a> {
    tree: &'a dyn Tree,
    /// Every path of the tree, sorted.
    paths: Vec<String>,
    /// Those that can run a command or configure something, sorted.
    candidates: Vec<String>,
    /// Those that a supervisor may start in an image, sorted.
    services: Vec<String>,
    read: RefCell<HashMap<String, Option<Source>>>,
}

/// A command file that is larger is generated.
const MAX_BYTES: usize = 1 << 20;

/// Whether a file can be of any kind that is read, judged by the end of its name where it can be.
/// Every file of the repository is asked.
fn is_candidate(path: &str, tools: &[&CommandLine]) -> bool {
    let name = file_name(path);
    match ending(name) {
        "json" | "jsonc" | "yml" | "yaml" | "toml" | "sh" | "bash" | "mk" => true,
        _ => is_known_by_name(name) || tools.iter().any(|tool| (tool.configures)(name)),
    }
}

/// Whether the name of a file says what it is, whatever its ending.
fn is_known_by_name(name: &str) -> bool {
    const STARTS: [&str; 6] = [
        "Dockerfile",
        "Containerfile",
        "Procfile",
        "Makefile",
        "makefile",
        "GNUmakefile",
    ];
    const ENDS: [&str; 4] = [".Dockerfile", ".dockerfile", "justfile", "Justfile"];
    let first = name.as_bytes().first();
    let starts = matches!(first, Some(b'D' | b'C' | b'P' | b'M' | b'm' | b'G'));
    (starts && STARTS.iter().any(|it| name.starts_with(it)))
        || (name.ends_with("file") && ENDS.iter().any(|it| name.ends_with(it)))
}

impl<'a> Files<'a> {
    pub(crate) fn new(tree: &'a dyn Tree) -> Result<Self> {
        let mut paths = tree.files()?;
        paths.sort_unstable();
        let tools: Vec<_> = command_lines().collect();
        let candidates = paths.iter().filter(|path| is_candidate(path, &tools));
        let services = paths.iter().filter(|path| is_service_file(path));
        Ok(Self {
            candidates: candidates.cloned().collect(),
            services: services.cloned().collect(),
            tree,
            paths,
            read: RefCell::default(),
        })
    }

    /// The files that can run a command or configure something. Asking every file of a repository
    /// once for each kind cost more than reading those that are of one.
    pub(crate) fn candidates(&self) -> &[String] {
        &self.candidates
    }

    /// The files that a supervisor may start where an image has them.
    pub(crate) fn services(&self) -> &[String] {
        &self.services
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        let found = self.paths.binary_search_by(|it| it.as_str().cmp(path));
        found.is_ok()
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || !self.under(path).is_empty()
    }

    /// Every file below a folder.
    pub(crate) fn under(&self, folder: &str) -> &[String] {
        if folder.is_empty() {
            return &self.paths;
        }
        let first = format!("{folder}/");
        let start = self.paths.partition_point(|path| *path < first);
        let length = self.paths[start..].partition_point(|path| path.starts_with(&first));
        &self.paths[start..start + length]
    }

    /// A file's text; `None` if there is none, or it cannot be read, or is too large to be written
    /// by people.
    pub(crate) fn source(&self, path: &str) -> Option<Source> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let bytes = self.has(path).then(|| self.tree.read(path).ok().flatten());
        let source = bytes
            .flatten()
            .filter(|bytes| bytes.len() <= MAX_BYTES)
            .map(|bytes| Source::from_bytes(path.to_owned(), bytes));
        self.read
            .borrow_mut()
            .insert(path.to_owned(), source.clone());
        source
    }

    /// Whether git ignores a file that is there all the same.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        self.tree.ignores(path)
    }
}
