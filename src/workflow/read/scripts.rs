//! Scripts that platforms start by their names, and what scripts say by themselves.

use aho_corasick::AhoCorasick;

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

/// Scripts that package managers run when they install.
const INSTALLED: &[&str] = &["preinstall", "install", "postinstall", "prepare"];

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
pub(super) struct HotWords {
    /// The words of the tools stand first.
    words: Vec<String>,
    /// How many are the tools'.
    tools: usize,
    /// All CI files of a project are searched, and most hold none of the words.
    automaton: AhoCorasick,
}

impl HotWords {
    pub(super) fn of(packages: &Packages, targets: &Targets) -> Self {
        let mut hot = Self::new(telling_words().map(str::to_owned).collect());
        let scripts = packages.all().iter().flat_map(|package| &package.scripts);
        let mut cold: Vec<(&str, Vec<&str>)> = scripts
            .map(|script| (script.name.as_str(), vec![script.text.as_str()]))
            .collect();
        cold.extend(targets.all().iter().map(|target| {
            let lines = target.lines.iter().map(Text::as_str);
            (target.name.as_str(), lines.collect())
        }));
        loop {
            let (found, rest): (Vec<_>, Vec<_>) = cold
                .into_iter()
                .partition(|(_, texts)| texts.iter().any(|it| hot.found_in(it)));
            cold = rest;
            let mut names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
            if names.iter().any(|name| INSTALLED.contains(name)) {
                names.extend(["install", "ci"]);
            }
            names.retain(|name| !name.is_empty());
            if names.is_empty() {
                return hot;
            }
            let words = hot.words.iter().map(String::as_str).chain(names);
            hot = Self::new(words.map(str::to_owned).collect());
        }
    }

    fn new(words: Vec<String>) -> Self {
        let automaton = AhoCorasick::new(&words).expect("the words fit into memory");
        Self {
            tools: telling_words().count(),
            words,
            automaton,
        }
    }

    /// Whether a text has one. A name counts as a word of its own: `build` is part of most texts,
    /// and a job that only says `build-push-action` or has that name reads no script.
    pub(super) fn found_in(&self, text: &str) -> bool {
        let mut found = self.automaton.find_overlapping_iter(text);
        found.any(|found| {
            let before = &text[..found.start()];
            let after = &text[found.end()..];
            if found.pattern().as_usize() < self.tools {
                // A host that may be reached, `files.tool.org`, is no command.
                !(before.ends_with('.') && after.starts_with('.'))
            } else {
                is_apart(before, after)
            }
        })
    }
}

/// Whether a text names a shell script; `github.sha` is none.
pub(super) fn names_script(text: &str) -> bool {
    let mut ends = text.match_indices(".sh");
    ends.any(|(at, end)| !text[at + end.len()..].starts_with(|sign: char| sign.is_alphanumeric()))
}

/// Whether a step that names neither a tool nor a script that leads to one may reach one all the
/// same: through the files of an image, another script, or code that is started.
pub(super) fn starts_something(text: &str) -> bool {
    const STARTERS: &[&str] = &[
        "docker", "podman", "compose", "node", "tsx", "bun", "deno", "python", "php", "ruby",
        "java", "sh ", "./",
    ];
    STARTERS.iter().any(|word| text.contains(word))
}

/// Whether a name stands by itself between two texts, and not as a key.
fn is_apart(before: &str, after: &str) -> bool {
    let inside = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | ':' | '.' | '@');
    !before.ends_with(inside) && !after.starts_with(inside)
}

impl WorkflowReader<'_, '_> {
    /// Scripts that platforms start by their names, scripts that deploy by theirs, and the commands
    /// of all scripts by themselves.
    pub(super) fn scripts(&self, workflow: &mut Workflow, places: &mut Vec<Launcher>) {
        for package in self.expander.packages.all() {
            let context = purpose::of_path(package.source.path());
            let hosted = context.is_none() && self.is_hosted(package);
            for script in &package.scripts {
                let (name, folder) = (&script.name, &package.folder);
                let frame = || Frame::new(Layer::Script, name, FileView::default(), folder);
                if names_program(script.text.as_str()) {
                    let runs = self.expander.run_alone(&script.text, frame());
                    workflow.alone.extend(runs);
                }
                if hosted && STARTED.contains(&script.name.as_str()) {
                    let runs = self.expander.run(&script.text, &frame());
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
            let frame = || Frame::new(Layer::Shell, "", FileView::default(), parent(path));
            let text = Text::whole(&source);
            if names_program(text.as_str()) {
                let runs = self.expander.run_alone(&text, frame());
                workflow.alone.extend(runs);
            }
            if deploys(path) && telling_words().any(|word| text.as_str().contains(word)) {
                let runs = self.expander.run(&text, &frame());
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
                    workflow.alone.extend(self.expander.run_alone(line, frame));
                }
            }
        }
    }

    /// Whether a platform builds and starts a package by the names of its scripts.
    pub(super) fn is_hosted(&self, package: &Package) -> bool {
        let images = self.images.keys();
        let mut images = images.filter(|path| is_under(path, &package.folder));
        self.files()
            .candidates()
            .iter()
            .any(|path| parent(path) == package.folder && platform::infers_scripts(file_name(path)))
            || (package.depends_on("@vercel/")
                && !images.any(|path| purpose::of_path(path).is_none()))
    }
}
