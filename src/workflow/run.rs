//! A command that is run somewhere, with the way that leads to it.

use std::sync::Arc;

use super::command::{Action, CommandLine};
use super::version::Version;
use crate::source::{Source, Span};
use crate::tool::Tool;

/// What kind of text a command stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// A service of a compose file.
    Compose,
    /// An instruction of a Dockerfile.
    Image,
    /// A line of a shell script.
    Shell,
    /// A script of `package.json` or a task of `deno.json`.
    Script,
    /// A target of a Makefile, justfile or Taskfile.
    Target,
    /// A step of a CI job.
    Job,
    /// The configuration of a hosting platform.
    Platform,
    /// Code of the application.
    Code,
}

/// One place on the way to a command.
#[derive(Clone, Debug)]
pub struct ChainLink {
    /// The kind of text.
    pub layer: Layer,
    /// The file that it stands in.
    pub source: Source,
    /// The bytes of the command.
    pub span: Span,
    /// The name of the script, target, job or service it belongs to; empty if it has none.
    pub name: String,
}

/// A condition that a command runs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// As it is written.
    pub text: String,
    /// Whether it holds where the command runs.
    pub holds: bool,
    /// What is compared with what, where it is such a comparison.
    pub compared: Option<EnvironmentTest>,
    /// The file that the condition stands in.
    pub path: String,
    /// The bytes of the condition.
    pub span: Span,
}

/// `"$NAME" = value`, or `!=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentTest {
    /// The name of the variable that it asks about.
    pub name: String,
    /// What it is compared with.
    pub value: String,
    /// Whether the command runs where they are equal.
    pub equal: bool,
}

/// Why a failure of a command stops nothing.
#[derive(Clone, Debug)]
pub struct LostFailure {
    /// The file that it stands in.
    pub source: Source,
    /// The bytes that swallow it: `|| true`.
    pub span: Span,
    /// How, for people: "`|| true`".
    pub how: String,
}

/// What is assigned on the way to a command. All commands of a job share what the job assigns: a
/// copy for each was a tenth of what following them takes.
#[derive(Clone, Debug, Default)]
pub struct Environment(Arc<Vec<EnvAssignment>>);

/// `NAME=value`, as a shell, a job or an image sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvAssignment {
    /// The variable's name.
    pub name: String,
    /// Its text, in which further variables may stand.
    pub value: String,
}

impl EnvAssignment {
    /// Reads `NAME=value`; `None` where a word is something else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let name = name.trim_end_matches('+');
        let starts = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
        let rest = name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_');
        (starts && rest).then(|| Self::new(name, value))
    }

    pub(crate) fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }
}

impl Environment {
    /// The assignments in their order; the last one of a name counts.
    pub fn assignments(&self) -> &[EnvAssignment] {
        &self.0
    }

    /// Assigns these too, over what is there.
    pub(crate) fn extend(&mut self, more: impl IntoIterator<Item = EnvAssignment>) {
        let mut more = more.into_iter().peekable();
        if more.peek().is_some() {
            Arc::make_mut(&mut self.0).extend(more);
        }
    }
}

impl From<Vec<EnvAssignment>> for Environment {
    fn from(assignments: Vec<EnvAssignment>) -> Self {
        Self(Arc::new(assignments))
    }
}

/// A command that is run.
#[derive(Clone, Debug)]
pub struct CommandRun {
    /// Whose command, where all commands of that tool are known.
    pub tool: Option<Tool>,
    /// What it does with a database.
    pub action: Action,
    /// The tool and its words, as they are run.
    pub words: Vec<String>,
    /// The way to it, the outermost place first; never empty.
    pub chain: Vec<ChainLink>,
    /// The place of the words.
    pub place: Span,
    /// The folder of the repository that it works in, as far as that is known.
    pub folder: Option<String>,
    /// What is assigned on the way.
    pub env: Environment,
    /// Conditions on the way, which all commands of a branch share.
    pub guards: Arc<Vec<Guard>>,
    /// Whether its failure is lost.
    pub ignored: Option<LostFailure>,
    /// Whether it stands in a function that nothing calls.
    pub uncalled: bool,
    /// The file of the repository that it runs, if it is code.
    pub file: Option<String>,
    /// The lowest version of the tool that the project allows.
    pub version: Option<Version>,
    /// Whether it tries again: it stands in a loop, or its code says so.
    pub retries: bool,
}

impl CommandRun {
    /// The command as people would type it.
    pub fn shown(&self) -> String {
        self.words.join(" ")
    }

    /// The program of its tool.
    pub(crate) fn command_line(&self) -> Option<&'static CommandLine> {
        self.tool?.command_line()
    }

    /// The last step that is no script of a package and no target: who runs the command. If there
    /// is none, the outermost script.
    pub fn anchor(&self) -> &ChainLink {
        self.chain
            .iter()
            .rev()
            .find(|step| !matches!(step.layer, Layer::Script | Layer::Target))
            .unwrap_or(&self.chain[0])
    }

    /// The value of a variable that is assigned on the way.
    pub fn env(&self, name: &str) -> Option<&str> {
        let found = self
            .env
            .assignments()
            .iter()
            .rev()
            .find(|it| it.name == name);
        found.map(|it| it.value.as_str())
    }

    /// The value of an option, `--config x` or `--config=x`.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if word == name {
                return words.next().map(String::as_str);
            }
            if let Some(value) = word.strip_prefix(name).and_then(|it| it.strip_prefix('=')) {
                return Some(value);
            }
        }
        None
    }
}
