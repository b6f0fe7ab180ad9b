//! Commands that run another command: `exec`, `timeout 30`, `dotenv --`, `sh -c`, `docker compose
//! exec`.

use std::rc::Rc;

use super::remote::{RemoteCommand, SECRETS, secrets, takes_value};
use super::{Arguments, Expander, Frame};
use crate::project::tree::file_name;
use crate::source::Span;
use crate::workflow::image::ImageFile;
use crate::workflow::run::{ChainLink, CommandRun, EnvAssignment, Layer};
use crate::workflow::shell::Word;
use crate::workflow::text::Text;

/// A command in its place.
pub(super) struct Call<'c> {
    pub(super) words: &'c [Word],
    pub(super) text: &'c Text,
    pub(super) here: ChainLink,
}

impl Call<'_> {
    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }
}

/// The name of a program without its folder and version: `./node_modules/.bin/typeorm@1`
/// is `typeorm`.
pub(super) fn tool_name(word: &str) -> &str {
    let name = file_name(word);
    match name.char_indices().skip(1).find(|(_, sign)| *sign == '@') {
        Some((at, _)) if !word.starts_with('@') => &name[..at],
        _ => name,
    }
}

/// What a program that wraps another takes before it.
enum Skip {
    /// Options and assignments; these options take a value.
    Options(&'static [&'static str]),
    /// As before, and then so many words.
    Words(&'static [&'static str], usize),
    /// Everything up to `--`.
    Dashes,
}

const WRAPPERS: &[(&str, Skip)] = &[
    ("exec", Skip::Options(&["-a"])),
    ("time", Skip::Options(&[])),
    ("nohup", Skip::Options(&[])),
    ("command", Skip::Options(&[])),
    ("nice", Skip::Options(&["-n"])),
    ("setsid", Skip::Options(&[])),
    ("stdbuf", Skip::Options(&["-o", "-e", "-i"])),
    ("env", Skip::Options(&["-u", "-C"])),
    ("cross-env", Skip::Options(&[])),
    ("cross-env-shell", Skip::Options(&[])),
    ("sudo", Skip::Options(&["-u", "-g"])),
    ("doas", Skip::Options(&["-u"])),
    ("xvfb-run", Skip::Options(&[])),
    (
        "timeout",
        Skip::Words(&["-s", "-k", "--signal", "--kill-after"], 1),
    ),
    ("su-exec", Skip::Words(&[], 1)),
    ("gosu", Skip::Words(&[], 1)),
    ("s6-setuidgid", Skip::Words(&[], 1)),
    (
        "s6-notifyoncheck",
        Skip::Options(&["-3", "-s", "-T", "-t", "-w", "-n", "-c"]),
    ),
    ("with-contenv", Skip::Options(&[])),
    ("tini", Skip::Options(&["-p", "-e"])),
    ("tini-static", Skip::Options(&["-p", "-e"])),
    ("dumb-init", Skip::Options(&["-r", "--rewrite"])),
    ("catatonit", Skip::Options(&[])),
    ("dotenv", Skip::Options(&["-e", "-f", "-v", "-c", "-p"])),
    (
        "dotenv-flow",
        Skip::Options(&["-e", "-p", "--path", "--node-env"]),
    ),
    (
        "env-cmd",
        Skip::Options(&["-f", "--file", "-e", "--environments", "-r"]),
    ),
    ("with-env", Skip::Options(&[])),
    ("wait-for-it.sh", Skip::Dashes),
    ("wait-for-it", Skip::Dashes),
    ("wait-for.sh", Skip::Dashes),
    ("wait-for", Skip::Dashes),
    (
        "dockerize",
        Skip::Options(&[
            "-wait",
            "-timeout",
            "-template",
            "-stdout",
            "-stderr",
            "-wait-retry-interval",
        ]),
    ),
    ("poetry", Skip::Words(&[], 1)),
    ("uv", Skip::Words(&[], 1)),
    ("pipenv", Skip::Words(&[], 1)),
    ("bundle", Skip::Words(&[], 1)),
    ("retry", Skip::Options(&["-t", "-d", "-n", "-s", "-m"])),
];

