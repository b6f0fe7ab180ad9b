//! Follows a command to what it runs in the end: through wrappers, package scripts, targets, shell
//! scripts and the files of an image.

mod call;
mod code;
mod find;
mod script;
mod tasks;
mod wrapper;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::command::{Action, Tool, classify, is_migrate_file};
use super::files::Files;
use super::image::{Found, Image, Start};
use super::packages::{Package, Packages};
use super::run::{Compared, Guard, Ignored, Layer, Run, Step};
use super::shell::{self, Chain, End, Join, List, Node, Pipeline, Simple, Word};
use super::targets::Targets;
use super::text::Text;
use super::version::{self, Version};
use crate::project::tree::file_name;
use crate::source::Span;

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
}

/// The files that a command sees: those of an image and what is mounted over them, or, without one,
/// those of the repository.
#[derive(Clone, Default)]
pub(crate) struct View<'a> {
    pub(crate) image: Option<(&'a Image, usize)>,
    /// The build context.
    pub(crate) context: String,
    /// Folders of the container and what they are in the repository.
    pub(crate) mounts: Vec<(String, String)>,
    /// Whether paths are those of a container.
    pub(crate) inside: bool,
}

/// The circumstances of a command.
#[derive(Clone)]
pub(crate) struct Frame<'a> {
    pub(crate) view: View<'a>,
    /// The current folder: of the repository, or absolute in an image.
    pub(crate) folder: String,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) layer: Layer,
    /// The name of the script, job or service that the text belongs to.
    pub(crate) name: String,
    pub(crate) chain: Vec<Step>,
    guards: Vec<Guard>,
    ignored: Option<Ignored>,
    looping: bool,
    uncalled: bool,
    /// Whether a failure stops the script: `set -e`.
    strict: bool,
    /// What `"$@"` stands for.
    arguments: Option<(Text, Vec<Word>)>,
    functions: Rc<Functions>,
    /// The folder of the script that is run.
    own: Option<String>,
}

#[derive(Default)]
struct Functions {
    bodies: HashMap<String, List>,
    called: RefCell<Vec<String>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(layer: Layer, name: &str, view: View<'a>, folder: &str) -> Self {
        Self {
            view,
            folder: folder.to_owned(),
            env: Vec::new(),
            layer,
            name: name.to_owned(),
            chain: Vec::new(),
            guards: Vec::new(),
            ignored: None,
            looping: false,
            uncalled: false,
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
        }
    }

    /// What a container starts, or another command in one of the two forms.
    pub(crate) fn start(&self, start: &Start, frame: &Frame<'a>) -> Vec<Run> {
        let mut runs = Vec::new();
        self.start_into(start, frame, &mut runs);
        runs
    }

    fn start_into(&self, start: &Start, frame: &Frame<'a>, runs: &mut Vec<Run>) {
        match &start.words {
            Some(words) => {
                let span = match (words.first(), words.last()) {
                    (Some(first), Some(last)) => first.span.to(last.span),
                    _ => return,
                };
                self.command(words, span, &start.text, &mut frame.clone(), runs);
            }
            None => self.text(&start.text, &mut frame.clone(), runs),
        }
    }

