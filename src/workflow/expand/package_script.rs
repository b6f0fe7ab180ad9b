//! Scripts of `package.json`, with what runs before and after them.

use std::rc::Rc;

use super::wrapper::Call;
use super::{Expander, Frame};
use crate::glob::Glob;
use crate::source::Span;
use crate::workflow::packages::{Package, PackageScript};
use crate::workflow::run::{ChainLink, CommandRun, Layer};
use crate::workflow::shell::{CommandList, ShellNode, Word};

impl<'a> Expander<'a> {
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
    pub(super) fn script(
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
        let mut list = self.parse(script.text.as_str());
        if !rest.is_empty() {
            append(Rc::make_mut(&mut list), rest);
        }
        self.parsed(&list, &script.text, &mut inside, runs);
    }
}

pub(super) fn has(package: &Package, script: &str) -> bool {
    package.script(script).is_some()
}

/// Adds the words that are given to a script to its last command.
fn append(list: &mut CommandList, rest: &[Word]) {
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
