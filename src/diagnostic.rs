//! What driftlint has to say about the user's files.

pub mod fingerprint;

use crate::source::{Source, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Note,
    /// Fails a run only with `--fail-on warning`.
    Warning,
    /// Something is wrong: fails a run.
    Error,
}

impl Severity {
    /// As written in configuration, JSON and rule pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The reverse of [`Severity::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Error]
            .into_iter()
            .find(|severity| severity.name() == name)
    }
}

/// How sure a rule is. Low confidence is hidden unless asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It may be otherwise: hidden unless asked for.
    Low,
    /// The catalog says so.
    #[default]
    High,
}

impl Confidence {
    /// As written in JSON and rule pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }

    /// The reverse of [`Confidence::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Low, Self::High]
            .into_iter()
            .find(|confidence| confidence.name() == name)
    }
}

/// A second place that explains the first.
#[derive(Clone, Debug)]
pub struct Label {
    /// The file that the place is in.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// What the place has to do with the finding.
    pub message: String,
    /// Where the place is a finding of its own that was put together with the first, what makes it
    /// the same one in another run.
    pub fingerprint: Option<String>,
}

impl Label {
    /// A place that explains.
    pub fn new(source: Source, span: Span, message: impl Into<String>) -> Self {
        Self {
            source,
            span,
            message: message.into(),
            fingerprint: None,
        }
    }
}

/// What makes a finding the same one in another state of the project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingIdentity {
    /// Name of the rule.
    pub rule: &'static str,
    /// The file's path, or the one that it has in that state.
    pub path: String,
    /// What is said.
    pub message: String,
}

/// One problem in the user's files.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is, which decides whether the run fails.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The fact, then the consequence.
    pub message: String,
    /// What to do about it, where anything is known.
    pub help: Option<String>,
    /// The file that is to be changed.
    pub source: Source,
    /// The place in it.
    pub span: Span,
    /// Places that explain it, in other files too.
    pub related: Vec<Label>,
    /// Edits that fix it.
    pub fixes: Vec<Fix>,
    /// The schema object a drift diagnostic is about.
    pub object: Option<Object>,
    /// The lock that a diagnostic about waiting is about.
    pub lock: Option<Held>,
    /// About how many rows it is about, where that is known.
    pub rows: Option<u64>,
    /// What makes it the same one in another run; empty until the check is done.
    pub fingerprint: String,
}

impl Diagnostic {
    /// What makes it the same one where its file has this path.
    pub fn identity_at(&self, path: &str) -> FindingIdentity {
        FindingIdentity {
            rule: self.rule,
            path: path.to_owned(),
            message: self.message.clone(),
        }
    }

    /// What makes it the same one where its file has the same path.
    pub fn identity(&self) -> FindingIdentity {
        self.identity_at(self.source.path())
    }

    /// What is certain, with nothing more than the fact and its place.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        source: Source,
        span: Span,
        message: String,
    ) -> Self {
        Self {
            rule,
            severity,
            confidence: Confidence::High,
            message,
            help: None,
            source,
            span,
            related: Vec::new(),
            fixes: Vec::new(),
            object: None,
            lock: None,
            rows: None,
            fingerprint: String::new(),
        }
    }
}

/// A lock, and what it means for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// In the server's own words: `ACCESS EXCLUSIVE`, `ALGORITHM=COPY, LOCK=SHARED`.
    pub mode: String,
    /// Who waits: `writes`, `reads and writes`.
    pub blocks: &'static str,
    /// For how long: `while the table is rewritten`.
    pub held: &'static str,
}

/// Whether a fix may be applied without a person reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// On every database that takes the migration as it is, the fixed one leaves the same schema
    /// and the same rows, in the same transactions.
    Safe,
    /// The end is the same, and the way there is another one: more migrations, other transactions.
    Unsafe,
}

/// Edits that fix one diagnostic.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Who may apply it.
    pub applicability: Applicability,
    /// The edits, all or none.
    pub edits: Vec<Edit>,
}

/// One replacement in one file; one of an empty source at its start makes the file.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The file that is changed or made.
    pub source: Source,
    /// The bytes that go; empty where something is inserted.
    pub span: Span,
    /// What takes their place.
    pub text: String,
}

/// The schema object that two sources of truth disagree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// table, column, type, nullable, default, primary_key, foreign_key, index, unique, check,
    /// enum, enum_value, view, policy or row_security.
    pub kind: &'static str,
    /// The table it belongs to, qualified where the dialect has schemas.
    pub table: Option<String>,
    /// The object's name within its table; a table's own name is qualified.
    pub name: String,
    /// `{left}-not-{right}`, `{right}-not-{left}` or `differs`, with the names of
    /// [`Object::sides`].
    pub direction: String,
    /// The two sources that were compared, e.g. `["declared", "migrated"]`.
    pub sides: [&'static str; 2],
    /// What each side says; `None` where it says nothing.
    pub values: [Option<String>; 2],
    /// What the generator's last snapshot says, where it is neither side and has been compared with
    /// both.
    pub snapshot: Option<Option<String>>,
    /// Whether this change brought the difference, when that is known.
    pub introduced: Option<bool>,
    /// The folder that holds no migration which is run, where that is why no migration makes the
    /// object.
    pub unmigrated: Option<String>,
}