impl<'a> Expander<'a> {
    /// Follows one command with all its words.
    pub(super) fn command(
        &self,
        words: &[Word],
        span: Span,
        text: &Text,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let here = ChainLink {
            layer: frame.layer,
            source: text.source.clone(),
            span: text.span(span),
            name: frame.name.clone(),
        };
        self.words(Call { words, text, here }, frame, runs);
    }

    pub(super) fn words(&self, call: Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let Some(first) = call.words.first() else {
            return;
        };
        if first.text == "$@" || first.text == "$*" {
            if let Some(given) = frame.arguments.take() {
                let Arguments { text, words } = &*given;
                let here = ChainLink {
                    source: text.source.clone(),
                    span: whole(text, words),
                    ..call.here
                };
                self.words(Call { words, text, here }, frame, runs);
            }
            return;
        }
        let name = tool_name(&first.text).to_owned();
        if let Some((_, skip)) = WRAPPERS.iter().find(|(wrapper, _)| *wrapper == name) {
            let rest = inner(call.words, skip, frame);
            if !rest.is_empty() {
                if matches!(
                    name.as_str(),
                    "wait-for-it.sh" | "wait-for-it" | "wait-for" | "wait-for.sh" | "dockerize"
                ) {
                    self.push(&call.words[..1], call.text, frame, call.here.clone(), runs);
                }
                return self.words(
                    Call {
                        words: rest,
                        ..call
                    },
                    frame,
                    runs,
                );
            }
        }
        if SECRETS.contains(&name.as_str())
            && let Some(rest) = secrets(&call)
        {
            return match rest {
                RemoteCommand::Words(words) => self.words(Call { words, ..call }, frame, runs),
                RemoteCommand::Script(word) => self.nested(word, &call, frame, runs),
            };
        }
        match name.as_str() {
            "sh" | "bash" | "ash" | "dash" | "zsh" => self.shell_call(&call, frame, runs),
            "su" | "eval" => {
                let script = call
                    .words
                    .iter()
                    .skip_while(|word| word.text != "-c")
                    .nth(1);
                if let Some(script) =
                    script.or_else(|| (name == "eval").then(|| call.words.get(1)).flatten())
                {
                    self.nested(script, &call, frame, runs);
                }
            }
            "." | "source" => self.script_file(&call, 1, frame, runs),
            "ssh" => {
                let mut rest = call.words.iter().enumerate().skip(1);
                let host = rest.find(|(at, word)| {
                    !word.text.starts_with('-') && !takes_value(call.word(at - 1))
                });
                if let Some((at, _)) = host
                    && let Some(script) = call.words.get(at + 1)
                {
                    if script.text.contains(' ') {
                        self.nested(script, &call, frame, runs);
                    } else {
                        self.words(
                            Call {
                                words: &call.words[at + 1..],
                                ..call
                            },
                            frame,
                            runs,
                        );
                    }
                }
            }
            "docker" | "podman" | "nerdctl" | "docker-compose" => {
                self.container(&call, frame, runs);
            }
            "kubectl" => {
                if let Some(at) = call.words.iter().position(|word| word.text == "--") {
                    self.words(
                        Call {
                            words: &call.words[at + 1..],
                            ..call
                        },
                        frame,
                        runs,
                    );
                }
            }
            "fly" | "flyctl" | "doctl" | "heroku" | "railway" => {
                self.platform(&call, &name, frame, runs);
            }
            _ => self.call(&name, &call, frame, runs),
        }
    }

