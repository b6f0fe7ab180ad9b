//! Scripts that platforms start by their names, and what scripts say by themselves.

use std::collections::BTreeSet;

use super::{WorkflowReader, is_foreign};
use crate::project::tree::{ending, file_name, is_under, parent};
use crate::workflow::command::{names_program, telling_words};
use crate::workflow::expand::{FileView, Frame};
use crate::workflow::packages::{Package, Packages};
use crate::workflow::platform;
use crate::workflow::purpose::{self, Purpose};
use crate::workflow::run::Layer;
use crate::workflow::targets::Targets;
use crate::workflow::text::Text;
use crate::workflow::{Launcher, Workflow};

/// Scripts that platforms run.
pub(super) const STARTED: &[&str] = &[
    "build",
    "vercel-build",
    "start",
    "start:prod",
    "start:production",
    "prod",
    "prestart",
    "prebuild",
    "postbuild",
    "postinstall",
    "heroku-postbuild",
    "heroku-prebuild",
    "release",
];

/// Whether a shell script's own name says that it deploys.
pub(super) fn deploys(path: &str) -> bool {
    let words = purpose::words(file_name(path));
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(&["deploy", "deployment", "release", "prod", "production"])
        && !has(&[
            "check", "test", "tests", "dev", "local", "staging", "preview", "undeploy", "notes",
            "setup",
        ])
}

/// Words without which a text reaches no database command: those of the tools, and the names of
/// scripts and targets that lead to one.
pub(super) struct HotWords(BTreeSet<String>);

impl HotWords {
    pub(super) fn of(packages: &Packages, targets: &Targets) -> Self {
        let mut hot = Self(BTreeSet::new());
        loop {
            let before = hot.0.len();
            for script in packages.all().iter().flat_map(|package| &package.scripts) {
                if !hot.0.contains(&script.name) && hot.found_in(script.text.as_str()) {
                    hot.0.insert(script.name.clone());
                }
            }
            for target in targets.all() {
                let lines = || target.lines.iter().any(|line| hot.found_in(line.as_str()));
                if !hot.0.contains(&target.name) && lines() {
                    hot.0.insert(target.name.clone());
                }
            }
            if hot.0.len() == before {
                return hot;
            }
        }
    }

    /// Whether a text has one. A name counts as a word of its own: `build` is part of most texts,
    /// and a job that only says `build-push-action` or has that name reads no script.
    pub(super) fn found_in(&self, text: &str) -> bool {
        telling_words().any(|word| text.contains(word))
            || self.0.iter().any(|name| is_word_of(text, name))
    }
}

/// Whether a name stands in a text by itself, and not as a key.
fn is_word_of(text: &str, name: &str) -> bool {
    let inside = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | ':' | '.' | '@');
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            !before.is_some_and(inside) && !after.is_some_and(inside)
        })
}

impl WorkflowReader<'_, '_> {
    /// Scripts that platforms start by their names, scripts that deploy by theirs, and the commands
    /// of all scripts by themselves.
    pub(super) fn scripts(&self, workflow: &mut Workflow, places: &mut Vec<Launcher>) {
        for package in self.expander.packages.all() {
            let context = purpose::of_path(package.source.path());
            let hosted = context.is_none() && self.is_hosted(package);
            for script in &package.scripts {
                let text = script.text.as_str();
                if names_program(text) {
                    let runs = self.expander.script_alone(package, script);
                    workflow
                        .alone
                        .extend(runs.into_iter().filter(|run| run.chain.len() == 1));
                }
                if hosted && STARTED.contains(&script.name.as_str()) {
                    let runs = self.expander.script_alone(package, script);
                    places.push(Launcher {
                        layer: Layer::Script,
                        path: package.source.path().to_owned(),
                        name: script.name.clone(),
                        context: Purpose::Deploy,
                        build: false,
                        runs,
                        env: Vec::new(),
                    });
                }
            }
        }
        for path in self
            .files()
            .candidates()
            .iter()
            .filter(|path| ["sh", "bash"].contains(&ending(path)) && !is_foreign(path))
        {
            let Some(source) = self.files().source(path) else {
                continue;
            };
            if !telling_words().any(|word| source.text().contains(word)) {
                continue;
            }
            let frame = Frame::new(Layer::Shell, "", FileView::default(), parent(path));
            let runs = self.expander.run(&Text::whole(&source), &frame);
            workflow
                .alone
                .extend(runs.iter().filter(|run| run.chain.len() == 1).cloned());
            if deploys(path) {
                let context = purpose::of_path(path).unwrap_or(Purpose::Deploy);
                let name = file_name(path).to_owned();
                places.push(Launcher {
                    layer: Layer::Shell,
                    path: path.clone(),
                    name,
                    context,
                    build: false,
                    runs,
                    env: Vec::new(),
                });
            }
        }
        for target in self.expander.targets.all() {
            for line in &target.lines {
                let frame = Frame::new(
                    Layer::Target,
                    &target.name,
                    FileView::default(),
                    &target.folder,
                );
                if names_program(line.as_str()) {
                    let runs = self.expander.run(line, &frame);
                    workflow
                        .alone
                        .extend(runs.into_iter().filter(|run| run.chain.len() == 1));
                }
            }
        }
    }

    /// Whether a platform builds and starts a package by the names of its scripts.
    pub(super) fn is_hosted(&self, package: &Package) -> bool {
        let named = |path: &&String| {
            parent(path) == package.folder && platform::infers_scripts(file_name(path))
        };
        let images = || {
            self.images
                .keys()
                .any(|path| is_under(path, &package.folder) && purpose::of_path(path).is_none())
        };
        self.files().candidates().iter().any(|path| named(&path))
            || (package.depends_on("@vercel/") && !images())
    }
}
