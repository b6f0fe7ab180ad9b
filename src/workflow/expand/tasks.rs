//! Task runners of monorepos, Deno, make and its kin, and interpreters.

use super::manager::options;
use super::package_script::has;
use super::wrapper::{Call, tool_name};
use super::{Expander, Frame};
use crate::source::Span;
use crate::workflow::packages::Package;
use crate::workflow::run::{ChainLink, CommandRun, Layer};
use crate::workflow::shell::Word;
use crate::workflow::text::Text;

impl<'a> Expander<'a> {
    pub(super) fn monorepo(
        &self,
        name: &str,
        call: &Call,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let asked = options(name, &call.words[1..], 1);
        let mut at = asked.at;
        let mut filters = asked.filters;
        let mut tasks: Vec<&str> = Vec::new();
        if matches!(call.word(at), "run" | "run-many" | "affected" | "exec") {
            at += 1;
        }
        for word in &call.words[at..] {
            let text = word.text.as_str();
            if text == "--" {
                break;
            }
            if let Some(value) = text
                .strip_prefix("--filter=")
                .or_else(|| text.strip_prefix("--scope="))
                .or_else(|| text.strip_prefix("-F="))
            {
                filters.push(value);
            } else if let Some(value) = text.strip_prefix("--projects=") {
                filters.extend(value.split(','));
            } else if let Some(value) = text
                .strip_prefix("--target=")
                .or_else(|| text.strip_prefix("--targets="))
            {
                tasks.extend(value.split(','));
            } else if !text.starts_with('-') {
                tasks.push(text);
            }
        }
        // `--filter P`, `-t task`.
        for pair in call.words.windows(2) {
            match pair[0].text.as_str() {
                "--filter" | "-F" | "--scope" | "-p" | "--projects" => {
                    filters.push(&pair[1].text);
                    tasks.retain(|task| *task != pair[1].text);
                }
                _ => {}
            }
        }
        if name == "nx"
            && tasks.len() == 2
            && !call.words.iter().any(|word| word.text == "run-many")
        {
            filters.push(tasks[1]);
            tasks.truncate(1);
        }
        let root = "";
        let mut done: Vec<String> = Vec::new();
        for task in tasks {
            let (package, task) = match task.split_once(['#', ':']) {
                Some((package, task)) if !self.packages.named(package, root).is_empty() => {
                    (Some(package), task)
                }
                _ => (None, task),
            };
            let mut todo = vec![task.to_owned()];
            while let Some(task) = todo.pop() {
                if done.contains(&task) || done.len() > 20 {
                    continue;
                }
                todo.extend(
                    self.packages
                        .needs(&task)
                        .filter(|it| !it.contains(['#', '$']))
                        .map(|it| it.trim_start_matches('^').to_owned()),
                );
                done.push(task.clone());
                let wanted: Vec<&Package> = match (package, filters.is_empty()) {
                    (Some(package), _) => self.packages.named(package, root),
                    (None, true) => self.packages.all().iter().collect(),
                    (None, false) => filters
                        .iter()
                        .flat_map(|filter| self.packages.named(filter, root))
                        .collect(),
                };
                for package in wanted {
                    // The script that calls turbo is not what turbo calls.
                    let caller = call.here.layer == Layer::Script
                        && call.here.source.path() == package.source.path()
                        && call.here.name == task;
                    if has(package, &task) && !caller {
                        let inside = Self::at_package(package, frame);
                        self.scripts(package, &task, &[], call, &inside, runs);
                    }
                }
            }
        }
    }

