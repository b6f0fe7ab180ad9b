//! Package managers: which packages are meant, and what `run` and `install` start in them.

use std::rc::Rc;

use super::package_script::has;
use super::wrapper::Call;
use super::{Expander, Frame};
use crate::workflow::packages::Package;
use crate::workflow::run::CommandRun;
use crate::workflow::shell::Word;

/// Words of package managers that are no scripts.
const BUILT_IN: &[&str] = &[
    "add",
    "audit",
    "cache",
    "config",
    "create",
    "dedupe",
    "deploy",
    "help",
    "import",
    "info",
    "init",
    "link",
    "list",
    "ls",
    "outdated",
    "pack",
    "patch",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "rm",
    "root",
    "setup",
    "store",
    "uninstall",
    "unlink",
    "up",
    "update",
    "upgrade",
    "version",
    "why",
    "x",
    "pm",
    "global",
    "set",
    "env",
    "self-update",
    "build-image",
];

/// What a package manager's options say.
#[derive(Default)]
pub(super) struct PackageOptions<'w> {
    pub(super) filters: Vec<&'w str>,
    pub(super) folder: Option<&'w str>,
    pub(super) recursive: bool,
    /// Where the first word is that is no option.
    pub(super) at: usize,
}

impl<'a> Expander<'a> {
    pub(super) fn manager(
        &self,
        name: &str,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let mut asked = options(name, &call.words[1..], 1);
        let mut frame = frame.clone();
        if let Some(folder) = asked.folder {
            frame.folder = Self::folder(&frame, folder);
        }
        if name.starts_with("yarn") && call.word(asked.at) == "workspace" {
            asked.filters.push(call.word(asked.at + 1));
            asked.at += 2;
        } else if name.starts_with("yarn") && call.word(asked.at) == "workspaces" {
            asked.recursive = true;
            asked.at += if call.word(asked.at + 1) == "foreach" {
                2
            } else {
                1
            };
            while call.word(asked.at).starts_with('-') {
                asked.at += 1;
            }
        }
        let packages = self.chosen(&asked, &frame);
        let verb = call.word(asked.at);
        match verb {
            "exec" | "dlx" | "x" => {
                for mut inside in Self::frames(packages.as_deref(), &frame) {
                    self.tool(call, asked.at + 1, &mut inside, runs);
                }
            }
            "run" | "run-script" | "start" | "test" | "stop" | "restart" => {
                let mut at = asked.at + usize::from(verb.starts_with("run"));
                // `npm run -w P X`, `bun run --watch X`.
                let more = options(name, &call.words[at..], at);
                let watched = call.words[at..more.at]
                    .iter()
                    .any(|word| matches!(word.text.as_str(), "--watch" | "--hot"));
                at = more.at;
                let rest = options(name, &call.words[(at + 1).min(call.words.len())..], at + 1);
                asked.filters.extend(more.filters);
                if matches!(name, "npm") {
                    asked.filters.extend(rest.filters);
                }
                if let Some(folder) = more.folder {
                    frame.folder = Self::folder(&frame, folder);
                }
                let packages = self.chosen(&asked, &frame);
                self.run_named(name, call, at, packages.as_deref(), watched, &frame, runs);
            }
            "install" | "ci" | "i" | "" => self.installs(name, call, verb, &frame, runs),
            _ if BUILT_IN.contains(&verb) => {}
            _ => self.run_named(
                name,
                call,
                asked.at,
                packages.as_deref(),
                false,
                &frame,
                runs,
            ),
        }
    }