    /// ENTRYPOINT with CMD as its words.
    pub(crate) fn start_both(
        &self,
        entrypoint: Option<&Start>,
        cmd: Option<&Start>,
        frame: &Frame<'a>,
    ) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut frame = frame.clone();
        match (entrypoint, cmd) {
            (Some(entrypoint), Some(cmd)) => {
                let arguments = match &cmd.words {
                    Some(words) => (cmd.text.clone(), words.clone()),
                    None => {
                        // The shell form is one word for `sh -c`.
                        let whole = cmd.text.as_str().to_owned();
                        let span = Span::new(0, whole.len());
                        let parts = [("sh", span), ("-c", span), (whole.as_str(), span)];
                        let word = |(text, span): (&str, Span)| Word {
                            text: text.to_owned(),
                            span,
                            quoted: true,
                            inner: Vec::new(),
                        };
                        (cmd.text.clone(), parts.into_iter().map(word).collect())
                    }
                };
                // `["sh", "-c"]` with a command takes it as the script; `["npm", "run"]` as words.
                let words = entrypoint.words.as_deref().unwrap_or_default();
                let plain = words
                    .first()
                    .is_some_and(|word| !self.is_script(&word.text, &frame));
                if plain && !words.iter().any(|word| self.is_script(&word.text, &frame)) {
                    let parts: Vec<(&str, Span)> = words
                        .iter()
                        .map(|word| (word.text.as_str(), entrypoint.text.span(word.span)))
                        .chain(
                            arguments
                                .1
                                .iter()
                                .map(|word| (word.text.as_str(), arguments.0.span(word.span))),
                        )
                        .collect();
                    let (text, words) = Text::joined(&arguments.0.source, &parts);
                    let span = Span::new(0, text.as_str().len());
                    self.command(&words, span, &text, &mut frame, &mut runs);
                } else {
                    frame.arguments = Some(arguments);
                    self.start_into(entrypoint, &frame, &mut runs);
                }
            }
            (Some(only), None) | (None, Some(only)) => self.start_into(only, &frame, &mut runs),
            (None, None) => {}
        }
        runs
    }

    fn is_script(&self, word: &str, frame: &Frame<'a>) -> bool {
        word.contains(['/', '.'])
            && self
                .find(frame, word)
                .first()
                .is_some_and(|found| self.shell(found).is_some())
    }

    /// A text of commands.
    pub(crate) fn run(&self, text: &Text, frame: &Frame<'a>) -> Vec<Run> {
        let mut runs = Vec::new();
        self.text(text, &mut frame.clone(), &mut runs);
        runs
    }

    fn text(&self, text: &Text, frame: &mut Frame<'a>, runs: &mut Vec<Run>) {
        let list = shell::parse(text.as_str());
        self.parsed(&list, text, frame, runs);
    }

    fn parsed(&self, list: &List, text: &Text, frame: &mut Frame<'a>, runs: &mut Vec<Run>) {
        let mut functions = Functions::default();
        script::functions(list, &mut functions.bodies);
        let own = Rc::new(functions);
        if !own.bodies.is_empty() {
            frame.functions = Rc::clone(&own);
        }
        self.list(list, text, frame, runs);
        let called = own.called.borrow().clone();
        for (name, body) in own.bodies.iter().filter(|(name, _)| !called.contains(name)) {
            let mut inside = frame.clone();
            inside.uncalled = true;
            own.called.borrow_mut().push(name.clone());
            self.list(body, text, &mut inside, runs);
        }
    }

    fn list(&self, list: &List, text: &Text, frame: &mut Frame<'a>, runs: &mut Vec<Run>) {
        for (index, chain) in list.0.iter().enumerate() {
            let rest = &list.0[index + 1..];
            self.chain(chain, rest, text, frame, runs);
        }
    }

    fn chain(
        &self,
        chain: &Chain,
        rest: &[Chain],
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<Run>,
    ) {
        for (index, (_, pipeline)) in chain.items.iter().enumerate() {
            let before = frame.ignored.clone();
            if before.is_none() && !frame.looping {
                frame.ignored = script::swallowed(chain, index, rest, text, frame);
            }
            self.pipeline(pipeline, text, frame, runs);
            frame.ignored = before;
        }
    }

    fn pipeline(
        &self,
        pipeline: &Pipeline,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<Run>,
    ) {
        if runs.len() > MAX_RUNS {
            return;
        }
        for node in &pipeline.stages {
            match node {
                Node::Simple(simple) => self.simple(simple, text, frame, runs),
                Node::Group { body, subshell } => {
                    if *subshell {
                        self.list(body, text, &mut frame.clone(), runs);
                    } else {
                        self.list(body, text, frame, runs);
                    }
                }
                Node::If { arms, otherwise } => {
                    self.branches(arms, otherwise.as_ref(), text, frame, runs)
                }
                Node::Loop { condition, body } => {
                    let mut inside = frame.clone();
                    inside.looping = true;
                    self.list(condition, text, &mut inside, runs);
                    self.list(body, text, &mut inside, runs);
                }
                Node::Case { word, arms } => {
                    for (patterns, body) in arms {
                        let mut inside = frame.clone();
                        let value = patterns.join("|");
                        inside.guards.push(Guard {
                            text: format!("{word} in {value}"),
                            holds: true,
                            compared: Some(Compared {
                                name: script::variable(word).to_owned(),
                                value,
                                equal: true,
                            }),
                            path: text.source.path().to_owned(),
                            span: text.span(script::span(body)),
                        });
                        self.list(body, text, &mut inside, runs);
                    }
                }
                Node::Function { .. } => {}
            }
        }
    }

    fn branches(
        &self,
        arms: &[(List, List)],
        otherwise: Option<&List>,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<Run>,
    ) {
        let ignored = (arms.len() == 1 && !frame.looping && frame.ignored.is_none())
            .then(|| script::tested(&arms[0].0, &arms[0].1, otherwise, text))
            .flatten();
        let mut failed = Vec::new();
        for (condition, body) in arms {
            let mut tested = frame.clone();
            if ignored.is_some() {
                tested.ignored.clone_from(&ignored);
            }
            self.list(condition, text, &mut tested, runs);
            let guard = script::guard(condition, text);
            let mut inside = frame.clone();
            inside.guards.extend(failed.iter().cloned());
            inside.guards.push(guard.clone());
            self.list(body, text, &mut inside, runs);
            failed.push(script::opposite(guard));
        }
        if let Some(body) = otherwise {
            let mut inside = frame.clone();
            inside.guards.extend(failed);
            self.list(body, text, &mut inside, runs);
        }
        // `if [ … ]; then export NODE_ENV=…; fi` may or may not have run: nothing is taken over.
    }

    fn simple(&self, simple: &Simple, text: &Text, frame: &mut Frame<'a>, runs: &mut Vec<Run>) {
        let inner = simple
            .inner
            .iter()
            .chain(simple.words.iter().flat_map(|word| &word.inner));
        for span in inner {
            let Some(body) = text.as_str().get(span.range()) else {
                continue;
            };
            let inside = text.inner(*span, body.to_owned());
            let mut frame = frame.clone();
            let list = shell::parse(body);
            self.list(&list, &inside, &mut frame, runs);
        }
        let Some(first) = simple.words.first() else {
            frame.env.extend(simple.assigned.iter().cloned());
            return;
        };
        let value = |at: usize| simple.words.get(at).map(|word| word.text.as_str());
        match first.text.as_str() {
            "cd" | "pushd" => {
                if let Some(folder) = simple.words[1..]
                    .iter()
                    .map(|it| it.text.as_str())
                    .find(|it| !it.starts_with("--"))
                {
                    frame.folder = self.folder(frame, folder);
                }
            }
            "export" | "declare" | "local" | "readonly" => {
                let pairs = simple.words[1..]
                    .iter()
                    .filter_map(|word| shell::assignment(&word.text));
                frame
                    .env
                    .extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "set" => {
                let on = |word: &Word| {
                    word.text.starts_with('-')
                        && word.text.contains('e')
                        && !word.text.starts_with("--")
                };
                if simple.words[1..].iter().any(on) || value(2) == Some("errexit") {
                    frame.strict = true;
                }
                if value(1) == Some("+e") {
                    frame.strict = false;
                }
            }
            name if frame.functions.bodies.contains_key(name) => {
                let functions = Rc::clone(&frame.functions);
                if frame.chain.len() > MAX_STEPS || runs.len() > MAX_RUNS {
                    return;
                }
                let again = functions
                    .called
                    .borrow()
                    .iter()
                    .filter(|it| *it == name)
                    .count();
                functions.called.borrow_mut().push(name.to_owned());
                // A function that calls itself, or is called everywhere, has been followed.
                if again < 4 {
                    let mut inside = frame.clone();
                    self.list(&functions.bodies[name], text, &mut inside, runs);
                    frame.folder = inside.folder;
                }
            }
            _ => {
                let mut inside = frame.clone();
                inside.env.extend(simple.assigned.iter().cloned());
                self.command(&simple.words, simple.span, text, &mut inside, runs);
            }
        }
    }

    /// Enters another text: its commands are a step further.
    fn enter(&self, frame: &Frame<'a>, here: Step, layer: Layer, name: &str) -> Option<Frame<'a>> {
        let circles = frame.chain.iter().any(|step| {
            step.source.path() == here.source.path()
                && step.span == here.span
                && step.layer == here.layer
        });
        if circles || frame.chain.len() >= MAX_STEPS {
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

    /// Notes what is run here.
    fn push(
        &self,
        words: &[Word],
        text: &Text,
        frame: &Frame<'a>,
        here: Step,
        runs: &mut Vec<Run>,
    ) {
        let mut spoken: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let Some(first) = spoken.first_mut() else {
            return;
        };
        let version = first
            .rsplit_once('@')
            .and_then(|(_, version)| version::number(version));
        *first = wrapper::tool_name(first).to_owned();
        let parts: Vec<&str> = spoken.iter().map(String::as_str).collect();
        let (tool, action) = classify(&parts);
        if action == Action::Serve {
            self.framework(frame, &here, runs);
        }
        let place = words.first().map(|it| it.span).unwrap_or_default();
        let place = words.last().map_or(place, |last| place.to(last.span));
        self.note(
            Noted {
                tool,
                action,
                words: spoken,
                place: text.span(place),
                file: None,
                version,
            },
            frame,
            here,
            runs,
        );
    }

    fn note(&self, noted: Noted, frame: &Frame<'a>, here: Step, runs: &mut Vec<Run>) {
        let mut chain = frame.chain.clone();
        chain.push(here);
        let folder = self.repository_folder(frame);
        let names: &[&str] = match noted.tool {
            Tool::Drizzle => &["drizzle-kit", "drizzle-orm"],
            Tool::Prisma => &["prisma", "@prisma/client"],
            Tool::Other => &[],
        };
        let version = noted.version.or_else(|| {
            let folder = folder.as_deref().filter(|_| !names.is_empty())?;
            version::of(self.files, self.packages, folder, &names[..1])
        });
        let retries = frame.looping
            || noted
                .file
                .as_deref()
                .is_some_and(|file| self.tries_again(file));
        runs.push(Run {
            tool: noted.tool,
            action: noted.action,
            words: noted.words,
            chain,
            place: noted.place,
            folder,
            env: frame.env.clone(),
            guards: frame.guards.clone(),
            ignored: frame.ignored.clone(),
            uncalled: frame.uncalled,
            file: noted.file,
            version,
            retries,
        });
    }

    /// Whether code tries again when it fails.
    fn tries_again(&self, path: &str) -> bool {
        let Some(source) = self.files.source(path) else {
            return true;
        };
        let text = source.text().to_ascii_lowercase();
        [
            "retry",
            "retries",
            "attempt",
            "settimeout",
            "waitfor",
            "wait_for",
            "pg_isready",
        ]
        .iter()
        .any(|word| text.contains(word))
    }

    /// A program file that is run: code of the project, or a tool by the path of its program.
    fn program(
        &self,
        words: &[Word],
        at: usize,
        text: &Text,
        frame: &Frame<'a>,
        here: Step,
        watched: bool,
        runs: &mut Vec<Run>,
    ) {
        let path = words[at].text.as_str();
        for (part, name) in [
            ("prisma/build/index", "prisma"),
            ("drizzle-kit/bin", "drizzle-kit"),
        ] {
            if path.contains(part) {
                let mut tool = words[at..].to_vec();
                name.clone_into(&mut tool[0].text);
                return self.push(&tool, text, frame, here, runs);
            }
        }
        if file_name(path) == "manage.py"
            || file_name(path) == "artisan"
            || file_name(path) == "rails"
        {
            return self.push(&words[at..], text, frame, here, runs);
        }
        let file = self.sources_of(frame, path).into_iter().next();
        let before = runs.len();
        if let Some(file) = &file {
            self.code(file, frame, &here, runs);
        } else if !is_migrate_file(path) {
            self.framework(frame, &here, runs);
        }
        let told = runs[before..].iter().any(|run| run.action.brings_up());
        let action = if is_migrate_file(path) {
            if told {
                return;
            }
            Action::Apply
        } else if watched {
            Action::ServeDevelopment
        } else {
            Action::Serve
        };
        let spoken = words.iter().map(|word| word.text.clone()).collect();
        let place = text.span(words[0].span.to(words[words.len() - 1].span));
        let noted = Noted {
            tool: Tool::Other,
            action,
            words: spoken,
            place,
            file,
            version: None,
        };
        self.note(noted, frame, here, runs);
    }
}

/// What [`Expander::note`] is told.
struct Noted {
    tool: Tool,
    action: Action,
    words: Vec<String>,
    place: Span,
    file: Option<String>,
    /// The version that is named with the tool, `prisma@6`.
    version: Option<Version>,
}
