//! What a container starts: ENTRYPOINT with CMD, each in one of its two forms.

use std::rc::Rc;

use super::{Arguments, Expander, Frame};
use crate::project::tree::parent;
use crate::source::Span;
use crate::workflow::image::{ImageFile, Start};
use crate::workflow::run::{CommandRun, Layer};
use crate::workflow::shell::Word;
use crate::workflow::text::{ListWord, Text};

impl<'a> Expander<'a> {
    /// What a container starts, or another command in one of the two forms.
    pub(crate) fn start(&self, start: &Start, frame: &Frame<'a>) -> Vec<CommandRun> {
        let mut runs = Vec::new();
        self.start_into(start, frame, &mut runs);
        runs
    }

    pub(super) fn start_into(&self, start: &Start, frame: &Frame<'a>, runs: &mut Vec<CommandRun>) {
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

    /// A script that a supervisor starts: a shell's, or one of execline, whose lines are each a
    /// command that the next one belongs to.
    pub(crate) fn service(&self, found: &ImageFile, frame: &Frame<'a>) -> Vec<CommandRun> {
        let (text, own) = match found {
            ImageFile::Text(text) => (text.clone(), None),
            ImageFile::Path(path) => match self.files.source(path) {
                Some(source) => (Text::whole(&source), Some(parent(path).to_owned())),
                None => return Vec::new(),
            },
        };
        let first = text.as_str().lines().next().unwrap_or_default().trim_end();
        let is_other =
            first.starts_with("#!") && !first.contains("sh") && !first.contains("execline");
        let mut runs = Vec::new();
        if !is_other {
            let mut frame = frame.clone();
            frame.layer = Layer::Shell;
            frame.strict = first.contains(" -e");
            frame.own = own;
            self.text(&text, &mut frame, &mut runs);
        }
        runs
    }

    /// ENTRYPOINT with CMD as its words.
    pub(crate) fn start_both(
        &self,
        entrypoint: Option<&Start>,
        cmd: Option<&Start>,
        frame: &Frame<'a>,
    ) -> Vec<CommandRun> {
        let mut runs = Vec::new();
        let mut frame = frame.clone();
        match (entrypoint, cmd) {
            (Some(entrypoint), Some(cmd)) => {
                let given = if let Some(words) = &cmd.words {
                    words.clone()
                } else {
                    // The shell form is one word for `sh -c`.
                    let whole = cmd.text.as_str().to_owned();
                    let span = Span::new(0, whole.len());
                    ["sh", "-c", whole.as_str()]
                        .into_iter()
                        .map(|text| Word {
                            text: text.to_owned(),
                            span,
                            quoted: true,
                            inner: Vec::new(),
                        })
                        .collect()
                };
                let arguments = Arguments {
                    text: cmd.text.clone(),
                    words: given,
                };
                // `["sh", "-c"]` with a command takes it as the script; `["npm", "run"]` as words.
                let words = entrypoint.words.as_deref().unwrap_or_default();
                let plain = words
                    .first()
                    .is_some_and(|word| !self.is_script(&word.text, &frame));
                if plain && !words.iter().any(|word| self.is_script(&word.text, &frame)) {
                    let own = words.iter().map(|word| ListWord {
                        text: word.text.as_str().into(),
                        span: entrypoint.text.span(word.span),
                    });
                    let given = arguments.words.iter().map(|word| ListWord {
                        text: word.text.as_str().into(),
                        span: arguments.text.span(word.span),
                    });
                    let parts: Vec<ListWord> = own.chain(given).collect();
                    let (text, words) = Text::joined(&arguments.text.source, &parts);
                    let span = Span::new(0, text.as_str().len());
                    self.command(&words, span, &text, &mut frame, &mut runs);
                } else {
                    frame.arguments = Some(Rc::new(arguments));
                    self.start_into(entrypoint, &frame, &mut runs);
                }
            }
            (Some(only), None) | (None, Some(only)) => self.start_into(only, &frame, &mut runs),
            (None, None) => {}
        }
        runs
    }

    pub(super) fn is_script(&self, word: &str, frame: &Frame<'a>) -> bool {
        word.contains(['/', '.'])
            && self
                .find(frame, word)
                .first()
                .is_some_and(|found| self.shell(found).is_some())
    }
}
