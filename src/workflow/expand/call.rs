//! Package managers, task runners and interpreters.

use super::wrapper::Call;
use super::{Expander, Frame};
use crate::glob::Glob;
use crate::source::Span;
use crate::workflow::packages::{Package, PackageScript};
use crate::workflow::run::{ChainLink, CommandRun, Layer};
use crate::workflow::shell::{self, CommandList, ShellNode, Word};

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
    pub(super) fn call(
        &self,
        name: &str,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        match name {
            "npx" | "bunx" | "pnpx" | "pkgx" => self.tool(call, 1, frame, runs),
            "npm" | "pnpm" | "yarn" | "bun" | "yarnpkg" => self.manager(name, call, frame, runs),
            "deno" => self.deno(call, frame, runs),
            "turbo" | "nx" | "lerna" | "rush" => self.monorepo(name, call, frame, runs),
            "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
                for word in call.words[1..]
                    .iter()
                    .filter(|word| !word.text.starts_with('-'))
                {
                    // `"test -- --run"` is a script with words.
                    let script = word.text.split(' ').next().unwrap_or_default();
                    self.scripts_here(script, &[], call, frame, runs);
                }
            }
            "concurrently" | "start-server-and-test" => {
                for word in &call.words[1..] {
                    if let Some(script) = word
                        .text
                        .strip_prefix("npm:")
                        .or_else(|| word.text.strip_prefix("pnpm:"))
                    {
                        self.scripts_here(script, &[], call, frame, runs);
                    } else if word.text.contains(' ') {
                        self.nested(word, call, frame, runs);
                    } else if name == "start-server-and-test" {
                        self.scripts_here(&word.text, &[], call, frame, runs);
                    }
                }
            }
            "make" | "gmake" | "just" | "task" | "go-task" => self.target(name, call, frame, runs),
            "node" | "tsx" | "ts-node" | "nodejs" | "ts-node-dev" | "nodemon" | "vite-node"
            | "swc-node" | "esno" | "jiti" | "python" | "python3" | "php" | "ruby"
            | "babel-node" => self.interpreter(name, call, frame, runs),
            _ => self.direct(call, frame, runs),
        }
    }

    /// A program by its path, or a tool by its name.
    fn direct(&self, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let word = call.word(0);
        let path = word.contains('/') || word.ends_with(".sh");
        let is_shell = |frame: &Frame<'a>| {
            self.find(frame, word)
                .iter()
                .any(|found| self.shell(found).is_some())
        };
        if (path || frame.view.inside) && !word.contains("node_modules/") && is_shell(frame) {
            return self.script_file(call, 0, frame, runs);
        }
        self.push(call.words, call.text, frame, call.here.clone(), runs);
    }

    /// A program of a package: `npx [--yes] TOOL`, `pnpm exec TOOL`.
    fn tool(&self, call: &Call, from: usize, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let mut at = from;
        while at < call.words.len() && call.word(at).starts_with('-') {
            match call.word(at) {
                "-c" | "--call" => {
                    if let Some(script) = call.words.get(at + 1) {
                        return self.nested(script, call, frame, runs);
                    }
                }
                "-p" | "--package" | "-w" | "--workspace" => at += 1,
                _ => {}
            }
            at += 1;
        }
        if at < call.words.len() {
            let (text, here) = (call.text, call.here.clone());
            self.words(
                Call {
                    words: &call.words[at..],
                    text,
                    here,
                },
                frame,
                runs,
            );
        }
    }

    fn manager(&self, name: &str, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
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
            let named = |filter: &&str| {
                let here = self.packages.named(filter, &from);
                if here.is_empty() {
                    self.packages.named(filter, root.unwrap_or_default())
                } else {
                    here
                }
            };
            return Some(asked.filters.iter().flat_map(named).collect());
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
            inside.view.inside = false;
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

    /// Scripts of the current package that a name or pattern of npm-run-all means.
    pub(super) fn scripts_here(
        &self,
        pattern: &str,
        rest: &[Word],
        call: &Call,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let Some(package) = self.package(frame) else {
            return;
        };
        if !pattern.contains('*') {
            return self.scripts(package, pattern, rest, call, frame, runs);
        }
        let pattern = Glob::new(&pattern.replace(':', "/"));
        for script in &package.scripts {
            if pattern.matches(&script.name.replace(':', "/")) {
                self.scripts(package, &script.name, rest, call, frame, runs);
            }
        }
    }

    /// A script with what runs before and after it.
    pub(super) fn scripts(
        &self,
        package: &'a Package,
        name: &str,
        rest: &[Word],
        call: &Call,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        for (hook, words) in [
            (format!("pre{name}"), &[][..]),
            (name.to_owned(), rest),
            (format!("post{name}"), &[][..]),
        ] {
            if let Some(script) = package.script(&hook) {
                self.script(package, script, words, &call.here, frame, runs);
            }
        }
    }

    /// What one script of a package runs.
    fn script(
        &self,
        package: &'a Package,
        script: &PackageScript,
        rest: &[Word],
        here: &ChainLink,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let Some(mut inside) = Self::enter(frame, here.clone(), Layer::Script, &script.name) else {
            return;
        };
        if !inside.view.inside {
            inside.folder.clone_from(&package.folder);
        }
        let mut list = shell::parse(script.text.as_str());
        append(&mut list, rest);
        self.parsed(&list, &script.text, &mut inside, runs);
    }

    /// Every command of a package's script as if somebody called it.
    pub(crate) fn script_alone(
        &self,
        package: &'a Package,
        script: &PackageScript,
    ) -> Vec<CommandRun> {
        let mut runs = Vec::new();
        let mut frame = Frame::new(
            Layer::Script,
            &script.name,
            super::FileView::default(),
            &package.folder,
        );
        self.text(&script.text, &mut frame, &mut runs);
        runs
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

pub(super) fn has(package: &Package, script: &str) -> bool {
    package.script(script).is_some()
}

/// Adds the words that are given to a script to its last command.
fn append(list: &mut CommandList, rest: &[Word]) {
    if rest.is_empty() {
        return;
    }
    let last = list.0.last_mut().and_then(|chain| chain.items.last_mut());
    if let Some(ShellNode::Simple(simple)) =
        last.and_then(|(_, pipeline)| pipeline.stages.last_mut())
    {
        let end = Span::new(simple.span.end, simple.span.end);
        let words = rest.iter().filter(|word| word.text != "--");
        simple.words.extend(words.map(|word| Word {
            text: word.text.clone(),
            span: end,
            quoted: word.quoted,
            inner: Vec::new(),
        }));
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
