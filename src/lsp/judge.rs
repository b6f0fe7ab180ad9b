//! What driftlint says of the open buffers. Those of one repository that share a configuration are
//! judged together, for a migration is judged by the schema and the schema by the migrations.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::diagnostics::{self, Published};
use super::documents::{Buffer, Documents};
use super::files::DiskFiles;
use crate::check::Report;
use crate::config::Config;
use crate::diagnostic::Confidence;
use crate::error::Result;
use crate::project::tree::Overlay;
use crate::replay::KeptReplays;
use crate::schema::input::Input;
use crate::workspace::{Configuration, Workspace, root_of};

/// A repository and the configuration that applies somewhere in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Home {
    root: PathBuf,
    config: Option<PathBuf>,
}

/// The outcome for the buffers of one home.
pub(super) struct Judgement {
    pub(super) workspace: Workspace,
    pub(super) input: Input,
    pub(super) report: Report,
    /// Files that the default branch has.
    pub(super) merged: BTreeSet<String>,
    /// The buffers by URI, with their paths relative to the root.
    pub(super) documents: BTreeMap<String, String>,
}

/// All outcomes, and what is kept between two of them.
#[derive(Default)]
pub(super) struct Judgements {
    homes: HashMap<PathBuf, Home>,
    files: HashMap<PathBuf, DiskFiles>,
    /// Roots whose files are to be listed again.
    stale: BTreeSet<PathBuf>,
    merged: HashMap<Home, BTreeSet<String>>,
    of: HashMap<Home, Judgement>,
    kept: HashMap<Home, KeptReplays>,
}

impl Judgements {
    /// Forgets what files there are, and what git says of them.
    pub(super) fn refresh(&mut self) {
        self.homes.clear();
        self.stale.extend(self.files.keys().cloned());
        self.merged.clear();
    }

    /// The outcome that holds for a buffer.
    pub(super) fn of(&self, uri: &str) -> Option<&Judgement> {
        let mut all = self.of.values();
        all.find(|judgement| judgement.documents.contains_key(uri))
    }

    /// Judges what has changed. Returns what the editor is to show, one message for each buffer.
    pub(super) fn settle(&mut self, documents: &mut Documents, folders: &[PathBuf]) -> Vec<Value> {
        let changed = documents.take_changed();
        let mut homes = BTreeSet::new();
        let mut out = Vec::new();
        for uri in &changed {
            match documents.get(uri) {
                Some(buffer) if buffer.matters() => {
                    homes.insert(self.home(&buffer.path, folders));
                }
                Some(buffer) => out.push(diagnostics::message(uri, buffer, &[])),
                None => {}
            }
        }
        for home in homes {
            let own: Vec<(&String, &Buffer)> = documents
                .iter()
                .filter(|(_, buffer)| buffer.matters())
                .filter(|(_, buffer)| self.home(&buffer.path, folders) == home)
                .collect();
            let judged = self.judge(&home, &own, folders);
            for (uri, buffer) in own {
                let found = match &judged {
                    Ok(judgement) => diagnostics::of_buffer(judgement, uri, buffer),
                    Err(error) => vec![Published::unjudged(&error.to_string())],
                };
                out.push(diagnostics::message(uri, buffer, &found));
            }
            match judged {
                Ok(judgement) => _ = self.of.insert(home, judgement),
                Err(_) => _ = self.of.remove(&home),
            }
        }
        out
    }

    fn home(&mut self, path: &Path, folders: &[PathBuf]) -> Home {
        if let Some(known) = self.homes.get(path) {
            return known.clone();
        }
        let start = path.parent().unwrap_or(path);
        let here = here(path, folders);
        let home = Home {
            root: root_of(start).unwrap_or(here),
            // One that cannot be looked for is reported when it is to be read.
            config: Config::find(start).ok().flatten(),
        };
        self.homes.insert(path.to_owned(), home.clone());
        home
    }

    fn judge(
        &mut self,
        home: &Home,
        buffers: &[(&String, &Buffer)],
        folders: &[PathBuf],
    ) -> Result<Judgement> {
        let first = buffers.first().map_or(&home.root, |(_, it)| &it.path);
        let paths: Vec<String> = buffers
            .iter()
            .map(|(_, buffer)| buffer.path.to_string_lossy().into_owned())
            .collect();
        let named: Vec<&str> = paths.iter().map(String::as_str).collect();
        let mut workspace = Workspace::open(&here(first, folders), &named, Configuration::Nearest)?;
        let kept = self.kept.entry(home.clone());
        workspace.kept = kept.or_insert_with(KeptReplays::of_session).clone();
        let mut documents = BTreeMap::new();
        for ((uri, buffer), path) in buffers.iter().zip(&workspace.paths) {
            workspace.edited.insert(path.clone(), buffer.text.clone());
            documents.insert((*uri).clone(), path.clone());
        }
        let disk = self
            .files
            .entry(workspace.root.clone())
            .or_insert_with(|| DiskFiles::new(workspace.worktree()));
        if self.stale.remove(&workspace.root) {
            disk.relist(workspace.worktree());
        }
        let tree = Overlay::of_texts(disk, &workspace.edited);
        let options = workspace.load_options(None);
        let (input, scope) = workspace.read_tree(&tree, &options)?;
        let merged = match self.merged.get(home) {
            Some(known) => known.clone(),
            None => workspace.merged_files(&input.project)?.unwrap_or_default(),
        };
        self.merged.insert(home.clone(), merged.clone());
        let mut report = crate::check(&input, &workspace.config, &scope);
        report
            .diagnostics
            .retain(|found| found.confidence == Confidence::High);
        Ok(Judgement {
            workspace,
            input,
            report,
            merged,
            documents,
        })
    }
}

/// The folder that a file is looked at from: the innermost one that is open in the editor, else its
/// own.
fn here(path: &Path, folders: &[PathBuf]) -> PathBuf {
    let around = folders.iter().filter(|folder| path.starts_with(folder));
    let innermost = around.max_by_key(|folder| folder.components().count());
    let own = path.parent().unwrap_or(path);
    innermost.map_or(own, PathBuf::as_path).to_path_buf()
}