    /// The packages that options name; `None` if they name none.
    fn chosen(&self, asked: &PackageOptions, frame: &Frame<'a>) -> Option<Vec<&'a Package>> {
        if !asked.filters.is_empty() {
            let from = if frame.view.inside {
                frame.view.context.clone()
            } else {
                frame.folder.clone()
            };
            let root = self
                .packages
                .all()
                .iter()
                .map(|it| it.folder.as_str())
                .min_by_key(|it| it.len());
            let named = asked.filters.iter().flat_map(|filter| {
                let here = self.packages.named(filter, &from);
                if here.is_empty() {
                    self.packages.named(filter, root.unwrap_or_default())
                } else {
                    here
                }
            });
            return Some(named.collect());
        }
        asked
            .recursive
            .then(|| self.packages.all().iter().collect())
    }

    fn frames(packages: Option<&[&'a Package]>, frame: &Frame<'a>) -> Vec<Frame<'a>> {
        match packages {
            None => vec![frame.clone()],
            Some(packages) => packages
                .iter()
                .map(|package| Self::at_package(package, frame))
                .collect(),
        }
    }

    /// The same circumstances in a package's folder.
    pub(super) fn at_package(package: &Package, frame: &Frame<'a>) -> Frame<'a> {
        let mut inside = frame.clone();
        if frame.view.inside {
            // Where it lies in the image is not needed: what it runs is read from the repository.
            Rc::make_mut(&mut inside.view).inside = false;
        }
        inside.folder.clone_from(&package.folder);
        inside
    }

    /// A script of the chosen packages; else a program of theirs.
    #[expect(
        clippy::too_many_arguments,
        reason = "one call, and all of it differs between its two users"
    )]
    fn run_named(
        &self,
        manager: &str,
        call: &Call,
        at: usize,
        packages: Option<&[&'a Package]>,
        watched: bool,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let script = call.word(at);
        if script.is_empty() {
            return;
        }
        let mut rest = &call.words[(at + 1).min(call.words.len())..];
        if manager == "npm" {
            // npm keeps options to itself up to `--`.
            rest = match rest.iter().position(|word| word.text == "--") {
                Some(dashes) => &rest[dashes + 1..],
                None => {
                    &rest[rest
                        .iter()
                        .take_while(|word| word.text.starts_with('-'))
                        .count()..]
                }
            };
        }
        let known: Vec<&Package> = match packages {
            Some(packages) => packages
                .iter()
                .copied()
                .filter(|it| has(it, script))
                .collect(),
            None => self
                .package(frame)
                .into_iter()
                .filter(|it| has(it, script))
                .collect(),
        };
        for package in &known {
            let inside = if packages.is_some() {
                Self::at_package(package, frame)
            } else {
                frame.clone()
            };
            self.scripts(package, script, rest, call, &inside, runs);
        }
        if !known.is_empty() || manager == "npm" {
            return;
        }
        for mut inside in Self::frames(packages, frame) {
            let words = &call.words[at..];
            let is_file = script.contains(['/', '.']) && manager == "bun";
            if is_file {
                let (text, here) = (call.text, call.here.clone());
                self.program(&Call { words, text, here }, 0, watched, &inside, runs);
            } else {
                let (text, here) = (call.text, call.here.clone());
                self.words(Call { words, text, here }, &mut inside, runs);
            }
        }
    }

    /// `npm ci` runs the package's own hooks.
    fn installs(
        &self,
        manager: &str,
        call: &Call,
        verb: &str,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let asked: Vec<&str> = call.words.iter().map(|word| word.text.as_str()).collect();
        let adds = verb != "ci" && asked.iter().skip(2).any(|word| !word.starts_with('-'));
        if adds
            || asked.contains(&"--ignore-scripts")
            || asked.contains(&"-g")
            || (verb.is_empty() && manager != "yarn")
        {
            return;
        }
        let Some(package) = self.package(frame) else {
            return;
        };
        for hook in ["preinstall", "install", "postinstall"] {
            if let Some(script) = package.script(hook) {
                self.script(package, script, &[], &call.here, frame, runs);
            }
        }
    }
}

/// Reads options up to the first word that is not an option; `from` is the index of `words` in all
/// words.
pub(super) fn options<'w>(name: &str, words: &'w [Word], from: usize) -> PackageOptions<'w> {
    let mut asked = PackageOptions::default();
    let mut at = 0;
    while let Some(word) = words.get(at).map(|word| word.text.as_str()) {
        if !word.starts_with('-') || word == "--" {
            break;
        }
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word, None),
        };
        let next = words.get(at + 1).map(|word| word.text.as_str());
        let takes = match option {
            "--filter" | "-F" | "--workspace" | "--scope" => {
                asked.filters.extend(value.or(next));
                true
            }
            // pnpm's `-w` is the root of the workspace.
            "-w" if name == "npm" => {
                asked.filters.extend(next);
                true
            }
            "--cwd" | "--dir" | "-C" | "--prefix" | "--root" => {
                asked.folder = value.or(next);
                true
            }
            "-r" | "--recursive" | "--workspaces" | "-ws" => {
                asked.recursive = name != "bun";
                false
            }
            "--env-file" | "--config" | "--loglevel" => true,
            _ => false,
        };
        at += if takes && value.is_none() { 2 } else { 1 };
    }
    asked.at = from + at.min(words.len());
    asked
}
