//! One stage of a Dockerfile: what its instructions copy, run, write and start.

use parse_dockerfile as docker;

use super::documents::RunDocuments;
use super::{Copy, CopyOrigin, ImageStep, Stage, Start, absolute};
use crate::source::{Source, Span};
use crate::workflow::run::EnvAssignment;
use crate::workflow::shell::{self, WrittenFile};
use crate::workflow::text::{ListWord, Text};

impl Stage {
    pub(super) fn read(
        &mut self,
        source: &Source,
        instruction: &docker::Instruction,
        stages: &[Stage],
        documents: &RunDocuments,
    ) {
        use docker::Instruction;
        match instruction {
            Instruction::Workdir(it) => {
                self.workdir = absolute(
                    &self.workdir,
                    it.arguments.value.trim().trim_matches(['"', '\'']),
                );
            }
            Instruction::Env(it) => self.env.extend(assignments(&it.arguments.value)),
            Instruction::Cmd(it) => self.cmd = Some(start(source, &it.arguments)),
            Instruction::Entrypoint(it) => {
                self.entrypoint = Some(start(source, &it.arguments));
            }
            Instruction::Run(it) => {
                let mut run = start(source, &it.arguments);
                if let Some(document) = it.here_docs.first() {
                    run.text =
                        Text::decoded(source, span(&document.span), document.value.to_string());
                    run.words = None;
                } else if let Some(whole) = documents.around(run.text.span(Span::new(0, 1))) {
                    run.text = Text::slice(source, whole);
                }
                let written = shell::written(run.text.as_str());
                let text = run.text.clone();
                self.steps.push(ImageStep::Run(run, self.workdir.clone()));
                for file in written {
                    self.write(file, &text);
                }
            }
            Instruction::Copy(it) => {
                let from = it.options.iter().find(|flag| flag.name.value == "from");
                let from = from.and_then(|flag| flag.value.as_ref()).map_or(
                    CopyOrigin::Context,
                    |value| {
                        let named = stages
                            .iter()
                            .position(|it| it.name.as_deref() == Some(value.value.as_ref()));
                        let number = value.value.parse().ok().filter(|at| *at < stages.len());
                        named
                            .or(number)
                            .map_or(CopyOrigin::Elsewhere, CopyOrigin::Stage)
                    },
                );
                self.copy(source, from, &it.src, &it.dest.value);
            }
            Instruction::Add(it) => self.copy(source, CopyOrigin::Context, &it.src, &it.dest.value),
            _ => {}
        }
    }

    /// A file that a `RUN` writes lies there as if it had been copied.
    fn write(&mut self, file: WrittenFile, script: &Text) {
        if file.path.contains(['$', '`', '*']) || file.path.starts_with("/dev/") {
            return;
        }
        let to = absolute(&self.workdir, &file.path);
        let mut text = file.text;
        let mut place = script.span(file.span);
        let there = self.steps.iter().rev().find_map(|step| match step {
            ImageStep::Copy(copy) if copy.to == to => copy.text.as_ref(),
            _ => None,
        });
        if let Some(there) = there.filter(|_| file.appends) {
            text.insert_str(0, there.as_str());
            place = there.span(Span::new(0, there.as_str().len())).to(place);
        }
        self.steps.push(ImageStep::Copy(Copy {
            from: CopyOrigin::Context,
            sources: Vec::new(),
            to,
            text: Some(Text::decoded(&script.source, place, text)),
        }));
    }

    fn copy(&mut self, source: &Source, from: CopyOrigin, sources: &[docker::Source], to: &str) {
        let mut text = None;
        let mut paths = Vec::new();
        for one in sources {
            match one {
                docker::Source::Path(path) => paths.push(path.value.to_string()),
                docker::Source::HereDoc(document) => {
                    text = Some(Text::decoded(
                        source,
                        span(&document.span),
                        document.value.to_string(),
                    ));
                }
                _ => {}
            }
        }
        self.steps.push(ImageStep::Copy(Copy {
            from,
            sources: paths,
            to: absolute(&self.workdir, to).trim_end_matches('/').to_owned(),
            text,
        }));
    }
}

fn span(range: &docker::Span) -> Span {
    Span::new(range.start, range.end)
}

fn start(source: &Source, command: &docker::Command) -> Start {
    match command {
        docker::Command::Exec(list) => {
            let parts = list.value.iter().map(|it| ListWord {
                text: it.value.as_ref().into(),
                span: span(&it.span),
            });
            let (text, words) = Text::joined(source, &parts.collect::<Vec<_>>());
            Start {
                text,
                words: Some(words),
            }
        }
        docker::Command::Shell(shell) => Start {
            text: Text::slice(source, span(&shell.span)),
            words: None,
        },
        _ => Start {
            text: Text::slice(source, Span::default()),
            words: None,
        },
    }
}

/// `A=b C="d e"`, or the older `A b`.
fn assignments(text: &str) -> Vec<EnvAssignment> {
    let list = shell::parse(text);
    let mut found = Vec::new();
    for (_, pipeline) in list.0.iter().flat_map(|chain| &chain.items) {
        if let Some(shell::ShellNode::Simple(simple)) = pipeline.stages.first() {
            found.extend(simple.assigned.iter().cloned());
            if let [name, value, ..] = &simple.words[..]
                && simple.assigned.is_empty()
            {
                found.push(EnvAssignment::new(&name.text, &value.text));
            }
        }
    }
    found
}