    /// `sh -c "…"`, `bash -lc …`, `sh file.sh`.
    fn shell_call(&self, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let mut at = 1;
        while at < call.words.len() {
            let word = call.word(at);
            if !word.starts_with('-') && !word.starts_with('+') {
                return self.script_file(call, at, frame, runs);
            }
            if word == "-o" {
                at += 1;
            } else if word.contains('c') && !word.starts_with("--") {
                if word.contains('e') {
                    frame.strict = true;
                }
                return match call.words.get(at + 1) {
                    Some(script) => self.nested(script, call, frame, runs),
                    // The words come from CMD: `ENTRYPOINT ["sh", "-c"]`.
                    None => {
                        if let Some(given) = frame.arguments.take()
                            && let Some(script) = given.words.first()
                        {
                            let inside = given.text.inner(script.span, script.text.clone());
                            self.text(&inside, frame, runs);
                        }
                    }
                };
            }
            at += 1;
        }
        self.push(call.words, call.text, frame, call.here.clone(), runs);
    }

    /// A word that is a script.
    pub(super) fn nested(
        &self,
        word: &Word,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        if frame.chain.len() > super::MAX_STEPS {
            return;
        }
        let inside = call.text.inner(word.span, word.text.clone());
        let mut frame = frame.clone();
        // Each text in a text is shorter than the one around it, so this ends.
        if inside.as_str().len() < call.text.as_str().len() || call.words.len() > 1 {
            self.text(&inside, &mut frame, runs);
        }
    }

    /// A shell script, or another program file.
    pub(super) fn script_file(
        &self,
        call: &Call,
        at: usize,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let path = call.word(at);
        let found = self.find(frame, path);
        let script = found
            .iter()
            .find_map(|found| Some((found, self.shell(found).or_else(|| self.any(found))?)));
        let Some((found, text)) = script else {
            return self.push(&call.words[at..], call.text, frame, call.here.clone(), runs);
        };
        let rest = &call.words[at + 1..];
        let arguments = if rest.is_empty() {
            frame.arguments.clone()
        } else {
            Some(Rc::new(Arguments {
                text: call.text.clone(),
                words: rest.to_vec(),
            }))
        };
        let Some(mut inside) = Self::enter(frame, call.here.clone(), Layer::Shell, "") else {
            return;
        };
        inside.arguments = arguments;
        inside.own = match found {
            ImageFile::Path(path) => Some(crate::project::tree::parent(path).to_owned()),
            ImageFile::Text(_) => None,
        };
        if text
            .as_str()
            .lines()
            .next()
            .is_some_and(|line| line.starts_with("#!") && line.contains(" -e"))
        {
            inside.strict = true;
        }
        self.text(&text, &mut inside, runs);
    }

    /// A file that is given to a shell is a script whatever its name.
    fn any(&self, found: &ImageFile) -> Option<Text> {
        match found {
            ImageFile::Path(path) => Some(Text::whole(&self.files.source(path)?)),
            ImageFile::Text(text) => Some(text.clone()),
        }
    }
}

/// The command inside of a wrapper; assignments on the way are taken over.
fn inner<'w>(words: &'w [Word], skip: &Skip, frame: &mut Frame) -> &'w [Word] {
    let (with_value, more): (&[&str], usize) = match skip {
        Skip::Options(options) => (options, 0),
        Skip::Words(options, more) => (options, *more),
        Skip::Dashes => {
            let at = words.iter().position(|word| word.text == "--");
            return at.map_or(&[], |at| &words[at + 1..]);
        }
    };
    let mut at = 1;
    let mut more = more;
    while let Some(word) = words.get(at).map(|word| word.text.as_str()) {
        if word == "--" {
            at += 1;
            break;
        }
        if let Some(assigned) = EnvAssignment::read(word) {
            frame.env.extend([assigned]);
        } else if word.starts_with('-') {
            if with_value.contains(&word) {
                if let Some(value) = words.get(at + 1) {
                    // The name of an environment file says which database is meant.
                    frame
                        .env
                        .extend([EnvAssignment::new("env-file", &value.text)]);
                }
                at += 1;
            }
        } else if more > 0 {
            more -= 1;
        } else {
            break;
        }
        at += 1;
    }
    words.get(at..).unwrap_or_default()
}

/// From the first word to the last, in the file.
pub(super) fn whole(text: &Text, words: &[Word]) -> Span {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => text.span(first.span.to(last.span)),
        _ => text.span(Span::default()),
    }
}
