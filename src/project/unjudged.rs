//! What is not judged, and why.

/// What a thing that is not judged means for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// It should have been judged: it cannot be read, or does not lie where it is said to.
    Broken,
    /// Of a kind that driftlint does not read: Ruby, another server's SQL, a template.
    Foreign,
    /// Nobody runs it: its runner leaves it out, or it lies before the baseline.
    Idle,
    /// It is judged but for a part.
    Partly,
}

/// A file, folder or set of which something is not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unjudged {
    /// Its path, relative to the repository's root; of a set, its folder.
    pub path: String,
    /// Why, for people: "not in meta/_journal.json".
    pub reason: String,
    /// What that means for the answer.
    pub cause: Consequence,
}

impl Unjudged {
    /// What should have been judged.
    pub fn broken(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::of(Consequence::Broken, path, reason)
    }

    /// What driftlint does not read.
    pub fn foreign(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::of(Consequence::Foreign, path, reason)
    }

    /// A file that nobody runs, so that nothing is missed.
    pub fn idle(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::of(Consequence::Idle, path, reason)
    }

    /// What is judged but for a part.
    pub fn partly(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::of(Consequence::Partly, path, reason)
    }

    fn of(cause: Consequence, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
            cause,
        }
    }
}
