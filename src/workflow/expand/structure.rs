//! The structure of a script: lists, conditions, loops and functions, down to single commands.

use std::rc::Rc;
use std::sync::Arc;

use super::{Expander, Frame, Functions, MAX_RUNS, MAX_STEPS, script};
use crate::workflow::run::{CommandRun, EnvAssignment, EnvironmentTest, Guard};
use crate::workflow::shell::{self, Chain, CommandList, Pipeline, ShellNode, Simple};
use crate::workflow::text::Text;

impl<'a> Expander<'a> {
    /// A text of commands.
    pub(crate) fn run(&self, text: &Text, frame: &Frame<'a>) -> Vec<CommandRun> {
        let mut runs = Vec::new();
        self.text(text, &mut frame.clone(), &mut runs);
        runs
    }

    /// The commands of a text themselves, without what they call.
    pub(crate) fn run_alone(&self, text: &Text, mut frame: Frame<'a>) -> Vec<CommandRun> {
        let mut runs = Vec::new();
        frame.alone = true;
        self.text(text, &mut frame, &mut runs);
        runs.retain(|run| run.chain.len() == 1);
        runs
    }

    /// Many places run the same script.
    pub(super) fn parse(&self, text: &str) -> Rc<CommandList> {
        if let Some(known) = self.parsed.borrow().get(text) {
            return Rc::clone(known);
        }
        let list = Rc::new(shell::parse(text));
        let mut parsed = self.parsed.borrow_mut();
        parsed.insert(text.to_owned(), Rc::clone(&list));
        list
    }

    pub(super) fn text(&self, text: &Text, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let list = self.parse(text.as_str());
        self.parsed(&list, text, frame, runs);
    }

    pub(super) fn parsed(
        &self,
        list: &CommandList,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
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

    pub(super) fn list(
        &self,
        list: &CommandList,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        for (index, chain) in list.0.iter().enumerate() {
            let rest = &list.0[index + 1..];
            self.chain(chain, rest, text, frame, runs);
        }
    }

    pub(super) fn chain(
        &self,
        chain: &Chain,
        rest: &[Chain],
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
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

    pub(super) fn pipeline(
        &self,
        pipeline: &Pipeline,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        if runs.len() > MAX_RUNS {
            return;
        }
        for node in &pipeline.stages {
            match node {
                ShellNode::Simple(simple) => self.simple(simple, text, frame, runs),
                ShellNode::Group { body, subshell } => {
                    if *subshell {
                        self.list(body, text, &mut frame.clone(), runs);
                    } else {
                        self.list(body, text, frame, runs);
                    }
                }
                ShellNode::If { arms, otherwise } => {
                    self.branches(arms, otherwise.as_ref(), text, frame, runs);
                }
                ShellNode::Loop { condition, body } => {
                    let mut inside = frame.clone();
                    inside.looping = true;
                    self.list(condition, text, &mut inside, runs);
                    self.list(body, text, &mut inside, runs);
                }
                ShellNode::Case { word, arms } => {
                    for (patterns, body) in arms {
                        let mut inside = frame.clone();
                        let value = patterns.join("|");
                        Arc::make_mut(&mut inside.guards).push(Guard {
                            text: format!("{word} in {value}"),
                            holds: true,
                            compared: Some(EnvironmentTest {
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
                ShellNode::Function { .. } => {}
            }
        }
    }

    pub(super) fn branches(
        &self,
        arms: &[(CommandList, CommandList)],
        otherwise: Option<&CommandList>,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
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
            let guards = Arc::make_mut(&mut inside.guards);
            guards.extend(failed.iter().cloned());
            guards.push(guard.clone());
            self.list(body, text, &mut inside, runs);
            failed.push(script::opposite(guard));
        }
        if let Some(body) = otherwise {
            let mut inside = frame.clone();
            Arc::make_mut(&mut inside.guards).extend(failed);
            self.list(body, text, &mut inside, runs);
        }
        // `if [ … ]; then export NODE_ENV=…; fi` may or may not have run: nothing is taken over.
    }

    pub(super) fn simple(
        &self,
        simple: &Simple,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
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
            let list = self.parse(body);
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
                    frame.folder = Self::folder(frame, folder);
                }
            }
            "export" | "declare" | "local" | "readonly" => {
                let assigned = simple.words[1..].iter();
                let assigned = assigned.filter_map(|word| EnvAssignment::read(&word.text));
                frame.env.extend(assigned);
            }
            "set" => {
                let on = simple.words[1..].iter().any(|word| {
                    word.text.starts_with('-')
                        && word.text.contains('e')
                        && !word.text.starts_with("--")
                });
                if on || value(2) == Some("errexit") {
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
}
