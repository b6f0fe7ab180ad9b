//! What a server refuses of a routine's body when it reads it.

use crate::source::Span;

/// Why a body cannot be read, whatever is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyFault {
    /// The words that are wrong, or where something is missing.
    pub span: Span,
    /// What is wrong with them.
    pub message: String,
    /// By which code the server says so.
    pub kind: BodyFaultKind,
}

/// The kinds of what is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFaultKind {
    /// Its grammar, or a name that is no variable.
    Syntax,
    /// `RETURN` that does not fit what the routine yields.
    Result,
    /// A condition of errors that nobody knows.
    Condition,
    /// A constant gets another value.
    Constant,
}
