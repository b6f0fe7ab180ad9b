//! What a command is in the end, noted with the way to it.

use super::wrapper::{Call, tool_name, whole};
use super::{Expander, Frame};
use crate::project::tree::file_name;
use crate::source::Span;
use crate::tool::Tool;
use crate::workflow::command::{Action, classify, is_migrate_file, program_at};
use crate::workflow::run::{ChainLink, CommandRun};
use crate::workflow::shell::Word;
use crate::workflow::text::Text;
use crate::workflow::version::{self, Version};

impl<'a> Expander<'a> {
    /// Notes what is run here.
    pub(super) fn push(
        &self,
        words: &[Word],
        text: &Text,
        frame: &Frame<'a>,
        here: ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let mut spoken: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let Some(first) = spoken.first_mut() else {
            return;
        };
        let version = first
            .rsplit_once('@')
            .and_then(|(_, version)| version::number(version));
        *first = tool_name(first).to_owned();
        let parts: Vec<&str> = spoken.iter().map(String::as_str).collect();
        let (tool, action) = classify(&parts);
        let place = whole(text, words);
        if action == Action::Serve {
            self.framework(parts[0], frame, &here, runs);
        }
        self.note(
            Noted {
                tool,
                action,
                words: spoken,
                place,
                file: None,
                version,
            },
            frame,
            here,
            runs,
        );
    }

    pub(super) fn note(
        &self,
        noted: Noted,
        frame: &Frame<'a>,
        here: ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let mut chain = frame.chain.clone();
        chain.push(here);
        let folder = self.repository_folder(frame);
        let version = noted.version.or_else(|| {
            let package = noted.tool?.command_line()?.package;
            version::of(self.files, self.packages, folder.as_deref()?, package)
        });
        let retries = frame.looping
            || noted
                .file
                .as_deref()
                .is_some_and(|file| self.tries_again(file));
        runs.push(CommandRun {
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
    pub(super) fn tries_again(&self, path: &str) -> bool {
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

    /// A program file that is run, the word at `at`: code of the project, or a tool by the path of
    /// its program.
    pub(super) fn program(
        &self,
        call: &Call,
        at: usize,
        watched: bool,
        frame: &Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let path = call.word(at);
        let (words, here) = (&call.words[at..], &call.here);
        if let Some(name) = program_at(path) {
            let mut tool = words.to_vec();
            name.clone_into(&mut tool[0].text);
            return self.push(&tool, call.text, frame, here.clone(), runs);
        }
        if matches!(file_name(path), "manage.py" | "artisan" | "rails") {
            return self.push(words, call.text, frame, here.clone(), runs);
        }
        let file = self.sources_of(frame, path).into_iter().next();
        let before = runs.len();
        match &file {
            Some(file) => self.code(file, frame, here, runs),
            None => self.built(path, frame, here, runs),
        }
        let applies = is_migrate_file(path);
        if applies && runs[before..].iter().any(|run| run.action.brings_up()) {
            return;
        }
        let action = match (applies, watched) {
            (true, _) => Action::Apply,
            (false, true) => Action::ServeDevelopment,
            (false, false) => Action::Serve,
        };
        let noted = Noted {
            tool: None,
            action,
            words: call.words.iter().map(|word| word.text.clone()).collect(),
            place: whole(call.text, call.words),
            file,
            version: None,
        };
        self.note(noted, frame, here.clone(), runs);
    }
}

/// What [`Expander::note`] is given.
pub(super) struct Noted {
    pub(super) tool: Option<Tool>,
    pub(super) action: Action,
    pub(super) words: Vec<String>,
    pub(super) place: Span,
    pub(super) file: Option<String>,
    /// The version that is named with the tool, `typeorm@1`.
    pub(super) version: Option<Version>,
}