    pub(super) fn deno(&self, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        match call.word(1) {
            "task" => {
                let asked = options("deno", &call.words[2..], 2);
                if let Some(folder) = asked.folder {
                    frame.folder = Self::folder(frame, folder);
                }
                let rest = &call.words[(asked.at + 1).min(call.words.len())..];
                self.scripts_here(call.word(asked.at), rest, call, frame, runs);
            }
            "run" => {
                let at = (2..call.words.len()).find(|at| !call.word(*at).starts_with('-'));
                let Some(at) = at else { return };
                let watched = call.words[..at]
                    .iter()
                    .any(|word| word.text.starts_with("--watch"));
                if let Some(package) = call.word(at).strip_prefix("npm:") {
                    let mut words = call.words[at..].to_vec();
                    tool_name(package).clone_into(&mut words[0].text);
                    let (text, here) = (call.text, call.here.clone());
                    return self.words(
                        Call {
                            words: &words,
                            text,
                            here,
                        },
                        frame,
                        runs,
                    );
                }
                let (words, text) = (&call.words[at..], call.text);
                let here = call.here.clone();
                self.program(&Call { words, text, here }, 0, watched, frame, runs);
            }
            _ => self.push(call.words, call.text, frame, call.here.clone(), runs),
        }
    }

    pub(super) fn interpreter(
        &self,
        name: &str,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        const VALUES: &[&str] = &[
            "-r",
            "--require",
            "--loader",
            "--import",
            "--env-file",
            "-P",
            "--project",
            "--tsconfig",
            "--compiler-options",
            "-O",
            "--exec",
            "-e",
            "-w",
            "--ext",
            "-C",
        ];
        let mut at = 1;
        let mut watched = matches!(name, "nodemon" | "ts-node-dev");
        while at < call.words.len() {
            let word = call.word(at);
            match word {
                "--run" => return self.scripts_here(call.word(at + 1), &[], call, frame, runs),
                "-e" | "--eval" | "-p" if name == "node" => return,
                "watch" if name == "tsx" => watched = true,
                "-m" => {
                    let (text, here) = (call.text, call.here.clone());
                    return self.words(
                        Call {
                            words: &call.words[at + 1..],
                            text,
                            here,
                        },
                        frame,
                        runs,
                    );
                }
                "--watch" | "--hot" | "--respawn" => watched = true,
                _ if VALUES.contains(&word) => at += 1,
                _ if word.starts_with('-') => {}
                _ => {
                    return self.program(call, at, watched, frame, runs);
                }
            }
            at += 1;
        }
        self.push(call.words, call.text, frame, call.here.clone(), runs);
    }

    pub(super) fn target(
        &self,
        name: &str,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let mut names: Vec<&str> = Vec::new();
        let mut at = 1;
        while at < call.words.len() {
            match call.word(at) {
                "-C" | "--directory" | "-d" | "--dir" | "--working-directory" => {
                    frame.folder = Self::folder(frame, call.word(at + 1));
                    at += 1;
                }
                "-f" | "--file" | "-j" => at += 1,
                word if word.starts_with('-') || word.contains('=') => {}
                word => names.push(word),
            }
            at += 1;
        }
        let folder = self.repository_folder(frame).unwrap_or_default();
        for target in names {
            for found in self.targets.find(name, &folder, target) {
                let Some(mut inside) = Self::enter(frame, call.here.clone(), Layer::Target, target)
                else {
                    continue;
                };
                if !inside.view.inside {
                    inside.folder.clone_from(&found.folder);
                }
                for need in &found.needs {
                    let again = Word {
                        text: need.clone(),
                        ..Word::default()
                    };
                    let make = Word {
                        text: name.to_owned(),
                        ..Word::default()
                    };
                    let step = ChainLink {
                        layer: Layer::Target,
                        source: found.source.clone(),
                        span: found.span,
                        name: target.to_owned(),
                    };
                    let text =
                        Text::slice(&found.source, Span::new(found.span.start, found.span.start));
                    self.words(
                        Call {
                            words: &[make, again],
                            text: &text,
                            here: step,
                        },
                        &mut inside.clone(),
                        runs,
                    );
                }
                for line in &found.lines {
                    let mut frame = inside.clone();
                    self.text(line, &mut frame, runs);
                }
            }
        }
    }
}
